// Package tacacs is a TACACS+ client (RFC 8907): it asks servers, in their order,
// who somebody is and what they may do, and tells them what was done. One that is
// silent or answers nonsense is passed over. A [Client] belongs to one side; it
// remembers nothing of one request for the next, so that requests of several
// sessions do not influence each other.
//
// It imports nothing of ours.
package tacacs

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Defaults and bounds. The port is that of RFC 8907 section 4.9, the others are
// in cli/REFERENCE.md.
const (
	DefaultPort    = 49
	DefaultTimeout = 5 * time.Second
	MaxTimeout     = 255 * time.Second
	MaxKey         = 100
	MaxServers     = 8
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	errNoServer       = errors.New("no such TACACS+ server")
	errTooManyServers = fmt.Errorf("no more than %d TACACS+ servers are allowed", MaxServers)
)

// Server is one server as it was configured.
type Server struct {
	Address netip.Addr
	Port    uint16
	Timeout time.Duration // 0: that of all servers
	Key     string        // "": that of all servers
	Primary bool          // goes before those that are not
}

// Client knows the servers. mu guards the fields below it.
type Client struct {
	mu      sync.RWMutex
	servers []Server // in the order given
	key     string
	timeout time.Duration // 0: DefaultTimeout
	source  netip.Addr    // zero: as the system chooses
	counts  map[netip.Addr]*Counters
}

// New makes a client without servers.
func New() *Client { return &Client{counts: map[netip.Addr]*Counters{}} }

// SetServer adds a server, or changes the one of that address.
func (c *Client) SetServer(s Server) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.index(s.Address); i >= 0 {
		c.servers[i] = s
		return nil
	}
	if len(c.servers) == MaxServers {
		return errTooManyServers
	}
	c.servers = append(c.servers, s)
	c.counts[s.Address] = &Counters{}
	return nil
}

// RemoveServer removes a server. The error is [errNoServer].
func (c *Client) RemoveServer(a netip.Addr) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.index(a)
	if i < 0 {
		return errNoServer
	}
	c.servers = slices.Delete(c.servers, i, i+1)
	delete(c.counts, a)
	return nil
}

func (c *Client) index(a netip.Addr) int {
	return slices.IndexFunc(c.servers, func(s Server) bool { return s.Address == a })
}

// Servers returns the servers as they were given.
func (c *Client) Servers() []Server {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Clone(c.servers)
}

// Key returns the key of servers without their own.
func (c *Client) Key() string { return read(c, &c.key) }

// SetKey sets it; "" removes it.
func (c *Client) SetKey(key string) { set(c, &c.key, key) }

// Timeout returns how long servers without a time-out of their own have to answer;
// 0: [DefaultTimeout].
func (c *Client) Timeout() time.Duration { return read(c, &c.timeout) }

// SetTimeout sets it.
func (c *Client) SetTimeout(d time.Duration) { set(c, &c.timeout, d) }

// Source returns the address that requests come from, zero for any.
func (c *Client) Source() netip.Addr { return read(c, &c.source) }

// SetSource sets it.
func (c *Client) SetSource(a netip.Addr) { set(c, &c.source, a) }

func read[T any](c *Client, v *T) T {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return *v
}

func set[T any](c *Client, v *T, to T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*v = to
}

// peer is a server as it is asked.
type peer struct {
	at      netip.AddrPort
	key     string
	timeout time.Duration
	source  netip.Addr
}

// peers are the servers in the order in which they are asked.
func (c *Client) peers() []peer {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var all []peer
	for _, s := range Ordered(c.servers) {
		all = append(all, peer{
			at: netip.AddrPortFrom(s.Address, s.Port), key: cmp.Or(s.Key, c.key),
			timeout: cmp.Or(s.Timeout, c.timeout, DefaultTimeout), source: c.source,
		})
	}
	return all
}

// Ordered returns servers in the order in which they are asked.
func Ordered(servers []Server) []Server {
	all := slices.Clone(servers)
	slices.SortStableFunc(all, func(a, b Server) int { return rank(a) - rank(b) })
	return all
}

func rank(s Server) int {
	if s.Primary {
		return 0
	}
	return 1
}

// Counters are what became of the requests to a server.
type Counters struct{ Authentication, Authorization, Accounting Counts }

// Counts are of requests of one kind.
type Counts struct {
	Requests uint64
	Replies  uint64
	Silent   uint64 // there was no answer in time
	Errors   uint64 // the answer was malformed, or that there was an error
}

func (c *Counters) of(k kind) *Counts {
	switch k {
	case authentication:
		return &c.Authentication
	case authorization:
		return &c.Authorization
	default:
		return &c.Accounting
	}
}

// Counters returns those of a server.
func (c *Client) Counters(a netip.Addr) Counters {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if n := c.counts[a]; n != nil {
		return *n
	}
	return Counters{}
}

// Count counts what became of a request, for who may know of it.
func (c *Client) Count(t Trail) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range t.Asked {
		total := c.counts[a.Server.Addr()]
		if total == nil {
			continue // it was removed meanwhile
		}
		n := total.of(t.kind)
		n.Requests++
		switch {
		case a.Err == nil:
			n.Replies++
		case errors.Is(a.Err, errSilent):
			n.Silent++
		default:
			n.Errors++
		}
	}
}
