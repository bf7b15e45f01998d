package network

import (
	"fmt"
	"net/netip"
	"testing"
)

// TestChassisQuotas: the last one is let in and the next one refused; there is
// room again when one has gone.
func TestChassisQuotas(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	loopback := func(n int) InterfaceID { return InterfaceID{Loopback, fmt.Sprint(n)} }
	route := func(n int) Route {
		return Route{Prefix: netip.PrefixFrom(nth(10<<24+n), 32), NextHop: addr("10.1.1.1")}
	}
	for _, tt := range []struct {
		name        string
		count       *int
		quota       int
		want        error
		make, unset func(n int) error
	}{
		{"interfaces", &b.interfaces, maxInterfaces, errTooManyIfs,
			func(n int) error { return r.CreateInterface(loopback(n)) }, func(n int) error { return r.RemoveInterface(loopback(n)) }},
		{"routes", &b.static, maxAllRoutes, errTooManyInAll,
			func(n int) error { return r.AddRoute(route(n)) }, func(n int) error { return r.RemoveRoute(route(n)) }},
	} {
		*tt.count = tt.quota - 1 // as if so many were there
		b.do(tt.make(1))
		if err := tt.make(2); err != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
		b.do(tt.unset(1))
		b.do(tt.make(2))
		b.do(tt.unset(2))
		if *tt.count != tt.quota-1 {
			t.Errorf("%s: %d are counted", tt.name, *tt.count)
		}
	}
}

// TestRoutesOfARouter: one virtual router can have so many, another as many
// again, and those of one that is removed do not count any more.
func TestRoutesOfARouter(t *testing.T) {
	b := newBench(t)
	fill := func(name string, n int) error {
		r := b.vr(name)
		for i := range n {
			if err := r.AddRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24+4*i), 30), NextHop: nth(10<<24 + i + 2)}); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	}
	b.do(fill("default", maxRoutes))
	b.refuses(errTooManyRoutes, b.vr("default").AddRoute(Route{Prefix: prefix("10.8.0.0/16"), NextHop: addr("10.1.1.1")}))
	isp := b.add("isp", 2)
	b.do(fill("isp", 10))
	b.do(b.Remove(isp))
	if b.static != maxRoutes {
		t.Errorf("%d routes are counted", b.static)
	}
	b.do(b.vr("default").RemoveRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24), 30)}))
	b.do(b.vr("default").AddRoute(Route{Prefix: prefix("10.8.0.0/16"), NextHop: addr("10.1.1.1")}))
}
