package mirror

import (
	"net/netip"
	"time"

	"mirrorsh/trapcore/network"
)

// Event is one of the ten packet-mirroring events of this package. The set is
// closed: a consumer switches over the pointer types. Who is handed an event
// must not keep it: its maker may use it again.
type Event interface {
	// Kind returns which of the ten it is.
	Kind() Kind
	closed()
}

// Origin says what was configured by whom, and when the event happened.
type Origin struct {
	Time        time.Time // its location gives the offset on the wire
	Source      ConfigurationSource
	TriggerType TriggerType
	Trigger     string // the value the trigger matched, at most 255 octets
	RouterID    uint32 // routerUID of the user's or interface's virtual router
}

// Identity tells mirrored sessions apart at the mediation device.
type Identity struct {
	MirrorID  uint32 // mirror identifier; 30 bits in the prepended header
	SessionID uint32
}

// Policy is the secure policy that mirrors.
type Policy struct {
	Name string // 1 to 40 octets
	ID   uint32
}

// Attachment is a secure policy at work in one direction.
type Attachment struct {
	Origin
	Identity
	Policy    Policy
	Direction Direction
}

// Session is an attachment with the address it mirrors and its destination.
type Session struct {
	Attachment
	Target   netip.Addr // IPv4 address of the mirrored interface; 0.0.0.0: access session
	Analyzer netip.Addr // IPv4
}

// Failure says why a policy could not be applied. The application is always
// the policy manager.
type Failure struct {
	Cause ErrorCause
	Text  string // at most 255 octets
}

// RadiusBasedMirroringFailure: a policy of a RADIUS login or CoA could not be applied.
type RadiusBasedMirroringFailure struct {
	Origin
	Identity
	UserName string // 1 to 64 octets
	Failure
}

// CliTriggerBasedMirroringFailure: a policy of a trigger rule or interface could not be applied.
type CliTriggerBasedMirroringFailure struct {
	Origin
	Policy Policy
	Failure
}

// InterfaceDeleted: an interface with secure policies attached was deleted.
type InterfaceDeleted struct{ Attachment }

// AnalyzerUnreachable: the way to an analyzer went away.
type AnalyzerUnreachable struct {
	Time     time.Time
	Analyzer netip.Addr // IPv4
	RouterID uint32
}

// SessionStart: an access session (target 0.0.0.0) or packet session is mirrored from its start.
type SessionStart struct{ Session }

// SessionEnd: a mirrored session ended with its subscriber.
type SessionEnd struct {
	Session
	Reason network.TerminationReason
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
	Reason network.TerminationReason
}

func (*RadiusBasedMirroringFailure) Kind() Kind     { return KindRadiusBasedMirroringFailure }
func (*CliTriggerBasedMirroringFailure) Kind() Kind { return KindCliTriggerBasedMirroringFailure }
func (*InterfaceDeleted) Kind() Kind                { return KindInterfaceDeleted }
func (*AnalyzerUnreachable) Kind() Kind             { return KindAnalyzerUnreachable }
func (*SessionStart) Kind() Kind                    { return KindSessionStart }
func (*SessionEnd) Kind() Kind                      { return KindSessionEnd }
func (*InterfaceSessionActivated) Kind() Kind       { return KindInterfaceSessionActivated }
func (*InterfaceSessionDeactivated) Kind() Kind     { return KindInterfaceSessionDeactivated }
func (*SessionReject) Kind() Kind                   { return KindSessionReject }
func (*SessionFailed) Kind() Kind                   { return KindSessionFailed }

func (*RadiusBasedMirroringFailure) closed()     {}
func (*CliTriggerBasedMirroringFailure) closed() {}
func (*InterfaceDeleted) closed()                {}
func (*AnalyzerUnreachable) closed()             {}
func (*SessionStart) closed()                    {}
func (*SessionEnd) closed()                      {}
func (*InterfaceSessionActivated) closed()       {}
func (*InterfaceSessionDeactivated) closed()     {}
func (*SessionReject) closed()                   {}
func (*SessionFailed) closed()                   {}
