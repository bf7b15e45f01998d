package cli

import (
	"context"

	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

// Who is the operator as method lists know them. Those of a script of this machine
// are decided about by nobody.
func (s *Session) Who() (w aaa.Who, governed bool) {
	if !s.governed() {
		return w, false
	}
	u := s.user
	w.Who = tacacs.Who{User: u.Name, Port: u.Line.String()}
	if u.From.IsValid() {
		w.From = u.From.String()
	}
	w.Line, _ = s.shell.access.Line(u.Line) // one that was removed names no lists
	w.Authenticated = u.Authenticated
	return w, true
}

// governed reports whether method lists decide about the operator.
func (s *Session) governed() bool {
	u := s.user
	return u != nil && u.Line != access.Script && s.shell.aaa.On() // nobody runs the saved configuration
}

// Admit begins the session of an operator who has logged in: whoever decides lets
// them in, at a level. Errors are [aaa.ErrExec] and the cause of ctx.
func (s *Session) Admit(ctx context.Context) error {
	w, governed := s.Who()
	if !governed {
		return nil
	}
	level, err := s.shell.aaa.Exec(ctx, w, s.level)
	if err != nil {
		return err
	}
	s.SetLevel(level)
	s.stay = s.shell.aaa.Arrived(w, level)
	return nil
}

// Identify says who has logged in on the console.
func (s *Session) Identify(name string, authenticated bool) {
	was := s.user
	u := *was
	u.Name, u.Authenticated = name, authenticated
	s.user = &u
	s.shell.access.EnterLocal(s.user)
	s.shell.access.Leave(was)
}

// audit is what method lists have to do with a command; nil: nothing.
type audit struct {
	session  *Session
	who      aaa.Who
	command  aaa.Command
	ordinary bool // so far
	asked    aaa.Asked
}

func (s *Session) audit(m *grammar.Match[Handler]) *audit {
	if !s.governed() { // as most scripts are not
		return nil
	}
	return s.audited(m)
}

func (s *Session) audited(m *grammar.Match[Handler]) *audit {
	w, governed := s.Who()
	if !governed {
		return nil
	}
	// What a session looks for that sees the secure side may be of that side.
	filtered := s.seesAnySecure() && m.Unfiltered != m.Redacted
	return &audit{
		session: s, who: w, ordinary: s.leavesTrace() && !filtered,
		command: aaa.Command{Words: grammar.Split(m.Full), Level: m.Level, Config: m.Mode != Exec},
	}
}

// authorize asks whether the command may run.
func (a *audit) authorize(ctx context.Context) (err error) {
	if a == nil {
		return nil
	}
	a.asked, err = a.session.shell.aaa.Authorize(ctx, a.who, a.command)
	return err
}

// end tells what was asked and done, on the side that the command has turned out to be
// of: it may have made what it names.
func (a *audit) end(done bool) {
	if a == nil {
		return
	}
	of := side.Of(!(a.ordinary && a.session.leavesTrace()))
	a.session.shell.aaa.Settle(a.asked, of)
	if done {
		a.session.shell.aaa.Ran(a.who, a.command, of)
	}
}
