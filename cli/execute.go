package cli

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
)

// errRouterGone refuses what was typed for a virtual router that another
// session has removed; the session goes to the default one.
var errRouterGone = errors.New("virtual router has been removed")

// Execute runs one line: it is parsed, authorized and performed. A *Refusal has
// been shown already; any other error means that the session's input or output is
// gone or ctx has ended.
func (s *Session) Execute(ctx context.Context, line string) error {
	if grammar.IsBlank(line) {
		return nil
	}
	if s.scripts.watch != nil {
		s.scripts.watch.See(s.Clearance())
	}
	if s.endsRepeat(line) {
		s.scripts.feed.end()
		return nil
	}
	if s.leftBehind() {
		return s.refuse(ctx, errRouterGone, "", "")
	}
	m, err := s.parse(line)
	s.answer = s.asked
	s.asked = err == nil && m.Command.Asks
	if err != nil {
		if s.answer {
			unsay(err, m.Redacted)
		}
		return s.refuse(ctx, err, "", said(err))
	}
	defer s.trace.end(s.trace.begin(m))
	audit := s.audit(m)
	if err := audit.authorize(ctx); err != nil {
		audit.end(false)
		return s.refuse(ctx, err, "", m.Redacted)
	}
	return s.perform(ctx, m, audit)
}

// leftBehind reports whether the session's virtual router has been removed, and
// takes the session to the default one.
func (s *Session) leftBehind() bool {
	if !s.isGone(s.vr) {
		return false
	}
	s.SetVirtualRouter(s.Router().Default())
	s.End()
	return true
}

// perform carries out a command and renders and shows what it returns. Audit and log
// are told of it then.
func (s *Session) perform(ctx context.Context, m *grammar.Match[Handler], audit *audit) error {
	logged, trace := s.mayLog() && s.leavesTrace(), s.traceOf(m)
	if m.Lead == nil {
		s.backTo(m.Mode) // a command of Global Configuration may be typed below it
	}
	before := s.vr
	value, err := s.carryOut(ctx, m)
	if inner, ok := errors.AsType[*Refusal](err); ok { // of a command that ran meanwhile, as it has shown
		audit.end(false)
		return cmp.Or(s.say(ctx, s.take()), error(inner))
	}
	if m.Mode != Exec {
		// Only now: a save that goes on meanwhile may or may not have the change.
		s.touch(before, s.vr)
	}
	text, err := s.finish(ctx, m, value, err)
	audit.end(err == nil)
	if err != nil {
		return s.refuse(ctx, err, text, m.Redacted)
	}
	if logged && s.Router().EventLog().Logs(eventlog.CLICommand, eventlog.Debug) && s.leavesTrace() { // it may have made or removed what it names
		s.Log(eventlog.CLICommand, eventlog.Debug, s.whereInDetail()+": "+trace)
	}
	return s.show(ctx, text)
}

// isGone reports whether a virtual router has been removed.
func (s *Session) isGone(vr *trapcore.VirtualRouter) bool {
	if vr == s.Router().Default() {
		return false
	}
	now, _ := s.Router().VirtualRouter(vr.Name())
	return now != vr
}

// parse reads a line as the session may see commands, and remembers it.
func (s *Session) parse(line string) (*grammar.Match[Handler], error) {
	s.saw = s.saw.Or(s.knows())
	m, err := s.read(line)
	if s.scripts.depth == 0 {
		// Whatever is typed while anything secure is visible may be about it.
		s.history.add(strings.TrimSpace(s.asTyped(line, m.Redacted)), s.knows().Top())
	}
	return m, err
}

// read reads a line, which may have been read already to be shown: not again, unless what
// the session sees has changed since.
func (s *Session) read(line string) (*grammar.Match[Handler], error) {
	r := reading{s.Mode(), s.View(), line}
	shown := s.ahead
	s.ahead = shownLine{}
	if shown.match != nil && shown.reading == r {
		return shown.match, nil
	}
	return s.understand(r)
}

// carryOut runs a command. While its output goes to a file, which any operator
// can read, the session does not see the secure side.
func (s *Session) carryOut(ctx context.Context, m *grammar.Match[Handler]) (result.Value, error) {
	if m.Lead != nil {
		if err := mayLater(m); err != nil {
			return nil, err
		}
		return nil, m.Lead.Command.Run.Lead(ctx, s, m.Lead.Args, m.Lead.Rest)
	}
	if m.Args.Has("redirect") {
		if m.Secure {
			return nil, errSecureRedirect
		}
		if _, err := filePath(m.Args.Text("toFile")); err != nil {
			return nil, err
		}
		defer s.mask()()
	}
	h := m.Command.Run
	if s.scripts.finds && h.There != nil && !m.Secure && m.Args.Form == grammar.Affirmative && !h.There(s, m.Args) {
		return nil, errNotThere
	}
	return h.Run(ctx, s, m.Args)
}

// finish makes text of what a command has printed and returned, filters it, and
// returns what of it is to be shown. err is what the command returned.
func (s *Session) finish(ctx context.Context, m *grammar.Match[Handler], value result.Value, err error) (text string, _ error) {
	printed := s.take()
	if err != nil {
		return printed + result.String(value), err
	}
	text, err = s.render(ctx, m, printed, value)
	if err == nil && m.Args.Has("redirect") {
		return s.redirect(m.Args, text)
	}
	return text, err
}
