package main

import (
	"context"
	"net"
	"sync"
	"time"
)

// lease is a listener that is lent to one server until ctx ends. Its Close ends
// Accept; who connects from then on waits for the next server. mu guards over.
type lease struct {
	net.Listener
	ctx  context.Context
	late net.Conn // accepted when ctx had ended; of the goroutine that accepts

	mu   sync.Mutex
	over bool
}

// newLease lends a listener, after the lease before; nil: none.
func newLease(ctx context.Context, l net.Listener, before *lease) *lease {
	setDeadline(l, time.Time{})
	next := &lease{Listener: l, ctx: ctx}
	if before != nil {
		next.late, before.late = before.late, nil
	}
	return next
}

func (l *lease) Accept() (net.Conn, error) {
	c := l.late
	var err error
	if l.late = nil; c == nil {
		c, err = l.Listener.Accept()
	}
	if err == nil && l.ctx.Err() != nil {
		l.late = c
		return nil, net.ErrClosed
	}
	return c, err
}

func (l *lease) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		setDeadline(l.Listener, time.Unix(1, 0))
	}
	return nil
}

// end makes sure that a late Close does nothing to the next lease.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

func setDeadline(l net.Listener, t time.Time) {
	if d, ok := l.(interface{ SetDeadline(time.Time) error }); ok {
		_ = d.SetDeadline(t) // fails for a closed one only
	}
}

// tcpPort is what services have in common that listen on TCP: a port that they keep
// from one router to the next.
type tcpPort struct {
	listener net.Listener // nil: off, or not open yet
	serving  sync.WaitGroup
	lease    *lease // of what serves, or served last
}

// lend has a goroutine serve what connects until ctx ends.
func (p *tcpPort) lend(ctx context.Context, serve func(l *lease)) {
	l := newLease(ctx, p.listener, p.lease)
	p.lease = l
	p.serving.Go(func() { serve(l) })
}

// Addrs returns where it listens; none if it is off.
func (p *tcpPort) Addrs() []string {
	if p.listener == nil {
		return nil
	}
	return []string{p.listener.Addr().String()}
}

// Stop returns when nothing is served any more.
func (p *tcpPort) Stop() {
	p.serving.Wait()
	if p.lease != nil {
		p.lease.end()
	}
}

// Close gives the port back; who is not accepted yet is turned away.
func (p *tcpPort) Close() {
	if p.listener == nil {
		return
	}
	_ = p.listener.Close()
	if p.lease != nil && p.lease.late != nil {
		_ = p.lease.late.Close()
	}
}
