package remote

import (
	"net/netip"
	"slices"
	"testing"
)

// TestRoomForStrangers fills the pool and looks who has to go for the next one.
func TestRoomForStrangers(t *testing.T) {
	near, far := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
	one, other := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8:0:0:1::1")
	others := func() (list []netip.Addr) {
		for n := range maxHalfOpen {
			list = append(list, netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}))
		}
		return list
	}()
	four := slices.Concat(slices.Repeat(others[:1], maxPerSource), slices.Repeat(others[1:2], maxPerSource),
		slices.Repeat(others[2:3], maxPerSource), slices.Repeat(others[3:4], maxPerSource))
	uneven := append(slices.Concat(others[:1], slices.Repeat(others[1:2], maxPerSource)), others[2:maxHalfOpen-maxPerSource+1]...)
	for name, c := range map[string]struct {
		inside  []netip.Addr
		spoke   []int
		next    netip.Addr
		refused bool
		dropped []int
	}{
		"room":                       {slices.Repeat([]netip.Addr{near}, maxPerSource-1), nil, near, false, nil},
		"silent address":             {slices.Repeat([]netip.Addr{near}, maxPerSource), nil, near, false, []int{0}},
		"address, one silent":        {slices.Repeat([]netip.Addr{near}, maxPerSource), []int{0, 1, 2}, near, false, []int{3}},
		"another address":            {slices.Repeat([]netip.Addr{near}, maxPerSource), nil, far, false, nil},
		"address that spoke":         {append(slices.Repeat([]netip.Addr{near}, maxPerSource), far), upTo(maxPerSource), near, true, nil},
		"beside one that spoke":      {slices.Repeat([]netip.Addr{near}, maxPerSource), upTo(maxPerSource), far, false, nil},
		"network of IPv6":            {slices.Repeat([]netip.Addr{one}, maxPerSource), nil, other, false, []int{0}},
		"all full":                   {others, nil, near, false, []int{0}},
		"all full, the last silent":  {others, upTo(maxHalfOpen - 1), near, false, []int{maxHalfOpen - 1}},
		"all full, and all spoke":    {others, upTo(maxHalfOpen), near, false, []int{0}},
		"all full, and it has one":   {append(slices.Clone(others[1:]), near), upTo(maxHalfOpen), near, true, nil},
		"all full, of four":          {four, upTo(maxHalfOpen), near, false, []int{0}},
		"all full, of few, unevenly": {uneven, upTo(maxHalfOpen), near, false, []int{1}},
		"all full, of few, from one": {uneven, upTo(maxHalfOpen), others[0], false, []int{1}},
		"address without a meaning":  {slices.Repeat([]netip.Addr{{}}, maxPerSource), nil, netip.Addr{}, false, []int{0}},
		"others first, then itself":  {append(slices.Clone(others[:3]), slices.Repeat([]netip.Addr{near}, maxPerSource)...), nil, near, false, []int{3}},
		"a network beside a network": {slices.Repeat([]netip.Addr{one}, maxPerSource), nil, netip.MustParseAddr("2001:db8:0:1::1"), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var pool halfOpen
			var dropped []int
			var all []*stranger
			for n, from := range c.inside {
				s := pool.admit(from, func() { dropped = append(dropped, n) })
				if s == nil {
					t.Fatalf("connection %d is refused", n)
				}
				all = append(all, s)
			}
			for _, n := range c.spoke {
				all[n].speak()
			}
			s := pool.admit(c.next, func() {})
			if (s == nil) != c.refused || !slices.Equal(dropped, c.dropped) {
				t.Errorf("refused: %v, dropped: %v", s == nil, dropped)
			}
			for _, s := range append(all, s) {
				if s != nil {
					s.leave()
					s.leave()
				}
			}
			if len(pool.conns) != 0 {
				t.Errorf("%d are left", len(pool.conns))
			}
		})
	}
}

func upTo(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}
