package client

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"layeh.com/radius"
)

// Kind is what servers are for.
type Kind uint8

const (
	Authentication Kind = iota
	Accounting
	kinds = iota
)

func (k Kind) String() string { return [...]string{"authentication", "accounting"}[k] }

// Port returns the default UDP port (RFC 2865 section 3, RFC 2866 section 3).
func (k Kind) Port() uint16 { return [...]uint16{1812, 1813}[k] }

// answers reports whether a packet of that code answers requests of the kind.
func (k Kind) answers(c radius.Code) bool {
	if k == Accounting {
		return c == radius.CodeAccountingResponse
	}
	return c == radius.CodeAccessAccept || c == radius.CodeAccessReject || c == radius.CodeAccessChallenge
}

// Bounds of what is configured (JunosE Broadband Access 11.0, "Configuring RADIUS
// Authentication and Accounting Servers"); those of keys and servers are chosen here.
const (
	maxServers  = 16 // of one kind
	MaxKey      = 128
	MaxTimeout  = 1000 // seconds
	MaxRetry    = 100
	MaxDeadTime = 1440 // minutes
	MinSessions = 10
	MaxSessions = 4000

	defaultTimeout  = 3
	defaultRetry    = 3
	defaultSessions = 255
)

// Server is a server as it is configured.
type Server struct {
	Address  netip.Addr    // IPv4 unicast
	Port     uint16        // 1 to 65535
	Key      string        // the shared secret; "": it is not asked
	Timeout  time.Duration // until a request is sent again
	Retry    int           // how often it is, after the first time
	Sessions int           // most requests that wait for an answer
	DeadTime time.Duration // it is left alone after it was silent; 0: never
	// Signed says that an answer to an Access-Request is not taken without a
	// Message-Authenticator, from the first on; else once the server has sent one.
	Signed bool
}

// NewServer returns a server with the defaults, which has no key yet.
func NewServer(k Kind, address netip.Addr) Server {
	return Server{
		Address: address, Port: k.Port(), Timeout: defaultTimeout * time.Second, Retry: defaultRetry, Sessions: defaultSessions,
	}
}

func (s *Server) addrPort() netip.AddrPort { return netip.AddrPortFrom(s.Address, s.Port) }

// check says why a server cannot be configured like that.
func (s *Server) check(k Kind) error {
	switch {
	case s.Signed && k == Accounting:
		return errSigned
	case len(s.Key) > MaxKey:
		return errKey
	case s.Port == 0:
		return errPort
	case s.Timeout < time.Second || s.Timeout > MaxTimeout*time.Second:
		return errTimeout
	case s.Retry < 0 || s.Retry > MaxRetry:
		return errRetry
	case s.Sessions < MinSessions || s.Sessions > MaxSessions:
		return errSessions
	case s.DeadTime < 0 || s.DeadTime > MaxDeadTime*time.Minute:
		return errDeadTime
	}
	return nil
}

// usable reports whether a server can have an IPv4 address.
func usable(a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	b := a.As4()
	return b[0] != 0 && b[0] < 224
}

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrNoSuchServer = errors.New("no such RADIUS server")
	errClosed       = errors.New("router is closed")
	errAddress      = errors.New("address cannot be that of a RADIUS server")
	errTooMany      = fmt.Errorf("no more than %d RADIUS servers of a kind are allowed", maxServers)
	errKey          = fmt.Errorf("key must have 1 to %d octets", MaxKey)
	errPort         = errors.New("udp port must be 1 to 65535")
	errTimeout      = fmt.Errorf("timeout must be 1 to %d seconds", MaxTimeout)
	errRetry        = fmt.Errorf("retransmissions must be 0 to %d", MaxRetry)
	errSessions     = fmt.Errorf("sessions must be %d to %d", MinSessions, MaxSessions)
	errSigned       = errors.New("answers of an accounting server have no Message-Authenticator")
	errDeadTime     = fmt.Errorf("dead time must be 0 to %d minutes", MaxDeadTime)
)

// Why a request got no answer.
var (
	ErrNoServer = errors.New("no RADIUS server is configured")
	// ErrSilent is wrapped with what was the matter with each server.
	ErrSilent = errors.New("no RADIUS server answers")
)

// Statistics are the counters of a server, as RFC 4668 and RFC 4670 name them.
type Statistics struct {
	RoundTrip       time.Duration // of the answer that came last
	Requests        uint64        // without retransmissions
	Rollovers       uint64        // of Requests: another server was silent before
	Retransmissions uint64
	Timeouts        uint64 // requests that were given up
	Pending         int    // requests that wait for an answer
	Answers         Answers
	Accounted       Accounted

	Malformed         uint64 // the length of the packet or of an attribute is wrong
	BadAuthenticators uint64 // Response Authenticator or Message-Authenticator
	UnknownTypes      uint64 // no answer to a request of that kind
	Dropped           uint64 // nobody waits for it: it is late, or nobody has asked
}

// Answers are the answers to Access-Requests.
type Answers struct{ Accepts, Rejects, Challenges uint64 }

// Accounted are Accounting-Requests and their responses by Acct-Status-Type.
type Accounted struct{ Requests, Responses ByStatus }

// ByStatus counts by Acct-Status-Type.
type ByStatus struct{ Starts, Interims, Stops, Others uint64 }

// All is the sum.
func (b ByStatus) All() uint64 { return b.Starts + b.Interims + b.Stops + b.Others }

func (b *ByStatus) of(status uint32) *uint64 {
	switch status {
	case 1:
		return &b.Starts
	case 2:
		return &b.Stops
	case 3:
		return &b.Interims
	}
	return &b.Others
}
