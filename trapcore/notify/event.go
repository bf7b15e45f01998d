package notify

import (
	"net/netip"
	"time"

	"mirrorsh/mib"
)

// Event is an ordinary event that becomes a notification. The set is closed.
// Who is handed an event must not keep it. The secure ones are those of
// package mirror.
type Event interface{ ordinary() }

// ColdStart: the agent started.
type ColdStart struct{}

// WarmStart: the agent started again with the same configuration.
type WarmStart struct{}

// Link is what linkDown and linkUp say of an interface (RFC 2863).
type Link struct {
	Index       int32 // ifIndex, from 1
	AdminStatus int32 // up(1), down(2), testing(3)
	OperStatus  int32 // up(1), down(2) to lowerLayerDown(7)
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
	Source    netip.AddrPort // IPv4
	Community string
	Reason    AuthFailReason
}

// CLISecurityAlert: a login, logout, failed authentication or denied access.
type CLISecurityAlert struct {
	Priority mib.Severity
	Message  string // at most 255 octets
	Time     time.Time
}

func (*ColdStart) ordinary()             {}
func (*WarmStart) ordinary()             {}
func (*LinkDown) ordinary()              {}
func (*LinkUp) ordinary()                {}
func (*AuthenticationFailure) ordinary() {}
func (*CLISecurityAlert) ordinary()      {}
