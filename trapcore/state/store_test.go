package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var testTime = time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)

func openTest(t testing.TB, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// eachStore runs a test on both kinds of store.
func eachStore(t *testing.T, test func(*testing.T, Store)) {
	t.Run("disk", func(t *testing.T) { test(t, openTest(t, t.TempDir())) })
	t.Run("memory", func(t *testing.T) { test(t, NewMemory(func() time.Time { return testTime })) })
}

func wantFile(t *testing.T, s Store, name, want string) {
	t.Helper()
	got, err := s.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
	}
}

// TestOpenedFiles are those of the operator, as they were when they were opened.
func TestOpenedFiles(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		if _, err := s.Open("files/a"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("before it is written: %v", err)
		}
		if err := errors.Join(s.WriteFile("files/a", []byte("first"), 0o600), s.WriteFile("startup.cnf", nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		r, err := s.Open("files/a")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.WriteFile("files/a", []byte("second"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); string(got) != "first" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"startup.cnf", "../files/a", "files/../startup.cnf", "", "files/"} {
			if _, err := s.Open(name); !errors.Is(err, errName) {
				t.Errorf("%q: %v", name, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open("files/a"); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
	})
}

func TestFiles(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		for _, name := range []string{"startup.cnf", "files/a.scr", "files/lock"} {
			if _, err := s.ReadFile(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("read %s before write: %v", name, err)
			}
			for _, content := range []string{"first", "second, longer", ""} {
				data := []byte(content)
				if err := s.WriteFile(name, data, 0o600); err != nil {
					t.Fatal(err)
				}
				for i := range data {
					data[i] = 'X'
				}
				wantFile(t, s, name, content)
			}
		}
		if err := s.WriteFile("host_key", []byte("1234"), 0o400); err != nil {
			t.Fatal(err)
		}
		if err := s.WriteFile("host_key", []byte("123"), 0o400); err != nil {
			t.Errorf("replace a read-only file: %v", err)
		}
		if _, err := s.NextBoots(); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			folder string
			want   []string
		}{{"", []string{"host_key", "startup.cnf"}}, {Files, []string{"a.scr", "lock"}}} {
			files, err := s.List(tc.folder)
			var names []string
			for _, f := range files {
				names = append(names, f.Name)
				if f.Name == "host_key" && f.Size != 3 || f.Modified.IsZero() {
					t.Errorf("%+v", f)
				}
			}
			if err != nil || !slices.Equal(names, tc.want) {
				t.Errorf("list %q: %v, %v, want %v", tc.folder, names, err, tc.want)
			}
		}
		if err := s.Remove("files/a.scr"); err != nil {
			t.Error(err)
		}
		if err := s.Remove("files/a.scr"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("second remove: %v", err)
		}
		if files, err := s.List(Files); err != nil || len(files) != 1 {
			t.Errorf("after remove: %v, %v", files, err)
		}
	})
}

func TestRefusals(t *testing.T) {
	bad := []string{
		"", ".", "..", "../x", "/etc/passwd", "a/b", "files", "files/", "files/..", "files/../x", "files/a/b", "Files/x",
		".commit", ".tmp-x", "files/.x", "-x", "a b", "a\x00", "a\n", "ä", `a\b`, "lock", "engine-boots", "chassis-mac", "chassis-model",
		strings.Repeat("x", maxName+1),
	}
	eachStore(t, func(t *testing.T, s Store) {
		for _, name := range bad {
			_, err := s.ReadFile(name)
			for what, err := range map[string]error{
				"read": err, "write": s.WriteFile(name, nil, 0o600), "remove": s.Remove(name), "commit": s.Commit(map[string][]byte{name: nil}),
			} {
				if !errors.Is(err, errName) {
					t.Errorf("%s %q: %v", what, name, err)
				}
			}
		}
		if err := s.Commit(map[string][]byte{"files/a": nil}); !errors.Is(err, errName) {
			t.Errorf("commit of files/a: %v", err)
		}
		if _, err := s.List("a"); !errors.Is(err, errName) {
			t.Errorf("list a: %v", err)
		}
		for _, perm := range []fs.FileMode{0o644, 0o700, 0o600 | fs.ModeSetuid} {
			if err := s.WriteFile("a", nil, perm); err == nil {
				t.Errorf("mode %v accepted", perm)
			}
		}
		if err := s.Commit(nil); err != nil {
			t.Errorf("empty commit: %v", err)
		}
		if files, err := s.List(""); err != nil || files != nil {
			t.Errorf("refused writes left %v, %v", files, err)
		}
	})
}

func TestClosed(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		_, read := s.ReadFile("a")
		_, list := s.List("")
		_, boots := s.NextBoots()
		_, mac := s.ChassisMAC()
		for what, err := range map[string]error{
			"read": read, "list": list, "boots": boots, "mac": mac,
			"write": s.WriteFile("a", nil, 0o600), "remove": s.Remove("a"), "commit": s.Commit(map[string][]byte{"a": nil}),
		} {
			if !errors.Is(err, fs.ErrClosed) {
				t.Errorf("%s after Close: %v", what, err)
			}
		}
	})
}

func TestCommit(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		for _, content := range []string{"1", "2", ""} {
			if err := s.Commit(map[string][]byte{"startup.cnf": []byte(content), "secure.cnf": []byte("secure" + content)}); err != nil {
				t.Fatal(err)
			}
			wantFile(t, s, "startup.cnf", content)
			wantFile(t, s, "secure.cnf", "secure"+content)
		}
	})
}

func TestConcurrentBoots(t *testing.T) {
	eachStore(t, func(t *testing.T, s Store) {
		var mu sync.Mutex
		seen := make(map[int32]bool)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 10 {
					boots, err := s.NextBoots()
					mu.Lock()
					if err != nil || seen[boots] {
						t.Errorf("boots %d, %v, seen before: %v", boots, err, seen[boots])
					}
					seen[boots] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
}

func TestMemoryBoots(t *testing.T) {
	var now time.Time
	m := NewMemory(func() time.Time { return now })
	for _, tc := range []struct {
		unix int64
		want int32
	}{
		{-5, 1}, {0, 2}, {1000, 1000}, {1000, 1001}, {999, 1002}, {5000, 5000},
		{maxBoots, maxBoots}, {1 << 40, maxBoots}, {6000, maxBoots},
	} {
		now = time.Unix(tc.unix, 0)
		if got, err := m.NextBoots(); err != nil || got != tc.want {
			t.Errorf("at %d: %d, %v, want %d", tc.unix, got, err, tc.want)
		}
	}
	if mac, err := m.ChassisMAC(); err != nil || mac.String() != EphemeralMAC {
		t.Errorf("MAC %v, %v", mac, err)
	}
}

func TestParseMAC(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"02:00:00:00:00:01", "02:00:00:00:00:01"},
		{"00-90-1A-42-0B-CD", "00:90:1a:42:0b:cd"},
		{"0090.1a42.0bcd", "00:90:1a:42:0b:cd"},
		{"", ""}, {"02:00:00:00:00", ""}, {"02:00:00:00:00:00:00:01", ""}, {"02:00:00:00:00:0g", ""},
		{"00:00:00:00:00:00", ""}, {"01:00:5e:00:00:01", ""}, {"ff:ff:ff:ff:ff:ff", ""},
	} {
		got, err := ParseMAC(tc.in)
		if got.String() != tc.want || (err == nil) != (tc.want != "") || err != nil && !errors.Is(err, errMAC) {
			t.Errorf("%q: %v, %v, want %q", tc.in, got, err, tc.want)
		}
	}
}

func TestChassisMACIsKept(t *testing.T) {
	path := t.TempDir()
	var macs []net.HardwareAddr
	for range 2 {
		d := openTest(t, path)
		for range 2 {
			mac, err := d.ChassisMAC()
			if err != nil {
				t.Fatal(err)
			}
			macs = append(macs, mac)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, mac := range macs {
		if mac.String() != macs[0].String() || mac[0] != 0x02 {
			t.Errorf("got %v", macs)
		}
	}
	other, err := openTest(t, t.TempDir()).ChassisMAC()
	if err != nil || other.String() == macs[0].String() {
		t.Errorf("another directory has MAC %v, %v", other, err)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("HOME", "/home/op")
	for _, tc := range []struct{ xdg, want string }{
		{"", "/home/op/.local/state/mirrorsh"},
		{"relative", "/home/op/.local/state/mirrorsh"},
		{"/var/x", "/var/x/mirrorsh"},
	} {
		t.Setenv("XDG_STATE_HOME", tc.xdg)
		if got, err := DefaultDir(); err != nil || got != tc.want {
			t.Errorf("XDG_STATE_HOME %q: %q, %v", tc.xdg, got, err)
		}
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if got, err := DefaultDir(); err == nil {
		t.Errorf("without a home: %q", got)
	}
}

func TestPath(t *testing.T) {
	path := t.TempDir()
	if got, want := openTest(t, path).Path("files/a"), filepath.Join(path, "files/a"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := NewMemory(nil).Path("a"); got != "a (in memory)" {
		t.Errorf("got %q", got)
	}
}

// FuzzName: whatever is accepted stays inside the directory.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"startup.cnf", "files/a", "files/../x", "..", "/x", "a/b", ".tmp-x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if CheckName(name) != nil {
			return
		}
		base := strings.TrimPrefix(name, "files/")
		if !fs.ValidPath(name) || strings.ContainsAny(base, "/\\\x00") || strings.HasPrefix(base, ".") || name == base && slices.Contains(reserved, base) {
			t.Errorf("accepted %q", name)
		}
		if err := os.WriteFile(filepath.Join(t.TempDir(), base), nil, 0o600); err != nil {
			t.Error(err)
		}
	})
}

// TestBootsBefore: what boots was before an engine ID stays in later runs, at any
// number of them up to the bound.
func TestBootsBefore(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	count := func(times int) {
		for range times {
			if _, err := d.NextBoots(); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := func(id string, want int32, wantErr error) {
		t.Helper()
		if got, err := d.BootsBefore(id); got != want || !errors.Is(err, wantErr) {
			t.Errorf("%q: %d, %v; want %d, %v", id, got, err, want, wantErr)
		}
	}
	count(3)
	before("first", 2, nil)
	count(2)
	before("second", 4, nil)
	for i := range maxEngines - 2 {
		before(fmt.Sprintf("%032d", i), 4, nil)
	}
	count(1)
	before("one more", 0, errEngines)
	before("first", 2, nil)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = openTest(t, path)
	before("first", 2, nil)
	before("second", 4, nil)
	if boots, err := d.NextBoots(); boots != 7 || err != nil {
		t.Errorf("boots %d, %v", boots, err)
	}
	if err := os.Remove(d.Path(bootsName)); err != nil {
		t.Fatal(err)
	}
	before("first", 2, nil) // needs no disk
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	before("first", 0, fs.ErrClosed)

	m := NewMemory(nil)
	if got, err := m.BootsBefore("first"); got != 0 || err != nil {
		t.Errorf("in memory: %d, %v", got, err)
	}
}
