package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/eventlog"
)

// trace is what the logs may know of a session.
type trace struct {
	traced
	hidden  bool   // they must not know of any command
	monitor func() // ends showing log messages; nil: they are not shown
}

// traced is a command as the logs may know of it.
type traced struct {
	running *grammar.Match[Handler] // the innermost command; nil: none
	// concealed says that the running command has turned out to be secure.
	concealed bool
}

// begin notes which command runs, until end is told of the one before.
func (t *trace) begin(m *grammar.Match[Handler]) (before traced) {
	before, t.traced = t.traced, traced{running: m}
	return before
}

func (t *trace) end(before traced) { t.traced = before }

// Log logs what the running command does, unless the log must not know of it.
func (s *Session) Log(c eventlog.Category, severity eventlog.Severity, text string) {
	if s.leavesTrace() {
		s.Router().EventLog().Log(c, severity, s.vr.Name(), text)
	}
}

// whereInDetail is where a command was typed, as the verbosity of its category has
// it.
func (s *Session) whereInDetail() string {
	if s.Router().EventLog().Verbosity(eventlog.CLICommand) == eventlog.Low {
		return s.Where()
	}
	return fmt.Sprintf("%s level %d", s.Where(), s.level)
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
	if s.trace.hidden || s.trace.concealed {
		return false
	}
	if m == nil {
		return true
	}
	if m.Secure || s.inSecureMode() || m.Args.Has("mirror-enable") {
		return false
	}
	return !s.seesAnySecure() || !s.shell.namesSecure(m.Args)
}

// traceOf is what the logs say of a command that they may know of. What a session
// looks for that sees the secure side may be of that side, in whatever form.
func (s *Session) traceOf(m *grammar.Match[Handler]) string {
	if s.seesAnySecure() {
		return strings.TrimSpace(m.Unfiltered)
	}
	return strings.TrimSpace(m.Redacted)
}

// ShowEvents shows the log messages for consoles on the session's console until
// stop is called.
func (s *Session) ShowEvents(console io.Writer) (stop func()) {
	return s.Router().EventLog().Attach(console)
}

var (
	errNoScreen  = errors.New("there is no terminal to show messages on")
	errOnConsole = errors.New("messages are shown on the console with log destination console")
)

// Monitor shows all log messages on the session's terminal, or ends that. A console
// has them as a destination of the log.
func (s *Session) Monitor(on bool) error {
	if s.trace.monitor != nil {
		s.trace.monitor()
		s.trace.monitor = nil
	}
	switch {
	case !on:
		return nil
	case s.terminal == nil:
		return errNoScreen
	case s.user.Line == access.Console:
		return errOnConsole
	}
	s.trace.monitor = s.Router().EventLog().Monitor(s.terminal)
	return nil
}

// event logs what concerns the router as a whole.
func (sh *Shell) event(severity eventlog.Severity, text string) {
	sh.Router.EventLog().Log(eventlog.System, severity, sh.Router.Default().Name(), text)
}
