// Package mib holds what the management information base says, as data: object
// identifiers, objects with their syntax and enumerations, notifications with
// their varbinds in order, trap categories and severities. The module files
// shipped to users lie beside it (*.mib); a test holds data and module text to
// each other.
//
// It imports nothing of ours.
package mib

import "strings"

// Syntax is the type of an object: a base type, or a textual convention where
// that matters for display or range.
type Syntax uint8

const (
	Integer32 Syntax = iota + 1 // also every enumeration
	Unsigned32
	Counter32
	Counter64
	Gauge32
	TimeTicks // hundredths of a second
	IPAddress
	ObjectIdentifier
	OctetString
	DisplayString // RFC 2579: NVT ASCII, at most 255 octets
	DateAndTime   // RFC 2579: 8 or 11 octets
	TruthValue    // RFC 2579: true(1), false(2)
)

// Label names one value of an enumeration.
type Label struct {
	Value int64
	Name  string
}

// Object is an OBJECT-TYPE. It is never changed after initialisation.
type Object struct {
	Name   string
	OID    OID // without an instance
	Syntax Syntax
	// Column tells a column of a table, whose instance is the row's index, from a scalar, whose instance is 0.
	Column bool
	// Min and Max bound the size of a string or the value of a number; both 0: no bound beyond the syntax.
	Min, Max int64
	Enum     []Label // in the order of the module text, nil if none
	// Access is the MAX-ACCESS clause: accessible-for-notify, read-only, read-write ...
	Access string
	// Description is one sentence of ours.
	Description string
}

// Label returns the name of an enumerated value, "" if it has none.
func (o *Object) Label(v int64) string {
	for _, l := range o.Enum {
		if l.Value == v {
			return l.Name
		}
	}
	return ""
}

// Value returns the number of an enumeration's label, matched exactly.
func (o *Object) Value(name string) (int64, bool) {
	for _, l := range o.Enum {
		if l.Name == name {
			return l.Value, true
		}
	}
	return 0, false
}

// Instance0 returns the OID of a scalar's only instance.
func (o *Object) Instance0() OID { return o.OID.Sub(0) }

// Notification is a NOTIFICATION-TYPE with what the trap engine must know of
// it. It is never changed after initialisation.
type Notification struct {
	Name string
	OID  OID
	// Objects are the varbinds after sysUpTime.0 and snmpTrapOID.0: the OBJECTS clause, then the Extra ones.
	Objects []*Object
	// Extra is how many objects at the end are not in the OBJECTS clause but always sent (RFC 2578 section 8.1 permits it).
	Extra int
	// Severity is the default severity.
	Severity Severity
	Category Category
	// Meaning is one line for the manual and for show mirror trap detail.
	Meaning string
	// LAES are the messages of LAES for IP Network Access a mediation device may derive, nil if none.
	LAES []string
}

// Short returns the name without the prefix of its module, juniPacketMirror or
// juni: "SessionStart".
func (n *Notification) Short() string {
	return strings.TrimPrefix(strings.TrimPrefix(n.Name, mirrorPrefix), "juni")
}

// Secure reports whether the notification may go to users authorised for
// packet mirroring only.
func (n *Notification) Secure() bool { return n.Category == PacketMirror }
