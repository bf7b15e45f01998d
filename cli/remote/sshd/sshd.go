// Package sshd lets operators reach the shell over SSH: connections and their
// limits, authentication by the password of a vty line or an authorized key,
// and the shell sessions of a connection, whose requests are checked first.
// Which line an operator gets and what it asks for, package access decides.
//
// It imports cli, cli/access, cli/editor, mib and trapcore/state; cmd wires it up.
package sshd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/remote/sshd/internal/ssh"
)

// How long the far end has to take the last words, and an exit status that
// waits for all the output before it.
const (
	closeGrace = time.Second
	exitGrace  = 30 * time.Second
)

// errShutdown is the cause that ends sessions with the server.
var errShutdown = errors.New("the router is shutting down")

// Options say what a server serves.
type Options struct {
	Shell    *cli.Shell
	HostKeys []gossh.AlgorithmSigner
	Keys     *Keys // who may log in without a password; nil: nobody
	// Penalty is by how much each wrong password from a source makes the next
	// ones wait, up to five times it; 0: a second.
	Penalty time.Duration
}

// Server serves SSH connections. [Server.Serve] owns every goroutine. mu guards
// the fields below it and is not held while anything waits.
type Server struct {
	Options
	halfOpen halfOpen

	mu     sync.Mutex
	wrong  map[netip.Prefix]guesses
	denied refusal
}

// refusal is the last connection that was denied and reported.
type refusal struct {
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

// Listen opens a TCP listener whose connections notice a far end that is gone.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3,
	}}
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("ssh: %w", err)
	}
	return l, nil
}

// acceptPause is how long to wait when no connection can be accepted, such as
// for lack of file descriptors.
const acceptPause = 100 * time.Millisecond

// Serve serves what l accepts until ctx ends; it closes l. It returns when
// every session has ended. The error is nil unless l failed by itself.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, end := context.WithCancelCause(ctx)
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	var all sync.WaitGroup
	defer all.Wait()
	defer end(errShutdown)
	for {
		nc, err := l.Accept()
		switch {
		case err == nil:
			all.Go(func() { s.connection(ctx, nc) })
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("ssh: %w", err)
		default:
			slog.Warn("ssh: connection not accepted", "error", err)
			select {
			case <-time.After(acceptPause):
			case <-ctx.Done():
			}
		}
	}
}

// connection serves one connection and returns when its sessions have ended.
func (s *Server) connection(ctx context.Context, nc net.Conn) {
	defer nc.Close()
	from := peerAddr(nc)
	peer := access.Peer{From: from, Admits: func(list string) bool {
		return s.Shell.Router.Default().AccessLists().Lookup(list, from)
	}}
	limit, err := s.Shell.Access().LoginTimeout(peer)
	if err != nil {
		s.reportDenied(from)
		return
	}
	c := &conn{Conn: nc, ctx: ctx, peer: peer, login: time.Now().Add(limit), pool: &s.halfOpen}
	if c.stranger = c.pool.admit(from, c.hangUp); c.stranger == nil {
		return
	}
	c.timer = time.AfterFunc(min(limit, HelloTimeout), c.hangUp)
	defer c.finish()
	defer context.AfterFunc(ctx, c.shutdown)()
	s.sessions(c)
}

// sessions lets a client log in and serves its channels until the connection
// is closed.
func (s *Server) sessions(c *conn) {
	sc, channels, requests, err := ssh.NewServerConn(c, s.config(c))
	if err != nil {
		if c.refused != "" && c.passwords == 0 {
			s.Shell.Alert("Failed login by " + userName(c.refused) + " from " + c.peer.From.String())
		}
		return
	}
	c.admitted(sc.Permissions)
	c.tasks.Go(func() { ssh.DiscardRequests(requests) })
	for ch := range channels {
		c.tasks.Go(func() { c.serve(ch, func(sess *session) { s.handle(sess, sc.User()) }) })
	}
}

// reportDenied reports a connection that no line admits, though not each one of
// a flood.
func (s *Server) reportDenied(from netip.Addr) {
	s.mu.Lock()
	last, now := s.denied, time.Now()
	again := last.from == source(from) && now.Sub(last.at) < time.Second
	if !again {
		s.denied = refusal{source(from), now}
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
