package agent

import (
	"encoding/binary"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

var targetObjects = mib.MustOID("1.3.6.1.6.3.12.1")

// targetMIB is SNMP-TARGET-MIB (RFC 3413), read-only: an address and the
// parameters of the same name for each trap host.
var targetMIB = append(counters(snmp.StatUnavailableContexts, snmp.StatUnknownContexts),
	&scalar{name: "snmpTargetSpinLock", oid: targetObjects.Sub(1), read: func(*scope) snmp.Value { return snmp.Integer(0) }},
	&table[notify.HostStatus]{
		entry: targetObjects.Sub(2, 1),
		rows:  targetRows,
		columns: []column[notify.HostStatus]{
			{n: 2, name: "snmpTargetAddrTDomain", get: targetDomain},
			{n: 3, name: "snmpTargetAddrTAddress", get: func(_ *scope, h *notify.HostStatus) snmp.Value {
				return text(string(binary.BigEndian.AppendUint16(h.Address.AsSlice(), h.Port)))
			}},
			{n: 4, name: "snmpTargetAddrTimeout", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Integer(targetTimeout(h)) }},
			{n: 5, name: "snmpTargetAddrRetryCount", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Integer(targetRetries(h)) }},
			{n: 6, name: "snmpTargetAddrTagList", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return text(targetTag(h)) }},
			{n: 7, name: "snmpTargetAddrParams", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return text(notify.HostName(h.Address)) }},
			{n: 8, name: "snmpTargetAddrStorageType", get: func(*scope, *notify.HostStatus) snmp.Value { return storage(false) }},
			{n: 9, name: "snmpTargetAddrRowStatus", get: activeRow[notify.HostStatus]},
		},
	},
	&table[notify.HostStatus]{
		entry: targetObjects.Sub(3, 1),
		rows:  targetRows,
		columns: []column[notify.HostStatus]{
			{n: 2, name: "snmpTargetParamsMPModel", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Integer(int32(h.Version)) }},
			{n: 3, name: "snmpTargetParamsSecurityModel", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return snmp.Integer(securityModels[h.Version]) }},
			{n: 4, name: "snmpTargetParamsSecurityName", get: func(_ *scope, h *notify.HostStatus) snmp.Value { return text(h.SecurityString) }},
			{n: 5, name: "snmpTargetParamsSecurityLevel", get: targetLevel},
			{n: 6, name: "snmpTargetParamsStorageType", get: func(*scope, *notify.HostStatus) snmp.Value { return storage(false) }},
			{n: 7, name: "snmpTargetParamsRowStatus", get: activeRow[notify.HostStatus]},
		},
	},
)

// securityModels are SnmpSecurityModel by the version of a host (RFC 3411).
var securityModels = map[snmp.Version]int32{snmp.Version1: 1, snmp.Version2c: 2, snmp.Version3: usm}

func targetRows(sc *scope) []row[notify.HostStatus] {
	hosts := sc.cfg.Traps.As(side.Clearance{}).Hosts()
	rows := make([]row[notify.HostStatus], len(hosts))
	for i, h := range hosts {
		rows[i] = row[notify.HostStatus]{implied(notify.HostName(h.Address)), h}
	}
	slices.SortFunc(rows, func(a, b row[notify.HostStatus]) int { return a.index.Compare(b.index) })
	return rows
}

// targetDomain is the transport to a host (RFC 3417, RFC 3419).
func targetDomain(_ *scope, h *notify.HostStatus) snmp.Value {
	if h.Address.Is6() {
		return udp6Domain
	}
	return udpDomain
}

// targetLevel is the level of a host's user. One of the secure side is nobody here.
func targetLevel(sc *scope, h *notify.HostStatus) snmp.Value {
	level := snmp.NoAuthNoPriv
	if h.Version == snmp.Version3 {
		if u, ok := sc.users.As(side.Clearance{}).User(h.SecurityString); ok {
			level = u.Level()
		}
	}
	return snmp.Integer(int32(level))
}
