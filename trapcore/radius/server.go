package radius

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"mirrorsh/trapcore/internal/udp"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// Network has the sessions that dynamic requests are about: a
// [network.Network]. Every error is a [network.RequestError].
type Network interface {
	Find(network.Identification) (network.Login, error)
	Disconnect(network.Identification) error
}

// Mirroring is what CoA-Requests with mirroring attributes change: a
// [mirror.Machine]. Every error is a [network.RequestError].
type Mirroring interface {
	ChangeMirroring(network.Identification, mirror.Attributes) error
	RefuseMirroring(network.Identification, mirror.Attributes, *network.RequestError)
}

// Options are what a server works with.
type Options struct {
	Address   netip.Addr // local address of the ports, IPv4; zero: 127.0.0.1
	Network   Network
	Mirroring func(c side.Clearance) (Mirroring, bool) // opens it to a reader; nil: there is none
	Default   string                                   // name of the default virtual router
	Now       func() time.Time                         // with a monotonic reading; nil: time.Now
	Clock     func() time.Time                         // the router's clock, for Event-Timestamp; nil: Now
	// Hostname and HasAddress tell what the router is called in NAS-Identifier and
	// NAS-IP-Address, besides the address that was asked. nil: nothing else.
	Hostname   func() string
	HasAddress func(netip.Addr) bool
	// Report is told by [Server.Open] and later of a port that is configured and
	// not open, and with a nil error that it is open after all. nil: nobody is.
	Report func(port uint16, err error)
	// Listen opens a port; nil: a UDP socket at Address.
	Listen func(port uint16) (*net.UDPConn, error)
	// Retry is the time between attempts to open a port; 0: 5 seconds.
	Retry time.Duration
}

// Server is the dynamic-request server of a router. Its methods may be called
// from any goroutine. mu guards all state; nothing of another package is called
// under it but Listen.
type Server struct {
	opts Options
	ctx  context.Context // of the ports
	stop context.CancelFunc
	done sync.WaitGroup

	mu       sync.Mutex
	open     bool
	kept     map[uint16]*udp.Conn // taken over, and not needed yet
	groups   map[string]*group
	clients  int
	ports    map[uint16]*port
	byOrigin map[netip.AddrPort][]origin // by address of the client and port of the router
	invalid  uint64

	answered [side.Count]memory
}

// group has the clients of a virtual router.
type group struct {
	clients         map[netip.Addr]*client
	baselineInvalid uint64
}

type client struct {
	Client
	stats, baseline statistics
}

// origin is what a packet can come from: a client as it was configured when
// the packet came, and where to count.
type origin struct {
	Client
	router   string
	counters *client
}

// New returns a server without clients. [Server.Close] ends it.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clock == nil {
		o.Clock = o.Now
	}
	if o.Hostname == nil {
		o.Hostname = func() string { return "" }
	}
	if o.HasAddress == nil {
		o.HasAddress = func(netip.Addr) bool { return false }
	}
	if !o.Address.IsValid() {
		o.Address = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if o.Mirroring == nil {
		o.Mirroring = func(side.Clearance) (Mirroring, bool) { return nil, false }
	}
	if o.Report == nil {
		o.Report = func(uint16, error) {}
	}
	if o.Listen == nil {
		o.Listen = func(port uint16) (*net.UDPConn, error) {
			return net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(o.Address, port)))
		}
	}
	if o.Retry == 0 {
		o.Retry = 5 * time.Second
	}
	s := &Server{opts: o, groups: map[string]*group{}, ports: map[uint16]*port{}, answered: newMemories()}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Open opens the ports of the clients there are, and from now on those of
// clients as they are configured. A port that is taken is reported, and tried
// again until it is free; the error, which may be ignored, joins a [portError]
// for each.
func (s *Server) Open() error {
	failed, err := s.openAll()
	for _, e := range failed {
		s.opts.Report(e.Port, e)
		s.keepTrying(e.Port)
		err = errors.Join(err, e)
	}
	return err
}

// openAll opens the ports that can be opened.
func (s *Server) openAll() (failed []*portError, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, errClosed
	}
	if s.open {
		return nil, nil
	}
	s.open = true
	for _, number := range slices.Sorted(maps.Keys(s.wanted())) {
		if err := s.acquire(number); err != nil {
			failed = append(failed, err)
		}
	}
	Handover{sockets: s.kept}.Close()
	s.kept = nil
	return failed, nil
}

// Ports returns the ports that are open.
func (s *Server) Ports() []uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []uint16
	for number, p := range s.ports {
		if p.conn != nil {
			open = append(open, number)
		}
	}
	slices.Sort(open)
	return open
}

// Close closes the ports and waits for the requests that are being handled.
func (s *Server) Close() error {
	s.Leave().Close()
	return nil
}

// Add makes a client with the default port, without a key and with nothing
// accepted. Adding one that is there changes nothing.
func (s *Server) Add(router string, address netip.Addr) error {
	if !address.Is4() || !usable(address) {
		return errAddress
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return errClosed
	}
	if _, err := s.find(router, address); err == nil {
		return nil
	}
	if s.clients == maxClients {
		return errTooMany
	}
	s.group(router).clients[address] = &client{Client: Client{Address: address, Port: DefaultPort}}
	s.clients++
	s.settle()
	return nil
}

// usable reports whether packets can come from an IPv4 address.
func usable(a netip.Addr) bool {
	b := a.As4()
	return b[0] != 0 && b[0] < 224
}

// Remove forgets a client with its counters. The error is [ErrNoClient].
func (s *Server) Remove(router string, address netip.Addr) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.find(router, address); err != nil {
		return err
	}
	delete(s.groups[router].clients, address)
	s.clients--
	s.settle()
	return nil
}

// RemoveRouter forgets the clients of a virtual router.
func (s *Server) RemoveRouter(router string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.groups[router]; g != nil {
		s.clients -= len(g.clients)
		delete(s.groups, router)
		s.settle()
	}
}

// Change configures a client; its address stays what it is. An error leaves
// everything as it was: [ErrNoClient], [errKey], [errPortNumber], or a
// [portError] if the client needs a port that cannot be opened.
func (s *Server) Change(router string, address netip.Addr, change func(*Client)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.find(router, address)
	if err != nil {
		return err
	}
	next := c.Client
	change(&next)
	next.Address = address
	switch {
	case len(next.Key) > MaxKey:
		return errKey
	case next.Port == 0:
		return errPortNumber
	}
	if s.open && next.listens() && (!c.listens() || next.Port != c.Port) {
		if err := s.acquire(next.Port); err != nil {
			return err
		}
	}
	c.Client = next
	s.settle()
	return nil
}

// group returns that of a virtual router, which is made if there is none.
func (s *Server) group(router string) *group {
	g := s.groups[router]
	if g == nil {
		g = &group{clients: map[netip.Addr]*client{}}
		s.groups[router] = g
	}
	return g
}

func (s *Server) find(router string, address netip.Addr) (*client, error) {
	if g := s.groups[router]; g != nil && g.clients[address] != nil {
		return g.clients[address], nil
	}
	return nil, ErrNoClient
}

// settle closes the ports that no client needs any more and renews the index.
func (s *Server) settle() {
	wanted := s.wanted()
	for number := range s.ports {
		if !wanted[number] {
			s.release(number)
		}
	}
	index := map[netip.AddrPort][]origin{}
	// Where two virtual routers have a client in common its key tells which one
	// a request is for; if that is the same too, the first.
	routers := slices.SortedFunc(maps.Keys(s.groups), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.rank(a), s.rank(b)), cmp.Compare(a, b))
	})
	for _, name := range routers {
		for _, c := range s.groups[name].clients {
			at := netip.AddrPortFrom(c.Address, c.Port)
			index[at] = append(index[at], origin{c.Client, name, c})
		}
	}
	s.byOrigin = index
}

func (s *Server) rank(router string) int {
	if router == s.opts.Default {
		return 0
	}
	return 1
}

func (s *Server) wanted() map[uint16]bool {
	wanted := map[uint16]bool{}
	for _, g := range s.groups {
		for _, c := range g.clients {
			if c.listens() {
				wanted[c.Port] = true
			}
		}
	}
	return wanted
}
