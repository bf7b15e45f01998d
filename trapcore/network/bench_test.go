package network

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// crowds make and removes n things of each kind, one change each.
var crowds = []struct {
	name        string
	make, unset func(r *Router, n int) error
}{
	{"interfaces", func(r *Router, n int) error {
		id := InterfaceID{GigabitEthernet, fmt.Sprint("1/0.", n)}
		if err := r.CreateInterface(id); err != nil {
			return err
		}
		return r.SetAddress(id, netip.PrefixFrom(nth(20<<24+4*n+1), 30))
	}, func(r *Router, n int) error {
		return r.RemoveInterface(InterfaceID{GigabitEthernet, fmt.Sprint("1/0.", n)})
	}},
	{"interfaces of one network", func(r *Router, n int) error {
		id := InterfaceID{GigabitEthernet, fmt.Sprint("1/0.", n)}
		if err := r.CreateInterface(id); err != nil {
			return err
		}
		return r.SetAddress(id, netip.PrefixFrom(nth(20<<24+n+1), 8))
	}, func(r *Router, n int) error {
		return r.RemoveInterface(InterfaceID{GigabitEthernet, fmt.Sprint("1/0.", n)})
	}},
	{"routes", func(r *Router, n int) error {
		return r.AddRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24+4*n), 30), NextHop: nth(10<<24 + n + 2)})
	}, func(r *Router, n int) error {
		return r.RemoveRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24+4*n), 30)})
	}},
	{"routes to one network", func(r *Router, n int) error {
		return r.AddRoute(Route{Prefix: netip.PrefixFrom(nth(0), 0), NextHop: nth(10<<24 + n + 2)})
	}, func(r *Router, n int) error {
		return r.RemoveRoute(Route{Prefix: netip.PrefixFrom(nth(0), 0), NextHop: nth(10<<24 + n + 2)})
	}},
	{"routes over one route", func(r *Router, n int) error {
		return r.AddRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24+4*n), 30), NextHop: nth(11<<24 + n)})
	}, func(r *Router, n int) error {
		return r.RemoveRoute(Route{Prefix: netip.PrefixFrom(nth(20<<24+4*n), 30)})
	}},
	{"subscribers", func(r *Router, n int) error {
		return r.Login(Subscriber{Name: fmt.Sprint("sub", n)}, nil)
	}, func(r *Router, n int) error {
		return r.Logout(fmt.Sprint("sub", n), UserRequest)
	}},
}

func nth(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// BenchmarkConfigure says what a change costs among n, 2n and 4n of its kind.
func BenchmarkConfigure(b *testing.B) {
	for _, c := range crowds {
		for _, n := range []int{4096, 8192, 16384} {
			b.Run(fmt.Sprint(c.name, "/", n), func(b *testing.B) {
				var spent time.Duration
				for range b.N {
					w := newBench(b)
					r := w.vr("default")
					w.iface("default", "loopback 0", "10.0.0.1/8")
					w.do(r.AddRoute(Route{Prefix: prefix("11.0.0.0/8"), NextHop: addr("10.0.0.2")}))
					w.changes = nil
					from := time.Now()
					for i := range n {
						w.do(c.make(r, i))
					}
					for i := range n {
						w.do(c.unset(r, i))
					}
					spent += time.Since(from)
				}
				b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N)/float64(2*n), "ns/change")
			})
		}
	}
}
