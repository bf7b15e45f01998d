package agent

import (
	"encoding/binary"
	"math"
	"net/netip"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Address is an address of an interface.
type Address struct {
	netip.Prefix
	Interface int32  // its ifIndex
	Since     uint32 // sysUpTime when it was set
}

// IPTraffic is how many IPv4 packets the router has sent on, kept and made itself.
type IPTraffic struct{ Forwarded, Delivered, Generated uint64 }

// Received is how many have come.
func (t IPTraffic) Received() uint64 { return t.Forwarded + t.Delivered }

var ipGroup = mib.MustOID("1.3.6.1.2.1.4")

type addressColumn = column[Address]

// ipMIB is of IP-MIB (RFC 4293) what can be known: the addresses, and the packets of
// subscribers and of pings.
var ipMIB = []branch{
	&scalar{name: "ipForwarding", oid: ipGroup.Sub(1), read: func(*scope) snmp.Value { return snmp.Integer(1) }}, // forwarding(1)
	&scalar{name: "ipDefaultTTL", oid: ipGroup.Sub(2), read: func(*scope) snmp.Value { return snmp.Integer(64) }},
	ipCounter("ipInReceives", 3, IPTraffic.Received),
	ipCounter("ipForwDatagrams", 6, func(t IPTraffic) uint64 { return t.Forwarded }),
	ipCounter("ipInDelivers", 9, func(t IPTraffic) uint64 { return t.Delivered }),
	ipCounter("ipOutRequests", 10, func(t IPTraffic) uint64 { return t.Generated }),
	&table[Address]{
		entry: ipGroup.Sub(20, 1),
		find: func(sc *scope, _ uint32, from mib.OID) (row[Address], bool) {
			return addressAt(sc, nil, from)
		},
		columns: []addressColumn{
			addressValue(1, "ipAdEntAddr", func(a *Address) snmp.Value { return snmp.Address(a.Addr()) }),
			addressValue(2, "ipAdEntIfIndex", func(a *Address) snmp.Value { return snmp.Integer(a.Interface) }),
			addressValue(3, "ipAdEntNetMask", func(a *Address) snmp.Value { return snmp.Address(mask4(a.Bits())) }),
			addressValue(4, "ipAdEntBcastAddr", func(*Address) snmp.Value { return snmp.Integer(1) }), // its lowest bit
			addressValue(5, "ipAdEntReasmMaxSize", func(*Address) snmp.Value { return snmp.Integer(math.MaxUint16) }),
		},
	},
	&table[Address]{
		entry: ipGroup.Sub(34, 1),
		find: func(sc *scope, _ uint32, from mib.OID) (row[Address], bool) {
			return addressAt(sc, inetIPv4, from)
		},
		columns: []addressColumn{
			addressValue(3, "ipAddressIfIndex", func(a *Address) snmp.Value { return snmp.Integer(a.Interface) }),
			addressValue(4, "ipAddressType", func(*Address) snmp.Value { return snmp.Integer(1) }), // unicast(1)
			addressValue(5, "ipAddressPrefix", func(*Address) snmp.Value { return zeroDotZero }),
			addressValue(6, "ipAddressOrigin", func(*Address) snmp.Value { return snmp.Integer(2) }), // manual(2)
			addressValue(7, "ipAddressStatus", func(*Address) snmp.Value { return snmp.Integer(1) }), // preferred(1)
			addressValue(8, "ipAddressCreated", func(a *Address) snmp.Value { return snmp.Ticks(a.Since) }),
			addressValue(9, "ipAddressLastChanged", func(a *Address) snmp.Value { return snmp.Ticks(a.Since) }),
			{n: 10, name: "ipAddressRowStatus", get: activeRow[Address]},
			addressValue(11, "ipAddressStorageType", func(*Address) snmp.Value { return storage(false) }),
		},
	},
}

func ipCounter(name string, n uint32, count func(IPTraffic) uint64) *scalar {
	return &scalar{name: name, oid: ipGroup.Sub(n), read: func(sc *scope) snmp.Value {
		return snmp.Counter(uint32(count(sc.ifs().IPTraffic()))) // it wraps
	}}
}

func addressValue(n uint32, name string, read func(*Address) snmp.Value) addressColumn {
	return addressColumn{n: n, name: name, get: func(_ *scope, a *Address) snmp.Value { return read(a) }}
}

// inetIPv4 is how the index of an IPv4 address begins where InetAddressType and
// length stand before it (RFC 4001).
var inetIPv4 = mib.OID{1, 4}

// addressAt returns the first address whose index, behind a beginning, is at or
// after one.
func addressAt(sc *scope, begin, from mib.OID) (row[Address], bool) {
	at := netip.AddrFrom4([4]byte{})
	if from.HasPrefix(begin) {
		var ok bool
		if at, ok = addressFrom(from[len(begin):]); !ok {
			return row[Address]{}, false
		}
	} else if from.Compare(begin) > 0 {
		return row[Address]{}, false
	}
	a, ok := sc.ifs().NextAddress(at)
	if !ok {
		return row[Address]{}, false
	}
	return row[Address]{join(begin, address(a.Addr())), a}, true
}

// addressFrom is the smallest address whose index is not before one; false if
// there is none.
func addressFrom(index mib.OID) (netip.Addr, bool) {
	n := uint64(0)
	for i := range 4 {
		if i < len(index) && index[i] > 0xff {
			n = (n + 1) << (8 * (4 - i)) // the first behind all with that beginning
			break
		}
		if n <<= 8; i < len(index) {
			n |= uint64(index[i])
		}
	}
	if len(index) > 4 {
		n++
	}
	if n > math.MaxUint32 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(n)))), true
}

// mask4 is a mask of so many bits.
func mask4(bits int) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, ^uint32(0)<<(32-bits))))
}
