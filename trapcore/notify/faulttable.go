package notify

import (
	"fmt"
	"strings"

	"mirrorsh/trapcore/snmp"
)

// Fault is something that is deliberately wrong with a message: what it is, what
// a correct receiver does, and how it comes about.
type Fault struct {
	name, help string
	due        due
	section    string // which says what is due
	// seconds tells that the fault takes a number of them.
	seconds bool
	// moves tells that such a trap moves the clock of a correct receiver so that it
	// refuses all that follows.
	moves bool
	// spoil makes the message wrong before it is sealed, and wire after it was.
	// Either may be nil.
	spoil func(f *forgery) error
	wire  func(f *forgery, sealed []byte) ([][]byte, error)
}

// String returns the keyword.
func (f *Fault) String() string { return f.name }

// Help says in a few words what is wrong.
func (f *Fault) Help() string { return f.help }

// TakesSeconds reports whether the fault takes a number of seconds.
func (f *Fault) TakesSeconds() bool { return f.seconds }

// Section is where the standards say what is due.
func (f *Fault) Section() string { return f.section }

// All reports whether the fault is among those that are sent together: it needs no
// number, and what is sent after it means what it meant before.
func (f *Fault) All(informs bool) bool { return !f.seconds && (informs || !f.moves) }

// Due says what a correct receiver does with a trap or an inform, seconds being
// those of a fault that takes them.
func (f *Fault) Due(informs bool, seconds int) string {
	d := f.dueOf(informs, seconds)
	switch d.duty {
	case takes:
		if informs {
			return "takes it, Response"
		}
		return "takes it"
	case reports:
		if informs {
			return "refuses it, Report " + d.counter
		}
		return "refuses it, " + d.counter
	case refuses:
		return strings.TrimSuffix("refuses it, "+d.counter, ", ")
	case discards:
		return strings.TrimSuffix("discards it, "+d.counter, ", ")
	}
	return "as it likes"
}

// duty is what a correct receiver does with a message.
type duty int

const (
	takes    duty = iota // and answers an inform with a Response
	reports              // refuses it, and sends a Report where it was an inform
	refuses              // refuses it, and may send a Report
	discards             // counts it at most
	open                 // the standards do not say
)

// due is a duty with the counter that goes up, "" for none.
type due struct {
	duty    duty
	counter string
}

func reporting(s snmp.Stat) due  { return due{reports, s.String()} }
func refusing(s snmp.Stat) due   { return due{refuses, s.String()} }
func discarding(s snmp.Stat) due { return due{discards, s.String()} }

// dueOf is due of a kind of message. Only time by the number depends on the
// kind: a trap that is ahead moves the receiver's clock (RFC 3414 section 3.2
// step 7b), of an inform that is the receiver's own (step 7a).
func (f *Fault) dueOf(informs bool, seconds int) due {
	switch {
	case !f.seconds:
		return f.due
	case seconds < -snmp.TimeWindow, informs && seconds > snmp.TimeWindow:
		return reporting(snmp.StatNotInTimeWindows)
	}
	return due{}
}

const (
	usmSteps  = "RFC 3414 section 3.2 step "
	mpdSteps  = "RFC 3412 section 7.2 step "
	responses = "RFC 3416 section 4.2.7"
	listOrder = "RFC 3416 section 4.2.6"
)

// edge is how far time is off just inside of the window; two more are outside.
const edge = snmp.TimeWindow - 1

// faultTable has every fault, in the order of the help and of all: what is
// right comes first, so that receivers know the sender's clock.
var faultTable = []*Fault{
	{name: "none", help: "Nothing is wrong: to compare with", section: responses},

	{name: "bad-digest", help: "One bit of the MAC is wrong", due: reporting(snmp.StatWrongDigests), section: usmSteps + "6", wire: badDigest},
	{name: "short-digest", help: "The MAC is one octet short", due: refusing(snmp.StatWrongDigests), section: "RFC 3414 section 6.3.2 step 1", wire: shortDigest},
	{name: "wrong-key", help: "Authenticated and encrypted with other keys", due: reporting(snmp.StatWrongDigests), section: usmSteps + "6", spoil: wrongKeys},
	{name: "wrong-privacy-key", help: "Encrypted with another key", due: refusing(snmp.StatDecryptionErrors), section: usmSteps + "8", spoil: wrongPrivacyKey},
	{name: "other-extension", help: "The privacy key is made longer by the other method, Blumenthal's or Reeder's", due: refusing(snmp.StatDecryptionErrors), section: usmSteps + "8", spoil: otherExtension},
	{name: "unencrypted", help: "Authenticated, but in the clear (authNoPriv)", due: due{duty: refuses}, section: "RFC 3415 section 3.2", spoil: atLevel(snmp.AuthNoPriv)},
	{name: "unauthenticated", help: "Neither authenticated nor encrypted (noAuthNoPriv)", due: due{duty: refuses}, section: "RFC 3415 section 3.2", spoil: atLevel(snmp.NoAuthNoPriv)},
	{name: "bad-flags", help: "Flags that say privacy without authentication", due: discarding(snmp.StatInvalidMsgs), section: mpdSteps + "5", wire: badFlags},
	{name: "unknown-model", help: "A security model that does not exist", due: discarding(snmp.StatUnknownSecurityModels), section: mpdSteps + "4", wire: unknownModel},
	{name: "unknown-user", help: "The user does not exist", due: reporting(snmp.StatUnknownUserNames), section: usmSteps + "4", spoil: unknownUser},
	{name: "unknown-engine", help: "The authoritative engine does not exist", due: reporting(snmp.StatUnknownEngineIDs), section: usmSteps + "3", spoil: unknownEngine},
	{name: "wrong-context", help: "The context engine does not exist", section: "RFC 3412 section 4.2.2.1", spoil: wrongContext},

	{name: "boots-rollback", help: "Engine boots are one less", due: reporting(snmp.StatNotInTimeWindows), section: usmSteps + "7", spoil: bootsRollback},
	{name: "zero-boots", help: "Engine boots are 0", due: reporting(snmp.StatNotInTimeWindows), section: usmSteps + "7", spoil: zeroBoots},
	{name: "latched-boots", help: "Engine boots are at their end, 2147483647", due: reporting(snmp.StatNotInTimeWindows), section: usmSteps + "7", moves: true, spoil: latchedBoots},
	{name: "time-inside", help: "Engine time is 149 seconds behind, just inside of the window", section: usmSteps + "7", spoil: behind(edge)},
	{name: "time-outside", help: "Engine time is 151 seconds behind, just outside of the window", due: reporting(snmp.StatNotInTimeWindows), section: usmSteps + "7", spoil: behind(edge + 2)},
	{name: "time-skew", help: "Engine time is ahead, or behind if the number is negative", section: usmSteps + "7", seconds: true, spoil: timeSkew},

	{name: "replay", help: "A right message, and the same one again", section: "RFC 3414 section 2.2.3", wire: replay},
	{name: "duplicate-id", help: "Two messages with the same identifiers", section: "RFC 3412 section 6.2", wire: duplicate},
	{name: "reorder", help: "Three messages, the last one first", section: usmSteps + "7", wire: reorder},
	{name: "truncated", help: "The second half is missing", due: discarding(snmp.StatInASNParseErrs), section: mpdSteps + "2", wire: truncated},
	{name: "bad-length", help: "The outer length goes beyond the end", due: discarding(snmp.StatInASNParseErrs), section: mpdSteps + "2", wire: badLength},
	{name: "oversize", help: "As long as a datagram can be", due: due{duty: open}, section: "RFC 3417 section 3.2", spoil: oversizeList},
	{name: "report-pdu", help: "A Report that answers nothing, in place of the notification", due: due{duty: discards}, section: mpdSteps + "10", spoil: asPDU(snmp.PDUReport)},
	{name: "response-pdu", help: "A Response that answers nothing, in place of the notification", due: due{duty: discards}, section: mpdSteps + "10", spoil: asPDU(snmp.PDUResponse)},

	{name: "wrong-head", help: "snmpTrapOID.0 stands before sysUpTime.0", due: due{duty: open}, section: listOrder, spoil: list(wrongHead)},
	{name: "wrong-order", help: "The varbinds of the notification come last to first", section: responses, spoil: list(wrongOrder)},
	{name: "missing-varbind", help: "The last varbind is missing", section: responses, spoil: list(missingVarbind)},
	{name: "extra-varbind", help: "One more varbind, of an object that does not exist", section: listOrder, spoil: list(extraVarbind)},
	{name: "wrong-type", help: "Every value has another type than its object", section: responses, spoil: values(wrongType)},
	{name: "unknown-enumeration", help: "Enumerations have a number that they do not have", section: responses, spoil: values(unknownEnumeration)},
	{name: "oversized-string", help: "Texts are one octet longer than their objects take", section: responses, spoil: values(oversizedString)},
	{name: "empty-string", help: "Texts and dates have no octets", section: responses, spoil: values(emptyString)},
	{name: "odd-octets", help: "Texts have octets that are no UTF-8, line ends and zeros", section: responses, spoil: values(oddOctets)},
	{name: "short-date", help: "DateAndTime in its form of 8 octets, which is right, too", section: "RFC 2579 section 2", spoil: values(shortDate)},
}

// Faults lists them in the order of the help.
func Faults() []*Fault { return faultTable }

// notApplicableError tells that a fault cannot be had here.
type notApplicableError struct {
	Fault *Fault
	Why   string
}

func (e *notApplicableError) Error() string { return fmt.Sprint(e.Fault, ": ", e.Why) }
