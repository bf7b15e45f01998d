package main

import (
	"context"
	"net"
	"sync"
	"time"
)

// lease is a listener that is lent to one server until ctx ends. Its Close ends
// Accept; who connects from then on waits for the next server.
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
