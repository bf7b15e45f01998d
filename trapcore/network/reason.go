package network

import "strconv"

// TerminationReason says why the session of a subscriber ended; 1 to 22 are the
// RADIUS Acct-Terminate-Cause codes (RFC 2866 section 5.10, RFC 3580 section 4).
type TerminationReason int32

const (
	ReasonGenericFailure TerminationReason = iota
	UserRequest
	LostCarrier
	LostService
	IdleTimeout
	SessionTimeout
	AdminReset
	AdminReboot
	PortError
	NASError
	NASRequest
	NASReboot
	PortUnneeded
	PortPreempted
	PortSuspended
	ServiceUnavailable
	Callback
	UserError
	HostRequest
	SupplicantRestart
	ReauthenticationFailure
	PortReinitialized
	PortAdministrativelyDisabled
)

var terminationReasonNames = []string{
	"genericFailure", "userRequest", "lostCarrier", "lostService", "idleTimeout", "sessionTimeout", "adminReset",
	"adminReboot", "portError", "nasError", "nasRequest0", "nasReboot1", "portUnneeded",
	"portPreempted", "portSuspended", "serviceUnavailable", "callback", "userError", "hostRequest",
	"supplicantRestart", "reauthenticationFailure", "portReinitialized", "portAdministrativelyDisabled",
}

// String returns the name of the reason, or its number if it has none.
func (r TerminationReason) String() string {
	if r >= 0 && int(r) < len(terminationReasonNames) {
		return terminationReasonNames[r]
	}
	return strconv.Itoa(int(r))
}

// TerminationReasons returns the names in the order of their numbers, from 0.
func TerminationReasons() []string { return append([]string(nil), terminationReasonNames...) }
