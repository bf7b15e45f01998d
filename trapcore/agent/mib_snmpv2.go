package agent

import (
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// services is sysServices: layers 3 (2^2), 4 (2^3) and 7 (2^6), as the E-series
// has it (RFC 3418).
const services = 4 + 8 + 64

// MaxHostname is the most characters of sysName, which is the name in the
// prompt.
const MaxHostname = 64

// MaxSystemText is the most characters of sysContact and sysLocation (RFC 3418).
const MaxSystemText = 255

var system = mib.MustOID("1.3.6.1.2.1.1")

// snmpv2MIB is SNMPv2-MIB (RFC 3418), with the obsolete counters of RFC 1213.
var snmpv2MIB = slices.Concat([]branch{
	&scalar{name: "sysDescr", oid: system.Sub(1), read: func(sc *scope) snmp.Value { return text(sc.r.opts.Model.Description(sc.r.opts.Release)) }},
	&scalar{name: "sysObjectID", oid: system.Sub(2), read: func(sc *scope) snmp.Value { return snmp.ObjectID(sc.r.opts.Model.Product) }},
	&scalar{name: "sysUpTime", oid: system.Sub(3), read: func(sc *scope) snmp.Value { return snmp.Ticks(sc.now.UpTime) }},
	systemText("sysContact", 4, line(0, MaxSystemText, true), System.Contact, System.SetContact),
	systemText("sysName", 5, line(1, MaxHostname, false), System.Hostname, System.SetHostname),
	systemText("sysLocation", 6, line(0, MaxSystemText, true), System.Location, System.SetLocation),
	&scalar{name: "sysServices", oid: system.Sub(7), read: func(*scope) snmp.Value { return snmp.Integer(services) }},
	&scalar{name: "sysORLastChange", oid: system.Sub(8), read: func(*scope) snmp.Value { return snmp.Ticks(0) }},
	sysORTable,
	writable("snmpEnableAuthenTraps", mib.MustOID("1.3.6.1.2.1.11.30"), truthValue,
		func(sc *scope) bool { return sc.cfg.Traps.Settings().AuthenticationFailure },
		always(func(sc *scope, on bool) { sc.cfg.Traps.SetAuthenticationFailure(on) })),
	testAndIncr("snmpSetSerialNo", "1.3.6.1.6.3.1.1.6.1", snmpSetSerialNo),
}, counters(
	snmp.StatInPkts, snmp.StatOutPkts, snmp.StatInBadVersions, snmp.StatInBadCommunityNames, snmp.StatInBadCommunityUses,
	snmp.StatInASNParseErrs, snmp.StatInTooBigs, snmp.StatInNoSuchNames, snmp.StatInBadValues, snmp.StatInReadOnlys,
	snmp.StatInGenErrs, snmp.StatInTotalReqVars, snmp.StatInTotalSetVars, snmp.StatInGetRequests, snmp.StatInGetNexts,
	snmp.StatInSetRequests, snmp.StatInGetResponses, snmp.StatInTraps, snmp.StatOutTooBigs, snmp.StatOutNoSuchNames,
	snmp.StatOutBadValues, snmp.StatOutGenErrs, snmp.StatOutGetRequests, snmp.StatOutGetNexts, snmp.StatOutSetRequests,
	snmp.StatOutGetResponses, snmp.StatOutTraps, snmp.StatSilentDrops, snmp.StatProxyDrops,
))

func systemText(name string, n uint32, v values[string], get func(System) string, set func(System, string)) *scalar {
	return writable(name, system.Sub(n), v,
		func(sc *scope) string { return get(sc.cfg.System) },
		always(func(sc *scope, s string) { set(sc.cfg.System, s) }))
}

// supported are the rows of sysORTable.
var supported = []struct {
	module mib.OID
	descr  string
}{
	{mib.MustOID("1.3.6.1.6.3.1"), "SNMPv2-MIB: the SNMP entity"},
	{mib.MustOID("1.3.6.1.6.3.10"), "SNMP-FRAMEWORK-MIB: the SNMP engine"},
	{mib.MustOID("1.3.6.1.6.3.11"), "SNMP-MPD-MIB: message processing and dispatch"},
	{mib.MustOID("1.3.6.1.6.3.12"), "SNMP-TARGET-MIB: receivers of notifications, read-only"},
	{mib.MustOID("1.3.6.1.6.3.13"), "SNMP-NOTIFICATION-MIB: which receivers get what, read-only"},
	{mib.MustOID("1.3.6.1.6.3.15"), "SNMP-USER-BASED-SM-MIB: statistics and users, read-only"},
	{mib.MustOID("1.3.6.1.6.3.16"), "SNMP-VIEW-BASED-ACM-MIB: access control, read-only"},
	{mib.MustOID("1.3.6.1.2.1.31"), "IF-MIB: interfaces"},
	{mib.MustOID("1.3.6.1.2.1.47"), "ENTITY-MIB: what is in the chassis"},
	{mib.MustOID("1.3.6.1.2.1.48"), "IP-MIB: addresses"},
	{mib.MustOID("1.3.6.1.2.1.92"), "NOTIFICATION-LOG-MIB: logged notifications"},
	{mib.JuniMIBs.Sub(2), "Juniper-System-MIB: modules, load and temperature"},
	{mib.JuniMIBs.Sub(20), "Juniper-AAA-MIB: subscribers"},
	{mib.JuniSnmpMIB, "Juniper-SNMP-MIB: control of the agent and its traps"},
}

var sysORTable = &table[int]{
	entry: system.Sub(9, 1),
	rows: func(*scope) []row[int] {
		rows := make([]row[int], len(supported))
		for i := range supported {
			rows[i] = row[int]{mib.OID{uint32(i + 1)}, i}
		}
		return rows
	},
	columns: []column[int]{
		{n: 2, name: "sysORID", get: func(_ *scope, i *int) snmp.Value { return snmp.ObjectID(supported[*i].module) }},
		{n: 3, name: "sysORDescr", get: func(_ *scope, i *int) snmp.Value { return text(supported[*i].descr) }},
		{n: 4, name: "sysORUpTime", get: func(*scope, *int) snmp.Value { return snmp.Ticks(0) }},
	},
}
