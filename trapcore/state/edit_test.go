package state

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// edit makes pair n of the pair before it, both of one digit.
func edit(n int) map[string][]Edit {
	e := []Edit{{At: 0, Cut: 1, Put: fmt.Appendf(nil, "%d", n)}}
	return map[string][]Edit{"startup.cnf": e, "secure.cnf": e}
}

func TestEdit(t *testing.T) {
	put := func(s string) []byte { return []byte(s) }
	eachStore(t, func(t *testing.T, s Store) {
		if err := s.Edit(map[string][]Edit{"a": {{Put: put("x")}}}); !errors.Is(err, ErrWhole) {
			t.Errorf("no file: %v", err)
		}
		if err := s.Commit(map[string][]byte{"a": put("0123456789"), "b": nil}); err != nil {
			t.Fatal(err)
		}
		for _, tc := range []struct {
			edits []Edit
			want  string // "": refused
		}{
			{[]Edit{{0, 0, put("<")}, {10, 0, put(">")}}, "<0123456789>"},
			{[]Edit{{1, 2, nil}, {5, 1, put("four")}, {6, 0, put("!")}}, "<23four!56789>"},
			{[]Edit{{13, 1, nil}}, "<23four!56789"},
			{nil, "<23four!56789"},
			{[]Edit{{13, 1, nil}}, ""},
			{[]Edit{{14, 0, nil}}, ""},
			{[]Edit{{-1, 0, nil}}, ""},
			{[]Edit{{1, -1, nil}}, ""},
			{[]Edit{{3, 1, nil}, {3, 1, nil}}, ""},
			{[]Edit{{0, 1 << 62, nil}}, ""},
			{[]Edit{{0, 13, nil}}, ""},
			{[]Edit{{0, 0, put("again")}}, "again"},
		} {
			before, err := s.ReadFile("a")
			if err != nil {
				t.Fatal(err)
			}
			err = s.Edit(map[string][]Edit{"a": tc.edits, "b": nil})
			refused := tc.want == "" && fmt.Sprint(tc.edits) != "[{0 13 []}]"
			if refused != errors.Is(err, ErrWhole) || !refused && err != nil {
				t.Errorf("%v: %v", tc.edits, err)
			}
			if refused {
				tc.want = string(before)
			}
			wantFile(t, s, "a", tc.want)
		}
		for range 2 {
			if err := s.Rewrite("a"); err != nil {
				t.Error(err)
			}
			wantFile(t, s, "a", "again")
		}
		if err := s.Edit(map[string][]Edit{"a": {{At: 5, Put: put("!")}}}); err != nil {
			t.Errorf("after it was rewritten: %v", err)
		}
		wantFile(t, s, "a", "again!")
		if err := s.Edit(map[string][]Edit{"files/a": nil}); !errors.Is(err, errName) {
			t.Error(err)
		}
		if err := errors.Join(s.Edit(map[string][]Edit{"a": {{At: 0, Cut: 5}}}), s.Remove("a")); err != nil {
			t.Error(err)
		}
		if _, err := s.ReadFile("a"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("removed: %v", err)
		}
	})
}

// TestWhatHasToBeWhole: a file is edited only from what the same run has written.
func TestWhatHasToBeWhole(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := d.Commit(pair(1)); err != nil {
		t.Fatal(err)
	}
	much := []Edit{{Put: bytes.Repeat([]byte("x"), maxEdits/2)}}
	for i := range 2 {
		if err := d.Edit(map[string][]Edit{"startup.cnf": much}); errors.Is(err, ErrWhole) != (i == 1) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := d.Edit(edit(2)); err != nil {
		t.Errorf("a little more: %v", err)
	}
	if err := d.WriteFile("secure.cnf", []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Edit(edit(3)); !errors.Is(err, ErrWhole) {
		t.Errorf("written in another way: %v", err)
	}
	if err := errors.Join(d.Commit(pair(4)), d.Close()); err != nil {
		t.Fatal(err)
	}
	d = openTest(t, path)
	if err := d.Edit(edit(5)); !errors.Is(err, ErrWhole) {
		t.Errorf("of another run: %v", err)
	}
	if n := readPair(t, d); n != 4 {
		t.Errorf("the files are of commit %d", n)
	}
	noTemps(t, path)
}

// killed is the directory of a router that was killed: what is on the disk by now.
func killed(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "state")
	if err := errors.Join(os.CopyFS(to, os.DirFS(path)), os.Chmod(to, 0o700)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestEditsAgainstModel: whatever is done with edited files, in whatever order,
// they are what they should be, for this run and for one after it was killed.
func TestEditsAgainstModel(t *testing.T) {
	t.Parallel()
	const names, steps = "ab", 400
	path := t.TempDir()
	d, rnd, model := openTest(t, path), rand.New(rand.NewPCG(1, 2)), map[string]string{}
	change := func(name string) []Edit {
		var edits []Edit
		var out strings.Builder
		old, from := model[name], 0
		for range rnd.IntN(4) {
			at := from + rnd.IntN(len(old)-from+1)
			cut := rnd.IntN(min(len(old)-at, 20) + 1)
			put := strings.Repeat(string(rune('a'+rnd.IntN(26))), rnd.IntN(20))
			edits = append(edits, Edit{at, cut, []byte(put)})
			out.WriteString(old[from:at] + put)
			from = at + cut
		}
		model[name] = out.String() + old[from:]
		return edits
	}
	edited := 0
	for step := range steps {
		name := names[rnd.IntN(2):][:1]
		var err error
		switch what := rnd.IntN(10); {
		case what == 0:
			model[name] = fmt.Sprintf("whole %d", step)
			err = d.Commit(map[string][]byte{name: []byte(model[name])})
		case what == 1:
			for _, n := range []string{"a", "b"} {
				model[n] = fmt.Sprintf("both %d", step)
			}
			err = d.Commit(map[string][]byte{"a": []byte(model["a"]), "b": []byte(model["b"])})
		case what == 2:
			err = d.Rewrite(name)
		case what == 3:
			model[name] = fmt.Sprintf("written %d", step)
			err = d.WriteFile(name, []byte(model[name]), 0o600)
		case what == 4 && rnd.IntN(4) == 0:
			if err = d.Close(); err == nil {
				for n, want := range model { // the files themselves have it
					if raw, _ := os.ReadFile(filepath.Join(path, n)); string(raw) != want {
						t.Fatalf("%d: %s is %q, want %q", step, n, raw, want)
					}
				}
				d = openTest(t, path)
			}
		default:
			before := map[string]string{"a": model["a"], "b": model["b"]}
			files := map[string][]Edit{}
			for _, n := range []string{"a", "b"} {
				if n == name || what%2 == 0 {
					files[n] = change(n)
				}
			}
			if err = d.Edit(files); errors.Is(err, ErrWhole) {
				model["a"], model["b"], err = before["a"], before["b"], nil
			} else {
				edited++
			}
		}
		if err != nil {
			t.Fatalf("%d: %v", step, err)
		}
		after := openTest(t, killed(t, path))
		for n, want := range model {
			for of, store := range map[string]Store{"this run": d, "the next run": after} {
				if got, err := store.ReadFile(n); string(got) != want && (want != "" || !errors.Is(err, fs.ErrNotExist)) {
					t.Fatalf("%d: in %s %s is %q, %v, want %q", step, of, n, got, err, want)
				}
			}
		}
		if err := after.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if edited < steps/5 {
		t.Errorf("%d edits", edited)
	}
}

// TestEditedOneFailingStep: a step of an edit, or of what follows it, fails with a
// full disk, and the process lives on or is killed.
func TestEditedOneFailingStep(t *testing.T) {
	t.Parallel()
	ops := map[string]func(*Dir, int) error{
		"edit":   func(d *Dir, n int) error { return d.Edit(edit(n)) },
		"commit": func(d *Dir, n int) error { return d.Commit(pair(n)) },
	}
	rewrite := func(d *Dir) error { return errors.Join(d.Rewrite("startup.cnf"), d.Rewrite("secure.cnf")) }
	for first, fails := range ops {
		for second, next := range ops {
			for _, rewrites := range []bool{false, true} {
				for n, failed := 0, true; failed; n++ {
					path := t.TempDir()
					d := openTest(t, path)
					if err := errors.Join(d.Commit(pair(1)), d.Edit(edit(2)), d.Edit(edit(3))); err != nil {
						t.Fatal(err)
					}
					count := 0
					d.hook = func(step) error {
						if count++; count == n+1 {
							return unix.ENOSPC
						}
						return nil
					}
					what := fmt.Sprintf("%s, then %s, rewritten: %v, step %d", first, second, rewrites, n)
					err, want := error(nil), 3
					if rewrites {
						err = rewrite(d)
					} else if err = fails(d, 4); err == nil {
						want = 4
					}
					failed = count > n
					d.hook = nil
					if failed != (err != nil) || err != nil && !errors.Is(err, unix.ENOSPC) {
						t.Fatalf("%s: %v", what, err)
					}
					after := openTest(t, killed(t, path))
					if got := readPair(t, after); got != want && (err == nil || got != 4) {
						t.Errorf("%s: killed, and the files are of %d", what, got)
					}
					if got := readPair(t, d); got != want && (err == nil || got != 4) {
						t.Errorf("%s: the files are of %d", what, got)
					}
					// Who is told of an error writes the file whole.
					if err = next(d, 5); errors.Is(err, ErrWhole) || second == "edit" && failed {
						err = d.Commit(pair(5))
					}
					if err != nil || readPair(t, d) != 5 {
						t.Errorf("%s: %v", what, err)
					}
					if got := readPair(t, openTest(t, killed(t, path))); got != 5 {
						t.Errorf("%s: killed later, and the files are of %d", what, got)
					}
					if err := d.Close(); err != nil {
						t.Error(err)
					}
					noTemps(t, path)
				}
			}
		}
	}
}

// TestTornEdits cuts .commit off, and changes an octet of it, everywhere: the last
// record may be missing, any other is damage, and nothing else ever comes of it.
func TestTornEdits(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	d := openTest(t, path)
	if err := errors.Join(d.Commit(pair(1)), d.Edit(edit(2)), d.Edit(edit(3)), d.Edit(edit(4))); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(path, journalName))
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:bytes.LastIndex(whole, []byte("\ncrc32"))], '\n') + 1
	check := func(what string, content []byte, last bool) {
		t.Helper()
		l, _, reason := parseLog(content)
		if reason != "" {
			if last {
				t.Errorf("%s: %s", what, reason)
			}
			return
		}
		for name, e := range l.edited {
			if data, ok := e.content([]byte("1")); !ok || string(data) > "4" || last && string(data) != "3" {
				t.Errorf("%s: %s has %q, %v", what, name, data, ok)
			}
		}
	}
	for i := range whole {
		check(fmt.Sprint("cut at ", i), whole[:i], i >= last)
		for bit := range 8 {
			changed := bytes.Clone(whole)
			changed[i] ^= 1 << bit
			check(fmt.Sprint("changed at ", i), changed, i >= last && i+1 < len(whole) && changed[i] != '\n')
		}
	}
	for _, content := range [][]byte{whole[:len(whole)-1], whole} { // a router goes on with what is there
		path := killed(t, path)
		if err := os.WriteFile(filepath.Join(path, journalName), content, 0o600); err != nil {
			t.Fatal(err)
		}
		d, want := openTest(t, path), 4
		if len(content) < len(whole) {
			want = 3
		}
		if got := readPair(t, d); got != want {
			t.Errorf("%d octets: the files are of %d", len(content), got)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		noTemps(t, path)
	}
}

// TestEditsOfAnotherFile: a file that somebody has changed under its edits is
// damage, which says what to do, and is left as it is.
func TestEditsOfAnotherFile(t *testing.T) {
	path := t.TempDir()
	d := openTest(t, path)
	if err := errors.Join(d.Commit(pair(1)), d.Edit(edit(2))); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"", "7", "1\n"} {
		path := killed(t, path)
		if err := os.WriteFile(filepath.Join(path, "startup.cnf"), []byte(other), 0o600); err != nil {
			t.Fatal(err)
		}
		d := openTest(t, path)
		_, err := d.ReadFile("startup.cnf")
		var damaged *DamagedError
		if !errors.As(err, &damaged) || damaged.Path != filepath.Join(path, "startup.cnf") || !strings.Contains(damaged.Remedy, journalName) {
			t.Errorf("%q: %v", other, err)
		}
		if err := d.Rewrite("startup.cnf"); !errors.As(err, &damaged) {
			t.Errorf("%q: rewritten: %v", other, err)
		}
		wantFile(t, d, "secure.cnf", "2")
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(filepath.Join(path, "startup.cnf")); string(got) != other || err != nil {
			t.Errorf("the file now has %q, %v", got, err)
		}
	}
}

// TestEditedWhileItIsRewritten: what comes while a file is being written is not lost.
func TestEditedWhileItIsRewritten(t *testing.T) {
	for name, meanwhile := range map[string]func(*Dir) error{
		"edit":   func(d *Dir) error { return d.Edit(edit(3)) },
		"commit": func(d *Dir) error { return d.Commit(pair(3)) },
		"same":   func(d *Dir) error { return errors.Join(d.Commit(pair(1)), d.Edit(edit(3))) },
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir()
			d := openTest(t, path)
			if err := errors.Join(d.Commit(pair(1)), d.Edit(edit(2))); err != nil {
				t.Fatal(err)
			}
			once := false
			d.hook = func(s step) error {
				if s != stepSync || once {
					return nil
				}
				once = true
				return meanwhile(d)
			}
			if err := d.Rewrite("startup.cnf"); err != nil {
				t.Error(err)
			}
			if got := readPair(t, d); got != 3 {
				t.Errorf("the files are of %d", got)
			}
			if got := readPair(t, openTest(t, killed(t, path))); got != 3 {
				t.Errorf("killed, and the files are of %d", got)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
			noTemps(t, path)
		})
	}
}

// TestManyEditsCostWhatTheyAre, not the file for each of them.
func TestManyEditsCostWhatTheyAre(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcde\n"), 1<<16)
	e := newEdited(sumOf(data))
	const changes = 1000
	for i := range changes {
		if !e.takes([]Edit{{At: 7, Cut: 1, Put: []byte("x")}, {At: 1000*i + 100, Cut: 2, Put: []byte("new")}}) {
			t.Fatal(i)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, ok := e.content(data)
	runtime.ReadMemStats(&after)
	if !ok || len(got) != len(data)+changes || bytes.Count(got, []byte("new")) != changes {
		t.Errorf("%v, %d octets", ok, len(got))
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 4*uint64(len(data)) {
		t.Errorf("%d octets allocated", n)
	}
}
