package cli

import (
	"io"
	"strings"

	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/eventlog"
)

// Log logs what the session does in the event log. What a mirror-enabled
// session does is not logged: even an ordinary command can there be about
// something secure, such as a user of the secure side.
func (s *Session) Log(c eventlog.Category, severity eventlog.Severity, text string) {
	if !s.mirror {
		s.Router().EventLog().Log(c, severity, s.router.Name(), text)
	}
}

// logCommand logs a command that was carried out, without its secrets. before
// is whether the session was mirror-enabled when it was typed.
func (s *Session) logCommand(m *grammar.Match[Handler], before bool) {
	if m.Secure || before || s.mirror || !s.Router().EventLog().Logs(eventlog.CLICommand, eventlog.Debug) {
		return
	}
	s.Log(eventlog.CLICommand, eventlog.Debug, s.Where()+": "+strings.TrimSpace(m.Redacted))
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
