package cli

import (
	"context"

	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
)

// owner is who a session belongs to, and whether it goes on.
type owner struct {
	user   *access.User
	stay   aaa.Stay        // as accounting has it
	ended  context.Context // of a session from this machine: done when its user is to go
	end    context.CancelCauseFunc
	done   bool // it is over
	closed bool
}

// User says who the session belongs to.
func (o *owner) User() *access.User { return o.user }

// Logout ends the session.
func (o *owner) Logout() { o.done = true }

// Done reports whether the session has ended.
func (o *owner) Done() bool { return o.done }

// leave gives the line back; it reports whether it was the first to do so.
func (o *owner) leave(a *access.Access) bool {
	if o.closed {
		return false
	}
	o.done, o.closed = true, true
	a.Leave(o.user)
	if o.end != nil {
		o.end(nil)
	}
	return true
}

// Until returns a context that ends with ctx, and when the user is to go.
func (o *owner) Until(ctx context.Context) (until context.Context, stop func()) {
	until, end := context.WithCancelCause(ctx)
	if o.ended == nil {
		return until, func() { end(nil) }
	}
	unhook := context.AfterFunc(o.ended, func() { end(context.Cause(o.ended)) })
	return until, func() { unhook(); end(nil) }
}

// local makes the user of a session that comes from this machine.
func (s *Session) local() *access.User {
	s.ended, s.end = context.WithCancelCause(context.Background())
	u := &access.User{Line: access.Console, Since: s.Router().Now(), Close: s.end}
	if s.out != nil {
		u.Line = access.Script
	}
	s.shell.access.EnterLocal(u)
	return u
}

// Where names the line and who is on it, as in "Login on vty 0 by joe from 10.1.2.3".
func (o *owner) Where() string {
	u := o.user
	switch {
	case u == nil, u.Line == access.Script:
		return "console" // a script runs in its place, the saved configuration too
	case !u.From.IsValid():
		return u.Line.String()
	}
	return u.Line.String() + " " + u.By()
}
