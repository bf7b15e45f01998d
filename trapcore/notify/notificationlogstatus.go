package notify

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// LogStatus is a named log.
type LogStatus struct {
	Name            string
	Host            netip.Addr
	EntryLimit      uint32 // 0: that of all logs together alone
	Enabled         bool
	IncludeVarbinds bool
	Logged, Bumped  uint32
}

// LogEntry is one logged notification.
type LogEntry struct {
	Index        uint32 // from 1
	UpTime       uint32 // sysUpTime
	Time         time.Time
	Notification mib.OID
	Varbinds     []snmp.Varbind // its own ones
}

// Logged returns how many notifications were ever logged.
func (l *NotificationLog) Logged() uint32 {
	defer l.lock()()
	return l.logged
}

// Bumped returns how many entries were dropped for want of room.
func (l *NotificationLog) Bumped() uint32 {
	defer l.lock()()
	return l.bumped
}

// LogContent are the logs, in the order of nlmConfigLogTable, and the entries of
// each, by index. It never changes.
type LogContent struct {
	Logs    []LogStatus
	Entries [][]LogEntry
}

// Content returns what there is now; the same as long as nothing has changed.
func (l *NotificationLog) Content() *LogContent {
	defer l.lock()()
	if l.content == nil {
		l.content = l.read()
	}
	return l.content
}

func (l *NotificationLog) read() *LogContent {
	logs := slices.Clone(l.logs)
	slices.SortFunc(logs, func(a, b *namedLog) int {
		x, y := HostName(a.addr), HostName(b.addr)
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)) // a string with its length in front
	})
	c := &LogContent{Entries: make([][]LogEntry, len(logs))}
	at := map[*namedLog]int{}
	for i, n := range logs {
		at[n] = i
		c.Logs = append(c.Logs, n.view())
	}
	for i := range l.entries {
		e := &l.entries[i]
		if n := at[e.log]; e.parse() {
			c.Entries[n] = append(c.Entries[n], e.view())
		}
	}
	for _, entries := range c.Entries { // in the order they were made, until the index begins again
		slices.SortFunc(entries, func(a, b LogEntry) int { return cmp.Compare(a.Index, b.Index) })
	}
	return c
}

// parse reads the varbinds of an entry, once.
func (e *logged) parse() bool {
	if e.vbs == nil {
		vbs, err := snmp.ParseVarbinds(e.own)
		if err != nil {
			return false // cannot be: we have encoded them
		}
		e.vbs = &vbs
	}
	return true
}

func (e *logged) view() LogEntry {
	return LogEntry{Index: e.index, UpTime: e.uptime, Time: e.time, Notification: e.n.OID, Varbinds: *e.vbs}
}

func (n *namedLog) view() LogStatus {
	return LogStatus{Name: HostName(n.addr), Host: n.addr, Enabled: n.enabled, IncludeVarbinds: n.include, Logged: n.logged, Bumped: n.bumped}
}

// Logs returns the logs in the order they were made.
func (l *NotificationLog) Logs() []LogStatus {
	defer l.lock()()
	var all []LogStatus
	for _, n := range l.logs {
		all = append(all, n.view())
	}
	return all
}

// Entries returns the entries of a log, by index. They must not be changed.
func (l *NotificationLog) Entries(name string) []LogEntry {
	c := l.Content()
	for i := range c.Logs {
		if c.Logs[i].Name == name {
			return c.Entries[i]
		}
	}
	return nil
}
