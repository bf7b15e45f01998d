package agent

import (
	"net/netip"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// ipForwardMIB is ipCidrRouteTable of IP-FORWARD-MIB (RFC 4292), where each prefix has a
// row; none can be written.
var ipForwardMIB = []branch{
	&table[Route]{
		entry: ipGroup.Sub(24, 4, 1),
		find:  findPrefix,
		columns: []routeColumn{
			routeValue(1, "ipCidrRouteDest", func(r *Route) snmp.Value { return snmp.Address(r.Addr()) }),
			routeValue(2, "ipCidrRouteMask", func(r *Route) snmp.Value { return snmp.Address(mask4(r.Bits())) }),
			routeValue(3, "ipCidrRouteTos", func(*Route) snmp.Value { return snmp.Integer(0) }),
			routeValue(4, "ipCidrRouteNextHop", func(r *Route) snmp.Value { return snmp.Address(r.gateway()) }),
			routeValue(5, "ipCidrRouteIfIndex", func(r *Route) snmp.Value { return snmp.Integer(r.Interface) }),
			routeValue(6, "ipCidrRouteType", func(r *Route) snmp.Value {
				if r.Direct {
					return snmp.Integer(3) // local(3)
				}
				return snmp.Integer(4) // remote(4)
			}),
			routeValue(7, "ipCidrRouteProto", (*Route).protocol),
			routeValue(9, "ipCidrRouteInfo", func(*Route) snmp.Value { return zeroDotZero }),
			routeValue(10, "ipCidrRouteNextHopAS", func(*Route) snmp.Value { return snmp.Integer(0) }),
			routeValue(11, "ipCidrRouteMetric1", func(*Route) snmp.Value { return snmp.Integer(0) }),
			unusedMetric(12, "ipCidrRouteMetric2"), unusedMetric(13, "ipCidrRouteMetric3"),
			unusedMetric(14, "ipCidrRouteMetric4"), unusedMetric(15, "ipCidrRouteMetric5"),
			routeValue(16, "ipCidrRouteStatus", func(*Route) snmp.Value { return snmp.Integer(rowActive) }),
		},
	},
}

// gateway is the next hop of a route that is not direct.
func (r *Route) gateway() netip.Addr {
	if r.Direct || !r.NextHop.IsValid() {
		return netip.IPv4Unspecified()
	}
	return r.NextHop
}

// protocol is where the route comes from, as both route tables have it.
func (r *Route) protocol() snmp.Value {
	if r.Static {
		return snmp.Integer(3) // netmgmt(3)
	}
	return snmp.Integer(2) // local(2)
}

// findPrefix takes an index of destination, mask, type of service and next hop. A
// destination has no more than 33 prefixes.
func findPrefix(sc *scope, _ uint32, from mib.OID) (row[Route], bool) {
	at, ok := addressFrom(from[:min(4, len(from))])
	for next := netip.PrefixFrom(at, 0); ok; {
		var r Route
		if r, ok = sc.ifs().NextPrefix(next); !ok {
			break
		}
		index := join(address(r.Addr()), address(mask4(r.Bits())), mib.OID{0}, address(r.gateway()))
		if index.Compare(from) >= 0 {
			return row[Route]{index, r}, true
		}
		sc.spend(1)
		if next = netip.PrefixFrom(r.Addr(), r.Bits()+1); r.Bits() == 32 {
			next = netip.PrefixFrom(r.Addr().Next(), 0)
			ok = next.Addr().IsValid()
		}
	}
	return row[Route]{}, false
}
