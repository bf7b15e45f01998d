package network

import (
	"fmt"
	"net/netip"
)

// martians are the addresses that no host has and no packet is forwarded to
// (RFC 1812 section 5.3.7, RFC 1122 section 3.2.1.3).
var martians = []struct {
	block netip.Prefix
	is    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "addresses of this network (0.0.0.0/8)"},
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback addresses (127.0.0.0/8)"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast addresses (224.0.0.0/4)"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved addresses (240.0.0.0/4)"},
}

// martian names the block of which all of an IPv4 prefix is a part, "" if there
// is none. A prefix that is larger leads elsewhere, too.
func martian(p netip.Prefix) string {
	for _, m := range martians {
		if p.Bits() >= m.block.Bits() && m.block.Contains(p.Addr()) {
			return m.is
		}
	}
	return ""
}

// checkHost says why nobody has an address.
func checkHost(a netip.Addr) error {
	if !a.Is4() {
		return errAddress
	}
	if is := martian(netip.PrefixFrom(a, 32)); is != "" {
		return fmt.Errorf("%w %s", errMartianHost, is)
	}
	return nil
}

// Unicast reports whether a host of a network can have an IPv4 address. Whether
// it is a broadcast only its mask tells.
func Unicast(a netip.Addr) bool { return a.Is4() && martian(netip.PrefixFrom(a, 32)) == "" }
