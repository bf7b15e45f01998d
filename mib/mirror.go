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

// The objects of the mirror notifications; all are scalars, sent with instance 0.
var (
	MirrorIdentifier        = mirrorObject(1, "Identifier", Unsigned32, "Identifies the mirroring.")
	MirrorSessionIdentifier = mirrorObject(2, "SessionIdentifier", Unsigned32, "Identifies the session of the user.")
	MirrorTrigger           = mirrorObject(3, "Trigger", DisplayString, "The value that the trigger matched.")
	MirrorTriggerType       = mirrorObject(4, "TriggerType", Integer32, "What the trigger is compared with.",
		Label{0, "interfaceString"}, Label{1, "ipAddress"}, Label{2, "nasPortId"}, Label{3, "username"},
		Label{4, "callingStationId"}, Label{5, "acctSessionId"}, Label{6, "dhcpOption82"},
		Label{7, "agentCircuitId"}, Label{8, "agentRemoteId"})
	MirrorConfigurationSource = mirrorObject(5, "ConfigurationSource", Integer32, "Where the mirroring was configured.",
		Label{0, "radiusLogin"}, Label{1, "radiusCoa"}, Label{2, "cliTrigger"}, Label{3, "cliStatic"})
	MirrorErrorCause = mirrorObject(6, "ErrorCause", Integer32, "Why the mirroring failed.",
		Label{0, "genericFailure"}, Label{1, "noResourcesAvailable"}, Label{2, "memoryExhausted"},
		Label{3, "noSuchName"}, Label{4, "invalidAnalyzerAddress"}, Label{5, "noSuchUserOrInterface"},
		Label{6, "featureNotSupported"}, Label{7, "missingOrInvalidAttribute"}, Label{8, "routerMismatch"},
		Label{9, "nameLengthExceeded"})
	MirrorErrorString     = mirrorObject(7, "ErrorString", DisplayString, "The failure in words.")
	MirrorApplicationName = mirrorObject(8, "ApplicationName", Integer32, "The application that reports the failure.",
		Label{0, "policyManager"})
	MirrorAnalyzerAddress = mirrorObject(9, "AnalyzerAddress", IPAddress, "The address of the analyzer.")
	MirrorUserName        = sized(mirrorObject(10, "UserName", DisplayString, "The login name of the mirrored user."), 1, 64)
	MirrorPolicyName      = sized(mirrorObject(11, "PolicyName", DisplayString, "The name of the secure policy."), 1, 40)
	MirrorPolicyID        = mirrorObject(12, "PolicyId", Unsigned32, "The unique identifier of the secure policy.")
	MirrorDateAndTime     = mirrorObject(13, "DateAndTime", DateAndTime, "When it happened.")
	MirrorRouterID        = mirrorObject(14, "RouterId", Unsigned32, "The unique identifier of the virtual router of the user or interface.")
	MirrorDirection       = mirrorObject(15, "Direction", Integer32, "The direction of the mirrored traffic.",
		Label{0, "ingress"}, Label{1, "egress"})
	MirrorTargetIPAddress   = mirrorObject(16, "TargetIpAddress", IPAddress, "The address of the mirrored interface, 0.0.0.0 for an access session.")
	MirrorTerminationReason = mirrorObject(17, "TerminationReason", Integer32, "Why the session ended or failed: 1 to 22 are the values of RADIUS Acct-Terminate-Cause.",
		Label{0, "genericFailure"}, Label{1, "userRequest"}, Label{2, "lostCarrier"}, Label{3, "lostService"},
		Label{4, "idleTimeout"}, Label{5, "sessionTimeout"}, Label{6, "adminReset"}, Label{7, "adminReboot"},
		Label{8, "portError"}, Label{9, "nasError"}, Label{10, "nasRequest0"}, Label{11, "nasReboot1"},
		Label{12, "portUnneeded"}, Label{13, "portPreempted"}, Label{14, "portSuspended"},
		Label{15, "serviceUnavailable"}, Label{16, "callback"}, Label{17, "userError"}, Label{18, "hostRequest"},
		Label{19, "supplicantRestart"}, Label{20, "reauthenticationFailure"}, Label{21, "portReinitialized"},
		Label{22, "portAdministrativelyDisabled"})
)

// MirrorObjects are the objects above in the order of their OIDs.
var MirrorObjects = []*Object{
	MirrorIdentifier, MirrorSessionIdentifier, MirrorTrigger, MirrorTriggerType, MirrorConfigurationSource,
	MirrorErrorCause, MirrorErrorString, MirrorApplicationName, MirrorAnalyzerAddress, MirrorUserName,
	MirrorPolicyName, MirrorPolicyID, MirrorDateAndTime, MirrorRouterID, MirrorDirection,
	MirrorTargetIPAddress, MirrorTerminationReason,
}

// mirrorObjects returns the objects numbered n.
func mirrorObjects(n ...int) []*Object {
	o := make([]*Object, len(n))
	for i, n := range n {
		o[i] = MirrorObjects[n-1]
	}
	return o
}

func mirrorNotification(n uint32, name string, s Severity, meaning string, laes []string, objects ...int) *Notification {
	return &Notification{
		Name: mirrorPrefix + name, OID: PacketMirrorMIB.Sub(3, 0, n), Objects: mirrorObjects(objects...),
		Severity: s, Category: PacketMirror, Meaning: meaning, LAES: laes,
	}
}

// The mirror notifications. The numbers are those of the objects, in the order
// of the wire. The severities are this product's choice.
var (
	RadiusBasedMirroringFailure = mirrorNotification(1, "RadiusBasedMirroringFailure", Error,
		"a secure policy could not be applied for a RADIUS login or CoA request", nil,
		13, 5, 4, 3, 14, 10, 1, 2, 6, 8, 7)
	CliTriggerBasedMirroringFailure = mirrorNotification(2, "CliTriggerBasedMirroringFailure", Error,
		"a secure policy could not be applied for a CLI rule or an interface", nil,
		13, 5, 4, 3, 14, 11, 12, 6, 8, 7)
	InterfaceDeleted = mirrorNotification(3, "InterfaceDeleted", Warning,
		"an interface with secure policies attached was deleted", nil,
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15)
	AnalyzerUnreachable = mirrorNotification(4, "AnalyzerUnreachable", Critical,
		"an analyzer can no longer be reached", nil,
		13, 9, 14)
	SessionStart = mirrorNotification(5, "SessionStart", Notice,
		"an access session (target address 0) or a packet session (target address set) started",
		[]string{"access-attempt (implied)", "access-session-accept", "packet-data-session-start"},
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15, 16, 9)
	SessionEnd = mirrorNotification(6, "SessionEnd", Notice,
		"an access session (target address 0) or a packet session (target address set) ended",
		[]string{"access-session-end", "packet-data-session-end"},
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15, 16, 9, 17)
	InterfaceSessionActivated = mirrorNotification(7, "InterfaceSessionActivated", Notice,
		"mirroring began on an interface that already existed",
		[]string{"packet-data-session-already-established"},
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15, 16, 9)
	InterfaceSessionDeactivated = mirrorNotification(8, "InterfaceSessionDeactivated", Notice,
		"mirroring ended on an interface that stays", nil,
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15, 16, 9)
	SessionReject = mirrorNotification(9, "SessionReject", Warning,
		"the login of a user to be mirrored was refused",
		[]string{"access-attempt (implied)", "access-reject"},
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15)
	SessionFailed = mirrorNotification(10, "SessionFailed", Error,
		"the login or the session of a user to be mirrored failed",
		[]string{"access-attempt (implied)", "access-failed"},
		13, 5, 4, 3, 14, 1, 2, 11, 12, 15, 16, 9, 17)
)

// MirrorNotifications are the ten above in the order of their OIDs.
var MirrorNotifications = []*Notification{
	RadiusBasedMirroringFailure, CliTriggerBasedMirroringFailure, InterfaceDeleted, AnalyzerUnreachable,
	SessionStart, SessionEnd, InterfaceSessionActivated, InterfaceSessionDeactivated, SessionReject, SessionFailed,
}

// MirrorNotification finds a mirror notification by its name without the
// prefix juniPacketMirror, whatever the case.
func MirrorNotification(short string) (*Notification, bool) {
	for _, n := range MirrorNotifications {
		if strings.EqualFold(n.Short(), short) {
			return n, true
		}
	}
	return nil, false
}

// LAESFor returns the LAES messages that the notification stands for when its
// target address is zero or set. Only SessionStart makes the difference.
func (n *Notification) LAESFor(targetSet bool) []string {
	switch {
	case n != SessionStart:
		return n.LAES
	case targetSet:
		return n.LAES[2:]
	default:
		return n.LAES[:2]
	}
}
