package agent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
)

// readers is how many datagrams are worked on at once: a SET that waits for the
// disk must not keep others waiting until the socket overflows.
const readers = 4

// readBuffer is what the socket should hold meanwhile, in octets; the system may
// grant less.
const readBuffer = 1 << 20

// Serve answers what arrives at conn until ctx ends, which is no error. It
// leaves conn open, with a read deadline that has passed. It works on few
// datagrams at once, so that the work in hand is bounded by the socket's buffer.
func (r *Responder) Serve(ctx context.Context, conn net.PacketConn) error {
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("snmp agent on %v: %w", conn.LocalAddr(), err)
	}
	if b, ok := conn.(interface{ SetReadBuffer(int) error }); ok {
		_ = b.SetReadBuffer(readBuffer)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	woken := make(chan struct{})
	context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)); close(woken) })
	ended := make(chan error, readers)
	for range readers {
		go func() { ended <- r.serve(ctx, conn) }()
	}
	err := <-ended
	cancel() // one for all
	for range readers - 1 {
		err = cmp.Or(err, <-ended)
	}
	<-woken // not in the middle of the next Serve
	return err
}

// serve is one of the readers.
func (r *Responder) serve(ctx context.Context, conn net.PacketConn) error {
	in := make([]byte, snmp.MaxMessageSize+1)
	var buf snmp.Buffer
	for {
		n, from, err := conn.ReadFrom(in)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !errors.Is(err, net.ErrClosed) && temporary(err):
			continue
		case err != nil:
			return fmt.Errorf("snmp agent on %v: %w", conn.LocalAddr(), err)
		}
		if out := r.Handle(&buf, source(from), in[:n]); out != nil {
			// A lost answer looks like a lost request; the manager repeats it.
			_, _ = conn.WriteTo(out, from)
		}
	}
}

// temporary tells an error that belongs to one datagram, such as an ICMP
// message for an earlier answer, from one of the socket.
func temporary(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && unreachable(op)
}

func source(a net.Addr) netip.AddrPort {
	if u, ok := a.(*net.UDPAddr); ok {
		p := u.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}

func unreachable(op *net.OpError) bool {
	return errors.Is(op.Err, syscall.ECONNREFUSED) || errors.Is(op.Err, syscall.EHOSTUNREACH) || errors.Is(op.Err, syscall.ENETUNREACH)
}
