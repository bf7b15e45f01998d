package notify

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
)

// fakeNet is a network and Prober in memory. mu guards all fields.
type fakeNet struct {
	mu      sync.Mutex
	sent    []datagram
	sendTo  func(msg []byte) error // nil: all is taken
	probe   func() error           // nil: ErrNoProbe
	probes  []time.Time
	dialErr error
	refuse  bool                                         // source addresses are not this machine's
	answer  func(to netip.AddrPort, msg []byte) [][]byte // what a receiver answers; nil: nothing
	hold    chan struct{}                                // while set, senders wait for it to be closed
	held    chan struct{}                                // gets one when a sender waits
}

type datagram struct {
	msg  []byte
	to   netip.AddrPort
	from netip.Addr
	at   time.Time
}

func (n *fakeNet) options(o *Options) { o.Dial, o.Prober = n.dial, n }

func (n *fakeNet) dial(from netip.Addr, to netip.AddrPort) (Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.dialErr != nil {
		return nil, n.dialErr
	}
	if from.IsValid() && n.refuse {
		return nil, fmt.Errorf("bind: %w", syscall.EADDRNOTAVAIL)
	}
	c := &fakeConn{net: n, to: to, from: from, in: make(chan []byte, 1000), closed: make(chan struct{})}
	return c, nil
}

func (n *fakeNet) Probe(context.Context, Echo) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.probes = append(n.probes, time.Now())
	if n.probe == nil {
		return ErrNoProbe
	}
	return n.probe()
}

func (n *fakeNet) set(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

// stall lets the next sender wait; the func it returns lets it go on.
func (n *fakeNet) stall() (release func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	hold := make(chan struct{})
	n.hold, n.held = hold, make(chan struct{}, 1)
	return func() { n.set(func() { n.hold = nil }); close(hold) }
}

// datagrams returns what has been sent.
func (n *fakeNet) datagrams() []datagram {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]datagram(nil), n.sent...)
}

type fakeConn struct {
	net    *fakeNet
	to     netip.AddrPort
	from   netip.Addr
	in     chan []byte
	closed chan struct{}
}

func (c *fakeConn) Send(msgs [][]byte) (int, error) {
	c.net.mu.Lock()
	hold, held := c.net.hold, c.net.held
	c.net.mu.Unlock()
	if hold != nil {
		held <- struct{}{}
		<-hold
	}
	c.net.mu.Lock()
	defer c.net.mu.Unlock()
	for i, m := range msgs {
		if c.net.sendTo != nil {
			if err := c.net.sendTo(m); err != nil {
				return i, err
			}
		}
		c.net.sent = append(c.net.sent, datagram{bytes.Clone(m), c.to, c.from, time.Now()})
		if c.net.answer != nil {
			for _, b := range c.net.answer(c.to, bytes.Clone(m)) {
				c.in <- b
			}
		}
	}
	return len(msgs), nil
}

func (c *fakeConn) Local() netip.AddrPort { return netip.MustParseAddrPort("10.0.0.1:40000") }
func (c *fakeConn) Close() error          { close(c.closed); return nil }

func (c *fakeConn) Receive(into []byte) (int, error) {
	select {
	case b := <-c.in:
		return copy(into, b), nil
	case <-c.closed:
		return 0, net.ErrClosed
	}
}

// sessions returns the session identifiers of v3 traps in the order sent,
// which are the numbers that raise gave them.
func sessions(t testing.TB, all []datagram) []int {
	t.Helper()
	var got []int
	for _, d := range all {
		p := decode(t, d.msg, "mirrorUser")
		for _, v := range p.Variables {
			if v.Name == ".1.3.6.1.4.1.4874.2.2.77.3.1.2.0" {
				got = append(got, int(gosnmp.ToBigInt(v.Value).Int64()))
			}
		}
	}
	return got
}

// raise raises SessionStarts with the given session identifiers.
func raise(f *fixture, from, to int) {
	for n := from; n <= to; n++ {
		ev := start(1)
		ev.SessionID = uint32(n)
		f.RaiseSecure(ev)
	}
}

func numbers(ranges ...int) []int {
	var all []int
	for i := 0; i < len(ranges); i += 2 {
		for n := ranges[i]; n <= ranges[i+1]; n++ {
			all = append(all, n)
		}
	}
	return all
}

var far = netip.MustParseAddrPort("10.9.9.9:162")
