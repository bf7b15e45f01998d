package snmp

import (
	"math"
	"testing"

	"mirrorsh/mib"
)

// TestOverlaps: what does not overlap contains nothing below, and a view that
// contains something below overlaps.
func TestOverlaps(t *testing.T) {
	l := NewLCD()
	for _, f := range []Family{
		{Subtree: mib.MustOID("1.3.6.1.2.1"), Included: true},
		{Subtree: mib.MustOID("1.3.6.1.2.1.2")},
		{Subtree: mib.MustOID("1.3.6.1.2.1.2.2.1.0.7"), Mask: []byte{0xff, 0xbf}, Included: true},
	} {
		if err := l.SetView(Ordinary, "v", f); err != nil {
			t.Fatal(err)
		}
	}
	s := l.Snapshot()
	for _, tt := range []struct {
		view, subtree string
		want          bool
	}{
		{"v", "1.3", true}, {"v", "1.3.6.1.2.1.1.1", true}, {"v", "1.3.6.1.2.1.2.1", false}, {"v", "1.3.6.1.2.1.2.2.1", true},
		{"v", "1.3.6.1.2.1.2.2.1.5.8", false}, {"v", "1.3.6.1.2.1.2.2.1.5.7", true}, {"v", "1.3.6.1.6", false},
		{ViewNothing, "1.3", false}, {ViewUser, "1.3.6.1.6.3.15.1.2", false}, {ViewUser, "1.3.6.1.6.3", true},
		{ViewEverything, "1.3.6.1.4.1.4874.2.2.77.2", false}, {ViewMirrorAdmin, "1.3.6.1.4.1.4874.2.2.77.2", true},
		{ViewMirrorAdmin, "1.3.6.1.2.1", false}, {ViewMirrorAdmin, "1.3", true},
	} {
		v, _ := s.ViewFor(Secure, tt.view)
		if got := v.Overlaps(mib.MustOID(tt.subtree)); got != tt.want {
			t.Errorf("%s, %s: %v", tt.view, tt.subtree, got)
		}
		if v.Contains(mib.MustOID(tt.subtree)) && !tt.want {
			t.Errorf("%s contains %s", tt.view, tt.subtree)
		}
	}
	if (*View)(nil).Overlaps(mib.MustOID("1.3")) || (*View)(nil).ReachesMirror() {
		t.Error("no view shows something")
	}
}

// TestStats: names, and arithmetic that wraps.
func TestStats(t *testing.T) {
	for _, s := range AllStats() {
		if got, ok := StatByName(s.String()); !ok || got != s || len(s.OID()) == 0 {
			t.Errorf("%d %q: %v, %v", s, s, got, ok)
		}
	}
	if _, ok := StatByName("snmpInCakes"); ok {
		t.Error("found a counter there is not")
	}
	var s Stats
	s.values[StatInPkts].Store(math.MaxUint32)
	base := s.Counters()
	s.Add(StatInPkts, 2)
	s.Reported(StatWrongDigests)
	d := s.Counters().Since(base)
	if d.Values[StatInPkts] != 2 || d.Reports[StatWrongDigests] != 1 || s.Value(StatInPkts) != 1 || d.Plus(d).Values[StatInPkts] != 4 {
		t.Errorf("%+v", d)
	}
}

// TestErrorStatusV1: RFC 3584 section 4.4 leaves SNMPv1 five errors.
func TestErrorStatusV1(t *testing.T) {
	for s := NoError; s <= InconsistentName; s++ {
		if s.String() == "" || s.V1() > GenErr || s <= GenErr && s.V1() != s || s > GenErr && s.V1() == NoError {
			t.Errorf("%d %v: %v", s, s, s.V1())
		}
	}
	if ErrorStatus(99).String() != "99" {
		t.Error(ErrorStatus(99))
	}
}
