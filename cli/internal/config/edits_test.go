package config

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// TestEdits: they make one text of another, wherever pieces were changed, and
// have no more than those and their neighbours.
func TestEdits(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	piece := func() string { return fmt.Sprintf("line %d\n", rnd.IntN(1e6)) }
	for round := range 500 {
		var from Text
		for range rnd.IntN(300) {
			from = append(from, piece())
		}
		to, changed := slices.Clone(from), 0
		for range rnd.IntN(5) {
			at, n := rnd.IntN(len(to)+1), rnd.IntN(4)
			cut := min(rnd.IntN(4), len(to)-at)
			var with []string
			for range n {
				with = append(with, piece())
			}
			to, changed = slices.Replace(to, at, at+cut, with...), changed+n
		}
		old, with := contents{"head\n", from}, contents{"head\n", to}
		if rnd.IntN(2) == 0 {
			with.head, changed = "another head\n", changed+2
		}
		edits, store := old.editsTo(with), state.NewMemory(nil)
		if err := errors.Join(store.Commit(map[string][]byte{"a": old.bytes()}), store.Edit(map[string][]state.Edit{"a": edits})); err != nil {
			t.Fatal(err)
		}
		if got, err := store.ReadFile("a"); string(got) != with.head+to.String()+End || len(got) != with.len() || err != nil {
			t.Fatalf("%d: %v: %q, want %q", round, err, got, to)
		}
		put := 0
		for _, e := range edits {
			put += len(e.Put)
		}
		if put > changed*len("line 000000\n") {
			t.Errorf("%d: %d octets for %d changed pieces", round, put, changed)
		}
	}
}

func TestTextsAreEqual(t *testing.T) {
	for _, tt := range []struct {
		a, b Text
		want bool
	}{
		{nil, nil, true}, {nil, Text{""}, true}, {Text{"", "a"}, Text{"a", "", ""}, true},
		{Text{"ab", "c"}, Text{"a", "bc"}, true}, {Text{"abc"}, Text{"a", "b"}, false},
		{Text{"a"}, nil, false}, {nil, Text{"a"}, false}, {Text{"a", "b"}, Text{"a", "c"}, false},
	} {
		if got := tt.a.Equal(tt.b); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}

// TestLargeScriptsAreEdited: of a large script what has changed is written, and
// all of it once nothing changes any more, or after a while.
func TestLargeScriptsAreEdited(t *testing.T) {
	text := strings.Repeat("a line that is there\n", large/20)
	for _, of := range side.Both {
		t.Run(of.String(), func(t *testing.T) {
			saver(t, func(t *testing.T, b *bench) {
				save := func(line string) {
					t.Helper()
					b.change(of, text+line)
					if err := b.Save(cleared); err != nil {
						t.Error(err)
					}
					b.has(t, of, text+line)
				}
				file := File(of)
				save("first")
				save("second")
				save("third")
				b.did(t, file+" 0s", "edit "+file+" 0s", "edit "+file+" 0s")
				time.Sleep(time.Hour)
				b.did(t, "rewrite "+file+" 1s")
				// Edited again and again, it is written whole all the same.
				for i := range 100 {
					save(fmt.Sprint(i))
					time.Sleep(Interval / 2)
				}
				b.set(func() {
					b.commits = slices.DeleteFunc(b.commits, func(s string) bool { return strings.HasPrefix(s, "edit ") })
				})
				time.Sleep(time.Hour)
				b.did(t, "rewrite "+file+" 1h0m30s", "rewrite "+file+" 1h0m50.5s")
				// If that fails, it is tried again, and nobody is told.
				save("more")
				b.set(func() { b.commits, b.full = nil, func(sides) bool { return true } })
				time.Sleep(2*Interval + Interval/2)
				if err := b.Save(cleared); err != nil {
					t.Error(err)
				}
				b.set(func() { b.full = nil })
				time.Sleep(time.Hour)
				b.did(t, "rewrite "+file+" 2h0m51s fails", "rewrite "+file+" 2h0m52s fails", "rewrite "+file+" 2h0m53s")
				// What is asked for is written whole.
				_ = b.Write(side.Clear(of == side.Secure))
				b.set(func() {
					if b.commits = slices.DeleteFunc(b.commits, func(s string) bool { return strings.Contains(s, "rewrite") }); len(b.commits) != 1 || !strings.Contains(b.commits[0], file) || strings.HasPrefix(b.commits[0], "edit") {
						t.Errorf("write memory does %q", b.commits)
					}
					b.commits = nil
				})
				// So is what could not be edited.
				b.set(func() { b.full = func(s sides) bool { return s[of] } })
				b.change(of, text+"no room")
				if err := b.Save(side.Clear(of == side.Secure)); !errors.Is(err, errFull) {
					t.Error(err)
				}
				b.set(func() { b.full, b.commits = nil, nil })
				time.Sleep(Interval)
				b.did(t, file+" 3h0m53.5s")
				b.has(t, of, text+"no room")
			})
		})
	}
}

// TestBothAreEditedAtOneMoment, or the ordinary side as though the other had not
// changed.
func TestBothAreEditedAtOneMoment(t *testing.T) {
	text := strings.Repeat("a line that is there\n", large/20)
	saver(t, func(t *testing.T, b *bench) {
		change := func(line string) error {
			b.change(side.Ordinary, text+line)
			b.change(side.Secure, text+line)
			return b.Save(ordinary)
		}
		if err := errors.Join(change("a"), change("b")); err != nil {
			t.Error(err)
		}
		b.did(t, "secure.cnf+startup.cnf 0s", "edit secure.cnf+startup.cnf 0s")
		b.set(func() { b.full = func(s sides) bool { return s[side.Secure] } })
		if err := errors.Join(change("c"), change("d")); err != nil {
			t.Error(err)
		}
		b.did(t, "edit secure.cnf+startup.cnf 0s fails", "edit startup.cnf 0s", "secure.cnf+startup.cnf 0s fails", "edit startup.cnf 0s")
		b.has(t, side.Ordinary, text+"d")
		b.has(t, side.Secure, text+"b")
	})
}

// TestFileChangedUnderItsEdits: what the router has replaces what somebody else has
// put into its file, as ever.
func TestFileChangedUnderItsEdits(t *testing.T) {
	text := strings.Repeat("a line that is there\n", large/20)
	for name, then := range map[string]func(*bench){
		"rewritten": func(*bench) { time.Sleep(time.Minute) },
		"closed":    func(b *bench) { time.Sleep(time.Millisecond); _ = b.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			store, err := state.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			saver(t, func(t *testing.T, b *bench) {
				b.store = store
				for _, line := range []string{"a", "b"} {
					b.change(side.Ordinary, text+line)
					if err := b.Save(ordinary); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.WriteFile(filepath.Join(dir, StartupFile), []byte("something else"), 0o600); err != nil {
					t.Fatal(err)
				}
				then(b)
				b.has(t, side.Ordinary, text+"b")
			})
		})
	}
}

// TestSmallIsEditedWithLarge: who saves a large side does not wait for all of it to be
// written because the other side, a small one, has changed, too.
func TestSmallIsEditedWithLarge(t *testing.T) {
	text := strings.Repeat("a line that is there\n", large/20)
	for _, of := range side.Both {
		t.Run(of.String(), func(t *testing.T) {
			saver(t, func(t *testing.T, b *bench) {
				other := side.Both[0]
				if other == of {
					other = side.Both[1]
				}
				save := func(more string, changed ...side.Side) {
					t.Helper()
					for _, s := range changed {
						line := map[side.Side]string{of: text + more, other: more}[s]
						b.change(s, line)
						defer b.has(t, s, line)
					}
					if err := b.Save(cleared); err != nil {
						t.Error(err)
					}
				}
				save("a", side.Both[:]...)
				save("b", side.Both[:]...)
				save("c", other)
				b.did(t, "secure.cnf+startup.cnf 0s", "edit secure.cnf+startup.cnf 0s", File(other)+" 0s")
				time.Sleep(time.Hour)
				b.has(t, of, text+"b")
				b.has(t, other, "c")
			})
		})
	}
}
