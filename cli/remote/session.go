package remote

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/terminal"
)

// level is where every operator starts.
const level = 1

// Exit statuses of a session.
const (
	exitDone    = 0
	exitRefused = 1
)

// Session is what a client asks for once it has logged in.
type Session struct {
	User string
	// Greeted says that what [Conn.Greeting] returns was shown.
	Greeted bool
	// Terminal is the client's, for an operator; nil: commands come from Stream.
	Terminal *terminal.Terminal
	// Command has the commands to run, "" where they are typed or come from Stream.
	Command string
	// Stream is where the client is. Errors takes its messages; nil: Stream does.
	Stream io.ReadWriter
	Errors io.ReadWriter
	// Exit tells the client how its session has ended, and closes it; nil: there
	// is no way to.
	Exit func(status uint32)
	// Close closes the session and no other of the connection; nil: there are none.
	Close func() error
}

func (s *Session) exit(status uint32) {
	if s.Exit != nil {
		s.Exit(status)
	}
}

func (s *Session) close() {
	if s.Close != nil {
		_ = s.Close()
	}
}

func (s *Session) errors() io.ReadWriter {
	if s.Errors == nil {
		return s.Stream
	}
	return s.Errors
}

// Run gives the operator a line and serves the session on it until ctx ends.
func (c *Conn) Run(ctx context.Context, s Session) {
	if s.Terminal != nil {
		defer s.Terminal.Close()
	}
	if !c.begin() { // the connection ends
		return
	}
	defer c.end()
	status := c.run(ctx, &s)
	c.within(exitGrace, func() { s.exit(status) })
}

func (c *Conn) run(ctx context.Context, s *Session) (status uint32) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	shell := c.server.Shell
	user := &access.User{
		Name: userName(s.User), Via: c.via, From: c.peer.From, Since: shell.Now(), Greeted: s.Greeted, Close: cancel,
		Authenticated: c.known || c.still != nil,
	}
	if err := c.enter(user); err != nil {
		shell.Alert("Login refused: " + err.Error() + ": " + user.Name + " from " + c.peer.From.String())
		c.within(closeGrace, func() {
			_, _ = io.WriteString(s.errors(), "% "+err.Error()+"\r\n")
			s.exit(exitRefused)
		})
		return exitRefused
	}
	defer c.cutOff(ctx, s)()
	var err error
	switch {
	case s.Command != "":
		lines := strings.Join(cli.SplitCommands(s.Command), "\n")
		err = c.batch(ctx, s, user, cli.Source{Name: "-c", R: strings.NewReader(lines)}, true)
	case s.Terminal != nil:
		err = c.console(ctx, s.Terminal, user)
	default:
		err = c.batch(ctx, s, user, cli.Source{Name: "stdin", R: c.patient(s.Stream, user)}, false)
	}
	if errors.Is(context.Cause(ctx), cli.ErrReload) && !errors.Is(err, cli.ErrRefused) {
		return exitDone
	}
	if errors.Is(err, cli.ErrRefused) || errors.Is(err, access.ErrPasswords) || errors.Is(err, aaa.ErrExec) || context.Cause(ctx) != nil {
		return exitRefused
	}
	return exitDone
}

// cutOff sees to it that a session ends when ctx has, though its client takes no
// output: it closes the channel, which spares other sessions, and the connection
// if that is not heeded.
func (c *Conn) cutOff(ctx context.Context, s *Session) (stop func()) {
	over := make(chan struct{})
	stopped := context.AfterFunc(ctx, func() {
		soft := time.AfterFunc(closeGrace/2, func() {
			if c.shared() {
				s.close()
			}
		})
		defer soft.Stop()
		c.within(closeGrace, func() { <-over })
	})
	return func() {
		if stopped() {
			return
		}
		close(over)
	}
}

// console runs a session on the plain editor, which never sends ESC.
func (c *Conn) console(ctx context.Context, t *terminal.Terminal, user *access.User) error {
	session := c.server.Shell.NewSession(cli.SessionOptions{Level: level, User: user})
	defer session.Close()
	ed := terminal.NewPlain(t, session)
	defer ed.Close()
	err := terminal.Run(ctx, session, ed)
	if c.ctx.Err() != nil {
		_, _ = io.WriteString(ed, "\n% "+errShutdown.Error()+"\n")
	}
	return err
}

// batch runs commands that nobody types.
func (c *Conn) batch(ctx context.Context, s *Session, user *access.User, src cli.Source, quiet bool) error {
	out := bufio.NewWriter(c.patient(s.Stream, user))
	session := c.server.Shell.NewSession(cli.SessionOptions{Level: level, Out: out, User: user})
	defer session.Close()
	if err := session.Admit(ctx); err != nil {
		_, _ = io.WriteString(c.patient(s.errors(), user), "% "+err.Error()+"\n")
		return cli.ErrRefused
	}
	b := &cli.Batch{Session: session, Out: out, Errors: c.patient(s.errors(), user), Quiet: quiet}
	return b.RunAll(ctx, []cli.Source{src})
}

func (c *Conn) patient(rw io.ReadWriter, user *access.User) *patient {
	return &patient{rw, c.server.Shell.Access(), user}
}
