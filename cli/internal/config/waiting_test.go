package config

import (
	"errors"
	"fmt"
	"testing"

	"mirrorsh/trapcore/side"
)

// TestWaitingTogether: of all who have asked before a save begins none causes
// another one, whether it succeeds or fails, and whoever asks later does.
func TestWaitingTogether(t *testing.T) {
	for _, tt := range []struct {
		name    string
		full    func(sides) bool
		sides   [2]side.Clearance // of those who wait, in turn
		commits []string
	}{
		{"ordinary", nil, [2]side.Clearance{ordinary, ordinary}, []string{"startup.cnf 0s"}},
		{"both", nil, [2]side.Clearance{cleared, ordinary}, []string{"startup.cnf 0s"}},
		{"no room", func(sides) bool { return true }, [2]side.Clearance{ordinary, ordinary}, []string{"startup.cnf 0s fails"}},
		// The first has not tried again for the second what had failed before.
		{"no room for both", func(sides) bool { return true }, [2]side.Clearance{cleared, ordinary}, []string{"startup.cnf 0s fails"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			saver(t, func(t *testing.T, b *bench) {
				b.set(func() { b.full = tt.full })
				var waiting []func() error
				for i := range 10 {
					b.change(side.Ordinary, fmt.Sprint(i))
					c := tt.sides[i%2]
					r := b.request(asked(c))
					waiting = append(waiting, func() error { return b.serve(r, c) })
				}
				for _, wait := range waiting {
					if err := wait(); (err != nil) != (tt.full != nil) {
						t.Error(err)
					}
				}
				b.did(t, tt.commits...)
				if tt.full == nil {
					b.has(t, side.Ordinary, "9")
				}
				b.set(func() { b.full = nil })
				b.change(side.Ordinary, "later")
				if err := b.Save(ordinary); err != nil {
					t.Error(err)
				}
				b.did(t, "startup.cnf 0s")
				b.has(t, side.Ordinary, "later")
			})
		})
	}
}

// TestNobodyTriesForAnother: what failed before is tried again for the first who
// may ask for that, though another save has begun since.
func TestNobodyTriesForAnother(t *testing.T) {
	saver(t, func(t *testing.T, b *bench) {
		b.set(func() { b.full = func(sides) bool { return true } })
		b.change(side.Ordinary, "a")
		_ = b.Save(ordinary)
		b.did(t, "startup.cnf 0s fails")
		b.set(func() { b.full = nil })
		b.change(side.Secure, "b")
		first, second := b.request(asked(cleared)), b.request(asked(ordinary))
		if err := b.serve(first, cleared); !errors.Is(err, errFull) {
			t.Errorf("the secure side tries the ordinary one again: %v", err)
		}
		if err := b.serve(second, ordinary); err != nil {
			t.Error(err)
		}
		b.did(t, "secure.cnf 0s", "startup.cnf 0s")
	})
}
