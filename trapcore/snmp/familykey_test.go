package snmp

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tidwall/btree"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// TestFamiliesByKey: who keeps families by their keys, and after edits asks for those
// only, has those of the dynamic views, in their order; subtrees may begin alike, and
// have sub-identifiers of one octet and of four.
func TestFamiliesByKey(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	l := NewLCD()
	r := l.As(side.Clearance{})
	kept := map[FamilyKey]Family{}
	names := []string{"a", "ab", "a!"}
	last := []uint32{0, 1, 255, 256, 1 << 24, 1<<32 - 1}
	for step := range 400 {
		for range rnd.IntN(4) {
			name, subtree := names[rnd.IntN(len(names))], mib.MustOID("1.3")
			for range rnd.IntN(3) {
				subtree = append(subtree, last[rnd.IntN(len(last))])
			}
			switch rnd.IntN(12) {
			case 0:
				_ = r.RemoveView(name, nil)
			case 1, 2, 3, 4:
				_ = r.RemoveView(name, subtree)
			default:
				if err := r.SetView(name, Family{Subtree: subtree, Included: rnd.IntN(2) == 0}); err != nil {
					t.Fatal(err)
				}
			}
		}
		keys, all := r.TakeEditedFamilies()
		if all != (step == 0) {
			t.Fatalf("%d: all %v", step, all)
		}
		now := l.Snapshot().As(side.Clearance{})
		order := now.FamilyKeys()
		if all {
			keys = order
		}
		for _, k := range keys {
			if f, ok := now.Family(k); ok {
				kept[k] = f
			} else {
				delete(kept, k)
			}
		}
		var got, want []string
		slices.SortFunc(order, FamilyKey.Compare)
		for _, k := range order {
			got = append(got, fmt.Sprint(k.View, kept[k].Subtree, kept[k].Included))
		}
		slices.Sort(names)
		for _, name := range names {
			if v, ok := now.View(name); ok {
				for f := range v.Families() {
					want = append(want, fmt.Sprint(name, f.Subtree, f.Included))
				}
			}
		}
		if !slices.Equal(got, want) || len(kept) != len(order) {
			t.Fatalf("%d: %d kept, %q, want %q", step, len(kept), got, want)
		}
	}
}

// TestOtherFamiliesAlone: the removal of a family looks at those on the way to it, and
// at no others, such as one that is nil.
func TestOtherFamiliesAlone(t *testing.T) {
	l := NewLCD()
	r := l.As(side.Clearance{})
	for _, oid := range []string{"1.3.1", "1.3.2", "1.3.3"} {
		check(t, "view", r.SetView("v", included(oid)), nil)
	}
	v, _ := l.Snapshot().As(side.Clearance{}).View("v")
	families := btree.NewBTreeGOptions(func(a, b *Family) bool {
		return a != nil && (b == nil || bySpecificity(a, b) < 0)
	}, btree.Options{Degree: familyNodes, NoLocks: true})
	for f := range v.Families() {
		families.Set(&f)
	}
	families.Set(nil)
	v.families = families
	r.TakeEditedFamilies()
	check(t, "remove family", r.RemoveView("v", mib.MustOID("1.3.2")), nil)
	if keys, all := r.TakeEditedFamilies(); all || !slices.Equal(keys, []FamilyKey{keyOf("v", mib.MustOID("1.3.2"))}) {
		t.Errorf("edited: %v, %v", keys, all)
	}
}
