package agent

import (
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// notificationLog is what notify.NotificationLog is to this module: it holds
// ordinary notifications only.
type notificationLog interface {
	EntryLimit() uint32 // of all logs together
	ConfiguredLimit() uint32
	SetEntryLimit(entries uint32) error
	AgeOut() uint32 // minutes, 0: never
	SetAgeOut(minutes uint32) error
	Logged() uint32 // notifications ever logged
	Bumped() uint32 // of these, dropped for want of room
	// Content returns the logs and their entries. It is the same as long as
	// nothing changes, which nobody may do to it.
	Content() *notify.LogContent
}

type (
	log      = notify.LogStatus
	logEntry = notify.LogEntry
)

var nlm = mib.MustOID("1.3.6.1.2.1.92.1")

// notificationLogMIB is NOTIFICATION-LOG-MIB (RFC 3014). Logs are made and
// switched from the command line.
var notificationLogMIB = []branch{
	nlmLimit("nlmConfigGlobalEntryLimit", nlm.Sub(1, 1), notify.MaxLogEntries,
		notificationLog.EntryLimit, notificationLog.ConfiguredLimit, notificationLog.SetEntryLimit),
	nlmLimit("nlmConfigGlobalAgeOut", nlm.Sub(1, 2), notify.MaxAgeOut,
		notificationLog.AgeOut, notificationLog.AgeOut, notificationLog.SetAgeOut),
	&table[log]{
		entry: nlm.Sub(1, 3, 1),
		rows:  logRows,
		columns: []column[log]{
			{n: 2, name: "nlmConfigLogFilterName", get: func(*scope, *log) snmp.Value { return text("") }},
			{n: 3, name: "nlmConfigLogEntryLimit", get: func(_ *scope, l *log) snmp.Value { return snmp.Unsigned(l.EntryLimit) }},
			{n: 4, name: "nlmConfigLogAdminStatus", get: func(_ *scope, l *log) snmp.Value { return truth(l.Enabled) }}, // enabled(1), disabled(2)
			{n: 5, name: "nlmConfigLogOperStatus", get: func(_ *scope, l *log) snmp.Value { return truth(!l.Enabled) }}, // disabled(1), operational(2)
			{n: 6, name: "nlmConfigLogStorageType", get: func(*scope, *log) snmp.Value { return storage(false) }},
			{n: 7, name: "nlmConfigLogEntryStatus", get: activeRow[log]},
		},
	},
	nlmCounter("nlmStatsGlobalNotificationsLogged", nlm.Sub(2, 1), notificationLog.Logged),
	nlmCounter("nlmStatsGlobalNotificationsBumped", nlm.Sub(2, 2), notificationLog.Bumped),
	&table[log]{
		entry: nlm.Sub(2, 3, 1),
		rows:  logRows,
		columns: []column[log]{
			{n: 1, name: "nlmStatsLogNotificationsLogged", get: func(_ *scope, l *log) snmp.Value { return snmp.Counter(l.Logged) }},
			{n: 2, name: "nlmStatsLogNotificationsBumped", get: func(_ *scope, l *log) snmp.Value { return snmp.Counter(l.Bumped) }},
		},
	},
	&table[logEntry]{
		entry: nlm.Sub(3, 1, 1),
		find:  findLogEntry,
		columns: []column[logEntry]{
			{n: 2, name: "nlmLogTime", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.Ticks(e.UpTime) }},
			{n: 3, name: "nlmLogDateAndTime", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.DateAndTime(e.Time) }},
			{n: 4, name: "nlmLogEngineID", get: func(sc *scope, _ *logEntry) snmp.Value { return text(string(sc.cfg.Local.Identity().ID)) }},
			// Its own notifications come from no address.
			{n: 7, name: "nlmLogContextEngineID", get: func(sc *scope, _ *logEntry) snmp.Value { return text(string(sc.cfg.Local.Identity().ID)) }},
			{n: 8, name: "nlmLogContextName", get: func(sc *scope, _ *logEntry) snmp.Value { return text(sc.cfg.Context) }},
			{n: 9, name: "nlmLogNotificationID", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.ObjectID(e.Notification) }},
		},
	},
	&table[snmp.Varbind]{
		entry:   nlm.Sub(3, 2, 1),
		find:    findLogVariable,
		columns: logVariableColumns(),
	},
}

func nlmLimit(name string, oid mib.OID, most uint32, get, configured func(notificationLog) uint32, set func(notificationLog, uint32) error) *scalar {
	return writable(name, oid, unsigned(most),
		func(sc *scope) uint32 { return get(sc.log) },
		func(sc *scope, n uint32) error { return set(sc.log, n) },
	).undoneBy(func(sc *scope) func() error {
		old := configured(sc.log)
		return func() error { return set(sc.log, old) }
	})
}

func nlmCounter(name string, oid mib.OID, get func(notificationLog) uint32) *scalar {
	return &scalar{name: name, oid: oid, read: func(sc *scope) snmp.Value { return snmp.Counter(get(sc.log)) }}
}

func logRows(sc *scope) []row[log] {
	logs := sc.log.Content().Logs
	rows := make([]row[log], len(logs))
	for i, l := range logs {
		rows[i] = row[log]{counted(l.Name), l}
	}
	return rows
}

type logVariableType struct {
	tag    snmp.Tag
	n      uint32
	column string
}

// logVariableTypes are the values of nlmLogVariableValueType, from 1, with the
// column that holds a value of each.
var logVariableTypes = []logVariableType{
	{snmp.TagCounter32, 4, "nlmLogVariableCounter32Val"},
	{snmp.TagUnsigned32, 5, "nlmLogVariableUnsigned32Val"},
	{snmp.TagTimeTicks, 6, "nlmLogVariableTimeTicksVal"},
	{snmp.TagInteger, 7, "nlmLogVariableInteger32Val"},
	{snmp.TagIPAddress, 9, "nlmLogVariableIpAddressVal"},
	{snmp.TagOctetString, 8, "nlmLogVariableOctetStringVal"},
	{snmp.TagObjectIdentifier, 10, "nlmLogVariableOidVal"},
	{snmp.TagCounter64, 11, "nlmLogVariableCounter64Val"},
	{snmp.TagOpaque, 12, "nlmLogVariableOpaqueVal"},
}

func logVariableColumns() []column[snmp.Varbind] {
	columns := []column[snmp.Varbind]{
		{n: 2, name: "nlmLogVariableID", get: func(_ *scope, vb *snmp.Varbind) snmp.Value { return snmp.ObjectID(vb.Name) }},
		{n: 3, name: "nlmLogVariableValueType", get: func(_ *scope, vb *snmp.Varbind) snmp.Value {
			for i, t := range logVariableTypes {
				if t.tag == vb.Value.Tag() {
					return snmp.Integer(int32(i + 1))
				}
			}
			return snmp.NoSuchInstance
		}},
	}
	for _, t := range logVariableTypes {
		columns = append(columns, column[snmp.Varbind]{n: t.n, name: t.column, get: func(_ *scope, vb *snmp.Varbind) snmp.Value {
			if vb.Value.Tag() == t.tag {
				return vb.Value
			}
			return snmp.NoSuchInstance
		}})
	}
	slices.SortFunc(columns, func(a, b column[snmp.Varbind]) int { return int(a.n) - int(b.n) })
	return columns
}
