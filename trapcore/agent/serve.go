package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
)

// Serve answers what arrives at conn until ctx ends, which is no error. It
// leaves conn open, with a read deadline that has passed. Each datagram is
// answered before the next is read, so that the work in hand is bounded by the
// socket's buffer.
func (r *Responder) Serve(ctx context.Context, conn net.PacketConn) error {
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("snmp agent on %v: %w", conn.LocalAddr(), err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
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
