package receiver

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"mirrorsh/trapcore/internal/udp"
	"mirrorsh/trapcore/snmp"
)

const (
	// maxCommunities is how many there may be.
	maxCommunities = 1024
	// maxQueue is how many notifications wait for [Receiver.Next] before the
	// socket has to wait, too.
	maxQueue = 4096
	// readBuffer is what the socket should hold, in octets; the system may grant less.
	readBuffer = 8 << 20
)

// Options say what is taken. The zero Options take nothing.
type Options struct {
	Users       []snmp.Credential // of SNMPv3
	Communities []string          // of SNMPv1 and SNMPv2c
	// EngineID is authoritative for informs; "" is a random one.
	EngineID snmp.EngineID
	// Refused, if not nil, is told of every refusal. It must not wait.
	Refused func(Refusal)
}

// Refusal is a datagram that was not taken.
type Refusal struct {
	From   netip.AddrPort
	Reason snmp.Reason
	User   string        // as the message claims
	Engine snmp.EngineID // as the message claims, of any length
}

// Receiver is a listening socket. Its methods may be called from any goroutine.
type Receiver struct {
	conn   *udp.Conn
	raw    syscall.RawConn // of conn
	screen *screening
	out    chan *Notification
	done   chan struct{} // closed by Close
	close  sync.Once
	lost   atomic.Uint64 // once closed
	served sync.WaitGroup
	err    error // why it has ended by itself, set before out is closed
}

// Listen takes notifications at addr, HOST:PORT, until Close. IPv4 and IPv6
// both, if HOST is empty or ::, IPv4 alone at 0.0.0.0; port 0 picks one. Errors are those of the socket or of
// [snmp.NewScreen].
func Listen(addr string, o Options) (*Receiver, error) {
	s, err := newScreening(o)
	if err != nil {
		return nil, fmt.Errorf("receiver: %w", err)
	}
	at, err := net.ResolveUDPAddr("udp", addr)
	if err != nil {
		return nil, fmt.Errorf("receiver: %w", err)
	}
	family := "udp"
	if at.IP.To4() != nil {
		family = "udp4"
	}
	plain, err := net.ListenUDP(family, at)
	if err != nil {
		return nil, fmt.Errorf("receiver: %w", err)
	}
	_ = plain.SetReadBuffer(readBuffer)
	raw, err := plain.SyscallConn()
	var conn *udp.Conn
	if err == nil {
		conn, err = udp.New(plain)
	}
	if err != nil {
		_ = plain.Close() // nothing is lost with it
		return nil, fmt.Errorf("receiver: %w", err)
	}
	r := &Receiver{conn: conn, raw: raw, screen: s, out: make(chan *Notification, maxQueue), done: make(chan struct{})}
	r.served.Go(r.serve)
	return r, nil
}

// randomEngineID returns one of format 5, octets (RFC 3411 section 5), as
// nobody has had before.
func randomEngineID() snmp.EngineID {
	id := []byte{0x80, 0x00, 0x13, 0x0a, 5, 8: 0, 16: 0}
	rand.Read(id[5:]) // never fails
	return snmp.EngineID(id)
}

// Addr is where it listens.
func (r *Receiver) Addr() netip.AddrPort {
	at := r.conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

// EngineID is authoritative for informs.
func (r *Receiver) EngineID() snmp.EngineID { return r.screen.screen.ID() }

// Counts returns what has arrived so far.
func (r *Receiver) Counts() Counts {
	c := r.screen.counts()
	if c.Lost = r.lost.Load(); c.Lost == 0 {
		c.Lost = lostAt(r.raw)
	}
	return c
}

// Next waits for a notification. Errors are that of ctx, [net.ErrClosed] after
// Close, or that of the socket.
func (r *Receiver) Next(ctx context.Context) (*Notification, error) {
	select {
	case n, ok := <-r.out:
		return r.taken(n, ok)
	default:
	}
	select {
	case n, ok := <-r.out:
		return r.taken(n, ok)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (r *Receiver) taken(n *Notification, ok bool) (*Notification, error) {
	switch {
	case ok:
		return n, nil
	case r.err != nil:
		return nil, r.err
	}
	return nil, net.ErrClosed
}

// Waiting reports whether Next has something to return at once.
func (r *Receiver) Waiting() bool { return len(r.out) > 0 }

// Close stops listening. Notifications that wait already stay for Next; an inform that
// Next may have returned is acknowledged first.
func (r *Receiver) Close() error {
	var err error
	r.close.Do(func() {
		close(r.done)
		err = r.conn.SetReadDeadline(time.Unix(1, 0))
		r.served.Wait()
		r.lost.Store(lostAt(r.raw))
		err = errors.Join(err, r.conn.Close())
	})
	return err
}

// serve takes what arrives until Close.
func (r *Receiver) serve() {
	defer close(r.out)
	in := make([]byte, snmp.MaxMessageSize+1)
	for {
		n, from, err := r.conn.Receive(in)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return // Close
		case err != nil && ofPeer(err):
			continue
		case err != nil:
			r.err = fmt.Errorf("receiver on %v: %w", r.Addr(), err)
			return
		}
		taken, answer := r.screen.handle(in[:n], from.AddrPort(), time.Now())
		if taken != nil {
			select {
			case r.out <- taken:
			case <-r.done:
				return
			}
		}
		if answer != nil {
			// A lost answer looks like a lost inform; the sender repeats it.
			_ = r.conn.Answer(answer, from)
		}
	}
}

// ofPeer tells an error that an ICMP message for an earlier answer has caused
// from one of the socket.
func ofPeer(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH)
}
