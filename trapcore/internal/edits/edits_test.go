package edits

import (
	"slices"
	"testing"
)

// TestLog: what is edited is given out once it has been asked for, all of it or, where
// there was too much, the word that everything may have been.
func TestLog(t *testing.T) {
	var l Log[int]
	take := func(what string, want []int, wantAll bool) {
		t.Helper()
		keys, all := l.Take()
		slices.Sort(keys)
		if keys = slices.Compact(keys); !slices.Equal(keys, want) || all != wantAll {
			t.Errorf("%s: %d keys, all %v", what, len(keys), all)
		}
	}
	l.Note(1)
	take("before anybody has asked", nil, true)
	take("nothing", nil, false)
	for _, k := range []int{3, 3, 2, 3} {
		l.Note(k)
	}
	take("some", []int{2, 3}, false)
	take("nothing since", nil, false)
	few := make([]int, most)
	for i := range 4 * most {
		few[i%most] = i % most
		l.Note(i % most)
	}
	take("as many as are told apart, again and again", few, false)
	for i := range 2*most + 1 {
		l.Note(i)
	}
	take("more", nil, true)
	l.Note(4)
	take("and on", []int{4}, false)
}

// TestNotes: to note one more thing of many makes nothing but room for its key.
func TestNotes(t *testing.T) {
	var l Log[uint64]
	l.Take()
	l.keys = make([]uint64, 0, 1000)
	next := uint64(0)
	if n := testing.AllocsPerRun(900, func() { next++; l.Note(next) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
