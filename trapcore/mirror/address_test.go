package mirror

import (
	"net/netip"
	"testing"

	"mirrorsh/trapcore/network"
)

// addresses are what a host can have and what not (RFC 1122 section 3.2.1.3).
var addresses = []struct {
	address string
	unicast bool
}{
	{"0.0.0.0", false}, {"0.0.0.1", false}, {"0.255.255.255", false}, {"1.0.0.1", true}, {"10.0.0.1", true},
	{"126.255.255.254", true}, {"127.0.0.1", false}, {"127.255.255.254", false}, {"128.0.0.1", true}, {"169.254.1.1", true},
	{"192.168.99.1", true}, {"223.255.255.254", true}, {"224.0.0.1", false}, {"239.255.255.255", false},
	{"240.0.0.1", false}, {"255.255.255.254", false}, {"255.255.255.255", false}, {"::1", false}, {"::ffff:10.0.0.1", false},
	{"2001:db8::1", false},
}

// TestUnicastEverywhere: an address that no host can have is refused wherever
// one of a host is taken, and others are not.
func TestUnicastEverywhere(t *testing.T) {
	for _, tc := range addresses {
		a := addr(tc.address)
		if network.Unicast(a) != tc.unicast {
			t.Errorf("%s: unicast is %v", a, !tc.unicast)
		}
		b := newBench(t)
		b.iface("default", "loopback 0", "")
		b.do(b.CreatePolicyList(IP, "p"))
		b.do(b.SetGroup(IP, "p", "*", 0))
		for what, err := range map[string]error{
			"interface":  b.SetAddress("default", port("loopback 0"), netip.PrefixFrom(a, 32)),
			"next hop":   b.AddRoute("default", Route{Prefix: prefix("10.0.0.0/8"), NextHop: a}),
			"subscriber": b.Login("default", Subscriber{Name: "s", Address: a}, nil),
			"analyzer":   b.SetAction(IP, "p", "*", Action{Analyzer: a}),
			"trigger":    b.SetRule("default", IPAddress, tc.address, IP, "p"),
		} {
			if (err == nil) != tc.unicast {
				t.Errorf("%s %s: error %v", what, a, err)
			}
		}
	}
}
