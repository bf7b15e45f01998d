package cli

import (
	"io"
	"io/fs"

	"mirrorsh/cli/access"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// SessionOptions say where a session comes from and where its output goes.
type SessionOptions struct {
	Level int // privilege level to start at, 0 to 15
	// Out takes the output of a batch. A console writes to its terminal.
	Out io.Writer
	// JSON shows what commands return as JSON, one document a command, and nothing
	// else. It is for batches.
	JSON bool
	// Captures are files where the operator is, which can be replayed; nil: none.
	Captures fs.FS
	// User has the vty the session is on; nil: it comes from this machine.
	User *access.User
}

// Session is one operator's view of the router. It belongs to the goroutine
// that reads its input; no other may call it.
type Session struct {
	shell  *Shell
	opened SessionOptions
	owner
	position
	rights
	output
	dialogue
	history history
	scripts scripts
	trace   trace
	ahead   shownLine
	known   readings
	unsaved bool   // the session has changed something since it was last saved
	told    string // why SaveNow could not save what has not changed since; "": nothing
}

// NewSession opens a session in User Exec of the default virtual router; the
// caller closes it.
func (sh *Shell) NewSession(o SessionOptions) *Session {
	s := sh.newSession(o)
	if s.user = o.User; s.user == nil {
		s.user = s.local()
	}
	s.alert("Login on " + s.Where())
	return s
}

func (sh *Shell) newSession(o SessionOptions) *Session {
	return &Session{
		shell: sh, opened: o,
		position: position{vr: sh.Router.Default(), modes: []place{{mode: Exec}}},
		rights:   rights{level: o.Level, moved: &sh.privileges},
		output:   newOutput(o),
		history:  newHistory(),
		scripts:  scripts{outside: outside{captures: o.Captures}},
	}
}

// Close ends the session. It may be called more than once.
func (s *Session) Close() {
	_ = s.Monitor(false) // ending it cannot fail
	if s.leave(s.shell.access) {
		s.shell.aaa.Left(s.stay, s.level)
		s.alert("Logout from " + s.Where())
	}
}

// alert raises the trap that reports logins and what is like them, and logs it.
func (s *Session) alert(message string) {
	s.Router().EventLog().Log(eventlog.Security, eventlog.Notice, s.vr.Name(), message)
	s.vr.Traps().Raise(&notify.CLISecurityAlert{Priority: mib.Notice, Message: message, Time: s.Router().Now()})
}

// Shell returns the shell the session belongs to.
func (s *Session) Shell() *Shell { return s.shell }

// Router returns the router all sessions share.
func (s *Session) Router() *trapcore.Router { return s.shell.Router }

// Clearance is what the session may see of the router now: the secure parts of
// shared output, and what a secure command that runs is about.
func (s *Session) Clearance() side.Clearance {
	v := s.View()
	return side.Clear(v.SeesSecure() || v.Mirror && s.trace.running != nil && s.trace.running.Secure)
}

// Prompt is HOST[:VR][(MODE)] and > below level 5, else #.
func (s *Session) Prompt() string {
	p := s.prompt()
	return p[0] + p[1] + p[2] + p[3] + p[4]
}

// prompt has the pieces of the prompt.
func (s *Session) prompt() (p [5]string) {
	if s.asking {
		return p
	}
	p[0], p[3], p[4] = s.Router().Hostname(), s.modes[len(s.modes)-1].prompt, ">"
	if s.vr != s.Router().Default() {
		p[1], p[2] = ":", s.vr.Name()
	}
	if s.privileged() {
		p[4] = "#"
	}
	return p
}

// SetLevel changes the privilege level; a level below Global Configuration's
// leaves the configuration modes.
func (s *Session) SetLevel(level int) {
	s.level = level
	if level < LevelConfigure {
		s.End()
	}
	s.leaveUnseen()
}

// SetMirror sets or clears what mirror-enable sets.
func (s *Session) SetMirror(on bool) {
	s.mirror = on
	s.leaveUnseen()
}

// leaveUnseen leaves the modes that do not exist for the session any more.
func (s *Session) leaveUnseen() {
	if !s.View().SeesAnySecure() {
		s.leaveSecure()
	}
}

// Leave goes one mode up: from Privileged Exec to User Exec, and from User
// Exec out of the session.
func (s *Session) Leave() {
	switch {
	case s.up():
	case s.privileged():
		s.level = 1
	default:
		s.Logout()
	}
}
