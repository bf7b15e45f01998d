package agent

import (
	"errors"
	"math"
	"net/netip"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Interface is a row of ifTable and ifXTable (RFC 2863).
type Interface struct {
	Index       int32 // from 1
	Descr       string
	Name        string
	Alias       string // what an operator has called it
	Type        int32  // IANAifType
	MTU         int32  // octets
	Speed       uint64 // bits per second
	PhysAddress string // octets of the medium's address
	AdminStatus int32  // up(1), down(2), testing(3)
	OperStatus  int32  // up(1), down(2) to lowerLayerDown(7)
	LastChange  uint32 // sysUpTime of the last change of OperStatus
	LinkTraps   bool   // raised when it comes up or goes down
	Connector   bool   // something can be plugged in
	In, Out     Traffic
}

// Traffic is what has passed an interface in a direction. The objects of 32 bits
// show the same numbers, which wrap there.
type Traffic struct {
	Octets, Unicast, Multicast, Broadcast uint64
	Discards, Errors, Unknown             uint64
}

// Interfaces are the interfaces of a virtual router. Its methods may be called
// from any goroutine and must not wait. An error refuses the SET.
type Interfaces interface {
	Count() int
	// Next returns the interface with the smallest Index above after.
	Next(after int32) (Interface, bool)
	// SetAdminStatus brings one up(1) or down(2).
	SetAdminStatus(index, status int32) error
	// SetLinkTraps says whether linkUp and linkDown are raised for one.
	SetLinkTraps(index int32, on bool) error
	// TrapSource is the Index of the interface whose address traps leave from,
	// 0 for none.
	TrapSource() int32
	SetTrapSource(index int32) error
	// NextAddress returns the address that is the smallest at or after from.
	NextAddress(from netip.Addr) (Address, bool)
	// LastChange is sysUpTime when an interface was last made or removed.
	LastChange() uint32
	// NextLayer returns the first layer at or after one.
	NextLayer(at Layer) (Layer, bool)
	// NextNeighbor returns the first neighbor at or after an ifIndex and address.
	NextNeighbor(index int32, from netip.Addr) (Neighbor, bool)
	// NextRoute returns the route to the first destination at or after an address.
	NextRoute(from netip.Addr) (Route, bool)
	// NextPrefix returns the route to the first prefix at or after one, by destination and
	// then by length.
	NextPrefix(from netip.Prefix) (Route, bool)
	IPTraffic() IPTraffic
}

// noInterfaces stands in until there are some.
type noInterfaces struct{}

func (noInterfaces) Count() int                             { return 0 }
func (noInterfaces) Next(int32) (Interface, bool)           { return Interface{}, false }
func (noInterfaces) SetAdminStatus(int32, int32) error      { return errNoInterfaces }
func (noInterfaces) SetLinkTraps(int32, bool) error         { return errNoInterfaces }
func (noInterfaces) TrapSource() int32                      { return 0 }
func (noInterfaces) SetTrapSource(int32) error              { return errNoInterfaces }
func (noInterfaces) NextAddress(netip.Addr) (Address, bool) { return Address{}, false }
func (noInterfaces) LastChange() uint32                     { return 0 }
func (noInterfaces) NextLayer(Layer) (Layer, bool)          { return Layer{}, false }
func (noInterfaces) NextNeighbor(int32, netip.Addr) (Neighbor, bool) {
	return Neighbor{}, false
}
func (noInterfaces) NextRoute(netip.Addr) (Route, bool)    { return Route{}, false }
func (noInterfaces) NextPrefix(netip.Prefix) (Route, bool) { return Route{}, false }
func (noInterfaces) IPTraffic() IPTraffic                  { return IPTraffic{} }

var errNoInterfaces = errors.New("no interfaces")

var (
	ifEntry  = mib.MustOID("1.3.6.1.2.1.2.2.1")
	ifXEntry = mib.MustOID("1.3.6.1.2.1.31.1.1.1")
)

type ifColumn = column[Interface]

// ifMIB is the interfaces group, ifTable and ifXTable of IF-MIB.
var ifMIB = []branch{
	&scalar{name: "ifNumber", oid: mib.MustOID("1.3.6.1.2.1.2.1"), read: func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.ifs().Count())) }},
	&scalar{name: "ifTableLastChange", oid: mib.MustOID("1.3.6.1.2.1.31.1.5"), read: func(sc *scope) snmp.Value {
		return snmp.Ticks(sc.ifs().LastChange())
	}},
	&table[Interface]{
		entry: ifEntry,
		find:  findInterface,
		columns: []ifColumn{
			ifValue(1, "ifIndex", func(i *Interface) snmp.Value { return snmp.Integer(i.Index) }),
			ifValue(2, "ifDescr", func(i *Interface) snmp.Value { return text(i.Descr) }),
			ifValue(3, "ifType", func(i *Interface) snmp.Value { return snmp.Integer(i.Type) }),
			ifValue(4, "ifMtu", func(i *Interface) snmp.Value { return snmp.Integer(i.MTU) }),
			ifValue(5, "ifSpeed", func(i *Interface) snmp.Value { return snmp.Unsigned(uint32(min(i.Speed, math.MaxUint32))) }),
			ifValue(6, "ifPhysAddress", func(i *Interface) snmp.Value { return text(i.PhysAddress) }),
			{
				n: 7, name: "ifAdminStatus", tag: snmp.TagInteger,
				get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.AdminStatus) },
				set: func(_ *scope, i *Interface, v snmp.Value) snmp.ErrorStatus {
					i.AdminStatus = int32(v.Int64())
					return inRange(v, 1, 2)
				},
			},
			ifValue(8, "ifOperStatus", func(i *Interface) snmp.Value { return snmp.Integer(i.OperStatus) }),
			ifValue(9, "ifLastChange", func(i *Interface) snmp.Value { return snmp.Ticks(i.LastChange) }),
			ifCounter(10, "ifInOctets", func(i *Interface) uint64 { return i.In.Octets }),
			ifCounter(11, "ifInUcastPkts", func(i *Interface) uint64 { return i.In.Unicast }),
			ifCounter(12, "ifInNUcastPkts", func(i *Interface) uint64 { return i.In.Multicast + i.In.Broadcast }),
			ifCounter(13, "ifInDiscards", func(i *Interface) uint64 { return i.In.Discards }),
			ifCounter(14, "ifInErrors", func(i *Interface) uint64 { return i.In.Errors }),
			ifCounter(15, "ifInUnknownProtos", func(i *Interface) uint64 { return i.In.Unknown }),
			ifCounter(16, "ifOutOctets", func(i *Interface) uint64 { return i.Out.Octets }),
			ifCounter(17, "ifOutUcastPkts", func(i *Interface) uint64 { return i.Out.Unicast }),
			ifCounter(18, "ifOutNUcastPkts", func(i *Interface) uint64 { return i.Out.Multicast + i.Out.Broadcast }),
			ifCounter(19, "ifOutDiscards", func(i *Interface) uint64 { return i.Out.Discards }),
			ifCounter(20, "ifOutErrors", func(i *Interface) uint64 { return i.Out.Errors }),
			// No packet waits, and no medium has objects of its own.
			ifValue(21, "ifOutQLen", func(*Interface) snmp.Value { return snmp.Unsigned(0) }),
			ifValue(22, "ifSpecific", func(*Interface) snmp.Value { return zeroDotZero }),
		},
		edit: &edit[Interface]{apply: func(sc *scope, _, is *Interface) error {
			return sc.ifs().SetAdminStatus(is.Index, is.AdminStatus)
		}},
	},
	&table[Interface]{
		entry: ifXEntry,
		find:  findInterface,
		columns: []ifColumn{
			ifValue(1, "ifName", func(i *Interface) snmp.Value { return text(i.Name) }),
			ifCounter(2, "ifInMulticastPkts", func(i *Interface) uint64 { return i.In.Multicast }),
			ifCounter(3, "ifInBroadcastPkts", func(i *Interface) uint64 { return i.In.Broadcast }),
			ifCounter(4, "ifOutMulticastPkts", func(i *Interface) uint64 { return i.Out.Multicast }),
			ifCounter(5, "ifOutBroadcastPkts", func(i *Interface) uint64 { return i.Out.Broadcast }),
			ifHC(6, "ifHCInOctets", func(i *Interface) uint64 { return i.In.Octets }),
			ifHC(7, "ifHCInUcastPkts", func(i *Interface) uint64 { return i.In.Unicast }),
			ifHC(8, "ifHCInMulticastPkts", func(i *Interface) uint64 { return i.In.Multicast }),
			ifHC(9, "ifHCInBroadcastPkts", func(i *Interface) uint64 { return i.In.Broadcast }),
			ifHC(10, "ifHCOutOctets", func(i *Interface) uint64 { return i.Out.Octets }),
			ifHC(11, "ifHCOutUcastPkts", func(i *Interface) uint64 { return i.Out.Unicast }),
			ifHC(12, "ifHCOutMulticastPkts", func(i *Interface) uint64 { return i.Out.Multicast }),
			ifHC(13, "ifHCOutBroadcastPkts", func(i *Interface) uint64 { return i.Out.Broadcast }),
			{
				n: 14, name: "ifLinkUpDownTrapEnable", tag: snmp.TagInteger, // enabled(1), disabled(2)
				get: func(_ *scope, i *Interface) snmp.Value { return truth(i.LinkTraps) },
				set: func(_ *scope, i *Interface, v snmp.Value) snmp.ErrorStatus {
					i.LinkTraps = v.Int64() == 1
					return inRange(v, 1, 2)
				},
			},
			ifValue(15, "ifHighSpeed", func(i *Interface) snmp.Value {
				return snmp.Unsigned(uint32((i.Speed + 500_000) / 1_000_000))
			}),
			ifValue(16, "ifPromiscuousMode", func(*Interface) snmp.Value { return truth(false) }),
			ifValue(17, "ifConnectorPresent", func(i *Interface) snmp.Value { return truth(i.Connector) }),
			ifValue(18, "ifAlias", func(i *Interface) snmp.Value { return text(i.Alias) }),
			ifValue(19, "ifCounterDiscontinuityTime", func(*Interface) snmp.Value { return snmp.Ticks(0) }),
		},
		edit: &edit[Interface]{apply: func(sc *scope, _, is *Interface) error {
			return sc.ifs().SetLinkTraps(is.Index, is.LinkTraps)
		}},
	},
}

func ifValue(n uint32, name string, read func(*Interface) snmp.Value) ifColumn {
	return ifColumn{n: n, name: name, get: func(_ *scope, i *Interface) snmp.Value { return read(i) }}
}

func ifCounter(n uint32, name string, read func(*Interface) uint64) ifColumn {
	return ifValue(n, name, func(i *Interface) snmp.Value { return snmp.Counter(uint32(read(i))) })
}

func ifHC(n uint32, name string, read func(*Interface) uint64) ifColumn {
	return ifValue(n, name, func(i *Interface) snmp.Value { return snmp.BigCounter(read(i)) })
}

func (a *Agent) ifs() Interfaces { return *a.interfaces.Load() }

func findInterface(sc *scope, _ uint32, from mib.OID) (row[Interface], bool) {
	after := int64(0)
	if len(from) > 0 {
		if after = int64(from[0]) - 1; len(from) > 1 {
			after++
		}
	}
	i, ok := sc.ifs().Next(int32(min(after, math.MaxInt32)))
	return row[Interface]{mib.OID{uint32(i.Index)}, i}, ok
}
