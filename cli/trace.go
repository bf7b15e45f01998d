package cli

import (
	"io"

	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/eventlog"
)

// trace is what the logs may know of a session.
type trace struct {
	running *grammar.Match[Handler] // the innermost command; nil: none
	hidden  bool                    // they must not know of any
}

// begin notes which command runs until the function it returns is called.
func (t *trace) begin(m *grammar.Match[Handler]) (end func()) {
	before := t.running
	t.running = m
	return func() { t.running = before }
}

// Log logs what the running command does, unless the log must not know of it.
func (s *Session) Log(c eventlog.Category, severity eventlog.Severity, text string) {
	if s.leavesTrace() {
		s.Router().EventLog().Log(c, severity, s.vr.Name(), text)
	}
}

// mayLog reports whether the running command is logged if it leaves a trace. The
// one that turns the log on is. Where commands are not logged, a session that sees
// the secure side need not look whether it does.
func (s *Session) mayLog() bool {
	return !s.seesAnySecure() || s.Router().EventLog().Logs(eventlog.CLICommand, eventlog.Debug) || s.trace.running.Args.Has("leastSeverity")
}

// leavesTrace reports whether the logs may know of the running command: it is not
// secure, not typed in a secure mode and names nothing that only the secure side
// has. A session that does not see that side cannot name it.
func (s *Session) leavesTrace() bool {
	m := s.trace.running
	if s.trace.hidden {
		return false
	}
	if m == nil {
		return true
	}
	if m.Secure || isSecureMode(s.Mode()) || m.Args.Has("mirror-enable") {
		return false
	}
	return !s.seesAnySecure() || !s.shell.namesSecure(m.Args)
}

// ShowEvents shows the log messages for consoles on the session's console until
// stop is called.
func (s *Session) ShowEvents(console io.Writer) (stop func()) {
	return s.Router().EventLog().Attach(console)
}

// event logs what concerns the router as a whole.
func (sh *Shell) event(severity eventlog.Severity, text string) {
	sh.Router.EventLog().Log(eventlog.System, severity, sh.Router.Default().Name(), text)
}
