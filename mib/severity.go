package mib

import (
	"errors"
	"fmt"
	"strings"
)

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

// ErrSeverity is the error of [ParseSeverity].
var ErrSeverity = errors.New("invalid severity")

// ParseSeverity reads a number 0 to 7 or a name, whatever its case; "info" is
// accepted for informational.
func ParseSeverity(s string) (Severity, error) {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '7' {
		return Severity(s[0] - '0'), nil
	}
	name := strings.ToLower(s)
	if name == "info" {
		return Informational, nil
	}
	for i, n := range severityNames {
		if n == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("%w %q: 0 to 7 or a name", ErrSeverity, s)
}

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
