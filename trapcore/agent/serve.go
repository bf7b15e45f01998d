package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/udp"
)

// readBuffer is what the socket should hold while others are put in the queue,
// in octets; the system may grant less.
const readBuffer = 1 << 20

// Serve answers what arrives at conn until ctx ends, which is no error. It
// leaves conn open, with a read deadline that has passed. One socket bound to a
// wildcard address answers from the address that was asked.
func (r *Responder) Serve(ctx context.Context, conn net.PacketConn) error {
	if err := conn.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("snmp agent on %v: %w", conn.LocalAddr(), err)
	}
	if b, ok := conn.(interface{ SetReadBuffer(int) error }); ok {
		_ = b.SetReadBuffer(readBuffer)
	}
	if plain, ok := conn.(*net.UDPConn); ok {
		c, err := udp.New(plain)
		if err != nil {
			return fmt.Errorf("snmp agent: %w", err)
		}
		conn = c
	}
	ctx, cancel := context.WithCancel(ctx)
	woken := make(chan struct{})
	context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)); close(woken) })
	defer func() { cancel(); <-woken }() // not in the middle of the next Serve
	queue := newFairQueue()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() { r.work(conn, queue) })
	}
	defer all.Wait()
	defer queue.close()
	return receive(ctx, conn, queue)
}

// receive puts what arrives into the queue.
func receive(ctx context.Context, conn net.PacketConn, queue *fairQueue) error {
	in := make([]byte, snmp.MaxMessageSize+1)
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
		queue.push(source(from), datagram{from, bytes.Clone(in[:n])})
	}
}

// work answers what waits.
func (r *Responder) work(conn net.PacketConn, queue *fairQueue) {
	var buf snmp.Buffer
	for {
		d, done, ok := queue.take()
		if !ok {
			return
		}
		if out := r.Handle(&buf, source(d.from), d.data); out != nil {
			// A lost answer looks like a lost request; the manager repeats it.
			_, _ = conn.WriteTo(out, d.from)
		}
		done()
	}
}

// temporary tells an error that belongs to one datagram, such as an ICMP
// message for an earlier answer, from one of the socket.
func temporary(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && unreachable(op)
}

func source(a net.Addr) netip.AddrPort {
	if u, ok := a.(interface{ AddrPort() netip.AddrPort }); ok {
		p := u.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}

func unreachable(op *net.OpError) bool {
	return errors.Is(op.Err, syscall.ECONNREFUSED) || errors.Is(op.Err, syscall.EHOSTUNREACH) || errors.Is(op.Err, syscall.ENETUNREACH)
}
