package remote

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"mirrorsh/cli/access"
)

// Prove lets in a client of a service without sessions, which shows with each
// request whether it knows the secret. Wrong ones are failed logins, and make the
// next password of their source wait too; who hangs up has guessed all the same. A
// right one forgives none and is told to nobody: what it opens may be secure. The
// error is [ErrLogin].
func (s *Server) Prove(ctx context.Context, from netip.Addr, right bool) error {
	pause := time.NewTimer(s.penalty(from))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
	if right && ctx.Err() == nil {
		return nil
	}
	if !right {
		s.guessed(from)
		s.Shell.Alert("Failed login " + (&access.User{From: from}).By())
	}
	return ErrLogin
}

// Bound returns a listener whose connections share room as those that log in do:
// their number is bounded, also by source, and few sources keep no other out.
func Bound(l net.Listener) net.Listener { return &bound{Listener: l} }

type bound struct {
	net.Listener
	open halfOpen
}

func (b *bound) Accept() (net.Conn, error) {
	for {
		nc, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c := &boundConn{Conn: nc}
		if c.place = b.open.admit(peerAddr(nc), func() { _ = nc.Close() }); c.place != nil {
			return c, nil
		}
		_ = nc.Close()
	}
}

// boundConn gives its place back when it is closed.
type boundConn struct {
	net.Conn
	place *stranger
	once  sync.Once
}

func (c *boundConn) Close() error {
	c.once.Do(c.place.leave)
	return c.Conn.Close()
}
