package network

import (
	"net/netip"
	"testing"
)

// TestHostPart: of every subnet the first and the last address are nobody's,
// but of those with one or two addresses.
func TestHostPart(t *testing.T) {
	b := newBench(t)
	b.iface("default", "loopback 0", "")
	set := func(p netip.Prefix) error { return b.vr("default").SetAddress(port("loopback 0"), p) }
	for bits := 6; bits <= 32; bits++ { // a larger one reaches beyond the classes
		net := netip.PrefixFrom(addr("172.16.32.128"), bits).Masked()
		last := net.Addr().As4()
		for i := bits; i < 32; i++ {
			last[i/8] |= 0x80 >> (i % 8)
		}
		for a, ok := range map[netip.Addr]bool{
			net.Addr(): bits >= 31, netip.AddrFrom4(last): bits >= 31,
			net.Addr().Next(): true, netip.AddrFrom4(last).Prev(): true,
		} {
			if bits == 32 && a != net.Addr() {
				continue
			}
			if err := set(netip.PrefixFrom(a, bits)); (err == nil) != ok {
				t.Errorf("%s/%d: error %v", a, bits, err)
			}
		}
	}
	b.refuses(errHostPart, set(prefix("10.1.1.0/24")))
	b.refuses(errHostPart, set(prefix("10.1.1.255/24")))
	b.refuses(errHostPart, set(prefix("10.1.1.3/30")))
	b.refuses(errHostPart, set(prefix("10.255.255.255/8")))
	b.do(set(prefix("10.1.0.255/23")))
	b.do(set(prefix("10.1.1.0/31")))
	b.do(set(prefix("10.1.1.1/31")))
	b.do(set(prefix("10.1.1.0/32")))
}
