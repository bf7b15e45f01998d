package mirror

import "strconv"

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

// Application is the application that reports a failure
// (juniPacketMirrorApplicationName). There is but one.
type Application int32

// PolicyManager is the application that applies policies.
const PolicyManager Application = 0

var applicationNames = []string{"policyManager"}

// String returns the label of the MIB.
func (a Application) String() string { return label(applicationNames, int(a)) }

func label(names []string, v int) string {
	if v >= 0 && v < len(names) {
		return names[v]
	}
	return strconv.Itoa(v)
}
