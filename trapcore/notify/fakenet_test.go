package notify

import (
	"bytes"
	"context"
	"net/netip"
	"sync"
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
	hold    chan struct{} // while set, senders wait for it to be closed
	held    chan struct{} // gets one when a sender waits
}

type datagram struct {
	msg []byte
	to  netip.AddrPort
	at  time.Time
}

func (n *fakeNet) options(o *Options) { o.Dial, o.Prober = n.dial, n }

func (n *fakeNet) dial(to netip.AddrPort) (Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.dialErr != nil {
		return nil, n.dialErr
	}
	return &fakeConn{net: n, to: to}, nil
}

func (n *fakeNet) Probe(context.Context, netip.Addr) error {
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
	net *fakeNet
	to  netip.AddrPort
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
		c.net.sent = append(c.net.sent, datagram{bytes.Clone(m), c.to, time.Now()})
	}
	return len(msgs), nil
}

func (c *fakeConn) Local() netip.AddrPort { return netip.MustParseAddrPort("10.0.0.1:40000") }
func (c *fakeConn) Close() error          { return nil }

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
