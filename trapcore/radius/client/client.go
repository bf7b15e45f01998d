package client

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Options are what a client works with.
type Options struct {
	Now func() time.Time // with a monotonic reading; nil: time.Now
	// Report is told what becomes of servers; nil: nobody is.
	Report func(Event)
	// Listen opens a socket for requests to a server; nil: a UDP socket at the address
	// from which the system sends there.
	Listen func(to netip.AddrPort) (*net.UDPConn, error)
	// Announce makes what accounting servers are told when the first of them can be
	// told, and before the last one is gone; false: nothing. nil: they never are.
	Announce func(on bool) (Request, bool)
}

// Event is what became of a server.
type Event struct {
	Kind   Kind
	Server netip.AddrPort // of AllSilent: none
	State  State
}

// State is what an [Event] says of a server.
type State uint8

const (
	Silent    State = iota // it did not answer
	Back                   // it was silent, and answers again
	AllSilent              // no server has answered a request
)

// quiet is how long an event is not repeated of a server without a dead time
// (JunosE Broadband Access 11.0, "SNMP Traps and System Log Messages").
const quiet = 3 * time.Minute

// Client has the servers of a virtual router. Its methods may be called from any
// goroutine. mu guards all state; no other package is called under it.
type Client struct {
	opts Options
	ctx  context.Context // of requests and sockets
	stop context.CancelFunc
	done sync.WaitGroup // goroutines that read sockets

	mu         sync.Mutex
	groups     [kinds]group
	roundRobin bool
	announced  announcing
}

// group has the servers of a kind.
type group struct {
	servers           []*server // in the order they were configured
	turn              int       // of the server that is asked first
	answered          bool      // a server has answered
	invalid, baseline uint64    // packets from elsewhere
	quiet             time.Time // until then it is not said again that all are silent
}

// server is a server with what it was asked.
type server struct {
	Server
	kind            Kind
	ctx             context.Context // ends when it is removed
	cancel          context.CancelFunc
	sockets         []*socket
	dead            time.Time // it is left alone until then
	silent          bool      // that was its last answer
	signs           bool      // it has sent a Message-Authenticator with this key
	quiet           time.Time // until then it is not said again that it is silent
	stats, baseline Statistics
}

// New returns a client without servers. [Client.Close] ends it.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Report == nil {
		o.Report = func(Event) {}
	}
	if o.Listen == nil {
		o.Listen = listen
	}
	c := &Client{opts: o}
	c.ctx, c.stop = context.WithCancel(context.Background())
	return c
}

// listen opens a socket at the address from which the system sends to a server. It
// is not connected, so that what others send to it is seen and counted.
func listen(to netip.AddrPort) (*net.UDPConn, error) {
	probe, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(to)) // sends nothing
	if err != nil {
		return nil, err
	}
	from := probe.LocalAddr().(*net.UDPAddr)
	if err := probe.Close(); err != nil {
		return nil, err
	}
	return net.ListenUDP("udp4", &net.UDPAddr{IP: from.IP})
}

// Close ends what waits for an answer, and the sockets.
func (c *Client) Close() error {
	c.stop()
	c.mu.Lock()
	var open []*socket
	for k := range c.groups {
		for _, s := range c.groups[k].servers {
			open = append(open, s.sockets...)
			s.sockets = nil
		}
		c.groups[k].servers = nil
	}
	c.mu.Unlock()
	closeAll(open)
	c.done.Wait()
	return nil
}

// Add makes a server with the defaults, the last to be asked. Adding one that is
// there changes nothing.
func (c *Client) Add(k Kind, address netip.Addr) error {
	if !usable(address) {
		return errAddress
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.groups[k]
	switch {
	case c.ctx.Err() != nil:
		return errClosed
	case g.find(address) != nil:
		return nil
	case len(g.servers) == maxServers:
		return errTooMany
	}
	s := &server{Server: NewServer(k, address), kind: k}
	s.ctx, s.cancel = context.WithCancel(c.ctx)
	g.servers = append(g.servers, s)
	return nil
}

// Remove forgets a server with its counters. What waits for its answer goes on to
// the next one. The error is [ErrNoSuchServer].
func (c *Client) Remove(k Kind, address netip.Addr) error {
	var open []*socket
	err := c.configure(k, address, func(g *group, s *server) error {
		g.servers = slices.DeleteFunc(g.servers, func(o *server) bool { return o == s })
		s.cancel()
		open, s.sockets = s.sockets, nil
		return nil
	})
	closeAll(open)
	return err
}

// Change configures a server; its address stays what it is. Requests that wait for
// an answer keep what they were made with. An error leaves everything as it was.
func (c *Client) Change(k Kind, address netip.Addr, change func(*Server)) error {
	return c.configure(k, address, func(_ *group, s *server) error { return s.change(change) })
}

// change configures the server. Client.mu is held.
func (s *server) change(change func(*Server)) error {
	next := s.Server
	change(&next)
	next.Address = s.Address
	if err := next.check(s.kind); err != nil {
		return err
	}
	s.signs = s.signs && s.Key == next.Key && s.Port == next.Port
	s.Server = next
	if s.DeadTime == 0 {
		s.dead = time.Time{}
	}
	return nil
}

func (g *group) find(address netip.Addr) *server {
	i := slices.IndexFunc(g.servers, func(s *server) bool { return s.Address == address })
	if i < 0 {
		return nil
	}
	return g.servers[i]
}

// SetRoundRobin says whether each request begins with another server than the one
// before, or all with the first one.
func (c *Client) SetRoundRobin(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.roundRobin = on
}

// RoundRobin reports what was set.
func (c *Client) RoundRobin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.roundRobin
}

// Accounts reports whether there is a server for accounting that has a key.
func (c *Client) Accounts() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.groups[Accounting].servers, func(s *server) bool { return s.Key != "" })
}

// available returns the servers to ask, in their order: those that have a key and
// are not dead.
func (c *Client) available(k Kind) (all []*server) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, now := &c.groups[k], c.opts.Now()
	g.restore(now)
	for _, s := range g.servers {
		if s.Key != "" && !now.Before(s.dead) {
			all = append(all, s)
		}
	}
	if c.roundRobin && len(all) > 1 {
		first := g.turn % len(all)
		g.turn = first + 1
		all = slices.Concat(all[first:], all[:first])
	}
	return all
}

// restore brings all servers back where every one is dead, so that there is always
// one to ask.
func (g *group) restore(now time.Time) {
	if slices.ContainsFunc(g.servers, func(s *server) bool { return s.Key != "" && !now.Before(s.dead) }) {
		return
	}
	for _, s := range g.servers {
		s.dead = time.Time{}
	}
}

// silence notes that a server did not answer, and reports whether to say so.
func (c *Client) silence(s *server) (say bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.opts.Now()
	s.stats.Timeouts++
	s.silent = true
	pause := quiet
	if s.DeadTime > 0 {
		s.dead, pause = now.Add(s.DeadTime), s.DeadTime
	}
	c.groups[s.kind].restore(now)
	if say = !now.Before(s.quiet); say {
		s.quiet = now.Add(pause)
	}
	return say
}

// exhausted notes that no server has answered, and reports whether to say so.
func (c *Client) exhausted(k Kind) (say bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, now := &c.groups[k], c.opts.Now()
	if say = !now.Before(g.quiet); say {
		g.quiet = now.Add(quiet)
	}
	return say
}
