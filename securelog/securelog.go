// Package securelog holds the two volatile logs of the secure side: the SNMP
// secure audit log ([Log]), with mirror traps and accesses to the mirror MIB,
// and the mirror log ([MirrorLog]), with failures of secure policies.
//
// What is logged never leaves memory. The entries of a log live in one
// anonymous mapping that is left out of core dumps and, where the system
// permits, kept out of swap; an entry becomes text only while it is viewed.
// Callers hand over typed entries. Appending copies them under a short lock
// and allocates nothing; a reader copies one entry at a time under the same
// lock, so that paging through a log never delays a trap.
//
// No error or panic text of this package contains anything of an entry.
//
// Of ours it imports ascii and snmp.
package securelog

import (
	"net/netip"
	"strconv"
	"time"

	"mirrorsh/trapcore/snmp"
)

// Capacity is the number of entries of each log of the router.
const Capacity = 100

// Severity is a severity of the system log, 0 (worst) to 7.
type Severity uint8

const (
	Emergency Severity = iota
	Alert
	Critical
	Error
	Warning
	Notice
	Info
	Debug
)

// Off is the severity of what takes no entries.
const Off Severity = 255

// Passes reports whether an entry of the severity is one for what takes those of
// least and graver ones.
func (s Severity) Passes(least Severity) bool { return least != Off && s <= least }

var severityNames = [...]string{"EMERGENCY", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"}

// String returns the upper-case word of a log line.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	if s == Off {
		return "OFF"
	}
	return "SEVERITY-" + strconv.Itoa(int(s))
}

// Category is a log category that the audit log captures.
type Category uint8

const (
	SNMPTrap        Category = iota // traps and informs sent
	SNMPPduAudit                    // GET, GETNEXT and GETBULK
	SNMPSetPduAudit                 // SET
	categories      = iota
)

var categoryNames = [categories]string{"snmpTrap", "snmpPduAudit", "snmpSetPduAudit"}

// String returns the name under which `log severity` knows the category.
func (c Category) String() string {
	if int(c) < len(categoryNames) {
		return categoryNames[c]
	}
	return "category-" + strconv.Itoa(int(c))
}

// Operation is a request of the mirror MIB.
type Operation uint8

const (
	Get Operation = iota
	GetNext
	GetBulk
	Set
	operations = iota
)

var operationNames = [operations]string{"GET", "GETNEXT", "GETBULK", "SET"}

func (o Operation) String() string {
	if int(o) < len(operationNames) {
		return operationNames[o]
	}
	return "OPERATION-" + strconv.Itoa(int(o))
}

// Header is what every entry of the audit log has.
type Header struct {
	Time   time.Time
	Router string // virtual router
}

// State is what became of a trap or inform.
type State uint8

const (
	Sent         State = iota // it left
	Acknowledged              // an inform, by its receiver
	GivenUp                   // an inform that was not acknowledged
	Discarded                 // it never left
	states       = iota
)

var stateNames = [states]struct{ word, before string }{
	{"sent", "to"}, {"acknowledged", "by"}, {"given up", "for"}, {"discarded", "for"},
}

// String returns the word of a log line.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s].word
	}
	return "state-" + strconv.Itoa(int(s))
}

// Trap is what became of a secure trap or inform at one receiver.
type Trap struct {
	Header
	Severity Severity // of the trap
	State    State
	Reason   string // of the state, "" if it says it all
	To       netip.AddrPort
	Version  snmp.Version
	User     string
	Name     string // of the notification
	// Varbinds is what the [Renderer] of the log understands, as a rule the
	// encoded varbinds after snmpTrapOID.0. It is copied.
	Varbinds []byte
	// Fault names what is deliberately wrong with the message, "" if nothing is.
	Fault string
}

// Access is a request that named an object of the mirror MIB, with its
// outcome. Its category and severity follow from the operation: SET is
// snmpSetPduAudit at [Notice], all others are snmpPduAudit at [Info].
type Access struct {
	Header
	From      netip.AddrPort
	Version   snmp.Version
	User      string // user, or community for v1 and v2c
	Operation Operation
	Varbinds  []byte // as in [Trap]
	Result    string // name of the error status or of the refusal
}

func (a *Access) category() Category {
	if a.Operation == Set {
		return SNMPSetPduAudit
	}
	return SNMPPduAudit
}

func (a *Access) severity() Severity {
	if a.Operation == Set {
		return Notice
	}
	return Info
}
