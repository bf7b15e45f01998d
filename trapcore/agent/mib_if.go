package agent

import (
	"errors"
	"math"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Interface is a row of ifTable (RFC 2863). Counters wrap.
type Interface struct {
	Index       int32 // from 1
	Descr       string
	Type        int32  // IANAifType
	MTU         int32  // octets
	Speed       uint32 // bits per second
	PhysAddress string // octets of the medium's address
	AdminStatus int32  // up(1), down(2), testing(3)
	OperStatus  int32  // up(1), down(2) to lowerLayerDown(7)
	LastChange  uint32 // sysUpTime of the last change of OperStatus

	InOctets, InUnicast, InDiscards, InErrors, InUnknown uint32
	OutOctets, OutUnicast, OutDiscards, OutErrors        uint32
}

// Interfaces are the interfaces of a virtual router. Its methods may be called
// from any goroutine and must not wait. An error refuses the SET.
type Interfaces interface {
	Count() int
	// Next returns the interface with the smallest Index above after.
	Next(after int32) (Interface, bool)
	// SetAdminStatus brings one up(1) or down(2).
	SetAdminStatus(index, status int32) error
	// TrapSource is the Index of the interface whose address traps leave from,
	// 0 for none.
	TrapSource() int32
	SetTrapSource(index int32) error
	// LastChange is sysUpTime when an interface was last made or removed.
	LastChange() uint32
}

// noInterfaces stands in until there are some.
type noInterfaces struct{}

func (noInterfaces) Count() int                        { return 0 }
func (noInterfaces) Next(int32) (Interface, bool)      { return Interface{}, false }
func (noInterfaces) SetAdminStatus(int32, int32) error { return errNoInterfaces }
func (noInterfaces) TrapSource() int32                 { return 0 }
func (noInterfaces) SetTrapSource(int32) error         { return errNoInterfaces }
func (noInterfaces) LastChange() uint32                { return 0 }

var errNoInterfaces = errors.New("no interfaces")

var ifEntry = mib.MustOID("1.3.6.1.2.1.2.2.1")

// ifMIB is the interfaces group and ifTable of IF-MIB.
var ifMIB = []branch{
	&scalar{name: "ifNumber", oid: mib.MustOID("1.3.6.1.2.1.2.1"), read: func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.ifs().Count())) }},
	&scalar{name: "ifTableLastChange", oid: mib.MustOID("1.3.6.1.2.1.31.1.5"), read: func(sc *scope) snmp.Value {
		return snmp.Ticks(sc.ifs().LastChange())
	}},
	&table[Interface]{
		entry: ifEntry,
		find:  findInterface,
		columns: []column[Interface]{
			{n: 1, name: "ifIndex", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.Index) }},
			{n: 2, name: "ifDescr", get: func(_ *scope, i *Interface) snmp.Value { return text(i.Descr) }},
			{n: 3, name: "ifType", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.Type) }},
			{n: 4, name: "ifMtu", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.MTU) }},
			{n: 5, name: "ifSpeed", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Unsigned(i.Speed) }},
			{n: 6, name: "ifPhysAddress", get: func(_ *scope, i *Interface) snmp.Value { return text(i.PhysAddress) }},
			{
				n: 7, name: "ifAdminStatus", tag: snmp.TagInteger,
				get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.AdminStatus) },
				set: func(_ *scope, i *Interface, v snmp.Value) snmp.ErrorStatus {
					i.AdminStatus = int32(v.Int64())
					return inRange(v, 1, 2)
				},
			},
			{n: 8, name: "ifOperStatus", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Integer(i.OperStatus) }},
			{n: 9, name: "ifLastChange", get: func(_ *scope, i *Interface) snmp.Value { return snmp.Ticks(i.LastChange) }},
			ifCounter(10, "ifInOctets", func(i *Interface) uint32 { return i.InOctets }),
			ifCounter(11, "ifInUcastPkts", func(i *Interface) uint32 { return i.InUnicast }),
			ifCounter(13, "ifInDiscards", func(i *Interface) uint32 { return i.InDiscards }),
			ifCounter(14, "ifInErrors", func(i *Interface) uint32 { return i.InErrors }),
			ifCounter(15, "ifInUnknownProtos", func(i *Interface) uint32 { return i.InUnknown }),
			ifCounter(16, "ifOutOctets", func(i *Interface) uint32 { return i.OutOctets }),
			ifCounter(17, "ifOutUcastPkts", func(i *Interface) uint32 { return i.OutUnicast }),
			ifCounter(19, "ifOutDiscards", func(i *Interface) uint32 { return i.OutDiscards }),
			ifCounter(20, "ifOutErrors", func(i *Interface) uint32 { return i.OutErrors }),
		},
		edit: &edit[Interface]{apply: func(sc *scope, _, is *Interface) error {
			return sc.ifs().SetAdminStatus(is.Index, is.AdminStatus)
		}},
	},
}

func ifCounter(n uint32, name string, read func(*Interface) uint32) column[Interface] {
	return column[Interface]{n: n, name: name, get: func(_ *scope, i *Interface) snmp.Value { return snmp.Counter(read(i)) }}
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
