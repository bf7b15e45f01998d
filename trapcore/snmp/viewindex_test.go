package snmp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// universe are all names of up to four sub-identifiers below 4, in order.
func universe() []mib.OID {
	var all []mib.OID
	var grow func(o mib.OID)
	grow = func(o mib.OID) {
		for n := range uint32(4) {
			c := o.Sub(n)
			all = append(all, c)
			if len(c) < 4 {
				grow(c)
			}
		}
	}
	grow(nil)
	return all
}

// TestViewIndex holds the index to RFC 3415: the first family in order decides,
// and nothing of a view is passed over.
func TestViewIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := universe()
	for range 300 {
		v := &View{Name: "v"}
		for range r.IntN(8) {
			f := Family{Included: r.IntN(2) == 0}
			for range 1 + r.IntN(4) {
				f.Subtree = append(f.Subtree, r.Uint32N(4))
			}
			if r.IntN(2) == 0 {
				f.Mask = []byte{byte(r.UintN(256))}
			}
			v.set(f)
		}
		contains := func(o mib.OID) bool {
			decides := Family{}
			for f := range v.Families() {
				if f.matches(o) {
					decides = f
				}
			}
			return decides.Included
		}
		next := len(names) // the first from i on that is in the view
		for i := len(names) - 1; i >= 0; i-- {
			o := names[i]
			if contains(o) {
				next = i
			}
			if got := v.Contains(o); got != (next == i) {
				t.Fatalf("%v of %+v: %v", o, slices.Collect(v.Families()), got)
			}
			least, ok := v.Seek(o)
			switch {
			case !ok && next < len(names):
				t.Fatalf("nothing from %v on in %+v, not %v", o, slices.Collect(v.Families()), names[next])
			case ok && next < len(names) && least.Compare(names[next]) > 0:
				t.Fatalf("from %v on in %+v: %v after %v", o, slices.Collect(v.Families()), least, names[next])
			case ok && (least.Compare(o) < 0 || next != i && least.Compare(o) == 0):
				t.Fatalf("from %v on in %+v: back to %v", o, slices.Collect(v.Families()), least)
			}
		}
	}
}

// TestSeek: a view is gone through in steps, whatever it leaves out.
func TestSeek(t *testing.T) {
	l := NewLCD()
	for _, f := range []Family{
		{Subtree: mib.MustOID("1.3.6.1.2.1"), Included: true},
		{Subtree: mib.MustOID("1.3.6.1.2.1.2")},
		{Subtree: mib.MustOID("1.3.6.1.2.1.2.2.1.0.7"), Mask: []byte{0xff, 0xbf}, Included: true},
		{Subtree: mib.MustOID("1.3.6.1.4294967295")},
	} {
		if err := l.As(side.Clearance{}).SetView("v", f); err != nil {
			t.Fatal(err)
		}
	}
	s := l.Snapshot()
	const mirror = "1.3.6.1.4.1.4874.2.2.77"
	for _, tt := range []struct{ view, from, want string }{
		{"v", "1.3", "1.3.6.1.2.1"}, {"v", "1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.1"}, {"v", "1.3.6.1.2.1.2.1", "1.3.6.1.2.1.2.2.1.0.7"},
		{"v", "1.3.6.1.2.1.2.2.1.5.7", "1.3.6.1.2.1.2.2.1.5.7"}, {"v", "1.3.6.1.2.1.2.2.1.5.8", "1.3.6.1.2.1.2.2.1.6.7"},
		{"v", "1.3.6.1.2.1.2.2.1.4294967295.8", "1.3.6.1.2.1.3"}, {"v", "1.3.6.1.6", ""}, {"v", "1.3.6.1.4294967295", "1.3.6.2"},
		{viewNothing, "1.3", ""}, {viewUser, "1.3.6.1.6.3.15.1.2", "1.3.6.1.6.3.16"}, {viewUser, "1.3.6.1.6.3", "1.3.6.1.6.3"},
		{ViewEverything, mirror + ".2", "1.3.6.1.4.1.4874.2.2.78"}, {ViewMirrorAdmin, mirror + ".2", mirror + ".2"},
		{ViewMirrorAdmin, "1.3.6.1.2.1", mirror}, {ViewMirrorAdmin, "1.4", ""},
	} {
		v, _ := s.As(side.Clear(true)).View(tt.view)
		if got, ok := v.Seek(mib.MustOID(tt.from)); got.String() != tt.want || ok != (tt.want != "") {
			t.Errorf("%s from %s: %v, %v", tt.view, tt.from, got, ok)
		}
	}
	if _, ok := (*View)(nil).Seek(mib.MustOID("1.3")); ok || (*View)(nil).ReachesMirror() {
		t.Error("no view shows something")
	}
}

func TestFamiliesAreBounded(t *testing.T) {
	l := NewLCD()
	family := func(i int) Family { return Family{Subtree: mib.OID{1, 3, uint32(i)}, Included: true} }
	for i := range MaxFamilies {
		if err := l.As(side.Clearance{}).SetView("v", family(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.As(side.Clearance{}).SetView("v", family(MaxFamilies)); !errors.Is(err, ErrFull) {
		t.Errorf("one more: %v", err)
	}
	if err := errors.Join(l.As(side.Clearance{}).SetView("v", family(7)), l.As(side.Clearance{}).RemoveView("v", family(8).Subtree), l.As(side.Clearance{}).SetView("v", family(MaxFamilies))); err != nil {
		t.Error(err)
	}
	if v, _ := l.Snapshot().As(side.Clearance{}).View("v"); v.Contains(mib.OID{1, 3, 8}) || !v.Contains(mib.OID{1, 3, MaxFamilies}) {
		t.Error("the index is that of before")
	}
}

func BenchmarkViewContains(b *testing.B) {
	l := NewLCD()
	for i := range MaxFamilies {
		if err := l.As(side.Clearance{}).SetView("v", Family{Subtree: mib.MustOID(fmt.Sprint("1.3.6.1.2.1.2.2.1.2.", i)), Included: true}); err != nil {
			b.Fatal(err)
		}
	}
	v, _ := l.Snapshot().As(side.Clearance{}).View("v")
	o := mib.MustOID("1.3.6.1.2.1.2.2.1.2.77")
	for b.Loop() {
		v.Contains(o)
	}
}

// TestIndexIsMadeWhenAsked: a view is indexed by the first question, and not for
// each of its families.
func TestIndexIsMadeWhenAsked(t *testing.T) {
	l := NewLCD()
	r := l.As(side.Clearance{})
	for i := range uint32(8) {
		if err := r.SetView("v", Family{Subtree: mib.OID{1, 3, i}, Included: true}); err != nil {
			t.Fatal(err)
		}
		v, _ := l.Snapshot().As(side.Clearance{}).View("v")
		if v.index.Load() != nil {
			t.Fatalf("of %d families there is an index nobody has asked for", i+1)
		}
		if i%2 == 0 {
			continue
		}
		if !v.Contains(mib.OID{1, 3, i}) || v.Contains(mib.OID{1, 3, i + 1}) || v.index.Load() == nil {
			t.Fatalf("of %d families not the last", i+1)
		}
	}
}

// TestOneFamilyCosts: a view that a family is set in or removed from shares all
// leaves of the tree with the one it was, but where the family is.
func TestOneFamilyCosts(t *testing.T) {
	subtree := func(i int) mib.OID { return mib.OID{1, 3, uint32(i)} }
	for _, n := range []int{8, 64, MaxFamilies} {
		v := &View{Name: "v"}
		for i := range n {
			v.set(Family{Subtree: subtree(i), Included: true})
		}
		leaves := map[**Family]bool{}
		note := func(items []*Family) bool {
			if len(items) > 1 { // a node with children gives out its own one by one
				leaves[&items[0]] = true
			}
			return true
		}
		for name, change := range map[string]func(w *View){
			"set":    func(w *View) { w.set(Family{Subtree: subtree(n / 2)}) },
			"remove": func(w *View) { w.remove(subtree(n / 2)) },
		} {
			clear(leaves)
			v.families.Walk(note)
			before, families := len(leaves), slices.Collect(v.Families())
			w := v.clone()
			change(w)
			w.families.Walk(note)
			if made := len(leaves) - before; made < 1 || made > 2 {
				t.Errorf("%s, %d families: %d leaves made, %d there were", name, n, made, before)
			}
			if got := slices.Collect(v.Families()); !reflect.DeepEqual(got, families) {
				t.Errorf("%s, %d families: the view as it was is another", name, n)
			}
		}
	}
}
