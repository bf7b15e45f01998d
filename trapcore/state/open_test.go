package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// TestModes needs a process of its own, since the umask is the process's.
func TestModes(t *testing.T) {
	for _, umask := range []string{"0", "0777"} {
		path := filepath.Join(t.TempDir(), "a", "b")
		child := start(t, "modes", path, umask)
		if out := child.rest(t); out != "done\n" {
			t.Fatalf("umask %s: child says %q", umask, out)
		}
		for name, want := range map[string]fs.FileMode{
			"..": 0o700, ".": 0o700, "files": 0o700, "lock": 0o600, "engine-boots": 0o600, "chassis-mac": 0o600,
			"startup.cnf": 0o600, "secure.cnf": 0o600, "files/a": 0o600, "host_key": 0o400,
		} {
			if got := mode(t, filepath.Join(path, name)); got != want {
				t.Errorf("umask %s: %s has mode %v, want %v", umask, name, got, want)
			}
		}
	}
}

// TestOpenExisting: only a directory that is empty or a router's is taken, and
// any other is left as it is.
func TestOpenExisting(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files map[string]string
		ours  bool
	}{
		{"empty", nil, true},
		{"killed before it had marked it", map[string]string{"lock": ""}, true},
		{"marked", map[string]string{"lock": marker, "anything": ""}, true},
		{"marked, in use", map[string]string{"lock": marker + "999999999\n", "startup.cnf": ""}, true},
		{"engine boots", map[string]string{"engine-boots": "damaged", "anything": ""}, true},
		{"chassis MAC", map[string]string{"chassis-mac": "", "startup.cnf": ""}, true},
		{"something", map[string]string{"anything": ""}, false},
		{"hidden", map[string]string{".profile": ""}, false},
		{"configuration of a database", map[string]string{"my.cnf": "[mysqld]\n"}, false},
		{"configuration of another router", map[string]string{"startup.cnf": "hostname r1\n", "secure.cnf": "configure terminal\n"}, false},
		{"lock and configuration of something else", map[string]string{"lock": "", "my.cnf": ""}, false},
		{"lock of something else", map[string]string{"lock": "12\n"}, false},
		{"keys", map[string]string{"ssh_host_ed25519_key": ""}, false},
		{"names of ours elsewhere", map[string]string{"files/engine-boots": "", "files/lock": marker}, false},
	} {
		for _, dirMode := range []fs.FileMode{0o700, 0o755, 0o777} {
			t.Run(fmt.Sprintf("%s, %v", tc.name, dirMode), func(t *testing.T) {
				path := t.TempDir()
				for name, text := range tc.files {
					file := filepath.Join(path, name)
					if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o600), os.Chmod(file, 0o644)); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Chmod(path, dirMode); err != nil {
					t.Fatal(err)
				}
				before := snapshot(t, path)
				d, err := Open(path)
				if tc.ours {
					if err != nil {
						t.Fatal(err)
					}
					if mode(t, path) != 0o700 {
						t.Errorf("mode %v", mode(t, path))
					}
					if err := d.Close(); err != nil {
						t.Error(err)
					}
					return
				}
				var foreign *ForeignError
				if !errors.As(err, &foreign) || foreign.Dir != path || !strings.Contains(err.Error(), "is not a state directory") {
					t.Errorf("%v", err)
				}
				if after := snapshot(t, path); after != before {
					t.Errorf("was\n%s\nis\n%s", before, after)
				}
			})
		}
	}
}

// snapshot is what there is under a directory, with modes and content.
func snapshot(t *testing.T, path string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		data, _ := os.ReadFile(name) // of a directory, none
		fmt.Fprintf(&all, "%s %v %q\n", name, mode(t, name), data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestMarkStays whatever else is removed, so that what is told to remove the
// identity can be done.
func TestMarkStays(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	_, boots := d.NextBoots()
	_, mac := d.ChassisMAC()
	err := errors.Join(boots, mac, d.Commit(pair(1)), d.Close(), os.Remove(filepath.Join(path, bootsName)), os.Remove(filepath.Join(path, macName)))
	if err != nil {
		t.Fatal(err)
	}
	if boots, err := openTest(t, path).NextBoots(); boots != 1 || err != nil {
		t.Errorf("boots %d, %v", boots, err)
	}
}

// TestModesAreRepaired in a directory that looks like a state directory, and only
// those of what is the router's.
func TestModesAreRepaired(t *testing.T) {
	whole := map[string]fs.FileMode{".": 0o700, "files": 0o700, "lock": 0o600, "engine-boots": 0o600, "chassis-mac": 0o600,
		"startup.cnf": 0o600, "startup.cnf.bak": 0o600, "secure.cnf": 0o600, "host_key": 0o400, "files/a": 0o600}
	for _, tc := range []struct {
		name string
		mode fs.FileMode // set before Open
	}{
		{"", 0}, {".", 0o755}, {"files", 0o755}, {"files/a", 0o644}, {"secure.cnf", 0o660}, {"startup.cnf", 0}, {"startup.cnf.bak", 0o604},
		{"host_key", 0o444}, {"engine-boots", 0o700}, {"chassis-mac", 0o666},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := t.TempDir()
			d := openTest(t, path)
			_, boots := d.NextBoots()
			_, mac := d.ChassisMAC()
			err := errors.Join(boots, mac, d.Commit(pair(1)), d.WriteFile("files/a", nil, 0o600), d.WriteFile("startup.cnf.bak", nil, 0o600),
				d.WriteFile("host_key", nil, 0o400), d.Close())
			if err != nil {
				t.Fatal(err)
			}
			other := filepath.Join(path, "other")
			if err := errors.Join(os.WriteFile(other, nil, 0o600), os.Chmod(other, 0o755)); err != nil {
				t.Fatal(err)
			}
			if tc.name != "" {
				if err := os.Chmod(filepath.Join(path, tc.name), tc.mode); err != nil {
					t.Fatal(err)
				}
			}
			repaired, err := openTest(t, path).Repaired()
			if repaired != (tc.name != "") || err != nil {
				t.Errorf("repaired: %v, %v", repaired, err)
			}
			for name, want := range whole {
				if name == "host_key" && name == tc.name {
					want = 0o600
				}
				if got := mode(t, filepath.Join(path, name)); got != want {
					t.Errorf("%s has mode %v, want %v", name, got, want)
				}
			}
			if got := mode(t, other); got != 0o755 {
				t.Errorf("what is not ours has mode %v", got)
			}
		})
	}
}

// TestModesOutsideAreNot changed by a link.
func TestModesOutsideAreNot(t *testing.T) {
	path, outside := t.TempDir(), filepath.Join(t.TempDir(), "a")
	inside := filepath.Join(path, "files", "a")
	if err := openTest(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	err := errors.Join(os.Mkdir(filepath.Join(path, "files"), 0o700), os.WriteFile(inside, nil, 0o600), os.Chmod(inside, 0o644), os.WriteFile(outside, nil, 0o600), os.Chmod(outside, 0o644), os.Symlink(outside, filepath.Join(path, "link.cnf")))
	if err != nil {
		t.Fatal(err)
	}
	d := openTest(t, path)
	if repaired, err := d.Repaired(); !repaired || err != nil || mode(t, inside) != 0o600 || mode(t, outside) != 0o644 {
		t.Errorf("repaired %v, %v; inside %v, outside %v", repaired, err, mode(t, inside), mode(t, outside))
	}
}

// TestModeThatCannotBeChanged keeps nobody from the directory.
func TestModeThatCannotBeChanged(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := errors.Join(d.Commit(pair(1)), d.Close(), os.Chmod(filepath.Join(path, "secure.cnf"), 0o644)); err != nil {
		t.Fatal(err)
	}
	d, err := open(path, func(s step) error {
		if s == stepMode {
			return &fs.PathError{Op: "chmod", Path: "secure.cnf", Err: unix.EPERM}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if repaired, err := d.Repaired(); repaired || err != unix.EPERM {
		t.Errorf("repaired: %v, %v", repaired, err)
	}
}

func TestOpenImpossible(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "below"), "/proc/self/none", "/dev/null"} {
		if d, err := Open(path); err == nil {
			t.Errorf("%s: opened", path)
			_ = d.Close()
		} else if !strings.HasPrefix(err.Error(), "state directory "+path+": ") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestUnwritable(t *testing.T) {
	empty, used := filepath.Join(t.TempDir(), "empty"), filepath.Join(t.TempDir(), "used")
	if err := os.Mkdir(empty, 0o500); err != nil {
		t.Fatal(err)
	}
	d := openTest(t, used)
	if err := d.WriteFile("startup.cnf", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if boots, err := d.NextBoots(); boots != 1 || err != nil {
		t.Fatal(boots, err)
	}
	if err := os.Chmod(used, 0o500); err != nil {
		t.Fatal(err)
	}
	asOrdinaryUser(t, func() {
		if _, err := Open(empty); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("open: %v", err)
		}
		boots, err := d.NextBoots()
		if boots != 0 {
			t.Errorf("boots %d without a place to keep it", boots)
		}
		_, mac := d.ChassisMAC()
		for what, err := range map[string]error{
			"boots": err, "mac": mac, "remove": d.Remove("startup.cnf"),
			"write":  d.WriteFile("startup.cnf", []byte("new"), 0o600),
			"files":  d.WriteFile("files/a", []byte("new"), 0o600),
			"commit": d.Commit(map[string][]byte{"startup.cnf": []byte("new")}),
		} {
			if !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), ".tmp") {
				t.Errorf("%s: %v", what, err)
			}
		}
		wantFile(t, d, "startup.cnf", "old")
	})
	if err := os.Chmod(used, 0o700); err != nil {
		t.Fatal(err)
	}
	if boots, err := d.NextBoots(); boots != 2 || err != nil {
		t.Errorf("writable again: boots %d, %v", boots, err)
	}
}

// TestNothingLeavesTheDirectory: a link in the state directory leads nowhere else.
func TestNothingLeavesTheDirectory(t *testing.T) {
	outside, path := t.TempDir(), t.TempDir()
	if err := openTest(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "a"), []byte("outside"), 0o600); err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{"files": outside, "link.cnf": filepath.Join(outside, "a")} {
		if err := os.Symlink(target, filepath.Join(path, link)); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Open(path)
	if err == nil {
		t.Error("a files folder outside was accepted")
		_ = d.Close()
	}
	if err := os.Remove(filepath.Join(path, "files")); err != nil {
		t.Fatal(err)
	}
	d = openTest(t, path)
	if data, err := d.ReadFile("link.cnf"); err == nil {
		t.Errorf("read %q through a link", data)
	}
	if err := d.WriteFile("link.cnf", []byte("inside"), 0o600); err != nil {
		t.Error(err)
	}
	wantFile(t, d, "link.cnf", "inside")
	if data, err := os.ReadFile(filepath.Join(outside, "a")); err != nil || string(data) != "outside" {
		t.Errorf("file outside: %q, %v", data, err)
	}
}
