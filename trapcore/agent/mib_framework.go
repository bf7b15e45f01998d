package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

var snmpEngine = mib.MustOID("1.3.6.1.6.3.10.2.1")

// frameworkMIB is SNMP-FRAMEWORK-MIB (RFC 3411).
var frameworkMIB = []branch{
	&scalar{name: "snmpEngineID", oid: snmpEngine.Sub(1), read: func(sc *scope) snmp.Value { return text(string(sc.cfg.Local.Identity().ID)) }},
	&scalar{name: "snmpEngineBoots", oid: snmpEngine.Sub(2), read: func(sc *scope) snmp.Value { return snmp.Integer(sc.now.Boots) }},
	&scalar{name: "snmpEngineTime", oid: snmpEngine.Sub(3), read: func(sc *scope) snmp.Value { return snmp.Integer(sc.now.Time) }},
	&scalar{name: "snmpEngineMaxMessageSize", oid: snmpEngine.Sub(4), read: func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.PacketSize())) }},
}

// mpdMIB is SNMP-MPD-MIB (RFC 3412).
var mpdMIB = counters(snmp.StatUnknownSecurityModels, snmp.StatInvalidMsgs, snmp.StatUnknownPDUHandlers)
