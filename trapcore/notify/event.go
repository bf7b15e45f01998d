package notify

import (
	"net/netip"
	"time"

	"mirrorsh/mib"
)

// Event is an ordinary event that becomes a notification, a pointer; types and
// tags are as those of [mirror.Event], which are the secure ones. Who is handed
// an event must not keep it.
type Event interface{ ordinary() }

// events are an empty event of each type.
func events() []Event {
	return []Event{
		new(ColdStart), new(WarmStart), new(LinkDown), new(LinkUp), new(AuthenticationFailure), new(CLISecurityAlert),
	}
}

// ColdStart: the agent started.
type ColdStart struct{}

// WarmStart: the agent started again with the same configuration.
type WarmStart struct{}

// Link is what linkDown and linkUp say of an interface (RFC 2863).
type Link struct {
	Index       int32 `mib:"ifIndex,instance"` // from 1
	AdminStatus int32 `mib:"ifAdminStatus"`    // up(1), down(2), testing(3)
	OperStatus  int32 `mib:"ifOperStatus"`     // up(1), down(2) to lowerLayerDown(7)
}

// LinkDown: an interface went down.
type LinkDown struct{ Link }

// LinkUp: an interface came up.
type LinkUp struct{ Link }

// AuthFailReason is juniSnmpAuthFailIdReason.
type AuthFailReason int32

const (
	AuthFailOther AuthFailReason = iota
	BadCommunityName
	BadCommunityUse
	HostDenied
)

// AuthenticationFailure: a request was refused.
type AuthenticationFailure struct {
	Address   netip.Addr     `mib:"juniSnmpAuthFailIdIpAddress"` // IPv4
	Port      uint16         `mib:"juniSnmpAuthFailIdUdpPort"`
	Community string         `mib:"juniSnmpAuthFailIdCommunity"`
	Reason    AuthFailReason `mib:"juniSnmpAuthFailIdReason"`
}

// CLISecurityAlert: a login, logout, failed authentication or denied access.
type CLISecurityAlert struct {
	Priority mib.Severity `mib:"juniCliSecurityAlertPriority"`
	Message  string       `mib:"juniCliSecurityAlertMessage"` // at most 255 octets
	Time     time.Time    `mib:"juniCliSecurityAlertTime"`
}

func (*ColdStart) ordinary()             {}
func (*WarmStart) ordinary()             {}
func (*LinkDown) ordinary()              {}
func (*LinkUp) ordinary()                {}
func (*AuthenticationFailure) ordinary() {}
func (*CLISecurityAlert) ordinary()      {}
