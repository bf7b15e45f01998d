package snmp

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tidwall/btree"

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

	families *btree.BTreeG[*Family]    // by subtree, see [View.Families]; nil: none
	index    atomic.Pointer[viewIndex] // nil: to be made
}

// familyNodes is the degree of the trees of families: two levels hold them all.
const familyNodes = 16

// Size is how many families there are.
func (v *View) Size() int {
	if v.families == nil {
		return 0
	}
	return v.families.Len()
}

// Families gives out the families, shorter subtrees first, those of a length in
// lexicographical order. Of those that match a name the last decides (RFC 3415,
// vacmViewTreeFamilyType).
func (v *View) Families() iter.Seq[Family] {
	return func(yield func(Family) bool) {
		if v.families != nil {
			v.families.Scan(func(f *Family) bool { return yield(*f) })
		}
	}
}

// FamilyAt returns the i-th of the families.
func (v *View) FamilyAt(i int) Family {
	f, _ := v.families.GetAt(i)
	return *f
}

// indexed returns the index, which the first question makes: a view that is being
// configured is asked none.
func (v *View) indexed() *viewIndex {
	x := v.index.Load()
	if x == nil {
		x = newViewIndex(v)
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

// clone is a view to be changed. It shares families with the old one, so that
// changing it costs what changes.
func (v *View) clone() *View {
	c := &View{Name: v.Name, Side: v.Side, Predefined: v.Predefined}
	if v.families != nil {
		c.families = v.families.Copy()
	}
	return c
}

// set adds a family or replaces the one with the same subtree.
func (v *View) set(f Family) {
	f.Subtree, f.Mask = slices.Clone(f.Subtree), slices.Clone(f.Mask)
	if v.families == nil {
		less := func(a, b *Family) bool { return bySpecificity(a, b) < 0 }
		v.families = btree.NewBTreeGOptions(less, btree.Options{Degree: familyNodes, NoLocks: true})
	}
	v.families.Set(&f)
	v.index.Store(nil)
}

// remove removes the family with a subtree, false if there is none.
func (v *View) remove(subtree mib.OID) (found bool) {
	if v.families != nil {
		_, found = v.families.Delete(&Family{Subtree: subtree})
		v.index.Store(nil)
	}
	return found
}

// bySpecificity orders families so that the greatest decides.
func bySpecificity(a, b *Family) int {
	if d := len(a.Subtree) - len(b.Subtree); d != 0 {
		return d
	}
	return a.Subtree.Compare(b.Subtree)
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
