package remote

import (
	"net/netip"
	"testing"
	"time"
)

// TestSources: what has one address of a network of IPv6 has them all, for
// passwords as for connections.
func TestSources(t *testing.T) {
	for _, c := range []struct {
		wrong, next string
		want        bool // the next one waits
	}{
		{"10.0.0.1", "10.0.0.1", true}, {"10.0.0.1", "10.0.0.2", false},
		{"2001:db8::1", "2001:db8::2", true}, {"2001:db8::1", "2001:db8:0:0:ffff::1", true}, {"2001:db8::1", "2001:db8:0:1::1", false},
		{"fe80::1", "fe80::2", true},
	} {
		s := New(Options{})
		wrong, next := netip.MustParseAddr(c.wrong), netip.MustParseAddr(c.next)
		s.guessed(wrong)
		if got := s.penalty(next) > 0; got != c.want || source(wrong) == source(next) != c.want {
			t.Errorf("a wrong password from %s makes %s wait: %v", c.wrong, c.next, got)
		}
		s.forgive(next)
		if got := s.penalty(wrong) == 0; got != c.want {
			t.Errorf("a right password from %s forgives %s: %v", c.next, c.wrong, got)
		}
	}
}

// TestManyGuessers: what is remembered of guesses is bounded.
func TestManyGuessers(t *testing.T) {
	s := New(Options{})
	for i := range maxGuessers + 10 {
		s.guessed(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	last := netip.AddrFrom4([4]byte{10, 0, byte((maxGuessers + 9) >> 8), byte((maxGuessers + 9) & 0xff)})
	if len(s.wrong) != maxGuessers || s.penalty(last) != time.Second || s.penalty(netip.AddrFrom4([4]byte{10})) != 0 {
		t.Errorf("%d addresses; the last has to wait %v, the first %v", len(s.wrong), s.penalty(last), s.penalty(netip.AddrFrom4([4]byte{10})))
	}
}
