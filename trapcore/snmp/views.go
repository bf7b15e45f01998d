package snmp

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// Names of the predefined views, which nobody can change.
const (
	ViewEverything  = "everything"
	viewUser        = "user"
	viewNothing     = "nothing"
	ViewMirrorAdmin = "mirrorAdmin" // of the secure side
)

// mirrorMIB is juniPacketMirrorMIB, which only the view mirrorAdmin reaches.
var mirrorMIB = mib.MustOID("1.3.6.1.4.1.4874.2.2.77")

// Family is a family of view subtrees (RFC 3415, vacmViewTreeFamilyTable).
type Family struct {
	Subtree mib.OID // 1 to 128 sub-identifiers
	// Mask says which sub-identifiers of Subtree must match: one bit each, the
	// most significant of the first octet first, 0 a wildcard, missing bits 1.
	Mask     []byte // at most 16 octets
	Included bool
}

func (f *Family) matches(o mib.OID) bool {
	if len(o) < len(f.Subtree) {
		return false
	}
	for i, n := range f.Subtree {
		if o[i] != n && f.significant(i) {
			return false
		}
	}
	return true
}

func (f *Family) significant(i int) bool {
	return i/8 >= len(f.Mask) || f.Mask[i/8]&(0x80>>(i%8)) != 0
}

// View is a MIB view. The LCD never changes one that it handed out.
type View struct {
	Name       string
	Side       side.Side
	Predefined bool
	// Families are ordered so that the first that matches decides: longer
	// subtrees first, among those of a length the lexicographically greater
	// (RFC 3415, vacmViewTreeFamilyType).
	Families []Family

	index atomic.Pointer[viewIndex] // nil: to be made
}

// indexed returns the index, which the first question makes: a view that is being
// configured is asked none.
func (v *View) indexed() *viewIndex {
	x := v.index.Load()
	if x == nil {
		x = newViewIndex(v.Families)
		v.index.Store(x)
	}
	return x
}

// Contains reports whether an instance, or a notification, is in the view. A
// nil View contains nothing.
func (v *View) Contains(o mib.OID) bool {
	if v == nil || o.HasPrefix(mirrorMIB) && !v.reachesMirror() {
		return false
	}
	f := v.indexed().decides(o)
	return f != nil && f.Included
}

// reachesMirror reports whether this is the secure mirrorAdmin. A dynamic view
// cannot take its name on the secure side.
func (v *View) reachesMirror() bool {
	return v.Side == side.Secure && v.Predefined && v.Name == ViewMirrorAdmin
}

func (v *View) clone() *View {
	return &View{Name: v.Name, Side: v.Side, Predefined: v.Predefined, Families: slices.Clone(v.Families)}
}

// set adds a family or replaces the one with the same subtree.
func (v *View) set(f Family) {
	f.Subtree, f.Mask = slices.Clone(f.Subtree), slices.Clone(f.Mask)
	i, found := slices.BinarySearchFunc(v.Families, f.Subtree, bySpecificity)
	if found {
		v.Families[i] = f
	} else {
		v.Families = slices.Insert(v.Families, i, f)
	}
	v.index.Store(nil)
}

// remove removes the family with a subtree, false if there is none.
func (v *View) remove(subtree mib.OID) bool {
	i, found := slices.BinarySearchFunc(v.Families, subtree, bySpecificity)
	if found {
		v.Families = slices.Delete(v.Families, i, i+1)
		v.index.Store(nil)
	}
	return found
}

func bySpecificity(f Family, subtree mib.OID) int {
	if d := len(subtree) - len(f.Subtree); d != 0 {
		return d
	}
	return subtree.Compare(f.Subtree)
}

// checkFamily returns an error that wraps mib.ErrOID.
func checkFamily(f *Family) error {
	if n := len(f.Subtree); n == 0 || n > mib.MaxOIDLength || len(f.Mask) > mib.MaxOIDLength/8 {
		return fmt.Errorf("view family %s: %w", f.Subtree, mib.ErrOID)
	}
	return nil
}

func included(oid string) Family { return Family{Subtree: mib.MustOID(oid), Included: true} }
func excluded(oid string) Family { return Family{Subtree: mib.MustOID(oid)} }

// predefinedViews says what the predefined views contain. everything leaves
// the packet mirror MIB out as every view does, in Contains.
var predefinedViews = []struct {
	name     string
	side     side.Side
	families []Family
}{
	{ViewEverything, side.Ordinary, []Family{included("1.3")}},
	{viewUser, side.Ordinary, []Family{
		included("1.3"),
		excluded("1.3.6.1.6.3.12"),          // SNMP-TARGET-MIB
		excluded("1.3.6.1.6.3.13"),          // SNMP-NOTIFICATION-MIB
		excluded("1.3.6.1.6.3.14"),          // SNMP-PROXY-MIB
		excluded("1.3.6.1.6.3.15"),          // SNMP-USER-BASED-SM-MIB
		excluded("1.3.6.1.6.3.16"),          // SNMP-VIEW-BASED-ACM-MIB
		excluded("1.3.6.1.6.3.18"),          // SNMP-COMMUNITY-MIB
		excluded("1.3.6.1.4.1.4874.2.2.16"), // Juniper-SNMP-MIB
	}},
	{viewNothing, side.Ordinary, nil},
	{ViewMirrorAdmin, side.Secure, []Family{{Subtree: mirrorMIB, Included: true}}},
}

// nameKey is the key of views and groups, whose names each side has its own of.
type nameKey struct {
	side side.Side
	name string
}

func compareKeys(a, b nameKey) int {
	if c := strings.Compare(a.name, b.name); c != 0 {
		return c
	}
	return int(b.side) - int(a.side)
}
