package cli

import (
	"context"
	"errors"
	"io"

	"mirrorsh/cli/access"
	"mirrorsh/cli/editor"
	"mirrorsh/mib"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
)

// Tries is how many wrong passwords a login or an enable takes.
const Tries = 3

// ErrPasswords refuses who has used up the tries, in the words that login scripts
// wait for.
var ErrPasswords error = passwordsError{}

type passwordsError struct{}

func (passwordsError) Error() string { return "Bad passwords" }

// Access says who may log in and what they may then do.
func (sh *Shell) Access() *access.Access { return sh.access }

// Alert reports a login that failed, an access that was denied and the like: it
// logs it and raises the trap.
func (sh *Shell) Alert(message string) {
	vr := sh.Router.Default()
	sh.Router.EventLog().Log(eventlog.Security, eventlog.Warning, vr.Name(), message)
	vr.Traps().Raise(&notify.CLISecurityAlert{Priority: mib.Warning, Message: message, Time: sh.Now()})
}

// User says who the session belongs to.
func (s *Session) User() *access.User { return s.user }

// Interactive reports whether an operator sits at the other end, and not a script.
func (s *Session) Interactive() bool { return s.editor != nil && s.depth == 0 }

// local makes the user of a session that comes from this machine.
func (s *Session) local() *access.User {
	s.ended, s.end = context.WithCancelCause(context.Background())
	u := &access.User{Line: access.Console, Since: s.Router().Now(), Close: s.end}
	if s.screen != nil {
		u.Line = access.Script
	}
	s.shell.access.EnterLocal(u)
	return u
}

// Where names the line and who is on it, as in "Login on vty 0 by joe from 10.1.2.3".
func (s *Session) Where() string {
	u := s.user
	switch {
	case u == nil, u.Line == access.Script:
		return "console" // a script runs in its place, the saved configuration too
	case !u.From.IsValid():
		return u.Line.String()
	}
	return u.Line.String() + " by " + u.Name + " from " + u.From.String()
}

// welcome shows what an operator sees before the first prompt (reference cli.md
// 3.5 and 4.4), and asks for the password of the console if it has one. The
// password of a vty has been asked for already.
func (s *Session) welcome(ctx context.Context) error {
	line, err := s.shell.access.Line(s.user.Line)
	if err != nil {
		return err
	}
	banner := func(b access.Banner, not bool) string {
		text := s.shell.access.Banner(b)
		if text == "" || not {
			return ""
		}
		return text + "\n"
	}
	text := banner(access.MOTD, line.NoMOTDBanner)
	if s.user.Line == access.Console {
		if line.Login && line.Password != "" {
			if err := s.show(ctx, text+banner(access.Login, false)); err != nil {
				return err
			}
			if err := s.consoleLogin(ctx, line.Password); err != nil {
				return err
			}
			text = ""
		}
	} else {
		text += "\nLogged in on " + s.user.Line.String() + " via SSH.\n" + Copyright + "\n\n"
	}
	return s.show(ctx, text+banner(access.Exec, line.NoExecBanner))
}

func (s *Session) consoleLogin(ctx context.Context, password access.Hash) error {
	for range Tries {
		typed, err := s.dialog.ReadSecret(ctx, "Password: ")
		if errors.Is(err, editor.ErrInterrupt) || errors.Is(err, editor.ErrEnd) {
			continue
		}
		if err != nil {
			return err
		}
		if password.Matches(typed) {
			return nil
		}
	}
	s.shell.Alert("Failed login on console")
	if err := s.show(ctx, "% "+ErrPasswords.Error()+"\n"); err != nil {
		return err
	}
	return ErrPasswords
}

// textReader is a dialog that can read a line of text.
type textReader interface {
	// ReadText reads one line, which no help and no completion touches.
	ReadText(ctx context.Context) (string, error)
}

// ErrNoAnswer refuses a command whose question was not answered.
var ErrNoAnswer = errors.New("no answer")

// AskText has the operator type one more line of text.
func (s *Session) AskText(ctx context.Context) (string, error) {
	d, ok := s.dialog.(textReader)
	if !ok {
		return "", ErrNoDialog
	}
	if err := s.Flush(ctx); err != nil {
		return "", err
	}
	s.asking = true
	defer func() { s.asking = false }()
	line, err := d.ReadText(ctx)
	if errors.Is(err, io.EOF) || errors.Is(err, editor.ErrEnd) {
		err = ErrNoAnswer
	}
	return line, err
}

func (c console) ReadText(ctx context.Context) (string, error) { return c.ReadLine(ctx) }

func (s *script) ReadText(context.Context) (string, error) {
	line, err := s.next()
	if err == nil && s.echo {
		_, err = s.out.WriteString(line + "\n")
	}
	return line, err
}

func (l *scriptLines) ReadText(context.Context) (string, error) {
	if len(l.left) == 0 {
		return "", io.EOF
	}
	return l.take(), nil
}
