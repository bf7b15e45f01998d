package network

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseInterface(t *testing.T) {
	for _, tt := range []struct {
		keyword, spec string
		want          string // command, "" if refused
	}{
		{"fastEthernet", "9/0", "fastEthernet 9/0"},
		{"FASTETHERNET", "09/00", "fastEthernet 9/0"},
		{"gigabitEthernet", "1/2.100", "gigabitEthernet 1/2.100"},
		{"atm", "2/1.2147483647", "atm 2/1.2147483647"},
		{"loopback", "0", "loopback 0"},
		{"loopback", "1/0", "loopback 1/0"},
		{"tunnel", "7", "tunnel 7"},
		{"tunnel", "gre:lab", "tunnel gre:lab"},
		{"tunnel", "gre", ""},
		{"loopback", "gre:lab", ""},
		{"fastEthernet", "9", ""},
		{"fastEthernet", "17/0", ""},
		{"fastEthernet", "1/64", ""},
		{"fastEthernet", "1/", ""},
		{"fastEthernet", "1/0.", ""},
		{"fastEthernet", "1/0.x", ""},
		{"fastEthernet", "-1/0", ""},
		{"fastEthernet", "+1/0", ""},
		{"atm", "2/1.2147483648", ""},
		{"ip", "1/0", ""},
		{"serial", "1/0", ""},
	} {
		id, ok := ParseInterface(tt.keyword, tt.spec)
		if ok != (tt.want != "") || ok && id.Command() != tt.want {
			t.Errorf("%s %s: %v %v", tt.keyword, tt.spec, id.Command(), ok)
		}
	}
	id := port("gigabitEthernet 1/2.100")
	if id.String() != "GigabitEthernet 1/2.100" || id.Compact() != "GigabitEthernet1/2.100" || id.Type.IfType() != 6 {
		t.Errorf("%s %s %d", id, id.Compact(), id.Type.IfType())
	}
}

func TestInterfaces(t *testing.T) {
	b := newBench(t)
	b.add("isp", 2)
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.iface("default", "loopback 0", "10.0.0.1/32")
	b.iface("isp", "loopback 0", "10.0.0.1/32")
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24") // there already
	if err := b.vr("isp").CreateInterface(port("fastEthernet 1/0")); err == nil || err.Error() != "interface belongs to virtual router default" {
		t.Errorf("taken interface: %v", err)
	}
	b.refuses(ErrNoRouter, b.vr("none").CreateInterface(port("loopback 0")))
	b.refuses(ErrNoInterface, b.vr("isp").SetShutdown(port("fastEthernet 1/0"), true))
	b.refuses(errMartianHost, b.vr("default").SetAddress(port("loopback 0"), prefix("224.0.0.1/24")))
	b.refuses(errAddress, b.vr("default").SetAddress(port("loopback 0"), prefix("10.0.0.1/0")))
	b.refuses(errAddressTaken, b.vr("default").SetAddress(port("loopback 0"), prefix("10.1.1.1/32")))
	b.do(b.vr("default").SetAddress(port("loopback 0"), netip.Prefix{}))
	b.do(b.vr("default").SetShutdown(port("fastEthernet 1/0"), true))
	b.do(b.vr("default").SetShutdown(port("fastEthernet 1/0"), true))
	b.do(b.vr("default").SetShutdown(port("fastEthernet 1/0"), false))
	b.do(b.vr("default").RemoveInterface(port("fastEthernet 1/0")))
	b.refuses(ErrNoInterface, b.vr("default").RemoveInterface(port("fastEthernet 1/0")))
	b.iface("isp", "fastEthernet 1/0", "")
	b.do(b.Remove(b.vr("isp")))
	want := []string{
		"default 1 up", "default 2 up", "isp 3 up",
		"default 1 down", "default 1 up", "default 1 down",
		"isp 4 up", "isp 3 down", "isp 4 down",
	}
	if d := cmp.Diff(want, b.links); d != "" {
		t.Error(d)
	}
	b.add("isp", 3)
	b.iface("isp", "fastEthernet 1/0", "")
	if got := b.vr("isp").Interfaces(); len(got) != 1 || got[0].Index != 5 {
		t.Errorf("%+v", got)
	}
}

func TestIndexesWrap(t *testing.T) {
	b := newBench(t)
	b.iface("default", "loopback 0", "")
	b.lastIndex = 1<<31 - 2
	b.iface("default", "loopback 1", "")
	b.iface("default", "loopback 2", "")
	var got []int32
	for v, ok := b.vr("default").NextWithout(Leaving{}, -1); ok; v, ok = b.vr("default").NextWithout(Leaving{}, v.Index) {
		got = append(got, v.Index)
		if at, found := b.vr("default").InterfaceByIndex(v.Index); !found || at != v {
			t.Errorf("index %d: %+v", v.Index, at)
		}
	}
	if d := cmp.Diff([]int32{1, 2, 1<<31 - 1}, got); d != "" {
		t.Error(d)
	}
}

func TestRoutes(t *testing.T) {
	b := newBench(t)
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.iface("default", "fastEthernet 1/1", "10.1.2.1/24")
	b.do(b.vr("default").SetShutdown(port("fastEthernet 1/1"), true))
	b.refuses(errRoute, b.vr("default").AddRoute(Route{Prefix: prefix("10.1.1.1/24"), NextHop: addr("10.1.1.2")}))
	b.refuses(errNextHop, b.vr("default").AddRoute(Route{Prefix: prefix("10.0.0.0/8"), NextHop: addr("0.0.0.0")}))
	b.refuses(errNoRoute, b.vr("default").RemoveRoute(Route{Prefix: prefix("10.0.0.0/8")}))
	one := Route{Prefix: prefix("0.0.0.0/0"), NextHop: addr("10.1.1.2")}
	dead := Route{Prefix: prefix("172.16.0.0/12"), NextHop: addr("10.1.2.2")}
	out := Route{Prefix: prefix("172.20.0.0/16"), Out: port("fastEthernet 1/0")}
	for _, r := range []Route{one, dead, out, one} {
		b.do(b.vr("default").AddRoute(r))
	}
	if d := cmp.Diff([]Route{one, dead, out}, b.vr("default").Routes(), cmp.Comparer(func(a, b Route) bool { return a == b })); d != "" {
		t.Error(d)
	}
	b.login(Subscriber{Name: "joe", Address: addr("10.9.9.9")})
	var got []string
	for _, r := range b.vr("default").RoutingTable() {
		hop := ""
		if r.NextHop.IsValid() {
			hop = " via " + r.NextHop.String()
		}
		got = append(got, r.Prefix.String()+" "+r.Type.String()+hop+" "+r.Out.Compact())
	}
	want := []string{
		"0.0.0.0/0 Static via 10.1.1.2 FastEthernet1/0",
		"10.1.1.0/24 Connect FastEthernet1/0",
		"10.9.9.9/32 Access IPdyn3",
		// 172.16.0.0/12 resolves over the default route while its own network is down
		"172.16.0.0/12 Static via 10.1.2.2 FastEthernet1/0",
		"172.20.0.0/16 Static FastEthernet1/0",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestLogins(t *testing.T) {
	b := newBench(t)
	b.iface("default", "atm 2/1.2", "")
	b.login(Subscriber{Name: "a", Interface: port("atm 2/1.2")})
	b.login(Subscriber{Name: "b"})
	b.refuses(errLoggedIn, b.vr("default").Login(Subscriber{Name: "a"}, nil))
	b.refuses(errSubscriberIP, b.vr("default").Login(Subscriber{Name: "c", Address: addr("100.64.0.1")}, nil))
	b.refuses(errMartianHost, b.vr("default").Login(Subscriber{Name: "c", Address: addr("127.0.0.1")}, nil))
	b.refuses(ErrNoInterface, b.vr("default").Login(Subscriber{Name: "c", Interface: port("atm 2/1.3")}, nil))
	b.refuses(errSubscriberName, b.vr("default").Login(Subscriber{}, nil))
	b.refuses(errSubscriberValue, b.vr("default").Login(Subscriber{Name: "c", NASPortID: string(make([]byte, 256))}, nil))
	b.refuses(ErrNoRouter, b.vr("none").Login(Subscriber{Name: "c"}, nil))
	b.refuses(ErrNoSubscriber, b.vr("default").Logout("c", UserRequest))
	subs := b.Subscribers()
	if len(subs) != 2 || subs[0].Address != addr("100.64.0.1") || subs[1].Address != addr("100.64.0.2") ||
		subs[0].AcctSessionID != "erx atm 2/1.2:0000000001" || subs[1].AcctSessionID != "erx ip:0000000002" ||
		subs[0].Dynamic.Compact() != "IPdyn2" || !subs[0].Up {
		t.Errorf("%+v", subs)
	}
	if n := b.LogoutAll(UserRequest); n != 2 || len(b.vr("default").Interfaces()) != 1 {
		t.Errorf("%d logged out, %+v", n, b.vr("default").Interfaces())
	}
	if len(b.links) != 1 {
		t.Errorf("links %q: the interfaces of subscribers raise no link events", b.links)
	}
}

// TestParseName reads the names that output has, and no others.
func TestParseName(t *testing.T) {
	for _, tt := range []struct {
		name string
		want InterfaceID
	}{
		{"FastEthernet9/0", InterfaceID{FastEthernet, "9/0"}}, {"fastethernet09/0.01", InterfaceID{FastEthernet, "9/0.1"}},
		{"GigabitEthernet 1/0", InterfaceID{GigabitEthernet, "1/0"}}, {"ATM2/1.2", InterfaceID{ATM, "2/1.2"}},
		{"Loopback0", InterfaceID{Loopback, "0"}}, {"Tunnelgre:Lab", InterfaceID{Tunnel, "gre:Lab"}}, {"IPdyn3", InterfaceID{Dynamic, "dyn3"}},
		{"ipDYN03", InterfaceID{Dynamic, "dyn3"}}, {"IPsi0", InterfaceID{Shared, "si0"}}, {"ip si0.1-A_b", InterfaceID{Shared, "si0.1-A_b"}},
	} {
		if got, ok := ParseName(tt.name); !ok || got != tt.want {
			t.Errorf("%s: %v, %v", tt.name, got, ok)
		} else if again, ok := ParseName(got.Compact()); !ok || again != got {
			t.Errorf("%s is shown as %s, which is %v, %v", tt.name, got.Compact(), again, ok)
		}
	}
	for _, name := range []string{"", "ATM", "ATM2", "FastEthernet", "FastEthernet  1/0", "Fast1/0", "IP3", "IPdyn", "IPdynx", "IPDynamic", "IP0si", "IP.si", "IPsi/0", "IPsi 0", "IPsi\x80", "IPs" + strings.Repeat("i", 40), "9/0", "FastEthernet17/0"} {
		if id, ok := ParseName(name); ok {
			t.Errorf("%q is %v", name, id)
		}
	}
}
