package network

import (
	"errors"
	"net/netip"
	"testing"
)

// TestMartians: each address or network, as destination and next hop of a route,
// of an interface and of a subscriber.
func TestMartians(t *testing.T) {
	b := newBench(t)
	b.iface("default", "loopback 0", "")
	r := b.vr("default")
	out := InterfaceID{Type: Loopback, Spec: "0"}
	for _, tt := range []struct {
		prefix      string
		route, host bool // whether there may be a route to the prefix, a host with its address
	}{
		{"0.0.0.0/0", true, false},
		{"0.0.0.0/1", true, false},
		{"128.0.0.0/1", true, true},
		{"192.0.0.0/2", true, true},
		{"0.0.0.0/8", false, false},
		{"0.1.2.0/24", false, false},
		{"126.0.0.0/7", true, true},
		{"127.0.0.0/8", false, false},
		{"127.0.0.1/32", false, false},
		{"127.255.255.255/32", false, false},
		{"128.0.0.1/32", true, true},
		{"10.1.1.1/32", true, true},
		{"169.254.1.1/32", true, true},
		{"223.255.255.254/32", true, true},
		{"224.0.0.0/3", true, false},
		{"224.0.0.0/4", false, false},
		{"224.0.0.5/32", false, false},
		{"239.255.0.0/16", false, false},
		{"240.0.0.0/4", false, false},
		{"247.1.1.1/32", false, false},
		{"255.255.255.255/32", false, false},
	} {
		p := netip.MustParsePrefix(tt.prefix)
		if err := r.AddRoute(Route{Prefix: p, Out: out}); (err == nil) != tt.route || err != nil && !errors.Is(err, errMartianRoute) {
			t.Errorf("route to %s: %v", tt.prefix, err)
		}
		if err := r.AddRoute(Route{Prefix: netip.MustParsePrefix("10.9.0.0/16"), NextHop: p.Addr()}); (err == nil) != tt.host {
			t.Errorf("next hop %s: %v", p.Addr(), err)
		}
		if err := r.SetAddress(out, netip.PrefixFrom(p.Addr(), 32)); (err == nil) != tt.host {
			t.Errorf("interface %s: %v", p.Addr(), err)
		}
		if Unicast(p.Addr()) != tt.host {
			t.Errorf("unicast %s: %v", p.Addr(), !tt.host)
		}
		err := b.vr("default").Login(Subscriber{Name: "s" + tt.prefix, Address: p.Addr()}, nil)
		if (err == nil) != tt.host {
			t.Errorf("subscriber %s: %v", p.Addr(), err)
		}
	}
}
