package agent

import (
	"net/netip"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Neighbor is a row of ipNetToMediaTable (RFC 4293): a static one.
type Neighbor struct {
	Interface   int32 // its ifIndex
	Address     netip.Addr
	PhysAddress string // octets
}

// Route is a row of ipRouteTable (RFC 1213): the one of the longest prefix to a
// destination.
type Route struct {
	netip.Prefix
	Interface int32      // ifIndex of where it leads
	NextHop   netip.Addr // of one that is direct, the router's own address there; zero: it has none
	Direct    bool
	Static    bool // an operator has configured it
}

type routeColumn = column[Route]

// ipRouteMIB is ipNetToMediaTable of IP-MIB and ipRouteTable of RFC1213-MIB; none
// can be written. Nothing says how old a route is.
var ipRouteMIB = []branch{
	&table[Route]{
		entry: ipGroup.Sub(21, 1),
		find: func(sc *scope, _ uint32, from mib.OID) (row[Route], bool) {
			at, ok := addressFrom(from)
			if !ok {
				return row[Route]{}, false
			}
			r, ok := sc.ifs().NextRoute(at)
			if !ok {
				return row[Route]{}, false
			}
			return row[Route]{address(r.Addr()), r}, true
		},
		columns: []routeColumn{
			routeValue(1, "ipRouteDest", func(r *Route) snmp.Value { return snmp.Address(r.Addr()) }),
			routeValue(2, "ipRouteIfIndex", func(r *Route) snmp.Value { return snmp.Integer(r.Interface) }),
			routeValue(3, "ipRouteMetric1", func(*Route) snmp.Value { return snmp.Integer(0) }),
			unusedMetric(4, "ipRouteMetric2"), unusedMetric(5, "ipRouteMetric3"), unusedMetric(6, "ipRouteMetric4"),
			routeValue(7, "ipRouteNextHop", func(r *Route) snmp.Value {
				if !r.NextHop.IsValid() {
					return snmp.Address(netip.IPv4Unspecified())
				}
				return snmp.Address(r.NextHop)
			}),
			routeValue(8, "ipRouteType", func(r *Route) snmp.Value {
				if r.Direct {
					return snmp.Integer(3) // direct(3)
				}
				return snmp.Integer(4) // indirect(4)
			}),
			routeValue(9, "ipRouteProto", (*Route).protocol),
			routeValue(11, "ipRouteMask", func(r *Route) snmp.Value { return snmp.Address(mask4(r.Bits())) }),
			unusedMetric(12, "ipRouteMetric5"),
			routeValue(13, "ipRouteInfo", func(*Route) snmp.Value { return zeroDotZero }),
		},
	},
	&table[Neighbor]{
		entry: ipGroup.Sub(22, 1),
		find:  findNeighbor,
		columns: []column[Neighbor]{
			neighborValue(1, "ipNetToMediaIfIndex", func(n *Neighbor) snmp.Value { return snmp.Integer(n.Interface) }),
			neighborValue(2, "ipNetToMediaPhysAddress", func(n *Neighbor) snmp.Value { return text(n.PhysAddress) }),
			neighborValue(3, "ipNetToMediaNetAddress", func(n *Neighbor) snmp.Value { return snmp.Address(n.Address) }),
			neighborValue(4, "ipNetToMediaType", func(*Neighbor) snmp.Value { return snmp.Integer(4) }), // static(4)
		},
	},
}

func routeValue(n uint32, name string, read func(*Route) snmp.Value) routeColumn {
	return routeColumn{n: n, name: name, get: func(_ *scope, r *Route) snmp.Value { return read(r) }}
}

// unusedMetric is one that the protocol of a route does not use (RFC 1213).
func unusedMetric(n uint32, name string) routeColumn {
	return routeValue(n, name, func(*Route) snmp.Value { return snmp.Integer(-1) })
}

func neighborValue(n uint32, name string, read func(*Neighbor) snmp.Value) column[Neighbor] {
	return column[Neighbor]{n: n, name: name, get: func(_ *scope, r *Neighbor) snmp.Value { return read(r) }}
}

// findNeighbor takes an index of ifIndex and address.
func findNeighbor(sc *scope, _ uint32, from mib.OID) (row[Neighbor], bool) {
	index, rest := uint64(0), mib.OID{}
	if len(from) > 0 {
		index, rest = uint64(from[0]), from[1:]
	}
	at, ok := addressFrom(rest)
	if !ok {
		index, at = index+1, netip.IPv4Unspecified()
	}
	if index > maxIfIndex {
		return row[Neighbor]{}, false
	}
	n, ok := sc.ifs().NextNeighbor(int32(index), at)
	if !ok {
		return row[Neighbor]{}, false
	}
	return row[Neighbor]{join(mib.OID{uint32(n.Interface)}, address(n.Address)), n}, true
}

// maxIfIndex is the largest ifIndex there may be (RFC 2863).
const maxIfIndex = 1<<31 - 1
