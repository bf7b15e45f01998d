package mib

import "strings"

const mirrorPrefix = "juniPacketMirror"

// Where Juniper's modules hang.
var (
	// JuniMIBs is juniMibs, the root of the E-series modules.
	JuniMIBs = MustOID("1.3.6.1.4.1.4874.2.2")
	// PacketMirrorMIB is juniPacketMirrorMIB: no view but mirrorAdmin reaches it.
	PacketMirrorMIB = JuniMIBs.Sub(77)
)

// MirrorTrapEnable is the switch of the mirror traps. Its default is false(2).
var MirrorTrapEnable = &Object{
	Name: "juniPacketMirrorTrapEnable", OID: PacketMirrorMIB.Sub(2, 1), Syntax: TruthValue, Access: "read-write",
	Enum: truthValues, Description: "Whether packet mirroring traps are sent.",
}

var truthValues = []Label{{1, "true"}, {2, "false"}}

func mirrorObject(n uint32, name string, syntax Syntax, description string, enum ...Label) *Object {
	return &Object{
		Name: mirrorPrefix + name, OID: PacketMirrorMIB.Sub(3, 1, n), Syntax: syntax,
		Access: "accessible-for-notify", Enum: enum, Description: description,
	}
}

func sized(o *Object, smallest, largest int64) *Object {
	o.Min, o.Max = smallest, largest
	return o
}

// mirrorObjects are the objects of the mirror notifications in the order of
// their OIDs. All are scalars, sent with instance 0.
var mirrorObjects = []*Object{
	mirrorObject(1, "Identifier", Unsigned32, "Identifies the mirroring."),
	mirrorObject(2, "SessionIdentifier", Unsigned32, "Identifies the session of the user."),
	mirrorObject(3, "Trigger", DisplayString, "The value that the trigger matched."),
	mirrorObject(4, "TriggerType", Integer32, "What the trigger is compared with.",
		Label{0, "interfaceString"}, Label{1, "ipAddress"}, Label{2, "nasPortId"}, Label{3, "username"},
		Label{4, "callingStationId"}, Label{5, "acctSessionId"}, Label{6, "dhcpOption82"},
		Label{7, "agentCircuitId"}, Label{8, "agentRemoteId"}),
	mirrorObject(5, "ConfigurationSource", Integer32, "Where the mirroring was configured.",
		Label{0, "radiusLogin"}, Label{1, "radiusCoa"}, Label{2, "cliTrigger"}, Label{3, "cliStatic"}),
	mirrorObject(6, "ErrorCause", Integer32, "Why the mirroring failed.",
		Label{0, "genericFailure"}, Label{1, "noResourcesAvailable"}, Label{2, "memoryExhausted"},
		Label{3, "noSuchName"}, Label{4, "invalidAnalyzerAddress"}, Label{5, "noSuchUserOrInterface"},
		Label{6, "featureNotSupported"}, Label{7, "missingOrInvalidAttribute"}, Label{8, "routerMismatch"},
		Label{9, "nameLengthExceeded"}),
	mirrorObject(7, "ErrorString", DisplayString, "The failure in words."),
	mirrorObject(8, "ApplicationName", Integer32, "The application that reports the failure.",
		Label{0, "policyManager"}),
	mirrorObject(9, "AnalyzerAddress", IPAddress, "The address of the analyzer."),
	sized(mirrorObject(10, "UserName", DisplayString, "The login name of the mirrored user."), 1, 64),
	sized(mirrorObject(11, "PolicyName", DisplayString, "The name of the secure policy."), 1, 40),
	mirrorObject(12, "PolicyId", Unsigned32, "The unique identifier of the secure policy."),
	mirrorObject(13, "DateAndTime", DateAndTime, "When it happened."),
	mirrorObject(14, "RouterId", Unsigned32, "The unique identifier of the virtual router of the user or interface."),
	mirrorObject(15, "Direction", Integer32, "The direction of the mirrored traffic.",
		Label{0, "ingress"}, Label{1, "egress"}),
	mirrorObject(16, "TargetIpAddress", IPAddress, "The address of the mirrored interface, 0.0.0.0 for an access session."),
	mirrorObject(17, "TerminationReason", Integer32, "Why the session ended or failed: 1 to 22 are the values of RADIUS Acct-Terminate-Cause.",
		Label{0, "genericFailure"}, Label{1, "userRequest"}, Label{2, "lostCarrier"}, Label{3, "lostService"},
		Label{4, "idleTimeout"}, Label{5, "sessionTimeout"}, Label{6, "adminReset"}, Label{7, "adminReboot"},
		Label{8, "portError"}, Label{9, "nasError"}, Label{10, "nasRequest0"}, Label{11, "nasReboot1"},
		Label{12, "portUnneeded"}, Label{13, "portPreempted"}, Label{14, "portSuspended"},
		Label{15, "serviceUnavailable"}, Label{16, "callback"}, Label{17, "userError"}, Label{18, "hostRequest"},
		Label{19, "supplicantRestart"}, Label{20, "reauthenticationFailure"}, Label{21, "portReinitialized"},
		Label{22, "portAdministrativelyDisabled"}),
}

// Objects that notifications have in common, by their names without the
// prefix juniPacketMirror and in the order of the wire.
const (
	origin     = "DateAndTime ConfigurationSource TriggerType Trigger RouterId "
	identity   = "Identifier SessionIdentifier "
	policy     = "PolicyName PolicyId "
	failure    = "ErrorCause ApplicationName ErrorString "
	attachment = origin + identity + policy + "Direction "
	session    = attachment + "TargetIpAddress AnalyzerAddress "
)

// MirrorNotifications are the secure notifications in the order of their OIDs.
// The severities are this product's choice. An event type of package mirror has
// the name of each, and a field for each of its objects.
var MirrorNotifications = []*Notification{
	mirrorNotification(1, "RadiusBasedMirroringFailure", Error, origin+"UserName "+identity+failure,
		"a secure policy could not be applied for a RADIUS login or CoA request"),
	mirrorNotification(2, "CliTriggerBasedMirroringFailure", Error, origin+policy+failure,
		"a secure policy could not be applied for a CLI rule or an interface"),
	mirrorNotification(3, "InterfaceDeleted", Warning, attachment,
		"an interface with secure policies attached was deleted"),
	mirrorNotification(4, "AnalyzerUnreachable", Critical, "DateAndTime AnalyzerAddress RouterId",
		"an analyzer can no longer be reached"),
	mirrorNotification(5, "SessionStart", Notice, session,
		"an access session (target address 0) or a packet session (target address set) started",
		"access-attempt (implied)", "access-session-accept", "packet-data-session-start"),
	mirrorNotification(6, "SessionEnd", Notice, session+"TerminationReason",
		"an access session (target address 0) or a packet session (target address set) ended",
		"access-session-end", "packet-data-session-end"),
	mirrorNotification(7, "InterfaceSessionActivated", Notice, session,
		"mirroring began on an interface that already existed",
		"packet-data-session-already-established"),
	mirrorNotification(8, "InterfaceSessionDeactivated", Notice, session,
		"mirroring ended on an interface that stays"),
	mirrorNotification(9, "SessionReject", Warning, attachment,
		"the login of a user to be mirrored was refused",
		"access-attempt (implied)", "access-reject"),
	mirrorNotification(10, "SessionFailed", Error, session+"TerminationReason",
		"the login or the session of a user to be mirrored failed",
		"access-attempt (implied)", "access-failed"),
}

// mirrorNotification returns the notification numbered n with objects by their
// names. It panics if there is no such object, which no input can bring about.
func mirrorNotification(n uint32, name string, s Severity, objects, meaning string, laes ...string) *Notification {
	made := &Notification{
		Name: mirrorPrefix + name, OID: PacketMirrorMIB.Sub(3, 0, n), Severity: s, Category: PacketMirror, Meaning: meaning, LAES: laes,
	}
	for _, o := range strings.Fields(objects) {
		found, ok := MirrorObject(mirrorPrefix + o)
		if !ok {
			panic("mib: " + made.Name + " has no object " + o)
		}
		made.Objects = append(made.Objects, found)
	}
	return made
}

// MirrorObject finds an object of the mirror notifications by its name.
func MirrorObject(name string) (*Object, bool) {
	for _, o := range mirrorObjects {
		if o.Name == name {
			return o, true
		}
	}
	return nil, false
}
