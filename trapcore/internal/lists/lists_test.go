package lists

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestKeyOrder: keys go by protocol, then name, then the number of an entry.
func TestKeyOrder(t *testing.T) {
	want := []EntryKey[int]{
		KeyOf(1, "").Entry(9), KeyOf(1, "a").Entry(2), KeyOf(1, "a").Entry(10), KeyOf(1, "ab").Entry(1),
		KeyOf(1, "b").Entry(1), KeyOf(2, "a").Entry(1),
	}
	got := slices.Clone(want)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	slices.SortFunc(got, EntryKey[int].Compare)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestEntries: an entry has the number after the last one's, whatever was removed.
func TestEntries(t *testing.T) {
	var es Entries[Entry]
	for _, tt := range []struct {
		remove int // 0: text is added
		text   string
		want   string
	}{
		{0, "a", "[{1 a}]"},
		{0, "b", "[{1 a} {2 b}]"},
		{0, "c", "[{1 a} {2 b} {3 c}]"},
		{2, "b", "[{1 a} {3 c}]"},
		{0, "d", "[{1 a} {3 c} {4 d}]"},
		{4, "d", "[{1 a} {3 c}]"},
		{0, "e", "[{1 a} {3 c} {4 e}]"},
		{1, "a", "[{3 c} {4 e}]"},
	} {
		if tt.remove == 0 {
			es = append(es, es.Next(tt.text))
		} else {
			before := fmt.Sprint(es)
			if text, ok := es.Text(tt.remove); !ok || text != tt.text {
				t.Errorf("%d is %q, %v", tt.remove, text, ok)
			}
			kept, gone := es.Without(tt.remove)
			if fmt.Sprint(gone) != fmt.Sprint([]int{tt.remove}) || fmt.Sprint(es) != before {
				t.Errorf("without %d: %v gone of %v", tt.remove, gone, es)
			}
			es = kept
		}
		if _, ok := es.Text(tt.remove); ok || es.Has(tt.text) != (tt.remove == 0) || fmt.Sprint(es) != tt.want {
			t.Errorf("%v, want %s", es, tt.want)
		}
	}
	if kept, gone := es.Without(9); len(kept) != 2 || gone != nil {
		t.Errorf("without none: %v, %v", kept, gone)
	}
	if kept, gone := es.Without(0); kept != nil || !slices.Equal(gone, []int{3, 4}) {
		t.Errorf("without all: %v, %v", kept, gone)
	}
}

// TestCostOfRemoval: a list goes entry by entry, from either end, without copies of it,
// and who has it as it was sees all of it, whatever is added meanwhile.
func TestCostOfRemoval(t *testing.T) {
	for _, end := range []struct {
		name string
		of   func(es Entries[Entry]) Entry
	}{
		{"first", func(es Entries[Entry]) Entry { return es[0] }},
		{"last", func(es Entries[Entry]) Entry { return es[len(es)-1] }},
	} {
		t.Run(end.name, func(t *testing.T) {
			var es Entries[Entry]
			for range 256 {
				es = append(es, es.Next("ip any any"))
			}
			before, want := es, slices.Clone(es)
			remove := func() { es, _ = es.Without(end.of(es).Number) }
			if got := testing.AllocsPerRun(100, remove); got > 1 { // the number that is gone
				t.Errorf("an entry that was removed made %v copies of the list", got-1)
			}
			es = append(es, es.Next("tcp any any"))
			if !slices.Equal(before, want) {
				t.Error("changed under its reader")
			}
			if len(es) != 256-101+1 {
				t.Errorf("%d entries are left", len(es))
			}
		})
	}
}

type group struct {
	Place
	name int
}

// TestGroups: after any edits groups are in the order in which plain sorting has them
// that keeps the order of equals.
func TestGroups(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var gs Groups[*group]
	type plain struct{ precedence, name int }
	var want []plain
	stand := func(g plain, behind bool) {
		if behind {
			want = append(want, g)
		} else {
			want = slices.Insert(want, 0, g)
		}
		slices.SortStableFunc(want, func(a, b plain) int { return cmp.Compare(a.precedence, b.precedence) })
	}
	for n := range 2000 {
		precedence := 1 + rnd.IntN(4)
		switch i := rnd.IntN(1 + len(want)); {
		case i == len(want):
			gs.Insert(&group{At(precedence), n}, true)
			stand(plain{precedence, n}, true)
		case rnd.IntN(10) == 0 || len(want) > 40:
			if at := gs.Remove(gs.All[i]); at != i {
				t.Fatalf("%d: removed at %d, not %d", n, at, i)
			}
			want = slices.Delete(want, i, i+1)
		case precedence != want[i].precedence:
			if from := gs.Move(gs.All[i], precedence); from != i {
				t.Fatalf("%d: moved from %d, not %d", n, from, i)
			}
			g, before := want[i], want[i].precedence
			want = slices.Delete(want, i, i+1)
			g.precedence = precedence
			stand(g, precedence < before)
		}
		if !slices.EqualFunc(gs.All, want, func(g *group, p plain) bool { return g.name == p.name && g.Precedence == p.precedence }) {
			t.Fatalf("%d: out of order", n)
		}
	}
}
