package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// notifyKind is a row of snmpNotifyTable, which hosts name by its tag.
type notifyKind struct {
	tag  string
	kind int32 // trap(1), inform(2)
}

var notifyKinds = []notifyKind{{"inform", 2}, {"trap", 1}}

// targetTag is the tag of what a host gets.
func targetTag(h *notify.HostStatus) string {
	if h.Informs {
		return "inform"
	}
	return "trap"
}

// targetTimeout is how long a host may take to acknowledge, in hundredths of a
// second, and targetRetries how often it is asked again; nothing for traps.
func targetTimeout(h *notify.HostStatus) int32 {
	if h.Informs {
		return int32(100 * h.Timeout)
	}
	return 0
}

func targetRetries(h *notify.HostStatus) int32 {
	if h.Informs {
		return int32(h.Retries)
	}
	return 0
}

// notificationMIB is SNMP-NOTIFICATION-MIB (RFC 3413), read-only. Categories
// and severities of hosts are in Juniper-SNMP-MIB; filters by object there are
// none.
var notificationMIB = []branch{
	&table[notifyKind]{
		entry: mib.MustOID("1.3.6.1.6.3.13.1.1.1"),
		rows: func(*scope) []row[notifyKind] {
			rows := make([]row[notifyKind], len(notifyKinds))
			for i, k := range notifyKinds {
				rows[i] = row[notifyKind]{implied(k.tag), k}
			}
			return rows
		},
		columns: []column[notifyKind]{
			{n: 2, name: "snmpNotifyTag", get: func(_ *scope, k *notifyKind) snmp.Value { return text(k.tag) }},
			{n: 3, name: "snmpNotifyType", get: func(_ *scope, k *notifyKind) snmp.Value { return snmp.Integer(k.kind) }},
			{n: 4, name: "snmpNotifyStorageType", get: func(*scope, *notifyKind) snmp.Value { return storage(true) }},
			{n: 5, name: "snmpNotifyRowStatus", get: activeRow[notifyKind]},
		},
	},
}
