package agent

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
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
	sock, err := socketOf(conn)
	if err != nil {
		return fmt.Errorf("snmp agent: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	woken := make(chan struct{})
	context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)); close(woken) })
	defer func() { cancel(); <-woken }() // not in the middle of the next Serve
	queue := newFairQueue()
	var all sync.WaitGroup
	for range workers {
		all.Go(func() { r.work(sock.answers(), queue) })
	}
	defer all.Wait()
	defer queue.close()
	for {
		waiting, err := sock.receive()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && !errors.Is(err, net.ErrClosed) && temporary(err):
			continue
		case err != nil:
			return fmt.Errorf("snmp agent on %v: %w", conn.LocalAddr(), err)
		}
		queue.push(waiting...)
	}
}

// work answers what waits.
func (r *Responder) work(out answers, queue *fairQueue) {
	var some [maxTaken]datagram
	var bufs [maxTaken]snmp.Buffer
	for {
		n, done, ok := queue.take(some[:])
		if !ok {
			return
		}
		for i := range some[:n] {
			d := &some[i]
			if answer := r.Handle(&bufs[i], d.source(), d.data); answer != nil {
				out.put(answer, d.from)
			}
		}
		// A lost answer looks like a lost request; the manager repeats it.
		out.send()
		done()
		clear(some[:n])
	}
}

// temporary tells an error that belongs to one datagram, such as an ICMP
// message for an earlier answer, from one of the socket.
func temporary(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && unreachable(op)
}

// source is where a datagram came from; an IPv4 address is one of 4 octets.
func (d *datagram) source() netip.AddrPort { return source(d.from) }

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
