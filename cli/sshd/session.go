package sshd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/editor"
	"mirrorsh/cli/sshd/internal/ssh"
)

// level is where every operator starts: User Exec.
const level = 1

// Exit statuses of a session.
const (
	exitDone    = 0
	exitRefused = 1
)

// session is one session of a connection. What the client asked for is not
// changed once it has started, but for the window.
type session struct {
	ssh.Channel
	conn   *conn
	ctx    context.Context // ends with the channel or the server
	cancel context.CancelCauseFunc

	terminal bool   // was asked for
	command  string // list of commands, "" for a shell
	started  bool
	window   atomic.Uint64 // columns and rows
}

func newSession(c *conn, ch ssh.Channel) *session {
	s := &session{Channel: ch, conn: c}
	s.ctx, s.cancel = context.WithCancelCause(c.ctx)
	return s
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

// handle serves a session that the client has started.
func (s *Server) handle(sess *session, user string) {
	c := sess.conn
	if !c.begin() { // the connection ends
		return
	}
	defer c.end()
	status := s.run(sess, user)
	c.within(exitGrace, func() { sess.exit(status) })
}

// enter gives the operator a line.
func (s *Server) enter(c *conn, user *access.User) error {
	if !s.stillAdmitted(c) {
		return access.ErrDenied
	}
	return s.Shell.Access().Enter(user, c.peer, c.proven)
}

// run gives the operator a line and serves the session on it.
func (s *Server) run(sess *session, name string) (status uint32) {
	c := sess.conn
	ctx, cancel := context.WithCancelCause(sess.ctx)
	defer cancel(nil)
	user := &access.User{Name: userName(name), From: c.peer.From, Since: s.Shell.Now(), Close: cancel}
	if err := s.enter(c, user); err != nil {
		s.Shell.Alert("Login refused: " + err.Error() + ": " + user.Name + " from " + c.peer.From.String())
		c.within(closeGrace, func() {
			_, _ = io.WriteString(sess.Stderr(), "% "+err.Error()+"\r\n")
			sess.exit(exitRefused)
		})
		return exitRefused
	}
	defer sess.cutOff(ctx)()
	var err error
	switch {
	case sess.command != "":
		lines := strings.Join(cli.SplitCommands(sess.command), "\n")
		err = s.batch(ctx, sess, user, cli.Source{Name: "-c", R: strings.NewReader(lines)}, true)
	case sess.terminal:
		err = s.console(ctx, sess, user)
	default:
		err = s.batch(ctx, sess, user, cli.Source{Name: "stdin", R: s.patient(sess, user)}, false)
	}
	if errors.Is(context.Cause(ctx), cli.ErrReload) && !errors.Is(err, cli.ErrRefused) {
		return exitDone
	}
	if errors.Is(err, cli.ErrRefused) || errors.Is(err, cli.ErrPasswords) || context.Cause(ctx) != nil {
		return exitRefused
	}
	return exitDone
}

// cutOff sees to it that a session ends when ctx has, though its client takes no
// output: it closes the channel, which spares other sessions, and the connection
// if that is not heeded.
func (s *session) cutOff(ctx context.Context) (stop func()) {
	over := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		soft := time.AfterFunc(closeGrace/2, func() {
			if s.conn.shared() {
				_ = s.Close()
			}
		})
		defer soft.Stop()
		s.conn.within(closeGrace, func() { <-over })
	})
	return func() {
		if stopped() {
			return
		}
		close(over)
	}
}

// console runs a session on the plain editor, which never sends ESC.
func (s *Server) console(ctx context.Context, sess *session, user *access.User) error {
	session := s.Shell.NewSession(cli.SessionOptions{Level: level, User: user})
	defer session.Close()
	ed := editor.NewPlain(editor.NewRemote(sess.Channel, sess.size), session)
	defer ed.Close()
	err := session.Console(ctx, ed)
	if sess.conn.ctx.Err() != nil {
		_, _ = io.WriteString(ed, "\n% "+errShutdown.Error()+"\n")
	}
	return err
}

// batch runs commands that nobody types.
func (s *Server) batch(ctx context.Context, sess *session, user *access.User, src cli.Source, quiet bool) error {
	out := bufio.NewWriter(s.patient(sess, user))
	session := s.Shell.NewSession(cli.SessionOptions{Level: level, Out: out, User: user})
	defer session.Close()
	b := &cli.Batch{Session: session, Out: out, Errors: s.patient(sess.Stderr(), user), Quiet: quiet}
	return b.RunAll(ctx, []cli.Source{src})
}

// patient is a stream of a session without a line editor, on which exec-timeout
// applies: the session ends when it has waited too long for input, or for a
// client that takes no output.
type patient struct {
	io.ReadWriter
	access *access.Access
	user   *access.User
}

func (s *Server) patient(rw io.ReadWriter, user *access.User) *patient {
	return &patient{rw, s.Shell.Access(), user}
}

func (p *patient) Read(b []byte) (int, error) {
	defer p.watch()()
	return p.ReadWriter.Read(b)
}

// writeSize is how much has to be taken in the time: what is on its way to a
// slow client is not waiting.
const writeSize = 32 << 10

func (p *patient) Write(b []byte) (n int, err error) {
	for part := range slices.Chunk(b, writeSize) {
		stop := p.watch()
		m, err := p.ReadWriter.Write(part)
		stop()
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

// watch begins a wait; stop ends it.
func (p *patient) watch() (stop func()) {
	l, err := p.access.Line(p.user.Line)
	if err != nil || l.ExecTimeout == 0 {
		return func() {}
	}
	t := time.AfterFunc(l.ExecTimeout, func() { p.user.Close(access.ErrIdle) })
	return func() { t.Stop() }
}
