package state

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Open takes the state directory, which it makes if need be, for this process.
// Another holder is a [*LockedError]; a commit record that makes no sense, or a
// lock, a files/ or a target of the commit that is of the wrong kind, is a
// [*DamagedError]. A directory that is neither empty nor a state directory is a
// [*ForeignError], and stays as it is. A state directory that others may enter is
// closed to them, and modes inside it are repaired: [Dir.Repaired].
func Open(dir string) (*Dir, error) { return open(dir, nil) }

func open(dir string, hook func(step) error) (*Dir, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("state directory %s: %w", dir, err)
	}
	known, closed, err := prepare(path)
	if foreign := (*ForeignError)(nil); errors.As(err, &foreign) {
		return nil, err // says itself which directory
	}
	if err != nil {
		return nil, fmt.Errorf("state directory %s: %w", path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("state directory %s: %w", path, bare(err))
	}
	d := &Dir{path: path, root: root, hook: hook, log: log{edited: map[string]*edited{}}, written: map[string]*sum{}, repaired: known && closed}
	if d.lock, err = d.takeLock(); err != nil {
		_ = root.Close()
		return nil, err
	}
	err = d.recover()
	if err == nil && known {
		err = d.repair()
	}
	if err != nil {
		_ = d.Close()
		return nil, err
	}
	return d, nil
}

// recover finishes the commit and removes the temporary files of a run that
// was killed.
func (d *Dir) recover() error {
	err := d.readLog()
	if err == nil {
		err = d.finish()
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) && errors.Is(err, unix.EISDIR) {
		err = d.told(link.New, notA("regular file", fs.ModeDir))
	}
	if err == nil {
		err = d.checkFiles()
	}
	if damaged := (*DamagedError)(nil); errors.As(err, &damaged) {
		return err
	}
	if err != nil {
		return fmt.Errorf("state directory %s: finish the last commit: %w", d.path, bare(err))
	}
	err = d.walk(func(name string, info fs.FileInfo) error {
		if !info.Mode().IsRegular() || !strings.HasPrefix(info.Name(), tempPrefix) {
			return nil
		}
		return d.remove(name)
	})
	if err != nil {
		return fmt.Errorf("state directory %s: %w", d.path, bare(err))
	}
	return nil
}

// walk visits all there is in the directory and in files/.
func (d *Dir) walk(visit func(name string, info fs.FileInfo) error) error {
	for _, folder := range []string{".", Files} {
		entries, err := fs.ReadDir(d.root.FS(), folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			name := filepath.Join(folder, e.Name())
			info, err := d.root.Lstat(name)
			if err == nil {
				err = visit(name, info)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// repair closes to others what is ours, as a copy of the directory made by hand
// may leave it open.
func (d *Dir) repair() error {
	err := d.walk(func(name string, info fs.FileInfo) error {
		want := fs.FileMode(0o600)
		if name == Files {
			want = 0o700
		} else if !info.Mode().IsRegular() || !isOurs(name) || info.Mode().Perm() == 0o400 {
			return nil
		}
		if info.Mode().Perm() == want {
			return nil
		}
		// One of somebody else's does not keep the router from starting.
		if err := d.do(stepMode, func() error { return d.root.Chmod(name, want) }); err != nil {
			d.repairErr = cmp.Or(d.repairErr, bare(err))
		} else {
			d.repaired = true
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("state directory %s: %w", d.path, bare(err))
	}
	return nil
}

// Repaired reports whether Open has changed modes in the directory, or its own,
// because they were not 0600, 0400 or for a directory 0700, and why one of them
// could not be changed. Neither tells which files there are.
func (d *Dir) Repaired() (bool, error) { return d.repaired, d.repairErr }

// prepare makes the directory, durably, or makes sure that others cannot
// enter the one there is. It reports whether that is a state directory, and
// whether it was open to others.
func prepare(path string) (known, closed bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, makeDir(path)
	}
	if err != nil {
		return false, false, bare(err)
	}
	if !info.IsDir() {
		return false, false, unix.ENOTDIR
	}
	if known, err = recognise(path); err != nil || info.Mode().Perm()&0o077 == 0 {
		return known, false, err
	}
	return known, true, bare(os.Chmod(path, info.Mode().Perm()&^0o077))
}

// recognise reports whether a directory is a state directory: one whose lock a
// router has marked, or that has a file with the identity of an engine, whole or
// damaged. Configuration files prove nothing. Any other has to be empty, but for
// the lock of a router that was killed before it had marked it.
func recognise(path string) (known bool, err error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return false, bare(err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return false, bare(err)
	}
	lock, _ := (&Dir{root: root}).read(lockName)
	known = bytes.HasPrefix(lock, []byte(marker)) || slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == bootsName || e.Name() == macName
	})
	for _, e := range entries {
		if !known && (e.Name() != lockName || !e.Type().IsRegular() || len(lock) > 0) {
			return false, &ForeignError{Dir: path, Name: e.Name()}
		}
	}
	return known, nil
}

func makeDir(path string) error {
	parent := filepath.Dir(path)
	if _, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return bare(err)
	}
	if err := os.Chmod(path, 0o700); err != nil { // whatever the umask left
		return bare(err)
	}
	f, err := os.Open(parent)
	if err != nil {
		return bare(err)
	}
	defer f.Close()
	return bare(f.Sync())
}

// lockPatience is how long a holder that has just taken the lock may need to
// write its PID.
const lockPatience = 200 * time.Millisecond

func (d *Dir) takeLock() (*os.File, error) {
	f, err := d.root.OpenFile(lockName, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		f, err = openRegular(d.root, lockName, os.O_RDWR)
		err = d.told(lockName, err)
	}
	if damaged := (*DamagedError)(nil); errors.As(err, &damaged) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("state directory %s: lock: %w", d.path, bare(err))
	}
	for deadline := time.Now().Add(lockPatience); ; {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			break
		}
		if pid := holder(f); pid != 0 || time.Now().After(deadline) {
			_ = f.Close()
			return nil, &LockedError{Dir: d.path, PID: pid}
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err == nil {
		err = f.Chmod(0o600)
	}
	if err == nil {
		text := fmt.Appendf(nil, "%s%d\n", marker, os.Getpid())
		if _, err = f.WriteAt(text, 0); err == nil { // at no moment without the marker
			err = f.Truncate(int64(len(text)))
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("state directory %s: lock: %w", d.path, bare(err))
	}
	return f, nil
}

// holder returns the PID in the lock file, 0 if it names no process: the
// holder that was killed left its own behind until the next one has written.
func holder(f *os.File) int {
	buf := make([]byte, len(marker)+16)
	n, _ := f.ReadAt(buf, 0)
	text := strings.TrimPrefix(string(buf[:n]), marker)
	pid, err := strconv.Atoi(strings.TrimSuffix(text, "\n"))
	if err != nil || pid <= 0 || errors.Is(unix.Kill(pid, 0), unix.ESRCH) {
		return 0
	}
	return pid
}
