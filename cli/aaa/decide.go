package aaa

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"layeh.com/radius/rfc2865"

	"mirrorsh/cli/access"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

// Who is an operator on a line.
type Who struct {
	tacacs.Who
	Line          access.Line
	Authenticated bool // by another method than none
}

// Asks is what an operator is asked for.
type Asks struct{ Name, Password bool }

// Outcome is what a list has decided.
type Outcome struct {
	Allowed bool
	By      Method // that has decided; 0: none was available
}

// Authenticated reports whether the operator has shown anything.
func (o Outcome) Authenticated() bool { return o.Allowed && o.By != None }

// LoginAsks returns what a login on a line takes; governed is whether a method list
// decides about it.
func (a *AAA) LoginAsks(l access.Line) (asks Asks, governed bool) {
	m, governed := a.loginList(l)
	return asked(m), governed
}

// LetsIn reports whether anybody could log in on a vty by a method list.
func (a *AAA) LetsIn() bool {
	return a.access.Some(func(l access.Line) bool {
		m, governed := a.loginList(l)
		return l.Login && governed && m != Methods{}
	})
}

// loginList is the list that decides about logins on a line. One that does not exist
// has no methods, and so lets nobody in.
func (a *AAA) loginList(l access.Line) (Methods, bool) {
	return a.list(Login, 0, l.Lists.Login)
}

// list returns the list that a line uses, and whether there is one to go by.
func (a *AAA) list(k Kind, level int, name string) (Methods, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.lists.on {
		return Methods{}, false
	}
	return named(a.lists.methods[of{k, level}], name)
}

// asked is what the methods of a list need.
func asked(m Methods) Asks {
	var a Asks
	for _, one := range m.All() {
		if one == None {
			break // those behind it are never asked
		}
		a.Password = true
		a.Name = a.Name || one == TACACS || one == RADIUS
	}
	if m == (Methods{}) {
		return Asks{Name: true, Password: true} // of a list that lets nobody in
	}
	return a
}

// Login decides about a login.
func (a *AAA) Login(ctx context.Context, w Who, password string) Outcome {
	m, _ := a.loginList(w.Line)
	return decide(ctx, m, func(one Method) tacacs.Verdict {
		switch one {
		case TACACS:
			answer := a.router.TACACS().Login(ctx, w.Who, password)
			a.note(answer.Trail)
			return answer.Verdict
		case RADIUS:
			return a.askRADIUS(ctx, w.Who, rfc2865.ServiceType_Value_LoginUser, password)
		case Enable:
			return matches(a.access.Enable(enableOfLogin).Hash, password)
		}
		return local(one, w.Line, password)
	})
}

// enableOfLogin is the level whose password the method enable asks for at login.
const enableOfLogin = 10

// local decides by what the router itself has.
func local(m Method, l access.Line, password string) tacacs.Verdict {
	switch m {
	case Line:
		return matches(l.Password, password)
	case None:
		return tacacs.Pass
	}
	return tacacs.Unavailable
}

// matches finds a password that is not set unavailable.
func matches(h access.Hash, password string) tacacs.Verdict {
	switch {
	case h == "":
		return tacacs.Unavailable
	case h.Matches(password):
		return tacacs.Pass
	}
	return tacacs.Fail
}

// decide goes through a list until a method decides. Who is called away meanwhile
// has not been let through.
func decide(ctx context.Context, m Methods, by func(Method) tacacs.Verdict) Outcome {
	for _, one := range m.All() {
		verdict := by(one)
		if ctx.Err() != nil {
			break
		}
		switch verdict {
		case tacacs.Pass:
			return Outcome{true, one}
		case tacacs.Fail:
			return Outcome{false, one}
		}
	}
	return Outcome{}
}

// EnableAsks returns what it takes to get to a higher privilege level; governed is
// whether a method list decides about it.
func (a *AAA) EnableAsks() (asks Asks, governed bool) {
	m, governed := a.list(EnableLevel, 0, "")
	return asked(m), governed
}

// Enable decides whether a password lets an operator get to a level.
func (a *AAA) Enable(ctx context.Context, w Who, level int, password string) Outcome {
	m, _ := a.list(EnableLevel, 0, "")
	if w.User == "" {
		w.User = fmt.Sprintf("$enab%d$", level) // as servers have who gave no name
	}
	return decide(ctx, m, func(one Method) tacacs.Verdict {
		switch one {
		case TACACS:
			answer := a.router.TACACS().Enable(ctx, w.Who, level, password)
			a.note(answer.Trail)
			return answer.Verdict
		case RADIUS:
			return a.askRADIUS(ctx, w.Who, rfc2865.ServiceType_Value_AdministrativeUser, password)
		case Enable:
			return matches(a.access.Enable(level).Hash, password)
		}
		return local(one, w.Line, password)
	})
}

// Refusals, worded as the shell prints them after its percent sign. The first is what
// scripts that log in look for.
var (
	errCommand = errors.New("command authorization failed")
	ErrExec    = errors.New("exec authorization failed")
)

// Exec decides whether an operator gets a session, and at which privilege level it
// begins, start if no server says so. Errors are [ErrExec] and the cause of ctx.
func (a *AAA) Exec(ctx context.Context, w Who, start int) (level int, err error) {
	m, governed := a.list(AuthorizeExec, 0, w.Line.Lists.AuthorizeExec)
	if !governed {
		return start, nil
	}
	level = start
	out := decide(ctx, m, func(one Method) tacacs.Verdict {
		if one != TACACS {
			return unasked(one, w)
		}
		answer := a.router.TACACS().Authorize(ctx, w.Who, start, []string{"service=shell", "cmd="})
		a.note(answer.Trail)
		if answer.Verdict != tacacs.Pass {
			return answer.Verdict
		}
		got, ok := execLevel(answer.Args, start)
		if !ok {
			return tacacs.Fail
		}
		level = got
		return tacacs.Pass
	})
	switch {
	case ctx.Err() != nil:
		return start, context.Cause(ctx)
	case !out.Allowed:
		return start, ErrExec
	}
	return level, nil
}

// execLevel reads what a server has added. What it demands has to be known (RFC 8907
// section 6.1).
func execLevel(args []string, level int) (int, bool) {
	for _, arg := range args {
		i := strings.IndexAny(arg, "=*")
		if i < 0 {
			return level, false
		}
		name, demanded, value := arg[:i], arg[i] == '=', arg[i+1:]
		switch name {
		case "service", "cmd":
		case "priv-lvl":
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > access.MaxLevel {
				return level, false
			}
			level = n
		default:
			if demanded {
				return level, false
			}
		}
	}
	return level, true
}

// unasked decides without a server.
func unasked(m Method, w Who) tacacs.Verdict {
	switch {
	case m == None, m == IfAuthenticated && w.Authenticated:
		return tacacs.Pass
	}
	return tacacs.Unavailable
}

// Command is a command that somebody wants to run.
type Command struct {
	Words  []string // in full, without secrets
	Level  int      // its privilege level
	Config bool     // it is one of a configuration mode
}

// Asked is what was asked about a command. Which side it belongs to is known when
// it has run.
type Asked struct{ trails []tacacs.Trail }

// Settle counts and logs what was asked, for who may know of it.
func (a *AAA) Settle(q Asked, of side.Side) {
	for _, t := range q.trails {
		if of == side.Ordinary {
			a.note(t)
		}
	}
}

// Authorize decides whether a command may run. Errors are [errCommand] and the cause
// of ctx.
func (a *AAA) Authorize(ctx context.Context, w Who, c Command) (asked Asked, err error) {
	m, governed := a.list(AuthorizeCommands, c.Level, w.Line.Lists.AuthorizeCommands[c.Level])
	if !governed || c.Config && !a.ConfigCommands() {
		return asked, nil
	}
	args, whole := commandArgs(c.Words)
	out := decide(ctx, m, func(one Method) tacacs.Verdict {
		if one != TACACS {
			return unasked(one, w)
		}
		if !whole {
			return tacacs.Fail // nobody could be asked about all of it
		}
		answer := a.router.TACACS().Authorize(ctx, w.Who, c.Level, args)
		asked.trails = append(asked.trails, answer.Trail)
		return answer.Verdict
	})
	switch {
	case ctx.Err() != nil:
		return asked, context.Cause(ctx)
	case !out.Allowed:
		return asked, errCommand
	}
	return asked, nil
}

// maxWord is how much of a word fits into an argument.
const maxWord = tacacs.MaxField - len("cmd-arg=")

// commandArgs are the arguments that say a command (RFC 8907 section 8.2); whole is
// whether all of it is in them.
func commandArgs(words []string) (args []string, whole bool) {
	args, whole = []string{"service=shell"}, true
	name := "cmd="
	for _, word := range words {
		if len(args) == maxCommandArgs {
			return args, false
		}
		if len(word) > maxWord {
			word, whole = word[:maxWord], false
		}
		args, name = append(args, name+printable(word)), "cmd-arg="
	}
	return args, whole
}

// maxCommandArgs leaves room for what accounting adds.
const maxCommandArgs = tacacs.MaxArgs - 8

// printable makes a word one of printable ASCII (RFC 8907 section 3.7).
func printable(word string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, word)
}
