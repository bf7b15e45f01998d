package radius

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"

	"mirrorsh/trapcore/side"
)

const (
	// DefaultPort is the UDP port of dynamic requests (RFC 5176 section 2.1).
	DefaultPort = 3799
	// maxClients is the most clients of the whole router.
	maxClients = 256
	// MaxKey is the most octets of a key.
	MaxKey = 128
)

// Client is a RADIUS server that may send dynamic requests: the dynamic
// authorization client of RFC 5176.
type Client struct {
	Address    netip.Addr // IPv4 unicast
	Port       uint16     // where the router listens for it, 1 to 65535
	Key        string     // the shared secret; "": every request is dropped
	CoA        bool       // CoA-Requests are accepted
	Disconnect bool       // Disconnect-Requests are accepted
}

// listens reports whether the client needs its port open. A new one does not,
// so that it can be given another port where the default one is taken.
func (c *Client) listens() bool { return c.Key != "" || c.Port != DefaultPort }

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrNoClient   = errors.New("no such RADIUS dynamic-request server")
	errAddress    = errors.New("address cannot be that of a RADIUS server")
	errTooMany    = fmt.Errorf("no more than %d RADIUS dynamic-request servers are allowed", maxClients)
	errKey        = fmt.Errorf("key must have 1 to %d octets", MaxKey)
	errPortNumber = errors.New("udp port must be 1 to 65535")
	errClosed     = errors.New("router is closed")
)

// portError is a UDP port that cannot be opened.
type portError struct {
	Port uint16
	Err  error
}

func (e *portError) Error() string {
	if errors.Is(e.Err, syscall.EADDRINUSE) {
		return fmt.Sprintf("udp port %d is in use", e.Port)
	}
	reason := e.Err
	if sys := (*os.SyscallError)(nil); errors.As(reason, &sys) {
		reason = sys.Err // without what package net says around it
	}
	return fmt.Sprintf("udp port %d cannot be opened: %v", e.Port, reason)
}

func (e *portError) Unwrap() error { return e.Err }

// Counters are about the requests of one type. Requests is the sum of Accepts,
// Rejects, BadAuthenticators, Dropped and Retransmissions.
type Counters struct {
	Requests          uint64 // of well-formed packets
	Accepts           uint64 // answered with an ACK
	Rejects           uint64 // answered with a NAK
	NoSessionID       uint64 // of Rejects: no session was identified
	BadAuthenticators uint64 // not made with the key of the client
	Dropped           uint64 // the client may not send that type, or the Event-Timestamp is wrong
	Retransmissions   uint64 // given the same answer again
}

func (c Counters) minus(b Counters) Counters {
	return Counters{
		c.Requests - b.Requests, c.Accepts - b.Accepts, c.Rejects - b.Rejects, c.NoSessionID - b.NoSessionID,
		c.BadAuthenticators - b.BadAuthenticators, c.Dropped - b.Dropped, c.Retransmissions - b.Retransmissions,
	}
}

// ClientStatistics are the counters of a client.
type ClientStatistics struct {
	Address netip.Addr
	Port    uint16

	UnknownTypes uint64 // neither CoA-Request nor Disconnect-Request
	NoSecret     uint64 // arrived while the client had no key
	BadLengths   uint64 // of the packet or an attribute
	Disconnect   Counters
	CoA          Counters

	// Mirroring counts the authentic CoA-Requests with valid mirroring attributes,
	// which CoA leaves out; nil where the reader does not see them.
	Mirroring *Counters
}

// statistics are what is counted of a client.
type statistics struct {
	ClientStatistics
	mirroring Counters
}

// as returns the statistics as a reader sees them.
func (st statistics) as(c side.Clearance) ClientStatistics {
	if c.Sees(side.Secure) {
		st.Mirroring = &st.mirroring
	}
	return st.ClientStatistics
}

// since returns the statistics less those at a baseline.
func (st *statistics) since(b *statistics) statistics {
	s := *st
	s.UnknownTypes -= b.UnknownTypes
	s.NoSecret -= b.NoSecret
	s.BadLengths -= b.BadLengths
	s.Disconnect = s.Disconnect.minus(b.Disconnect)
	s.CoA = s.CoA.minus(b.CoA)
	s.mirroring = s.mirroring.minus(b.mirroring)
	return s
}

// Statistics are the counters of a virtual router.
type Statistics struct {
	// InvalidClients counts packets from addresses that are no client of the
	// port they came to; it is one for all virtual routers.
	InvalidClients uint64
	Clients        []ClientStatistics // by address
}
