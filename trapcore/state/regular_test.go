package state

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long what must not wait may take.
const patience = 10 * time.Second

// within fails the test if f waits for the other end of the FIFO at path.
func within(t *testing.T, path string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Errorf("not done in %v", patience)
		if fifo, err := os.OpenFile(path, os.O_WRONLY|unix.O_NONBLOCK, 0); err == nil {
			_ = fifo.Close()
			<-done
		}
	}
}

// inTheWay are the things that are no file of a store.
var inTheWay = []struct {
	name, reason string
	make         func(path string) error
}{
	{"FIFO", "a FIFO", func(path string) error { return unix.Mkfifo(path, 0o600) }},
	{"socket", "a socket", func(path string) error {
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			l.SetUnlinkOnClose(false)
			err = l.Close()
		}
		return err
	}},
	{"directory", "a directory", func(path string) error { return os.Mkdir(path, 0o700) }},
	{"link to a file", "a symbolic link", func(path string) error {
		target := filepath.Join(filepath.Dir(path), "target")
		return errors.Join(os.WriteFile(target, []byte("target"), 0o600), os.Symlink("target", path))
	}},
	{"link to the directory", "a symbolic link", func(path string) error { return os.Symlink(".", path) }},
	{"link to nothing", "a symbolic link", func(path string) error { return os.Symlink("none", path) }},
	{"too large a file", "too large", func(path string) error {
		return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 400<<20))
	}},
}

// TestOwnFileOfAnotherKind puts what is no file in the place of each of the router's.
func TestOwnFileOfAnotherKind(t *testing.T) {
	boots := func(d *Dir) error { _, err := d.NextBoots(); return err }
	mac := func(d *Dir) error { _, err := d.ChassisMAC(); return err }
	read := func(name string) func(*Dir) error {
		return func(d *Dir) error { _, err := d.ReadFile(name); return err }
	}
	for _, own := range []struct {
		name   string
		use    func(*Dir) error // nil: Open finds it
		remedy string
	}{
		{bootsName, boots, "new engine ID"},
		{macName, mac, "new engine ID"},
		{journalName, nil, "check the configuration files"},
		{lockName, nil, "remove it while"},
		{Files, nil, "move it away"},
		{"startup.cnf", read("startup.cnf"), "restore it"},
		{"host_key", read("host_key"), "restore it"},
	} {
		for _, thing := range inTheWay {
			if own.name == lockName && thing.reason == "too large" || own.name == Files && thing.reason == "a directory" {
				continue // of a lock, only the beginning is read
			}
			t.Run(own.name+" is a "+thing.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "s") // a socket's path is short
				d := openTest(t, path)
				if err := errors.Join(mac(d), d.Close(), os.RemoveAll(filepath.Join(path, own.name))); err != nil {
					t.Fatal(err)
				}
				if err := thing.make(filepath.Join(path, own.name)); err != nil {
					t.Fatal(err)
				}
				var err error
				within(t, filepath.Join(path, own.name), func() {
					var d *Dir
					d, err = Open(path)
					if err == nil && own.use != nil {
						err = own.use(d)
					}
					if d != nil {
						_ = d.Close()
					}
				})
				var damaged *DamagedError
				reason := thing.reason
				if own.name == Files && reason == "too large" {
					reason = "a file, not a directory"
				}
				if !errors.As(err, &damaged) || damaged.Path != filepath.Join(path, own.name) ||
					!strings.Contains(damaged.Reason, reason) || !strings.Contains(damaged.Remedy, own.remedy) {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

// TestOperatorFileOfAnotherKind: in files/, what is not listed does not exist.
func TestOperatorFileOfAnotherKind(t *testing.T) {
	for _, thing := range inTheWay {
		t.Run(thing.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s")
			d := openTest(t, path)
			if err := d.WriteFile("files/before", []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(path, "files", "a")
			if err := thing.make(file); err != nil {
				t.Fatal(err)
			}
			large := thing.reason == "too large"
			within(t, file, func() {
				want := fs.ErrNotExist
				if large {
					want = ErrSize
				}
				if data, err := d.ReadFile("files/a"); !errors.Is(err, want) {
					t.Errorf("read %.20q, %v", data, err)
				}
			})
			within(t, file, func() {
				r, err := d.Open("files/a")
				if large != (err == nil) || err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("open: %v", err)
				}
				if err == nil {
					_ = r.Close()
				}
			})
			files, err := d.List(Files)
			if listed := fmt.Sprint(files); err != nil || strings.Contains(listed, "{a ") != large {
				t.Errorf("list: %s, %v", listed, err)
			}
			if large {
				if err := d.Remove("files/a"); err != nil {
					t.Errorf("remove: %v", err)
				}
				return
			}
			if err := d.Remove("files/a"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("remove: %v", err)
			}
			if _, err := os.Lstat(file); err != nil {
				t.Errorf("removed: %v", err)
			}
			err = d.WriteFile("files/a", []byte("new"), 0o600)
			if thing.reason == "a directory" {
				if !errors.Is(err, unix.EISDIR) {
					t.Errorf("write: %v", err)
				}
				return
			}
			if err != nil {
				t.Errorf("write: %v", err)
			}
			wantFile(t, d, "files/a", "new")
			if target, err := os.ReadFile(filepath.Join(path, "files", "target")); err == nil && string(target) != "target" {
				t.Errorf("the target of the link holds %q", target)
			}
		})
	}
}

// TestFilesReplacedByALink while the directory is in use: nothing is read or
// changed behind it.
func TestFilesReplacedByALink(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := d.WriteFile("startup.cnf", []byte("own"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".", filepath.Join(path, Files)); err != nil {
		t.Fatal(err)
	}
	_, read := d.ReadFile("files/startup.cnf")
	_, list := d.List(Files)
	_, open := d.Open("files/startup.cnf")
	for what, err := range map[string]error{
		"read": read, "open": open, "list": list, "write": d.WriteFile("files/startup.cnf", nil, 0o600), "remove": d.Remove("files/startup.cnf"),
	} {
		if damaged := (*DamagedError)(nil); !errors.As(err, &damaged) || damaged.Path != filepath.Join(path, Files) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantFile(t, d, "startup.cnf", "own")
}

// TestOpenMeetsDirectories where it renames and removes files.
func TestOpenMeetsDirectories(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	inWay := filepath.Join(path, "secure.cnf")
	for _, dir := range []string{inWay, filepath.Join(path, tempPrefix+"x", "y")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Commit(pair(1)); err == nil || strings.Contains(err.Error(), "secure") {
		t.Fatalf("the commit says %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	if damaged := (*DamagedError)(nil); !errors.As(err, &damaged) || damaged.Path != inWay || damaged.Remedy == "" {
		t.Fatalf("open: %v", err)
	}
	if err := os.Remove(inWay); err != nil {
		t.Fatal(err)
	}
	d = openTest(t, path)
	if n := readPair(t, d); n != 1 {
		t.Errorf("the files are of commit %d", n)
	}
	if err := os.Mkdir(filepath.Join(path, "startup.cnf.bak"), 0o700); err != nil {
		t.Fatal(err)
	}
	err = d.WriteFile("startup.cnf.bak", nil, 0o600)
	if damaged := (*DamagedError)(nil); !errors.As(err, &damaged) || damaged.Remedy == "" {
		t.Errorf("write: %v", err)
	}
}

// TestSizes: what could not be read again is not written.
func TestSizes(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		data := make([]byte, maxOwn+1)
		for what, err := range map[string]error{
			"file": s.WriteFile("files/a", data[:MaxFile+1], 0o600), "own": s.WriteFile("a", data, 0o600),
			"commit": s.Commit(map[string][]byte{"a": data, "b": nil}),
		} {
			if !errors.Is(err, ErrSize) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if files, err := s.List(""); err != nil || files != nil {
			t.Errorf("left: %v, %v", files, err)
		}
		if err := errors.Join(s.WriteFile("files/a", data[:MaxFile], 0o600), s.Commit(map[string][]byte{"a": data[:maxOwn]})); err != nil {
			t.Error(err)
		}
		for name, want := range map[string]int{"files/a": MaxFile, "a": maxOwn} {
			if got, err := s.ReadFile(name); err != nil || len(got) != want {
				t.Errorf("%s: %d octets, %v", name, len(got), err)
			}
		}
	})
}
