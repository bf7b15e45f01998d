package cli

import (
	"context"
	"errors"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
)

// Handler carries out a command that the grammar understood, and returns what is
// to be shown. An error refuses the command: below what is shown all the same, the
// session prints "% " and the error's text. So handlers word errors for the
// operator, in lower case and without a full stop. [Do] and [Show] make handlers
// of typed functions.
type Handler struct {
	Run func(ctx context.Context, s *Session, a grammar.Args) (result.Value, error)
	// Lead schedules the command that the rest of the line is; only for commands that
	// lead to one.
	Lead func(ctx context.Context, s *Session, a grammar.Args, rest string) error
	// There reports whether what an ordinary command of a configuration mode leads to
	// exists already, so that the command makes nothing. nil: it leads nowhere.
	There func(s *Session, a grammar.Args) bool
	// Check holds the forms of the command to the arguments of the handler; nil: it
	// takes what comes.
	Check func(forms ...grammar.Node) error

	secure bool // only for secure commands
}

// None are the arguments of a command that has none.
type None struct{}

// Do makes the handler of a command that shows nothing. T has its arguments; what
// is not typed is as in defaults.
func Do[T any](defaults T, f func(ctx context.Context, s *Session, a T) error) Handler {
	return Show(defaults, func(ctx context.Context, s *Session, a T) (result.Value, error) { return nil, f(ctx, s, a) })
}

// Show makes the handler of a command that shows something.
func Show[T any](defaults T, f func(ctx context.Context, s *Session, a T) (result.Value, error)) Handler {
	b := grammar.Bind(defaults)
	return Handler{
		Run: func(ctx context.Context, s *Session, a grammar.Args) (result.Value, error) {
			return f(ctx, s, b.Read(a))
		},
		Check: b.Check,
	}
}

// Lead makes the handler of a command that leads to another one, which is handed the
// line of that.
func Lead[T any](f func(ctx context.Context, s *Session, a T, rest string) error) Handler {
	var none T
	b := grammar.Bind(none)
	h := Do(none, func(context.Context, *Session, T) error { return errNoHandler })
	h.Lead = func(ctx context.Context, s *Session, a grammar.Args, rest string) error {
		return f(ctx, s, b.Read(a), rest)
	}
	return h
}

// DoSecure is [Do] for a secure command, which is given the secure side.
func DoSecure[T any](defaults T, f func(ctx context.Context, s *Session, x *trapcore.Secure, a T) error) Handler {
	return ShowSecure(defaults, func(ctx context.Context, s *Session, x *trapcore.Secure, a T) (result.Value, error) {
		return nil, f(ctx, s, x, a)
	})
}

// ShowSecure is [Show] for a secure command, which is given the secure side.
func ShowSecure[T any](defaults T, f func(ctx context.Context, s *Session, x *trapcore.Secure, a T) (result.Value, error)) Handler {
	h := Show(defaults, func(ctx context.Context, s *Session, a T) (result.Value, error) {
		x, ok := s.Router().Secure(s.Clearance())
		if !ok {
			return nil, errNotSeen
		}
		return f(ctx, s, x, a)
	})
	h.secure = true
	return h
}

// SecureNames makes a namer of what exists on the secure side.
func SecureNames(list func(s *Session, x *trapcore.Secure) []string) Namer {
	return func(s *Session) []string {
		x, ok := s.Router().Secure(s.knows())
		if !ok {
			return nil
		}
		return list(s, x)
	}
}

// SecureCrowdNames is [SecureNames] for many things, given out as by a [CrowdNamer].
func SecureCrowdNames(each func(s *Session, x *trapcore.Secure, prefix string, visit func(name string) (more bool)) (left int)) CrowdNamer {
	return func(s *Session, prefix string, visit func(name string) (more bool)) (left int) {
		x, ok := s.Router().Secure(s.knows())
		if !ok {
			return 0
		}
		return each(s, x, prefix, visit)
	}
}

var (
	errNoHandler = errors.New("nothing carries it out")
	errNoThere   = errors.New("nothing finds what it leads to")
	errNotSecure = errors.New("what carries it out is for secure commands")
)

// errNotThere refuses a saved secure line whose place in the ordinary
// configuration is no more.
var errNotThere = errors.New("what the line is about is not in the ordinary configuration")

// checkCommand reports what is wrong with a command beyond its grammar.
func checkCommand(c *Command) error {
	if c.Run.Run == nil {
		return errNoHandler
	}
	if (c.Run.Lead != nil) != c.Leads {
		return errNoHandler
	}
	if c.Run.secure && !c.Secure {
		return errNotSecure
	}
	if leads := c.Enters != "" || c.Switches; leads && !c.Moves && !c.Secure && c.Modes[0] != Exec && c.Run.There == nil {
		return errNoThere
	}
	if c.Run.Check == nil {
		return nil
	}
	return c.Run.Check(c.Syntax, c.No, c.Default)
}
