// Package sshd speaks SSH with operators: versions and key exchange, login by
// password or authorized key, and the channels of a connection, whose requests
// are checked first. Package remote does the rest: who may log in, how often, on
// which line, for how long.
package sshd

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/sshd/internal/ssh"
	tty "mirrorsh/cli/terminal"
)

// Transport is SSH as a [remote.Transport].
type Transport struct {
	HostKeys []gossh.AlgorithmSigner
	Keys     *Keys // who may log in without a password; nil: nobody
}

// Name is what operators call it.
func (t *Transport) Name() string { return "SSH" }

// Serve lets a client log in and serves its channels until the connection is
// closed.
func (t *Transport) Serve(rc *remote.Conn) {
	c := &conn{Conn: rc, ctx: rc.Context(), spawn: rc.Go}
	sc, channels, requests, err := ssh.NewServerConn(c, t.config(c))
	if err != nil {
		if c.refused != "" {
			rc.Failed(c.refused)
		}
		return
	}
	if sc.Permissions != nil {
		if key, ok := sc.Permissions.ExtraData[provenKey{}].(gossh.PublicKey); ok {
			rc.Admit(func() bool { return t.Keys.Contains(key) })
		}
	}
	c.spawn(func() { ssh.DiscardRequests(requests) })
	for ch := range channels {
		c.spawn(func() { c.serve(ch, func(s *session) { c.run(s, sc.User()) }) })
	}
}

// conn is a connection. Its fields belong to the goroutine that authenticates and
// are not changed once that is over.
type conn struct {
	*remote.Conn
	ctx     context.Context
	spawn   func(func()) // runs what the end of the connection waits for
	ahead   []byte       // read by hello, not yet by the library
	hush    int          // octets that hello has written for the library
	refused string       // user for whom a key was refused, "" if none was

	rejecting atomic.Int32 // channels whose rejection is on its way
}

// Read returns what hello has read first.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.ahead) == 0 {
		return c.Conn.Read(b)
	}
	n := copy(b, c.ahead)
	c.ahead = c.ahead[n:]
	return n, nil
}

// Write leaves out what hello has written.
func (c *conn) Write(b []byte) (int, error) {
	if c.hush == 0 {
		return c.Conn.Write(b)
	}
	n := min(c.hush, len(b))
	c.hush -= n
	if n == len(b) {
		return n, nil
	}
	m, err := c.Conn.Write(b[n:])
	return n + m, err
}

// session is one session of a connection. What the client asked for is not
// changed once it has started, but for the window.
type session struct {
	ssh.Channel
	ctx    context.Context // ends with the channel or the server
	cancel context.CancelCauseFunc

	terminal bool   // was asked for
	term     string // what kind of one
	command  string // list of commands, "" for a shell
	started  bool
	window   atomic.Uint64 // columns and rows
}

func newSession(c *conn, ch ssh.Channel) *session {
	s := &session{Channel: ch}
	s.ctx, s.cancel = context.WithCancelCause(c.ctx)
	return s
}

// run serves a session that the client has started.
func (c *conn) run(s *session, user string) {
	asked := remote.Session{User: user, Command: s.command, Stream: s, Errors: s.Stderr(), Exit: s.exit, Close: s.Close}
	if s.terminal && s.command == "" {
		asked.Terminal = tty.NewRemote(s.Channel, s.size)
		if s.term != "dumb" && s.term != "" {
			asked.Terminal.ShowProgress()
		}
	}
	c.Run(s.ctx, asked)
}

// gone ends a session whose channel is closed.
func (s *session) gone() { s.cancel(io.EOF) }

// Write makes the ends of lines those of a terminal, if there is one.
func (s *session) Write(p []byte) (int, error) {
	if !s.terminal {
		return s.Channel.Write(p)
	}
	crlf := bytes.ReplaceAll(bytes.ReplaceAll(p, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	n, err := s.Channel.Write(crlf)
	return min(n, len(p)), err
}

// exit sends the exit status (RFC 4254 section 6.10) and closes the channel.
func (s *session) exit(status uint32) {
	_, _ = s.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
	_ = s.Close()
}
