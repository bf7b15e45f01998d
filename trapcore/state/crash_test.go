package state

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func pair(n int) map[string][]byte {
	return map[string][]byte{"startup.cnf": fmt.Appendf(nil, "%d", n), "secure.cnf": fmt.Appendf(nil, "%d", n)}
}

// readPair returns the number both files hold.
func readPair(t *testing.T, s Store) int {
	t.Helper()
	var values [2]int
	for i, name := range []string{"startup.cnf", "secure.cnf"} {
		data, err := s.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(string(data), "%d", &values[i]); err != nil {
			t.Fatalf("%s holds %q", name, data)
		}
	}
	if values[0] != values[1] {
		t.Fatalf("startup.cnf is of commit %d, secure.cnf of %d", values[0], values[1])
	}
	return values[0]
}

func noTemps(t *testing.T, path string) {
	t.Helper()
	for _, folder := range []string{path, filepath.Join(path, Files)} {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") {
				t.Errorf("left behind: %s", e.Name())
			}
		}
	}
}

func TestSecondProcessIsTold(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	want := fmt.Sprintf("%d %s\n", os.Getpid(), path)
	if got := start(t, "open", path, "").rest(t); got != want {
		t.Errorf("second process says %q, want %q", got, want)
	}
	// The same process is refused too.
	var locked *LockedError
	if _, err := Open(path); !errors.As(err, &locked) || locked.PID != os.Getpid() {
		t.Errorf("second Open: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	holder := start(t, "hold", path, "")
	if line, err := holder.out.ReadString('\n'); line != "holding\n" {
		t.Fatal(line, err)
	}
	_, err := Open(path)
	if !errors.As(err, &locked) || locked.PID != holder.cmd.Process.Pid || locked.Dir != path {
		t.Errorf("while a child has it: %v", err)
	}
	if want := fmt.Sprintf("in use by process %d: stop it", holder.cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("message %v, want %q", err, want)
	}
	if err := holder.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.rest(t)
	openTest(t, path)
}

// killLoop starts a child again and again, kills it after a growing time, and
// hands what it printed to check; it returns when the time is up.
func killLoop(t *testing.T, mode, dir string, arg func() string, check func(printed []int)) {
	const bound = time.Second
	began := time.Now()
	for round := 0; round < 3 || time.Since(began) < bound; round++ {
		c := start(t, mode, dir, arg())
		// The first number shows that the child is at work.
		line, err := c.out.ReadString('\n')
		if err != nil {
			t.Fatalf("child ended: %q, %v", line, err)
		}
		timer := time.AfterFunc(time.Duration(round%17)*time.Millisecond, func() { _ = c.cmd.Process.Kill() })
		output := line + c.rest(t)
		timer.Stop()
		var printed []int
		lines := bufio.NewScanner(strings.NewReader(output))
		for lines.Scan() {
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "%d", &n); err != nil {
				t.Fatalf("child says %q", lines.Text())
			}
			printed = append(printed, n)
		}
		check(printed)
	}
}

func TestKilledBootsNeverRepeat(t *testing.T) {
	path := t.TempDir()
	last := 0
	killLoop(t, "boots", path, func() string { return "" }, func(printed []int) {
		for _, n := range printed {
			if n <= last {
				t.Fatalf("boots %d after %d", n, last)
			}
			last = n
		}
	})
	boots, err := openTest(t, path).NextBoots()
	if err != nil || int(boots) <= last {
		t.Errorf("boots %d, %v after %d", boots, err, last)
	}
	noTemps(t, path)
}

func TestKilledCommitIsWhole(t *testing.T) { testKilled(t, "commit") }

func TestKilledEditIsWhole(t *testing.T) { testKilled(t, "edit") }

func testKilled(t *testing.T, mode string) {
	path := t.TempDir()
	last := 0
	killLoop(t, mode, path, func() string { return fmt.Sprint(last + 1) }, func(printed []int) {
		d := openTest(t, path)
		// The commit after the last one printed may have got through.
		done := printed[len(printed)-1]
		if last = readPair(t, d); last != done && last != done+1 {
			t.Fatalf("the files are of commit %d, the child was told of %d", last, done)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		noTemps(t, path)
	})
}

var errPower = errors.New("power failure")

// powerFailure lets n steps pass and fails all that follow: for the disk it is
// as if the process had ended there.
func powerFailure(n int) (hook func(step) error, failed func() bool) {
	count := 0
	return func(step) error {
		if count++; count > n {
			return errPower
		}
		return nil
	}, func() bool { return count > n }
}

// TestPowerFailureAtEveryStep ends each operation before each of its steps,
// then ends the recovery before each of its own.
func TestPowerFailureAtEveryStep(t *testing.T) {
	for _, tc := range []struct {
		name  string
		run   func(*Dir) error
		check func(t *testing.T, d *Dir, done bool)
	}{
		{"boots", func(d *Dir) error { _, err := d.NextBoots(); return err }, func(t *testing.T, d *Dir, done bool) {
			if boots, err := d.NextBoots(); err != nil || boots != 2 && boots != 3 || done && boots != 3 {
				t.Errorf("boots %d, %v", boots, err)
			}
		}},
		{"boots before", func(d *Dir) error { _, err := d.BootsBefore("a new one"); return err }, func(t *testing.T, d *Dir, done bool) {
			_, err := d.NextBoots()
			before, berr := d.BootsBefore("a new one")
			if err != nil || berr != nil || before != 0 && before != 1 || done && before != 0 {
				t.Errorf("before %d, %v, %v", before, err, berr)
			}
		}},
		{"commit", func(d *Dir) error { return d.Commit(pair(2)) }, func(t *testing.T, d *Dir, done bool) {
			if n := readPair(t, d); n != 1 && n != 2 || done && n != 2 {
				t.Errorf("commit %d", n)
			}
		}},
		{"edit", func(d *Dir) error { return d.Edit(edit(2)) }, func(t *testing.T, d *Dir, done bool) {
			if n := readPair(t, d); n != 1 && n != 2 || done && n != 2 {
				t.Errorf("commit %d", n)
			}
		}},
		{"edits", func(d *Dir) error {
			return cmp.Or(d.Edit(edit(2)), d.Edit(edit(3)), d.Rewrite("secure.cnf"), d.Edit(edit(4)), d.Rewrite("startup.cnf"))
		}, func(t *testing.T, d *Dir, done bool) {
			if n := readPair(t, d); n > 4 || done && n != 4 {
				t.Errorf("commit %d", n)
			}
		}},
		{"edit and commit", func(d *Dir) error {
			return cmp.Or(d.Edit(edit(2)), d.Commit(map[string][]byte{"other.cnf": nil}), d.Commit(pair(3)), d.Edit(edit(4)))
		}, func(t *testing.T, d *Dir, done bool) {
			if n := readPair(t, d); n > 4 || done && n != 4 {
				t.Errorf("commit %d", n)
			}
		}},
		{"write", func(d *Dir) error { return d.WriteFile("files/a", []byte("new"), 0o600) }, func(t *testing.T, d *Dir, done bool) {
			if data, err := d.ReadFile("files/a"); string(data) != "new" && (done || !errors.Is(err, os.ErrNotExist)) {
				t.Errorf("files/a: %q, %v", data, err)
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for n, more := 0, true; more; n++ {
				for m, again := 0, true; again; m++ {
					more, again = crashTwice(t, n, m, tc.run, tc.check)
				}
			}
		})
	}
}

// crashTwice fails run after n steps and the recovery after m. It reports
// whether either was cut short.
func crashTwice(t *testing.T, n, m int, run func(*Dir) error, check func(*testing.T, *Dir, bool)) (first, second bool) {
	t.Helper()
	path := t.TempDir()
	d := openTest(t, path)
	if _, err := d.NextBoots(); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(pair(1)); err != nil {
		t.Fatal(err)
	}
	hook, failed := powerFailure(n)
	d.hook = hook
	err := run(d)
	if first = failed(); err == nil && first || err != nil && !errors.Is(err, errPower) {
		t.Fatalf("after %d steps: %v", n, err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	hook, failed = powerFailure(m)
	recovering, openErr := open(path, hook)
	if second = failed(); second != (openErr != nil) {
		t.Fatalf("recovery after %d steps: %v", m, openErr)
	}
	if openErr == nil {
		if err := recovering.Close(); err != nil {
			t.Fatal(err)
		}
	}
	whole := openTest(t, path)
	check(t, whole, err == nil)
	if err := whole.Close(); err != nil {
		t.Fatal(err)
	}
	noTemps(t, path)
	return first, second
}

// TestOneFailingStep: the process lives on, and one step fails with a full disk.
func TestOneFailingStep(t *testing.T) {
	for n, failed := 0, true; failed; n++ {
		path := t.TempDir()
		d := openTest(t, path)
		if err := d.Commit(pair(1)); err != nil {
			t.Fatal(err)
		}
		count := 0
		d.hook = func(step) error {
			if count++; count == n+1 {
				return unix.ENOSPC
			}
			return nil
		}
		err := d.Commit(pair(2))
		d.hook = nil
		failed = count > n
		if failed != (err != nil) || err != nil && (err.Error() != "commit: no space left on device" || !errors.Is(err, unix.ENOSPC)) {
			t.Fatalf("step %d: %v", n, err)
		}
		if got := readPair(t, d); err == nil && got != 2 || got != 1 && got != 2 {
			t.Errorf("step %d: %v, and the files are of commit %d", n, err, got)
		}
		if err := d.Commit(pair(3)); err != nil || readPair(t, d) != 3 {
			t.Errorf("step %d: the next commit: %v", n, err)
		}
		noTemps(t, path)
	}
}

func TestFullDisk(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := d.Commit(pair(1)); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if out := start(t, "full", path, "").rest(t); out != "done\n" {
		t.Errorf("child says %q", out)
	}
	noTemps(t, path)
	d = openTest(t, path)
	if n := readPair(t, d); n != 1 {
		t.Errorf("the files are of commit %d", n)
	}
	wantFile(t, d, "small.cnf", "fits")
}

// TestUnfinishedCommitStopsNoFile: a commit that cannot be finished keeps nobody
// from the operator's files, nor from any other that it does not wait for.
func TestUnfinishedCommitStopsNoFile(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := d.WriteFile("files/a", []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "secure.cnf", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(pair(1)); err == nil || len(d.renames) == 0 {
		t.Fatalf("the commit is not half-way: %v", err)
	}
	wantFile(t, d, "files/a", "a")
	list, err := d.List(Files)
	if err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if err := errors.Join(d.WriteFile("files/b", nil, 0o600), d.Remove("files/a")); err != nil {
		t.Error(err)
	}
	wantRaw := func(name, want string) {
		t.Helper()
		if got, err := os.ReadFile(filepath.Join(path, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	wantRaw("startup.cnf", "1")
	if err := d.Commit(map[string][]byte{"startup.cnf": []byte("2")}); err != nil {
		t.Error(err)
	}
	wantRaw("startup.cnf", "2")
	change := func(n string) map[string][]Edit { return map[string][]Edit{"startup.cnf": {{Cut: 1, Put: []byte(n)}}} }
	for _, tt := range []struct {
		what string
		do   func() error
		has  string // startup.cnf
	}{
		{"edit", func() error { return d.Edit(change("3")) }, "3"},
		{"rewrite", func() error { return d.Rewrite("startup.cnf") }, "3"},
		{"edit again", func() error { return d.Edit(change("4")) }, "4"},
		{"commit of what is edited", func() error { return d.Commit(map[string][]byte{"startup.cnf": []byte("5")}) }, "5"},
		{"commit of others", func() error { return d.Commit(map[string][]byte{"startup.cnf": []byte("6"), "other.cnf": nil}) }, "6"},
		{"list", func() error { _, err := d.List(""); return err }, "6"},
		{"remove", func() error { return d.Remove("other.cnf") }, "6"},
		{"write", func() error { return d.WriteFile("startup.cnf", []byte("2"), 0o600) }, "2"},
		{"boots", func() error { _, err := d.NextBoots(); return err }, "2"},
		{"boots before", func() error { _, err := d.BootsBefore("a new one"); return err }, "2"},
		{"MAC", func() error { _, err := d.ChassisMAC(); return err }, "2"},
		{"model", func() error { _, err := d.Model(); return errors.Join(err, d.SetModel("e320")) }, "2"},
	} {
		if err := tt.do(); err != nil {
			t.Errorf("%s: %v", tt.what, err)
		}
		wantFile(t, d, "startup.cnf", tt.has)
	}
	if err := d.Commit(map[string][]byte{"secure.cnf": []byte("2")}); err == nil {
		t.Error("a commit overtakes one of the same file")
	}
	if err := d.Edit(map[string][]Edit{"secure.cnf": nil}); err == nil {
		t.Error("an edit overtakes a commit of the same file")
	}
	if err := os.RemoveAll(filepath.Join(path, "secure.cnf")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, d, "secure.cnf", "1")
	wantFile(t, d, "startup.cnf", "2")
	noTemps(t, path)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Commit(map[string][]byte{"startup.cnf": nil}); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
