package snmp

import (
	"math"
	"testing"
)

// TestStats: names, and arithmetic that wraps.
func TestStats(t *testing.T) {
	names := map[string]bool{}
	for _, s := range AllStats() {
		if s.String() == "" || names[s.String()] || len(s.OID()) == 0 {
			t.Errorf("%d %q", s, s)
		}
		names[s.String()] = true
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
