package cli

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// TestCrowdIsAskedInOrder: lines are asked for once and in the order of their keys,
// whatever order they were edited in, so that what is near each other is found together.
func TestCrowdIsAskedInOrder(t *testing.T) {
	for _, all := range []bool{false, true} {
		keys, asked := []int{5, 3, 9, 3, 1, 5}, []int(nil)
		c := &Crowd[int, int, int]{
			Compare: cmp.Compare[int],
			Edited:  func(int) ([]int, bool) { return slices.Clone(keys), all },
			Keys:    func(int) []int { return []int{9, 5, 3, 1} },
			Line:    func(_, key int) (int, bool) { asked = append(asked, key); return 0, false },
		}
		c.keep(&keptRow{valid: true, lines: &keptLines[int]{compare: cmp.Compare[int]}}, &Setting[int, int]{}, 0)
		if want := []int{1, 3, 5, 9}; !slices.Equal(asked, want) {
			t.Errorf("all %v: asked for %v", all, asked)
		}
	}
}

// TestCrowdIsTriedAgain: once a line could not be rendered, all are asked for again,
// whether or not they are edited.
func TestCrowdIsTriedAgain(t *testing.T) {
	words, edited := map[int]string{1: "a", 2: "too long a word"}, []int(nil)
	x := &Setting[int, kept]{
		Syntax: grammar.Seq(grammar.Kw("keep", ""), grammar.Param("TEXT", grammar.Raw("LINE", 8), "")),
		Crowd: &Crowd[int, kept, int]{
			Compare: cmp.Compare[int],
			Edited:  func(int) ([]int, bool) { return edited, false },
			Keys:    func(int) []int { return slices.Collect(maps.Keys(words)) },
			Line:    func(_, key int) (kept, bool) { text, ok := words[key]; return kept{Text: text}, ok },
		},
	}
	var k keptRow
	for step, tt := range []struct {
		change func()
		want   string // "": it fails
	}{
		{func() {}, ""},
		{func() { words[2] = "b" }, "keep a\nkeep b\n"},
		{func() { words[1], words[2], edited = "not asked for", "c", []int{2} }, "keep a\nkeep c\n"},
		{func() { words[3], edited = "too long a word", []int{3} }, ""},
		{func() { words[1], edited = "d", []int{3}; delete(words, 3) }, "keep d\nkeep c\n"},
	} {
		tt.change()
		x.Crowd.keep(&k, x, 0)
		if got, err := k.text[side.Ordinary].String(), k.err[side.Ordinary]; (err != nil) != (tt.want == "") || err == nil && got != tt.want {
			t.Errorf("step %d: %q, %v", step, got, err)
		}
	}
}

// lines is what keptLines are held to: each line by its key, rendered whole.
type lines map[string]sided

// check holds kept lines to them, and to the bounds and order of pieces.
func (all lines) check(t *testing.T, what string, l *keptLines[string]) {
	t.Helper()
	order := slices.Sorted(maps.Keys(all))
	for s, pieces := range l.text() {
		var want strings.Builder
		for _, k := range order {
			want.WriteString(all[k][s])
		}
		if got := strings.Join(pieces, ""); got != want.String() {
			t.Fatalf("%s: side %d is %.200q, want %.200q", what, s, got, want.String())
		}
		if slices.Contains(pieces, "") {
			t.Fatalf("%s: an empty piece", what)
		}
	}
	var keys []string
	for _, c := range l.chunks {
		if n := len(c.keys); n == 0 || n > chunkLines || n > 1 && c.text.len() > chunkOctets {
			t.Fatalf("%s: a chunk of %d lines and %d octets", what, n, c.text.len())
		}
		keys = append(keys, c.keys...)
	}
	if !slices.Equal(keys, order) {
		t.Fatalf("%s: keys %q", what, keys)
	}
}

// edit gives lines their texts, nil for none, here and in kept lines.
func (all lines) edit(l *keptLines[string], texts map[string]*sided) {
	keys := slices.Sorted(maps.Keys(texts))
	var with []*sided
	for _, k := range keys {
		with = append(with, texts[k])
		if texts[k] == nil {
			delete(all, k)
		} else {
			all[k] = *texts[k]
		}
	}
	l.edit(keys, with)
}

// TestKeptLines: lines come and go at either end of a chunk and around its bounds.
func TestKeptLines(t *testing.T) {
	line := func(n, octets int) *sided {
		return &sided{side.Ordinary: fmt.Sprintf("%0*d\n", octets-1, n)}
	}
	for _, n := range []int{1, 2, chunkLines - 1, chunkLines, chunkLines + 1, 2*chunkLines + 1} {
		for _, octets := range []int{8, chunkOctets / chunkLines, chunkOctets/chunkLines + 1, chunkOctets/2 + 1, chunkOctets + 1} {
			if n*octets > 1<<19 {
				continue
			}
			for _, gone := range []struct {
				name     string
				from, to int
			}{{"first", 0, 1}, {"last", n - 1, n}, {"all", 0, n}, {"all but the first", 1, n}} {
				what := fmt.Sprintf("%d lines of %d octets, %s removed", n, octets, gone.name)
				all, l := lines{}, &keptLines[string]{compare: cmp.Compare[string]}
				all.check(t, what, l)
				made, removed := map[string]*sided{}, map[string]*sided{}
				for i := range n {
					key := fmt.Sprintf("%06d", i)
					if made[key] = line(i, octets); i >= gone.from && i < gone.to {
						removed[key] = nil
					}
				}
				all.edit(l, made)
				all.check(t, what, l)
				all.edit(l, removed)
				all.check(t, what, l)
				all.edit(l, map[string]*sided{"": line(1, 8), "zz": line(2, 8), "never there": nil})
				all.check(t, what, l)
			}
		}
	}
}

// TestKeptLinesAtRandom: whatever is edited, kept lines say what all of them say, and
// pieces that nothing of was edited stay. Keys begin alike.
func TestKeptLinesAtRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	all, l := lines{}, &keptLines[string]{compare: cmp.Compare[string]}
	for step := range 150 {
		texts, removing := map[string]*sided{}, 1+step/15%5 // more come, then more go
		for range rnd.IntN(40) {
			key := strings.Repeat("a", rnd.IntN(4)) + fmt.Sprint(rnd.IntN(400))
			if rnd.IntN(6) < removing {
				texts[key] = nil
				continue
			}
			var text sided
			for s := range text {
				if rnd.IntN(3) > 0 {
					text[s] = strings.Repeat(key, rnd.IntN(20)) + "\n"
				}
			}
			texts[key] = &text
		}
		before := slices.Clone(l.chunks)
		all.edit(l, texts)
		all.check(t, fmt.Sprint("step ", step), l)
		for i, c := range before {
			edited := i == len(before)-1 // what is behind all others belongs to it
			for key := range texts {
				edited = edited || key <= c.keys[len(c.keys)-1] && (i == 0 || key > before[i-1].keys[len(before[i-1].keys)-1])
			}
			if !edited && !slices.Contains(l.chunks, c) {
				t.Fatalf("step %d: chunk %d is another", step, i)
			}
		}
	}
}
