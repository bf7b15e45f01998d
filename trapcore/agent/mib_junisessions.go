package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Sessions is how many PPP sessions of subscribers are up, how many of them come
// over Ethernet, and how many tunnels others come through.
type Sessions struct{ PPP, PPPoE, Tunnels int }

// sessionMIB is of Juniper-PPP-MIB, Juniper-PPPOE-MIB and Juniper-L2TP-MIB what
// tools count subscribers by, of the whole router.
var sessionMIB = []branch{
	&scalar{name: "juniPppSummaryPppIfOperUp", oid: mib.JuniMIBs.Sub(11, 1, 7, 7), read: func(sc *scope) snmp.Value {
		return snmp.Integer(int32(sc.r.opts.Subscribers.Sessions().PPP))
	}},
	&scalar{name: "juniPPPoESummarySubIfOperUp", oid: mib.JuniMIBs.Sub(18, 1, 5, 11), read: func(sc *scope) snmp.Value {
		return snmp.Integer(int32(sc.r.opts.Subscribers.Sessions().PPPoE))
	}},
	&scalar{name: "juniL2tpSysStatusActiveTunnels", oid: mib.JuniMIBs.Sub(35, 1, 1, 2, 10), read: func(sc *scope) snmp.Value {
		return snmp.Unsigned(uint32(sc.r.opts.Subscribers.Sessions().Tunnels))
	}},
}
