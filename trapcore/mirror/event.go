package mirror

import (
	"net/netip"
	"reflect"
	"strings"
	"time"

	"mirrorsh/trapcore/network"
)

// Event is one of the packet-mirroring events of this package, a pointer. Its
// type has the name of the notification that it becomes, and its fields have
// the tags of the notification's objects, see [mib.Fields]. Who is handed an
// event must not keep it: its maker may use it again.
type Event interface{ event() }

// Events returns an empty event of each type, in the order of their
// notifications in the MIB.
func Events() []Event {
	return []Event{
		new(RadiusBasedMirroringFailure), new(CliTriggerBasedMirroringFailure), new(InterfaceDeleted),
		new(AnalyzerUnreachable), new(SessionStart), new(SessionEnd), new(InterfaceSessionActivated),
		new(InterfaceSessionDeactivated), new(SessionReject), new(SessionFailed),
	}
}

// NewEvent returns an empty event of the type of that name, in any case; nil if
// there is none.
func NewEvent(name string) Event {
	for _, ev := range Events() {
		if strings.EqualFold(name, typeName(ev)) {
			return ev
		}
	}
	return nil
}

func typeName(ev Event) string { return reflect.TypeOf(ev).Elem().Name() }

// Origin says what was configured by whom, and when the event happened.
type Origin struct {
	Time        time.Time           `mib:"juniPacketMirrorDateAndTime"` // its location gives the offset on the wire
	Source      ConfigurationSource `mib:"juniPacketMirrorConfigurationSource"`
	TriggerType TriggerType         `mib:"juniPacketMirrorTriggerType"`
	Trigger     string              `mib:"juniPacketMirrorTrigger"`  // the value the trigger matched, at most 255 octets
	RouterID    uint32              `mib:"juniPacketMirrorRouterId"` // routerUID of the user's or interface's virtual router
}

// Identity tells mirrored sessions apart at the mediation device.
type Identity struct {
	MirrorID  uint32 `mib:"juniPacketMirrorIdentifier"` // mirror identifier; 30 bits in the prepended header
	SessionID uint32 `mib:"juniPacketMirrorSessionIdentifier"`
}

// Policy is the secure policy that mirrors.
type Policy struct {
	Name string `mib:"juniPacketMirrorPolicyName"` // 1 to 40 octets
	ID   uint32 `mib:"juniPacketMirrorPolicyId"`
}

// Attachment is a secure policy at work in one direction.
type Attachment struct {
	Origin
	Identity
	Policy    Policy
	Direction Direction `mib:"juniPacketMirrorDirection"`
}

// Session is an attachment with the address it mirrors and its destination.
type Session struct {
	Attachment
	Target   netip.Addr `mib:"juniPacketMirrorTargetIpAddress"` // IPv4 address of the mirrored interface; 0.0.0.0: access session
	Analyzer netip.Addr `mib:"juniPacketMirrorAnalyzerAddress"` // IPv4
}

// Failure says why a policy could not be applied.
type Failure struct {
	Cause ErrorCause `mib:"juniPacketMirrorErrorCause"`
	Text  string     `mib:"juniPacketMirrorErrorString"` // at most 255 octets
}

// RadiusBasedMirroringFailure: a policy of a RADIUS login or CoA could not be applied.
type RadiusBasedMirroringFailure struct {
	Origin
	Identity
	UserName string `mib:"juniPacketMirrorUserName"` // 1 to 64 octets
	Failure
	Application Application `mib:"juniPacketMirrorApplicationName"`
}

// CliTriggerBasedMirroringFailure: a policy of a trigger rule or interface could not be applied.
type CliTriggerBasedMirroringFailure struct {
	Origin
	Policy Policy
	Failure
	Application Application `mib:"juniPacketMirrorApplicationName"`
}

// InterfaceDeleted: an interface with secure policies attached was deleted.
type InterfaceDeleted struct{ Attachment }

// AnalyzerUnreachable: the way to an analyzer went away.
type AnalyzerUnreachable struct {
	Time     time.Time  `mib:"juniPacketMirrorDateAndTime"`
	Analyzer netip.Addr `mib:"juniPacketMirrorAnalyzerAddress"` // IPv4
	RouterID uint32     `mib:"juniPacketMirrorRouterId"`
}

// SessionStart: an access session (target 0.0.0.0) or packet session is mirrored from its start.
type SessionStart struct{ Session }

// SessionEnd: a mirrored session ended with its subscriber.
type SessionEnd struct {
	Session
	Reason network.TerminationReason `mib:"juniPacketMirrorTerminationReason"`
}

// InterfaceSessionActivated: mirroring started on what was already there.
type InterfaceSessionActivated struct{ Session }

// InterfaceSessionDeactivated: mirroring stopped, what it mirrored stays.
type InterfaceSessionDeactivated struct{ Session }

// SessionReject: a login that a trigger matches was refused.
type SessionReject struct{ Attachment }

// SessionFailed: a login or session that a trigger matches failed.
type SessionFailed struct {
	Session
	Reason network.TerminationReason `mib:"juniPacketMirrorTerminationReason"`
}

func (*RadiusBasedMirroringFailure) event()     {}
func (*CliTriggerBasedMirroringFailure) event() {}
func (*InterfaceDeleted) event()                {}
func (*AnalyzerUnreachable) event()             {}
func (*SessionStart) event()                    {}
func (*SessionEnd) event()                      {}
func (*InterfaceSessionActivated) event()       {}
func (*InterfaceSessionDeactivated) event()     {}
func (*SessionReject) event()                   {}
func (*SessionFailed) event()                   {}
