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
	Logs() []notify.LogView
	// Entries returns at most limit entries of a log, from an index on and in
	// the order of the index.
	Entries(log string, from uint32, limit int) []notify.LogEntry
}

type (
	log      = notify.LogView
	logEntry = notify.LogEntry
)

// nlmChunk is how many entries are read at a time.
const nlmChunk = 8

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
		rows: func(sc *scope, from mib.OID) []row[logEntry] {
			return logEntries(sc, from, func(prefix mib.OID, e logEntry) []row[logEntry] { return []row[logEntry]{{prefix, e}} })
		},
		columns: []column[logEntry]{
			{n: 2, name: "nlmLogTime", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.Ticks(e.UpTime) }},
			{n: 3, name: "nlmLogDateAndTime", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.DateAndTime(e.Time) }},
			{n: 4, name: "nlmLogEngineID", get: func(sc *scope, _ *logEntry) snmp.Value { return text(string(sc.cfg.EngineID)) }},
			// Its own notifications come from no address.
			{n: 7, name: "nlmLogContextEngineID", get: func(sc *scope, _ *logEntry) snmp.Value { return text(string(sc.cfg.EngineID)) }},
			{n: 8, name: "nlmLogContextName", get: func(sc *scope, _ *logEntry) snmp.Value { return text(sc.cfg.Context) }},
			{n: 9, name: "nlmLogNotificationID", get: func(_ *scope, e *logEntry) snmp.Value { return snmp.ObjectID(e.Notification) }},
		},
	},
	&table[snmp.Varbind]{
		entry:   nlm.Sub(3, 2, 1),
		rows:    logVariableRows,
		columns: logVariableColumns(),
	},
}

// logs are the logs in the order of their index.
func (a *Agent) logs() []log {
	logs := slices.Clone(a.log.Logs())
	slices.SortFunc(logs, func(a, b log) int { return byCount(a.Name, b.Name) })
	return logs
}

func nlmLimit(name string, oid mib.OID, most uint32, get, configured func(notificationLog) uint32, set func(notificationLog, uint32) error) *scalar {
	return &scalar{
		name: name, oid: oid,
		read: func(sc *scope) snmp.Value { return snmp.Unsigned(get(sc.log)) },
		write: &writer{
			tag: snmp.TagUnsigned32, check: between(0, int64(most)),
			put: func(sc *scope, v snmp.Value) error { return set(sc.log, uint32(v.Uint64())) },
			save: func(sc *scope) func() error {
				old := configured(sc.log)
				return func() error { return set(sc.log, old) }
			},
		},
	}
}

func nlmCounter(name string, oid mib.OID, get func(notificationLog) uint32) *scalar {
	return &scalar{name: name, oid: oid, read: func(sc *scope) snmp.Value { return snmp.Counter(get(sc.log)) }}
}

func logRows(sc *scope, _ mib.OID) []row[log] {
	logs := sc.logs()
	rows := make([]row[log], len(logs))
	for i, l := range logs {
		rows[i] = row[log]{counted(l.Name), l}
	}
	return rows
}

// logEntries returns rows made of some entries, the first at or after from
// among them. A log may be long: only a chunk of it is read.
func logEntries[R any](sc *scope, from mib.OID, rowsOf func(prefix mib.OID, e logEntry) []row[R]) []row[R] {
	for _, l := range sc.logs() {
		name := counted(l.Name)
		first := uint32(0)
		if from.HasPrefix(name) {
			if len(from) > len(name) {
				first = from[len(name)]
			}
		} else if name.Compare(from) < 0 {
			continue
		}
		for {
			entries := sc.log.Entries(l.Name, first, nlmChunk)
			var rows []row[R]
			for _, e := range entries {
				for _, r := range rowsOf(join(name, mib.OID{e.Index}), e) {
					if r.index.Compare(from) >= 0 {
						rows = append(rows, r)
					}
				}
			}
			if len(rows) > 0 {
				return rows
			}
			if len(entries) < nlmChunk {
				break
			}
			first = entries[len(entries)-1].Index + 1
		}
	}
	return nil
}

func logVariableRows(sc *scope, from mib.OID) []row[snmp.Varbind] {
	return logEntries(sc, from, func(prefix mib.OID, e logEntry) []row[snmp.Varbind] {
		rows := make([]row[snmp.Varbind], len(e.Varbinds))
		for i, vb := range e.Varbinds {
			rows[i] = row[snmp.Varbind]{prefix.Sub(uint32(i + 1)), vb}
		}
		return rows
	})
}

// logVariableTypes are the values of nlmLogVariableValueType, from 1, with the
// column that holds a value of each.
var logVariableTypes = []struct {
	tag    snmp.Tag
	n      uint32
	column string
}{
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
