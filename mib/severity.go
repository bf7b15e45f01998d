package mib

import "fmt"

// Severity is JuniTrapSeverity of Juniper-SNMP-MIB: 0 is the gravest.
type Severity uint8

// The severities, with the numbers of the MIB.
const (
	Emergency Severity = iota
	Alert
	Critical
	Error
	Warning
	Notice
	Informational
	Debug
)

var severityNames = [...]string{
	Emergency:     "emergency",
	Alert:         "alert",
	Critical:      "critical",
	Error:         "error",
	Warning:       "warning",
	Notice:        "notice",
	Informational: "informational",
	Debug:         "debug",
}

// Severities are all of them, gravest first.
var Severities = []Severity{Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug}

// String returns the name in lower case: "informational".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Valid reports whether s is one of the eight.
func (s Severity) Valid() bool { return s <= Debug }

// Passes reports whether a notification of severity s passes a filter: its
// number is not larger.
func (s Severity) Passes(filter Severity) bool { return s <= filter }
