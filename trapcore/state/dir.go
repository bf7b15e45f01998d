package state

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Dir is a [Store] on disk. mu guards all that changes, and is held for the
// whole of an operation, its syncs included.
type Dir struct {
	path string
	lock *os.File
	hook func(step) error // tests make a step fail; nil otherwise

	rewriting sync.Mutex // held by [Dir.Rewrite]; before mu

	mu   sync.Mutex
	root *os.Root // nil once closed, which is under rewriting, too
	log
	logSize int              // octets of the records in .commit; 0: there is none
	torn    bool             // .commit may have more than those
	waiting map[string]bool  // files whose renames fail; nil: not known, or none
	written map[string]*sum  // files as this run has written them whole
	engines map[string]int32 // boots before engine IDs, by hex; nil: not read yet

	repaired  bool  // modes, by Open
	repairErr error // the first mode that could not be
}

var _ Store = (*Dir)(nil)

// step is one change of the file system.
type step string

const (
	stepMkdir   step = "mkdir"
	stepCreate  step = "create"
	stepWrite   step = "write"
	stepMode    step = "mode"
	stepSync    step = "sync"
	stepRename  step = "rename"
	stepSyncDir step = "sync directory"
	stepRemove  step = "remove"
)

func (d *Dir) do(s step, change func() error) error {
	if d.hook != nil {
		if err := d.hook(s); err != nil {
			return err
		}
	}
	return change()
}

// enter takes mu for some files, and finishes a commit that failed half-way, except
// for the files of the operator, which no commit is about. The caller unlocks, also
// after an error.
func (d *Dir) enter(names ...string) error {
	d.mu.Lock()
	switch {
	case d.root == nil:
		return fs.ErrClosed
	case path.Dir(names[0]) == Files:
		return d.checkFiles()
	}
	return d.finishFor(names...)
}

// bare takes the name of a temporary file, or of a file that the reader of a
// message must not learn of, out of an error.
func bare(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*os.LinkError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

func (d *Dir) ReadFile(name string) ([]byte, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	err := d.enter(name)
	defer d.mu.Unlock()
	var data []byte
	if err == nil {
		data, err = d.read(name)
	}
	if e := d.edited[name]; e != nil && err == nil {
		var ok bool
		if data, ok = e.content(data); !ok {
			err = d.notEdited(name)
		}
	}
	if damaged := (*DamagedError)(nil); errors.As(err, &damaged) {
		return nil, damaged // says itself which file
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, bare(err))
	}
	return data, nil
}

func (d *Dir) Open(name string) (io.ReadCloser, error) {
	if err := checkOperators(name); err != nil {
		return nil, err
	}
	err := d.enter(name)
	defer d.mu.Unlock()
	var f *os.File
	if err == nil {
		f, err = openRegular(d.root, name, os.O_RDONLY)
		err = d.told(name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, bare(err))
	}
	return f, nil
}

func (d *Dir) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := checkPerm(name, perm); err != nil {
		return err
	}
	if err := checkSize(name, data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err := d.enter(name)
	defer d.mu.Unlock()
	if err == nil && path.Dir(name) == Files {
		err = d.makeFiles()
	}
	if err == nil {
		err = d.forget(name)
	}
	if err == nil {
		err = d.replace(name, data, perm)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, bare(err))
	}
	return nil
}

func (d *Dir) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	err := d.enter(name)
	defer d.mu.Unlock()
	if err == nil {
		_, err = lstatRegular(d.root, name)
		err = d.told(name, err)
	}
	if err == nil {
		err = d.forget(name)
	}
	if err == nil {
		err = d.remove(name)
	}
	if err == nil {
		err = d.syncDir(path.Dir(name))
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, bare(err))
	}
	return nil
}

func (d *Dir) List(folder string) ([]File, error) {
	if err := checkFolder(folder); err != nil {
		return nil, err
	}
	err := d.enter(path.Join(folder, "*"))
	defer d.mu.Unlock()
	var entries []fs.DirEntry
	if err == nil {
		entries, err = fs.ReadDir(d.root.FS(), path.Join(".", folder))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list files: %w", bare(err))
	}
	var files []File
	for _, e := range entries {
		if !e.Type().IsRegular() || CheckName(path.Join(folder, e.Name())) != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("list files: %w", bare(err))
		}
		files = append(files, File{Name: e.Name(), Size: info.Size(), Modified: info.ModTime()})
	}
	return files, nil
}

func (d *Dir) Path(name string) string { return filepath.Join(d.path, name) }

func (d *Dir) Close() error {
	d.rewriting.Lock()
	defer d.rewriting.Unlock()
	for _, name := range d.allEdited() {
		_ = d.rewrite(name) // or the next run reads the edits
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.root == nil {
		return nil
	}
	// Not the next holder's PID until it has written its own.
	err := errors.Join(d.lock.Truncate(int64(len(marker))), d.root.Close(), d.lock.Close())
	d.root = nil
	if err != nil {
		return fmt.Errorf("close state directory %s: %w", d.path, err)
	}
	return nil
}

// makeFiles makes the folder of the operator's files, durably. The caller holds mu.
func (d *Dir) makeFiles() error {
	err := d.do(stepMkdir, func() error { return d.root.Mkdir(Files, 0o700) })
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil {
		err = d.do(stepMode, func() error { return d.root.Chmod(Files, 0o700) })
	}
	if err == nil {
		err = d.syncDir(".")
	}
	return err
}

// replace writes one file, durably. The caller holds mu.
func (d *Dir) replace(name string, data []byte, perm fs.FileMode) error {
	folder := path.Dir(name)
	temp, err := d.writeTemp(folder, data, perm)
	if err != nil {
		return err
	}
	err = d.rename(temp, name)
	if errors.Is(err, unix.EISDIR) && folder != Files {
		err = d.told(name, notA("regular file", fs.ModeDir))
	}
	if err != nil {
		return errors.Join(err, d.remove(temp))
	}
	return d.syncDir(folder)
}

// writeTemp writes and syncs a temporary file, or leaves none. The caller holds mu, or
// rewriting.
func (d *Dir) writeTemp(folder string, data []byte, perm fs.FileMode) (name string, err error) {
	name = path.Join(folder, tempPrefix+rand.Text())
	var f *os.File
	err = d.do(stepCreate, func() (err error) {
		f, err = d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	if err != nil {
		return "", err
	}
	err = d.do(stepWrite, func() error { _, err := f.Write(data); return err })
	if err == nil {
		err = d.do(stepMode, func() error { return f.Chmod(perm) })
	}
	if err == nil {
		err = d.do(stepSync, f.Sync)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", errors.Join(err, d.remove(name))
	}
	return name, nil
}

func (d *Dir) rename(from, to string) error {
	return d.do(stepRename, func() error {
		err := d.root.Rename(from, to)
		if errors.Is(err, fs.ErrExist) { // os has it so, and only for a directory
			err = &os.LinkError{Op: "rename", Old: from, New: to, Err: unix.EISDIR}
		}
		return err
	})
}

func (d *Dir) remove(name string) error {
	return d.do(stepRemove, func() error { return d.root.Remove(name) })
}

func (d *Dir) syncDir(folder string) error {
	return d.do(stepSyncDir, func() error {
		f, err := d.root.Open(folder)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
