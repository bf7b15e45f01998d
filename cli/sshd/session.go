package sshd

import (
	"bufio"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gliderlabs/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/editor"
)

// level is where every operator starts (contract, "SSH").
const level = 1

// Exit statuses of a session.
const (
	exitDone    = 0
	exitRefused = 1
)

// handle is the session of a connection.
func (s *Server) handle(sess ssh.Session) {
	c := connOf(sess.Context())
	if !c.begin() { // the connection ends
		return
	}
	defer c.tasks.Done()
	status := s.run(c, sess)
	c.closeIn(exitGrace)
	_ = sess.Exit(status)
	c.closeSoon()
}

// run gives the operator a line and serves the session on it.
func (s *Server) run(c *conn, sess ssh.Session) (status int) {
	ctx, cancel := context.WithCancelCause(c.ctx)
	defer cancel(nil)
	defer context.AfterFunc(sess.Context(), func() { cancel(io.EOF) })()
	acc := s.Shell.Access()
	user := &access.User{Name: userName(sess.User()), From: c.peer.From, Since: s.Shell.Now(), Close: cancel}
	if err := acc.Enter(user, c.peer, c.proven); err != nil {
		s.Shell.Alert("Login refused: " + err.Error() + ": " + user.Name + " from " + c.peer.From.String())
		c.closeSoon()
		_, _ = io.WriteString(sess.Stderr(), "% "+err.Error()+"\r\n")
		return exitRefused
	}
	// Whoever has to go and takes no output is cut off.
	stop := context.AfterFunc(ctx, c.closeSoon)
	defer stop()
	_, _, terminal := sess.Pty()
	var err error
	switch {
	case sess.RawCommand() != "":
		lines := strings.Join(cli.SplitCommands(sess.RawCommand()), "\n")
		err = s.batch(ctx, sess, user, cli.Source{Name: "-c", R: strings.NewReader(lines)}, true)
	case terminal:
		err = s.console(ctx, c, sess, user)
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

// console runs a session on the plain editor, which never sends ESC.
func (s *Server) console(ctx context.Context, c *conn, sess ssh.Session, user *access.User) error {
	session := s.Shell.NewSession(cli.SessionOptions{Level: level, User: user})
	defer session.Close()
	ed := editor.NewPlain(editor.NewRemote(sess, c.size), session)
	defer ed.Close()
	err := session.Console(ctx, ed)
	if c.ctx.Err() != nil {
		_, _ = io.WriteString(ed, "\n% "+errShutdown.Error()+"\n")
	}
	return err
}

// batch runs commands that nobody types.
func (s *Server) batch(ctx context.Context, sess ssh.Session, user *access.User, src cli.Source, quiet bool) error {
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
