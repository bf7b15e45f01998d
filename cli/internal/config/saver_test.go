package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// bench is a configuration of one line a side, and a disk that can be full. mu
// guards what the scheduler uses, too.
type bench struct {
	*Saver
	mu       sync.Mutex
	store    state.Store
	lines    [side.Count]string
	unsaid   [side.Count]error // why the lines cannot be rendered
	full     func(sides) bool  // whether a commit of the sides fails; nil: never
	commits  []string          // the sides of each, and when
	renders  int
	notSaved []string
	start    time.Time
}

var (
	ordinary = side.Clearance{}
	cleared  = side.Clear(true)
	errFull  = errors.New("no room")
)

func newBench() *bench {
	b := &bench{store: state.NewMemory(nil), start: time.Now()}
	b.Saver = NewSaver(source{b})
	return b
}

type source struct{ *bench }

func (s source) Head() string         { return "! head\n" }
func (s source) Store() state.Store   { return disk{s.store, s.bench} }
func (s source) Retry() time.Duration { return Interval }
func (s source) NotSaved(err error)   { s.set(func() { s.notSaved = append(s.notSaved, err.Error()) }) }
func (s source) Lines(of side.Side) (Text, error) {
	s.bench.mu.Lock()
	defer s.bench.mu.Unlock()
	s.renders++
	return one(s.lines[of]), s.unsaid[of]
}

func (s source) Anew() {}

// disk is the store of a bench.
type disk struct {
	state.Store
	b *bench
}

func (d disk) Commit(files map[string][]byte) error {
	return d.b.commit("", slices.Sorted(maps.Keys(files)), func() error { return d.Store.Commit(files) })
}

func (d disk) Edit(files map[string][]state.Edit) error {
	return d.b.commit("edit ", slices.Sorted(maps.Keys(files)), func() error { return d.Store.Edit(files) })
}

func (d disk) Rewrite(name string) error {
	if time.Since(d.b.start) == 0 {
		return nil // of nothing
	}
	return d.b.commit("rewrite ", []string{name}, func() error { return d.Store.Rewrite(name) })
}

func (b *bench) commit(how string, names []string, commit func() error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	fails := b.full != nil && b.full(sides{slices.Contains(names, StartupFile), slices.Contains(names, secureFile)})
	said := fmt.Sprintf("%s%s %v", how, strings.Join(names, "+"), time.Since(b.start))
	if fails {
		said += " fails"
	}
	if b.commits = append(b.commits, said); fails {
		return errFull
	}
	return commit()
}

// change changes the line of a side.
func (b *bench) change(of side.Side, text string) {
	b.set(func() { b.lines[of] = text + "\n" })
	b.Touch()
}

// set changes the bench.
func (b *bench) set(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// did checks what was committed since it was last asked.
func (b *bench) did(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.commits, want) {
		t.Errorf("commits are\n%s\nwant\n%s", strings.Join(b.commits, "\n"), strings.Join(want, "\n"))
	}
	b.commits = nil
}

// has checks what a file has.
func (b *bench) has(t *testing.T, of side.Side, want string) {
	t.Helper()
	text, err := ReadScript(b.store, of)
	if !strings.HasSuffix(text, Begin+want+"\n"+End) {
		t.Errorf("%s has %q, %v, want %q", File(of), text, err, want)
	}
}

// saver runs f with a saver in a bubble of time.
func saver(t *testing.T, f func(t *testing.T, b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		f(t, b)
		_ = b.Close()
	})
}

func TestSaveIsAtOnce(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.change(side.Ordinary, "a")
		if err := b.Save(ordinary); err != nil {
			t.Error(err)
		}
		b.did(t, "startup.cnf 0s")
		b.change(side.Secure, "b")
		if err := b.Save(cleared); err != nil {
			t.Error(err)
		}
		b.did(t, "secure.cnf 0s")
		b.change(side.Ordinary, "c")
		b.change(side.Secure, "d")
		if err := b.Save(cleared); err != nil {
			t.Error(err)
		}
		b.did(t, "secure.cnf+startup.cnf 0s")
		b.has(t, side.Ordinary, "c")
		b.has(t, side.Secure, "d")
		// What has not changed is neither rendered nor written.
		renders := b.renders
		_ = b.Save(cleared)
		b.did(t)
		if b.renders != renders {
			t.Errorf("%d renders for nothing", b.renders-renders)
		}
		_ = b.Write(ordinary)
		b.did(t, "startup.cnf 0s")
		_ = b.Write(cleared)
		b.did(t, "secure.cnf+startup.cnf 0s")
	})
}

// TestScriptsAreGrouped: at most one save a second, the first at once, and the
// last change is in it.
func TestScriptsAreGrouped(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		time.Sleep(time.Minute)
		for i := range 50 {
			b.change(side.Ordinary, fmt.Sprint(i))
			b.SaveSoon(ordinary)
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(Interval)
		b.did(t, "startup.cnf 1m0s", "startup.cnf 1m1s", "startup.cnf 1m2s", "startup.cnf 1m3s")
		b.has(t, side.Ordinary, "49")
		time.Sleep(time.Hour)
		b.did(t)
	})
}

// TestFailedSideIsTriedEachSecond, whichever it is, and the other one does not
// notice.
func TestFailedSideIsTriedEachSecond(t *testing.T) {
	for _, of := range side.Both {
		t.Run(of.String(), func(t *testing.T) {
			saver(t, func(t *testing.T, b *bench) {
				b.set(func() { b.full = func(s sides) bool { return s[of] } })
				b.change(of, "a")
				if err := b.Save(cleared); !errors.Is(err, errFull) {
					t.Error(err)
				}
				time.Sleep(2*Interval + Interval/2)
				b.did(t, File(of)+" 0s fails", File(of)+" 1s fails", File(of)+" 2s fails")
				if n := len(b.notSaved); n != 1 && of == side.Ordinary || n != 0 && of == side.Secure {
					t.Errorf("said %q", b.notSaved)
				}
				if err := b.Save(ordinary); of == side.Secure && err != nil {
					t.Errorf("an ordinary reader is told: %v", err)
				}
				b.set(func() { b.commits, b.full = nil, nil })
				time.Sleep(Interval)
				synctest.Wait()
				b.has(t, of, "a")
				b.set(func() { b.commits = nil })
				time.Sleep(time.Hour)
				b.did(t)
				if err := b.Save(cleared); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestFailingSecureSideDoesNotShow: the ordinary script is written as though the
// other one had not changed.
func TestFailingSecureSideDoesNotShow(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.set(func() { b.full = func(s sides) bool { return s[side.Secure] } })
		b.change(side.Secure, "a")
		b.change(side.Ordinary, "b")
		if err := b.Save(ordinary); err != nil {
			t.Error(err)
		}
		b.did(t, "secure.cnf+startup.cnf 0s fails", "startup.cnf 0s")
		b.has(t, side.Ordinary, "b")
		if err := b.Save(cleared); !errors.Is(err, errFull) {
			t.Error(err)
		}
	})
}

// TestSecureWorkTriesNothingOrdinary: what could not be saved waits for an
// ordinary reader or for its second.
func TestSecureWorkTriesNothingOrdinary(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.set(func() { b.full = func(s sides) bool { return true } })
		b.change(side.Ordinary, "a")
		_ = b.Save(ordinary)
		b.set(func() { b.full = nil })
		time.Sleep(Interval / 2)
		b.change(side.Secure, "b")
		if err := b.Save(cleared); !errors.Is(err, errFull) { // why the ordinary side is not saved
			t.Error(err)
		}
		b.change(side.Secure, "c")
		b.SaveSoon(cleared)
		b.did(t, "startup.cnf 0s fails", "secure.cnf 500ms")
		time.Sleep(Interval)
		b.did(t, "secure.cnf+startup.cnf 1s")
		// Other ordinary lines are another matter.
		b.set(func() { b.full = func(s sides) bool { return s[side.Ordinary] } })
		b.change(side.Ordinary, "d")
		_ = b.Save(cleared)
		b.change(side.Ordinary, "e")
		_ = b.Save(cleared)
		_ = b.Save(cleared)
		b.did(t, "startup.cnf 1.5s fails", "startup.cnf 1.5s fails")
		_ = b.Save(ordinary)
		b.did(t, "startup.cnf 1.5s fails")
		if len(b.notSaved) != 2 {
			t.Errorf("said %q", b.notSaved)
		}
	})
}

// TestLinesThatCannotBeSaid fail the save of their side: nothing is left out.
func TestLinesThatCannotBeSaid(t *testing.T) {
	errUnsaid := errors.New("no line says what is set")
	for _, of := range side.Both {
		t.Run(of.String(), func(t *testing.T) {
			saver(t, func(t *testing.T, b *bench) {
				b.change(of, "a")
				_ = b.Save(cleared)
				b.set(func() { b.commits = nil })
				b.set(func() { b.unsaid[of] = errUnsaid })
				b.change(of, "b")
				if err := b.Save(cleared); !errors.Is(err, errUnsaid) {
					t.Error(err)
				}
				other := side.Of(of == side.Ordinary)
				b.change(other, "c")
				if err := b.Save(ordinary); errors.Is(err, errUnsaid) != (of == side.Ordinary) {
					t.Error(err)
				}
				b.did(t, File(other)+" 0s")
				b.has(t, of, "a")
				b.set(func() { b.unsaid[of] = nil })
				time.Sleep(Interval)
				b.did(t, File(of)+" 1s")
				b.has(t, of, "b")
			})
		})
	}
}

// TestLastAttempt is made at the end, and nothing after it by itself.
func TestLastAttempt(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.set(func() { b.full = func(sides) bool { return true } })
		b.change(side.Ordinary, "a")
		b.SaveSoon(ordinary)
		b.did(t, "startup.cnf 0s fails")
		if err := b.Close(); !errors.Is(err, errFull) {
			t.Error(err)
		}
		b.did(t, "startup.cnf 0s fails")
		time.Sleep(time.Hour)
		b.did(t)
		b.set(func() { b.full = nil })
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		b.has(t, side.Ordinary, "a")
	})
}

// TestWhatCouldNotBeSavedGoesAlong to the router that follows.
func TestWhatCouldNotBeSavedGoesAlong(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.change(side.Secure, "a")
		_ = b.Save(cleared)
		b.set(func() { b.full = func(s sides) bool { return s[side.Secure] } })
		b.change(side.Secure, "b")
		if _, err := b.Prepare(cleared); !errors.Is(err, errFull) {
			t.Errorf("who may know is told %v", err)
		}
		st, err := b.Prepare(ordinary)
		if err != nil || !strings.Contains(st.Script(side.Secure), "b\n") {
			t.Fatalf("%q, %v", st.Script(side.Secure), err)
		}
		b.change(side.Ordinary, "c")
		st = b.Handover(st)
		if !strings.Contains(st.Script(side.Ordinary), "c\n") || !strings.Contains(st.Script(side.Secure), "b\n") {
			t.Errorf("%+v", st)
		}
		b.set(func() { b.full = nil })
		next := newBench()
		next.store, next.lines = b.store, b.lines
		next.Restored(st)
		next.has(t, side.Ordinary, "c")
		next.has(t, side.Secure, "b")
		if err := next.Close(); err != nil {
			t.Error(err)
		}
	})
}
