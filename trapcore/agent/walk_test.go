package agent

import (
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// walk lists every instance of a view by GETNEXT of the registry.
func (g *rig) walk(t *testing.T, view string, v1 bool) []snmp.Varbind {
	t.Helper()
	x := &exchange{r: g.r, first: g.agents[0], to: g.agents[0], version: snmp.Version2c}
	if v1 {
		x.version = snmp.Version1
	}
	v, ok := g.lcd().Snapshot().As(side.Clear(true)).View(view)
	if !ok {
		t.Fatalf("no view %s", view)
	}
	sc := x.scope(v)
	var all []snmp.Varbind
	for at := (mib.OID{0, 0}); ; {
		*sc.work = 0 // a request each
		name, value, _ := g.r.tree.next(sc, at)
		if value.Exception() {
			return all
		}
		if name.Compare(at) <= 0 {
			t.Fatalf("%v comes after %v", name, at)
		}
		if !v.Contains(name) {
			t.Fatalf("%v is not in the view", name)
		}
		if got := g.r.tree.get(sc, name); got != value {
			t.Fatalf("GET of %v is %v, GETNEXT found %v", name, got, value)
		}
		all, at = append(all, snmp.Varbind{Name: name, Value: value}), name
	}
}

// TestWalkFindsAll: every object there is has an instance in the test's router,
// and what GETNEXT finds GET finds.
func TestWalkFindsAll(t *testing.T) {
	g := newRig(t)
	g.busy()
	found := g.walk(t, "everything", false)
	found = append(found, g.walk(t, "mirrorAdmin", false)...)
	for _, b := range g.r.tree {
		for name, oid := range b.names() {
			has := slices.ContainsFunc(found, func(vb snmp.Varbind) bool { return vb.Name.HasPrefix(oid) })
			if !has && !strings.HasPrefix(name, "nlmLogVariableCounter32") && !strings.HasPrefix(name, "nlmLogVariableUnsigned") && name != "nlmLogVariableOpaqueVal" {
				t.Errorf("%s %v has no instance", name, oid)
			}
		}
	}
	if len(found) < 1500 {
		t.Errorf("only %d instances", len(found))
	}
}

// TestViewsOfWalks: views by subtree and mask, and SNMPv1 without Counter64.
func TestViewsOfWalks(t *testing.T) {
	g := newRig(t)
	for _, tt := range []struct {
		view  string
		v1    bool
		count int
	}{
		{"nothing", false, 0},
		{"mirrorAdmin", false, 1},
		{"sys", false, 8 + 3*len(supported)},
		{"rows", false, 22}, // the row of ifIndex 2
	} {
		if n := len(g.walk(t, tt.view, tt.v1)); n != tt.count {
			t.Errorf("view %s has %d instances, want %d", tt.view, n, tt.count)
		}
	}
	all, v1 := g.walk(t, "everything", false), g.walk(t, "everything", true)
	big := slices.DeleteFunc(slices.Clone(all), func(vb snmp.Varbind) bool { return vb.Value.Tag() == snmp.TagCounter64 })
	if len(big) == len(all) || !slices.EqualFunc(big, v1, func(a, b snmp.Varbind) bool { return a.Name.Compare(b.Name) == 0 }) {
		t.Errorf("SNMPv1 sees %d of %d instances", len(v1), len(all))
	}
}
