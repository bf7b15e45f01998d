// Package eventlog is the router's system event log: what happens on the
// ordinary side, by category and severity, kept in a buffer in memory and sent
// to consoles, to a file of the router and to syslog servers.
//
// It carries nothing of the secure side. It cannot tell by itself, so its callers
// hand it no secure trap, no access to the mirror MIB, no secure command and no
// refused input. Package securelog logs secure traps and accesses; three
// categories share their severity with it.
//
// Logging never waits. A message goes into the buffer under a short lock, and
// into the bounded queue of each destination; what a full queue cannot take is
// counted and dropped. A destination that fails, such as a full disk, is
// counted too, and concerns nobody else.
//
// Of ours it imports ascii and securelog.
package eventlog

import (
	"strconv"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/securelog"
)

// Severity is a severity of the event log, 0 (worst) to 7; it is that of the
// secure audit log, and not that of traps.
type Severity = securelog.Severity

// The severities of the System Event Logging Reference.
const (
	Emergency = securelog.Emergency
	Alert     = securelog.Alert
	Critical  = securelog.Critical
	Error     = securelog.Error
	Warning   = securelog.Warning
	Notice    = securelog.Notice
	Info      = securelog.Info
	Debug     = securelog.Debug
	Off       = securelog.Off // no messages
)

// Severities are all of them, gravest first.
var Severities = []Severity{Emergency, Alert, Critical, Error, Warning, Notice, Info, Debug}

// DefaultSeverity is that of a category until another is set.
const DefaultSeverity = Info

// Category is an event category.
type Category uint8

// The categories, in the order of their names.
const (
	CLICommand      Category = iota // commands executed
	FileSystem                      // files of the router
	IPInterface                     // interfaces and addresses
	RADIUS                          // RADIUS servers and dynamic requests
	Security                        // logins, logouts, failed authentication
	SNMP                            // the agent and its trap hosts
	SNMPPduAudit                    // requests that read
	SNMPSetPduAudit                 // requests that write
	SNMPTrap                        // traps raised
	System                          // start, configuration, reload
	categoryCount   = iota
)

// CategoryInfo describes a category.
type CategoryInfo struct {
	Category Category
	Name     string // as typed and as shown
	Help     string // one line without a full stop
	// Shared marks the categories whose severity also decides what the secure
	// audit log captures.
	Shared bool
	audit  securelog.Category // of a shared one
	// quiet categories would fill the log by themselves: until a severity is set it
	// is [Notice] here, and [DefaultSeverity] in the secure audit log.
	quiet bool
}

// Categories are all of them, by name.
var Categories = []CategoryInfo{
	{Category: CLICommand, Name: "cliCommand", Help: "Commands executed, at debug"},
	{Category: FileSystem, Name: "fileSystem", Help: "Files of the router"},
	{Category: IPInterface, Name: "ipInterface", Help: "Interfaces that come up and go down"},
	{Category: RADIUS, Name: "radius", Help: "RADIUS servers and dynamic requests"},
	{Category: Security, Name: "security", Help: "Logins, logouts, failed authentication"},
	{Category: SNMP, Name: "snmp", Help: "The SNMP agent and its trap hosts"},
	{Category: SNMPPduAudit, Name: "snmpPduAudit", Help: "Requests that read, at info", Shared: true, audit: securelog.SNMPPduAudit, quiet: true},
	{Category: SNMPSetPduAudit, Name: "snmpSetPduAudit", Help: "Requests that write, at notice", Shared: true, audit: securelog.SNMPSetPduAudit},
	{Category: SNMPTrap, Name: "snmpTrap", Help: "Traps sent", Shared: true, audit: securelog.SNMPTrap},
	{Category: System, Name: "system", Help: "Start, configuration and reload"},
}

// String returns the name.
func (c Category) String() string {
	if int(c) < len(Categories) {
		return Categories[c].Name
	}
	return "category-" + strconv.Itoa(int(c))
}

// maxText is the most octets of the text of an entry; longer ones are cut.
const maxText = 1024

// Entry is a message of the log. Router and Text are printable ASCII.
type Entry struct {
	Time     time.Time // of the router, in its location
	Severity Severity
	Category Category
	Router   string // virtual router
	Text     string
}

// String returns the entry as a line of the log, without a line end.
func (e Entry) String() string { return e.Line(true) }

// Line is String with or without the time.
func (e Entry) Line(stamped bool) string {
	var room [160]byte
	b := append(append(room[:0], e.Severity.String()...), ' ')
	if stamped {
		b = append(e.Time.AppendFormat(b, "01/02/2006 15:04:05 MST"), ' ')
	}
	for _, s := range [...]string{e.Category.String(), " (", e.Router, "): ", e.Text} {
		b = append(b, s...)
	}
	return string(b)
}

const cutMark = " ..."

// display shows a text as at most limit octets of printable ASCII.
func display(s string, limit int) string {
	if len(s) <= limit {
		if s = ascii.Escape(s); len(s) <= limit {
			return s
		}
	}
	return ascii.Display(s, limit-len(cutMark)) + cutMark
}
