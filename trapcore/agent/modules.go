package agent

import (
	"maps"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"mirrorsh/ascii"
	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// modules lists the objects of every module, see the files mib_*.go.
func modules() []branch {
	return slices.Concat(
		snmpv2MIB, frameworkMIB, mpdMIB, usmMIB, vacmMIB, targetMIB, notificationMIB,
		notificationLogMIB, ifMIB, ifStackMIB, ipMIB, ipRouteMIB, ipForwardMIB, entityMIB, juniperSNMPMIB, juniperSystemMIB, juniperAaaMIB, sessionMIB,
		packetMirrorMIB,
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
	udpDomain   = snmp.ObjectID(mib.MustOID("1.3.6.1.6.1.1"))       // snmpUDPDomain
	udp6Domain  = snmp.ObjectID(mib.MustOID("1.3.6.1.2.1.100.1.2")) // transportDomainUdpIpv6
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

func inRange(v snmp.Value, smallest, largest int64) snmp.ErrorStatus {
	if n := v.Int64(); n < smallest || n > largest {
		return snmp.WrongValue
	}
	return snmp.NoError
}

// printable checks a text that a line of the configuration must be able to hold.
func printable(s string, least, most int, blanks bool) snmp.ErrorStatus {
	if len(s) < least || len(s) > most {
		return snmp.WrongLength
	}
	if !ascii.Printable(s) || !blanks && strings.Contains(s, " ") {
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
	lock := func(sc *scope) *atomic.Int32 { return &sc.spinLocks[which] }
	return writable(name, mib.MustOID(oid), number[int32](0, math.MaxInt32),
		func(sc *scope) int32 { return lock(sc).Load() },
		always(func(sc *scope, v int32) { lock(sc).Store((v + 1) & math.MaxInt32) }),
	).when(func(sc *scope, v snmp.Value) snmp.ErrorStatus {
		if v.Int64() != int64(lock(sc).Load()) {
			return snmp.InconsistentValue
		}
		return snmp.NoError
	}).undoneBy(func(sc *scope) func() error {
		old := lock(sc).Load()
		return func() error { lock(sc).Store(old); return nil }
	})
}
