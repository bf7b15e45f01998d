// Package remote lets operators reach the shell over a network: connections and
// their limits, login by the password of a vty line, what wrong ones cost, the
// line an operator gets, time-outs, and the session on it. A [Transport] speaks
// the protocol; cli/remote/sshd is one. Package access has the lines, and who may
// use them.
package remote

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
)

// A Transport speaks a protocol with clients.
type Transport interface {
	// Name is what operators call the protocol, such as SSH.
	Name() string
	// Serve speaks with the client of a connection until it is gone. It calls
	// [Conn.Spoke] once the client has answered, lets it log in ([Conn.Password],
	// [Conn.Admit]), and runs sessions with [Conn.Run]. The caller closes c.
	Serve(c *Conn)
}

// Options say what a server serves.
type Options struct {
	Shell *cli.Shell
	// Penalty is by how much each wrong password from a source makes the next
	// ones wait, up to five times it; 0: a second.
	Penalty time.Duration
}

// Server serves the connections of all transports, whose limits and penalties
// are one. mu guards the fields below it and is not held while anything waits.
type Server struct {
	Options
	halfOpen halfOpen

	mu     sync.Mutex
	wrong  map[netip.Prefix]guesses
	denied denial
}

// denial is the last connection that was denied and reported.
type denial struct {
	from netip.Prefix
	at   time.Time
}

// New makes a server.
func New(o Options) *Server {
	if o.Penalty == 0 {
		o.Penalty = time.Second
	}
	return &Server{Options: o, wrong: map[netip.Prefix]guesses{}}
}

// Listen opens a TCP listener whose connections notice a far end that is gone. An
// IPv4 address is that of IPv4 alone, 0.0.0.0 included.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3,
	}}
	network := "tcp"
	if host, _, err := net.SplitHostPort(addr); err == nil {
		if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
			network = "tcp4"
		}
	}
	l, err := lc.Listen(ctx, network, addr)
	if err != nil {
		return nil, fmt.Errorf("remote access: %w", err)
	}
	return l, nil
}

// acceptPause is how long to wait when no connection can be accepted, such as
// for lack of file descriptors.
const acceptPause = 100 * time.Millisecond

// errShutdown is the cause that ends sessions with the server.
var errShutdown = errors.New("the router is shutting down")

// Serve serves what l accepts until ctx ends; it closes l, and owns every
// goroutine. It returns when every session has ended. The error is nil unless l
// failed by itself.
func (s *Server) Serve(ctx context.Context, l net.Listener, t Transport) error {
	ctx, end := context.WithCancelCause(ctx)
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var all sync.WaitGroup
	defer all.Wait()
	defer end(errShutdown)
	name := strings.ToLower(t.Name())
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			all.Go(func() { s.connection(ctx, nc, t) })
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("%s: %w", name, err)
		default:
			slog.Warn(name+": connection not accepted", "error", err)
			select {
			case <-time.After(acceptPause):
			case <-ctx.Done():
			}
		}
	}
}

// connection serves one connection and returns when its sessions have ended.
func (s *Server) connection(ctx context.Context, nc net.Conn, t Transport) {
	defer nc.Close()
	from := peerAddr(nc)
	peer := access.Peer{
		From:   from,
		Admits: func(list string) bool { return s.Shell.Router.Default().AccessLists().Lookup(list, from) },
		Governs: func(l access.Line) bool {
			_, governed := s.Shell.AAA().LoginAsks(l)
			return governed
		},
	}
	limit, err := s.Shell.Access().LoginTimeout(peer)
	if err != nil {
		s.reportDenied(from)
		return
	}
	c := &Conn{Conn: nc, server: s, via: t.Name(), ctx: ctx, peer: peer, login: time.Now().Add(limit)}
	if c.stranger = s.halfOpen.admit(from, c.hangUp); c.stranger == nil {
		return
	}
	c.timer = time.AfterFunc(min(limit, helloTimeout), c.hangUp)
	defer c.finish()
	defer context.AfterFunc(ctx, c.shutdown)()
	t.Serve(c)
}

// reportDenied reports a connection that no line admits, though not each one of
// a flood.
func (s *Server) reportDenied(from netip.Addr) {
	s.mu.Lock()
	last, now := s.denied, time.Now()
	again := last.from == source(from) && now.Sub(last.at) < time.Second
	if !again {
		s.denied = denial{source(from), now}
	}
	s.mu.Unlock()
	if !again {
		s.Shell.Alert("Access denied by access class from " + from.String())
	}
}

func peerAddr(nc net.Conn) netip.Addr {
	ap, err := netip.ParseAddrPort(nc.RemoteAddr().String())
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return ap.Addr().Unmap().WithZone("")
}
