package snmp

import (
	"math"
	"slices"

	"mirrorsh/mib"
)

// viewIndex finds the families of a view that concern a name. It is made when
// a view that has changed is asked, after which asking takes steps in the order of the logarithm of
// the families, and one for each that has wildcards.
type viewIndex struct {
	plain []*Family // without wildcards, by subtree
	// up is the innermost plain family around one, -1 if there is none.
	up []int
	// included is the first plain family at or after one that is included.
	included []int
	masked   []*Family // with wildcards, those that decide first in front
}

func newViewIndex(v *View) *viewIndex {
	x := new(viewIndex)
	for f := range v.Families() {
		if f.wild() {
			x.masked = append(x.masked, &f)
		} else {
			x.plain = append(x.plain, &f)
		}
	}
	slices.Reverse(x.masked)
	slices.SortFunc(x.plain, func(a, b *Family) int { return a.Subtree.Compare(b.Subtree) })
	x.up, x.included = make([]int, len(x.plain)), make([]int, len(x.plain)+1)
	for i, f := range x.plain {
		j := i - 1
		for j >= 0 && !f.Subtree.HasPrefix(x.plain[j].Subtree) {
			j = x.up[j]
		}
		x.up[i] = j
	}
	x.included[len(x.plain)] = len(x.plain)
	for i := len(x.plain) - 1; i >= 0; i-- {
		x.included[i] = x.included[i+1]
		if x.plain[i].Included {
			x.included[i] = i
		}
	}
	return x
}

func (f *Family) wild() bool {
	for i := range f.Subtree {
		if !f.significant(i) {
			return true
		}
	}
	return false
}

// after returns how many plain families have a subtree that is not after o.
func (x *viewIndex) after(o mib.OID) int {
	i, found := slices.BinarySearchFunc(x.plain, o, func(f *Family, o mib.OID) int { return f.Subtree.Compare(o) })
	if found {
		i++
	}
	return i
}

// decides returns the family that decides about a name, nil if none matches.
func (x *viewIndex) decides(o mib.OID) *Family {
	var best *Family
	i := x.after(o) - 1
	for i >= 0 && !o.HasPrefix(x.plain[i].Subtree) {
		i = x.up[i]
	}
	if i >= 0 {
		best = x.plain[i]
	}
	for _, f := range x.masked {
		if best != nil && bySpecificity(f, best) < 0 {
			break
		}
		if f.matches(o) {
			return f
		}
	}
	return best
}

// Seek returns the least name, o or after it, that may be in the view: nothing
// before it is. It returns false if there is none. GETNEXT passes with it over
// what the view leaves out.
func (v *View) Seek(o mib.OID) (mib.OID, bool) {
	if v == nil {
		return nil, false
	}
	if o.HasPrefix(mirrorMIB) && !v.reachesMirror() {
		var ok bool
		if o, ok = beyond(mirrorMIB); !ok {
			return nil, false
		}
	}
	x := v.indexed()
	f := x.decides(o)
	if f != nil && f.Included {
		return o, true
	}
	var least mib.OID
	take := func(c mib.OID, ok bool) {
		if ok && (least == nil || c.Compare(least) < 0) {
			least = c
		}
	}
	if f != nil {
		// What decides beyond is another family, which may match o as well.
		take(beyond(o[:len(f.Subtree)]))
	}
	if i := x.after(o); i < len(x.plain) && x.included[i] < len(x.plain) {
		take(x.plain[x.included[i]].Subtree, true)
	}
	for _, m := range x.masked {
		if m.Included && !m.matches(o) {
			take(m.next(o))
		}
	}
	return least, least != nil
}

// Cost is how many steps a question to the view takes, roughly.
func (v *View) Cost() int { return 1 + len(v.indexed().masked)/8 }

// beyond returns the first name after a subtree.
func beyond(subtree mib.OID) (mib.OID, bool) {
	for i := len(subtree) - 1; i >= 0; i-- {
		if subtree[i] < math.MaxUint32 {
			o := slices.Clone(subtree[:i+1])
			o[i]++
			return o, true
		}
	}
	return nil, false
}

// next returns the least name after o that the family matches; o does not.
func (f *Family) next(o mib.OID) (mib.OID, bool) {
	at := 0 // up to here o matches
	for at < min(len(o), len(f.Subtree)) && (o[at] == f.Subtree[at] || !f.significant(at)) {
		at++
	}
	least := slices.Clone(f.Subtree)
	for i := range least {
		if !f.significant(i) {
			least[i] = 0
		}
	}
	if at == len(o) || o[at] < f.Subtree[at] {
		copy(least, o[:at])
		return least, true
	}
	for i := at - 1; i >= 0; i-- { // the last place that may be raised
		if !f.significant(i) && o[i] < math.MaxUint32 {
			copy(least, o[:i+1])
			least[i]++
			return least, true
		}
	}
	return nil, false
}
