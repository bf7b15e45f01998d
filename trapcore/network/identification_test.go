package network

import "testing"

// TestHasAddress: the addresses of interfaces that are configured, in whichever
// virtual router, and none of a subscriber.
func TestHasAddress(t *testing.T) {
	b := newBench(t)
	b.add("isp", 2)
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.iface("isp", "loopback 1", "10.2.2.2/32")
	b.iface("isp", "loopback 2", "")
	b.login(Subscriber{Name: "joe", Address: addr("10.0.0.1")})
	for a, want := range map[string]bool{"10.1.1.1": true, "10.2.2.2": true, "10.1.1.2": false, "10.0.0.1": false, "0.0.0.0": false} {
		if got := b.HasAddress(addr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
}
