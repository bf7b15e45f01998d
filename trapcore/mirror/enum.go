package mirror

import "strconv"

// Kind is one of the ten events; its number is the last sub-identifier of the
// notification in the MIB.
type Kind uint8

const (
	KindRadiusBasedMirroringFailure Kind = iota + 1
	KindCliTriggerBasedMirroringFailure
	KindInterfaceDeleted
	KindAnalyzerUnreachable
	KindSessionStart
	KindSessionEnd
	KindInterfaceSessionActivated
	KindInterfaceSessionDeactivated
	KindSessionReject
	KindSessionFailed
)

// Kinds is the number of kinds; they count from 1.
const Kinds = int(KindSessionFailed)

var kindNames = []string{
	1: "RadiusBasedMirroringFailure", "CliTriggerBasedMirroringFailure", "InterfaceDeleted",
	"AnalyzerUnreachable", "SessionStart", "SessionEnd", "InterfaceSessionActivated",
	"InterfaceSessionDeactivated", "SessionReject", "SessionFailed",
}

// String returns the name of the notification without its prefix.
func (k Kind) String() string { return label(kindNames, int(k)) }

// TriggerType says what kind of value selected the mirrored user or interface
// (juniPacketMirrorTriggerType).
type TriggerType int32

const (
	InterfaceString TriggerType = iota
	IPAddress
	NASPortID
	Username
	CallingStationID
	AcctSessionID
	DHCPOption82
	AgentCircuitID
	AgentRemoteID
)

var triggerTypeNames = []string{
	"interfaceString", "ipAddress", "nasPortId", "username", "callingStationId",
	"acctSessionId", "dhcpOption82", "agentCircuitId", "agentRemoteId",
}

// String returns the label of the MIB.
func (t TriggerType) String() string { return label(triggerTypeNames, int(t)) }

// ConfigurationSource says who asked for the mirroring
// (juniPacketMirrorConfigurationSource).
type ConfigurationSource int32

const (
	RADIUSLogin ConfigurationSource = iota
	RADIUSCoA
	CLITrigger
	CLIStatic
)

var configurationSourceNames = []string{"radiusLogin", "radiusCoa", "cliTrigger", "cliStatic"}

// String returns the label of the MIB.
func (s ConfigurationSource) String() string { return label(configurationSourceNames, int(s)) }

// Direction is the mirrored direction (juniPacketMirrorDirection).
type Direction int32

const (
	Ingress Direction = iota
	Egress
)

var directionNames = []string{"ingress", "egress"}

// String returns the label of the MIB.
func (d Direction) String() string { return label(directionNames, int(d)) }

// ErrorCause classifies a failure (juniPacketMirrorErrorCause).
type ErrorCause int32

const (
	CauseGenericFailure ErrorCause = iota
	NoResourcesAvailable
	MemoryExhausted
	NoSuchName
	InvalidAnalyzerAddress
	NoSuchUserOrInterface
	FeatureNotSupported
	MissingOrInvalidAttribute
	RouterMismatch
	NameLengthExceeded
)

var errorCauseNames = []string{
	"genericFailure", "noResourcesAvailable", "memoryExhausted", "noSuchName", "invalidAnalyzerAddress",
	"noSuchUserOrInterface", "featureNotSupported", "missingOrInvalidAttribute", "routerMismatch", "nameLengthExceeded",
}

// String returns the label of the MIB.
func (c ErrorCause) String() string { return label(errorCauseNames, int(c)) }

func label(names []string, v int) string {
	if v >= 0 && v < len(names) && names[v] != "" {
		return names[v]
	}
	return strconv.Itoa(v)
}
