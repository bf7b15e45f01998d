package agent

import (
	"maps"
	"math"
	"slices"
	"strings"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// modules lists the objects of every module, see the files mib_*.go.
func modules() []branch {
	return slices.Concat(
		snmpv2MIB, frameworkMIB, mpdMIB, usmMIB, vacmMIB, targetMIB, notificationMIB,
		notificationLogMIB, ifMIB, juniperSNMPMIB, packetMirrorMIB,
	)
}

// Objects are the objects there are, by name; the OIDs are without an instance.
func Objects() map[string]mib.OID {
	all := map[string]mib.OID{}
	for _, b := range modules() {
		maps.Copy(all, b.names())
	}
	return all
}

// Makers of values that recur.

func text(s string) snmp.Value { return snmp.OctetString(s) }

func truth(b bool) snmp.Value {
	if b {
		return snmp.Integer(1)
	}
	return snmp.Integer(2)
}

var (
	zeroDotZero = snmp.ObjectID(mib.OID{0, 0})
	udpDomain   = snmp.ObjectID(mib.MustOID("1.3.6.1.6.1.1")) // snmpUDPDomain
)

// Values of StorageType (RFC 2579).
const (
	nonVolatile     = 3
	readOnlyStorage = 5
)

func storage(predefined bool) snmp.Value {
	if predefined {
		return snmp.Integer(readOnlyStorage)
	}
	return snmp.Integer(nonVolatile)
}

// activeRow reads any RowStatus of a row there is.
func activeRow[R any](*scope, *R) snmp.Value { return snmp.Integer(rowActive) }

// counters are the scalars of some engine counters.
func counters(group ...snmp.Stat) []branch {
	var all []branch
	for _, s := range group {
		all = append(all, &scalar{name: s.String(), oid: s.OID(), read: func(sc *scope) snmp.Value {
			c := sc.As(side.Clearance{}).Counters()
			return snmp.Counter(c.Values[s])
		}})
	}
	return all
}

// Checks of values to be set.

func oneOf(allowed ...int64) func(*scope, snmp.Value) snmp.ErrorStatus {
	return func(_ *scope, v snmp.Value) snmp.ErrorStatus {
		if slices.Contains(allowed, v.Int64()) {
			return snmp.NoError
		}
		return snmp.WrongValue
	}
}

func between(smallest, largest int64) func(*scope, snmp.Value) snmp.ErrorStatus {
	return func(_ *scope, v snmp.Value) snmp.ErrorStatus { return inRange(v, smallest, largest) }
}

func inRange(v snmp.Value, smallest, largest int64) snmp.ErrorStatus {
	if n := v.Int64(); n < smallest || n > largest {
		return snmp.WrongValue
	}
	return snmp.NoError
}

// line checks a text that a line of the configuration must be able to hold.
func line(least, most int, blanks bool) func(*scope, snmp.Value) snmp.ErrorStatus {
	return func(_ *scope, v snmp.Value) snmp.ErrorStatus { return printable(v.Str(), least, most, blanks) }
}

func printable(s string, least, most int, blanks bool) snmp.ErrorStatus {
	if len(s) < least || len(s) > most {
		return snmp.WrongLength
	}
	if !mib.Printable(s) || !blanks && strings.Contains(s, " ") {
		return snmp.WrongValue
	}
	return snmp.NoError
}

// The TestAndIncr objects (RFC 2579) of an agent.
const (
	snmpSetSerialNo = iota
	usmUserSpinLock
	vacmViewSpinLock
	spinLocks
)

func testAndIncr(name, oid string, which int) *scalar {
	return &scalar{
		name: name, oid: mib.MustOID(oid),
		read: func(sc *scope) snmp.Value { return snmp.Integer(sc.spinLocks[which].Load()) },
		write: &writer{
			tag: snmp.TagInteger,
			check: func(sc *scope, v snmp.Value) snmp.ErrorStatus {
				switch n := v.Int64(); {
				case n < 0:
					return snmp.WrongValue
				case n != int64(sc.spinLocks[which].Load()):
					return snmp.InconsistentValue
				}
				return snmp.NoError
			},
			put: func(sc *scope, v snmp.Value) error {
				sc.spinLocks[which].Store(int32(v.Int64()+1) & math.MaxInt32)
				return nil
			},
			save: func(sc *scope) func() error {
				old := sc.spinLocks[which].Load()
				return func() error { sc.spinLocks[which].Store(old); return nil }
			},
		},
	}
}
