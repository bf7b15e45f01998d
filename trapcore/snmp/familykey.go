package snmp

import (
	"cmp"
	"encoding/binary"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// FamilyKey is the key of a family of a dynamic view, all of which are of the ordinary
// side.
type FamilyKey struct {
	View    string
	subtree string // four octets for each sub-identifier
}

func keyOf(view string, subtree mib.OID) FamilyKey {
	b := make([]byte, 0, 4*len(subtree))
	for _, n := range subtree {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return FamilyKey{view, string(b)}
}

// Compare is the order of families in output: by view, shorter subtrees first.
func (k FamilyKey) Compare(o FamilyKey) int {
	return cmp.Or(cmp.Compare(k.View, o.View), cmp.Compare(len(k.subtree), len(o.subtree)), cmp.Compare(k.subtree, o.subtree))
}

// TakeEditedFamilies returns the families that have been set or removed since it was
// last called; all says that all may have been. It is for one caller, who keeps what it
// has made of them.
func (r Visible) TakeEditedFamilies() (keys []FamilyKey, all bool) { return r.l.editedFamilies.Take() }

// FamilyKeys returns the keys of the families of dynamic views, in no order.
func (r Records) FamilyKeys() (all []FamilyKey) {
	for _, v := range r.s.views {
		if !v.dynamic() {
			continue
		}
		for f := range v.Families() {
			all = append(all, keyOf(v.Name, f.Subtree))
		}
	}
	return all
}

// Family returns a family, false if there is none any more.
func (r Records) Family(k FamilyKey) (f Family, ok bool) {
	v := r.s.views[nameKey{side.Ordinary, k.View}]
	if v == nil || !v.dynamic() || v.families == nil {
		return f, false
	}
	var subtree mib.OID
	for rest := []byte(k.subtree); len(rest) > 0; rest = rest[4:] {
		subtree = append(subtree, binary.BigEndian.Uint32(rest))
	}
	found, ok := v.families.Get(&Family{Subtree: subtree})
	if ok {
		f = *found
	}
	return f, ok
}
