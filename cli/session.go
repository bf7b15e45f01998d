package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"mirrorsh/cli/access"
	"mirrorsh/cli/editor"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// Refusal is the error of a command that was refused. The session has shown it
// already, with the caret line where there is one.
type Refusal struct {
	Text string // as shown, with the leading "% "
	Why  string // what is wrong with the word that the marker is under, if that is known
	Line string // what was typed, without secrets, if no command begins so

	err error // of the command
}

// Reason is the text, and why.
func (r *Refusal) Reason() string {
	if r.Why != "" {
		return r.Text + " (" + r.Why + ")"
	}
	return r.Text
}

// Said is the refusal as one line.
func (r *Refusal) Said() string {
	if r.Line != "" {
		return r.Line + ": " + r.Reason()
	}
	return r.Reason()
}

// nested is what Said says, to stand in another refusal.
func (r *Refusal) nested() string {
	reason := strings.TrimPrefix(r.Reason(), "% ")
	if r.Line != "" {
		return r.Line + ": " + reason
	}
	return reason
}

func (r *Refusal) Error() string { return r.Text }

func (r *Refusal) Unwrap() error { return r.err }

// Dialog asks the operator back while a command runs.
type Dialog interface {
	// ReadSecret shows the prompt and reads a line without showing it.
	ReadSecret(ctx context.Context, prompt string) (string, error)
	// Confirm shows the question, which ends in [confirm], and reports whether
	// the answer was yes.
	Confirm(ctx context.Context, question string) (bool, error)
}

// SessionOptions say where a session comes from and where its output goes.
type SessionOptions struct {
	Level int // privilege level to start at, 0 to 15
	// Out takes the output of a batch. A console writes to its editor.
	Out io.Writer
	// JSON shows what commands return as JSON, one document a command, and nothing
	// else. It is for batches.
	JSON bool
	// User has the vty the session is on; nil: it comes from this machine.
	User *access.User
}

// Session is one operator's view of the router. It belongs to the goroutine
// that reads its input; no other may call it.
type Session struct {
	shell   *Shell
	router  *trapcore.VirtualRouter
	modes   []place // stack; the bottom is Exec
	level   int
	mirror  bool
	done    bool
	history history
	// saw is set once the session has typed anything where it could see the secure side.
	saw bool
	// masked is set while the session must not see it, whatever else it may.
	masked bool
	// finds is set where ordinary lines that lead elsewhere make nothing.
	finds  bool
	macros int    // run so far
	depth  int    // of the scripts that are running
	quiet  bool   // lines are not shown, but for those that are refused
	beside fs.FS  // files beside the script of a batch that is running; nil: none
	folder string // of beside where the files beside the innermost script are
	echo   string // what is shown of the running script's line if it is refused

	opened SessionOptions
	closed bool
	screen io.Writer
	editor editor.Editor // nil in a batch
	dialog Dialog        // nil: nobody to ask
	length int           // lines of a page; 0: no paging; -1: as the terminal is high
	silent bool          // nothing is suggested while one types
	width  int           // columns; -1: as the terminal is wide
	out    bytes.Buffer

	running *grammar.Match[Handler] // the innermost command; nil: none
	hidden  bool                    // the logs must not know of any

	user   *access.User
	ended  context.Context         // of a session from this machine: done when its user is to go
	end    context.CancelCauseFunc //
	asking bool                    // while a line of text is read
}

// place is a mode and what it configures.
type place struct {
	mode    grammar.Mode
	subject any
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
		shell:   sh,
		router:  sh.Router.Default(),
		modes:   []place{{mode: Exec}},
		level:   o.Level,
		history: newHistory(),
		opened:  o,
		screen:  o.Out,
		length:  -1,
		width:   -1,
	}
}

// Close ends the session. It may be called more than once.
func (s *Session) Close() {
	if s.closed {
		return
	}
	s.done, s.closed = true, true
	s.shell.access.Leave(s.user)
	if s.end != nil {
		s.end(nil)
	}
	s.alert("Logout from " + s.Where())
}

// alert raises the trap that reports logins and what is like them, and logs it.
func (s *Session) alert(message string) {
	s.Router().EventLog().Log(eventlog.Security, eventlog.Notice, s.router.Name(), message)
	s.router.Traps().Raise(&notify.CLISecurityAlert{Priority: mib.Notice, Message: message, Time: s.Router().Now()})
}

// Shell returns the shell the session belongs to.
func (s *Session) Shell() *Shell { return s.shell }

// Router returns the router all sessions share.
func (s *Session) Router() *trapcore.Router { return s.shell.Router }

// VirtualRouter returns the virtual router the session is in.
func (s *Session) VirtualRouter() *trapcore.VirtualRouter { return s.router }

// View is what the session may see now.
func (s *Session) View() grammar.View {
	return grammar.View{Level: s.level, Mirror: s.mirror && !s.masked, Levels: s.shell.Levels()}
}

// SeesSecure reports whether the session sees the secure parts of shared output.
func (s *Session) SeesSecure() bool { return s.View().SeesSecure() }

// Clearance is what the session may see of the router now.
func (s *Session) Clearance() side.Clearance { return side.Clear(s.SeesSecure()) }

// Level returns the privilege level, 0 to 15.
func (s *Session) Level() int { return s.level }

// SetLevel changes the privilege level; a level below Global Configuration's
// leaves the configuration modes.
func (s *Session) SetLevel(level int) {
	s.level = level
	if level < LevelConfigure {
		s.modes = s.modes[:1]
	}
	s.leaveUnseen()
}

// leaveUnseen leaves the modes that do not exist for the session any more.
func (s *Session) leaveUnseen() {
	i := slices.IndexFunc(s.modes, func(p place) bool { return isSecureMode(p.mode) })
	if i > 0 && !s.View().SeesAnySecure() {
		s.modes = s.modes[:i]
	}
}

// LevelConfigure is the level that configures (contract, "Levels and visibility").
const LevelConfigure = 10

// SetMirror sets or clears what mirror-enable sets.
func (s *Session) SetMirror(on bool) {
	s.mirror = on
	s.leaveUnseen()
}

// SawSecure reports whether the session has ever seen the secure side, so that
// what it leaves behind may count for its exit status.
func (s *Session) SawSecure() bool { return s.saw }

// Mode returns the current mode.
func (s *Session) Mode() grammar.Mode { return s.modes[len(s.modes)-1].mode }

// Subject returns what the current mode configures, as given to Enter.
func (s *Session) Subject() any { return s.modes[len(s.modes)-1].subject }

// Enter goes from the current mode to one below it, which configures subject;
// Global Configuration, which has none, sits right above Exec.
func (s *Session) Enter(m grammar.Mode, subject any) {
	if m == GlobalConfig {
		s.modes = s.modes[:1]
	}
	s.modes = append(s.modes, place{m, subject})
}

// Leaving drops the modes that configure what gone says is no more.
func (s *Session) Leaving(gone func(subject any) bool) {
	if i := slices.IndexFunc(s.modes, func(p place) bool { return p.subject != nil && gone(p.subject) }); i > 0 {
		s.modes = s.modes[:i]
	}
}

// Leave goes one mode up: from Privileged Exec to User Exec, and from User
// Exec out of the session.
func (s *Session) Leave() {
	switch {
	case len(s.modes) > 1:
		s.modes = s.modes[:len(s.modes)-1]
	case s.privileged():
		s.level = 1
	default:
		s.done = true
	}
}

// backTo leaves the modes below a configuration mode, if the session is in one.
func (s *Session) backTo(m grammar.Mode) {
	if i := slices.IndexFunc(s.modes, func(p place) bool { return p.mode == m }); i > 0 {
		s.modes = s.modes[:i+1]
	}
}

// End goes to Exec from any configuration mode.
func (s *Session) End() { s.modes = s.modes[:1] }

// Logout ends the session.
func (s *Session) Logout() { s.done = true }

// Done reports whether the session has ended.
func (s *Session) Done() bool { return s.done }

func (s *Session) privileged() bool { return s.level >= 5 }

// Prompt is HOST[:VR][(MODE)] and > below level 5, else #.
func (s *Session) Prompt() string {
	if s.asking {
		return ""
	}
	p := s.Router().Hostname()
	if s.router != s.Router().Default() {
		p += ":" + s.router.Name()
	}
	p += modePrompts[s.Mode()]
	if s.privileged() {
		return p + "#"
	}
	return p + ">"
}

// Printf adds to the output of the running command.
func (s *Session) Printf(format string, args ...any) { fmt.Fprintf(&s.out, format, args...) }

// Print adds text to the output of the running command.
func (s *Session) Print(text string) { s.out.WriteString(text) }

// ErrNoDialog refuses a command that has to ask back where nobody can answer.
var ErrNoDialog = errors.New("command needs an answer, and nobody can give one here")

// AskSecret asks the operator for a password.
func (s *Session) AskSecret(ctx context.Context, prompt string) (string, error) {
	if s.dialog == nil {
		return "", ErrNoDialog
	}
	if err := s.Flush(ctx); err != nil {
		return "", err
	}
	return s.dialog.ReadSecret(ctx, prompt)
}

// Confirm asks the operator a question that ends in [confirm].
func (s *Session) Confirm(ctx context.Context, question string) (bool, error) {
	if s.dialog == nil {
		return false, ErrNoDialog
	}
	if err := s.Flush(ctx); err != nil {
		return false, err
	}
	return s.dialog.Confirm(ctx, question)
}

// SetVirtualRouter changes the virtual router the session is in.
func (s *Session) SetVirtualRouter(vr *trapcore.VirtualRouter) { s.router = vr }

// Flush shows what the running command has printed so far, for commands that wait.
func (s *Session) Flush(ctx context.Context) error {
	text := s.out.String()
	s.out.Reset()
	return s.say(ctx, text)
}

// say shows what is no output of a show command.
func (s *Session) say(ctx context.Context, text string) error {
	if s.opened.JSON {
		return nil
	}
	return s.show(ctx, text)
}

// errRouterGone refuses what was typed for a virtual router that another
// session has removed; the session goes to the default one.
var errRouterGone = errors.New("virtual router has been removed")

// Execute runs one line. A *Refusal has been shown already; any other error
// means that the session's input or output is gone or ctx has ended.
func (s *Session) Execute(ctx context.Context, line string) error {
	if grammar.IsBlank(line) {
		return nil
	}
	if vr, ok := s.Router().VirtualRouter(s.router.Name()); !ok || vr != s.router {
		s.router, s.modes = s.Router().Default(), s.modes[:1]
		return s.refuse(ctx, errRouterGone, "", "")
	}
	view := s.View()
	s.saw = s.saw || view.SeesAnySecure()
	m, err := s.shell.tree.Parse(s.Mode(), view, line)
	if s.depth == 0 {
		// Whatever is typed while anything secure is visible may be about it.
		s.history.add(strings.TrimSpace(m.Redacted), view.SeesAnySecure())
	}
	if err != nil {
		return s.refuse(ctx, err, "", m.Redacted)
	}
	defer s.begin(&m)()
	logged := s.mayLog() && s.leavesTrace()
	s.backTo(m.Mode) // a command of Global Configuration may be typed below it
	value, err := s.carryOut(ctx, &m)
	if m.Mode != Exec {
		// Only now: a save that goes on meanwhile may or may not have the change.
		s.shell.saver.Touch()
	}
	text := s.out.String()
	s.out.Reset()
	if err == nil {
		text, err = s.render(ctx, &m, text, value)
	} else {
		text += result.String(value)
	}
	if err == nil && m.Args.Has("redirect") {
		text, err = s.redirect(m.Args, text)
	}
	if err != nil {
		return s.refuse(ctx, err, text, m.Redacted)
	}
	if logged && s.leavesTrace() { // it may have made or removed what it names
		s.Log(eventlog.CLICommand, eventlog.Debug, s.whereInDetail()+": "+strings.TrimSpace(m.Redacted))
	}
	return s.show(ctx, text)
}

// refuse shows why a line was refused, after what the command had printed.
func (s *Session) refuse(ctx context.Context, err error, printed, kept string) error {
	if ctx.Err() != nil {
		_ = s.say(context.WithoutCancel(ctx), printed)
		return ctx.Err()
	}
	shown, refusal := s.refusal(err, kept)
	if s.depth > 0 { // the command that runs the script says the rest
		shown = ""
		if s.echo != "" {
			shown = s.echo + s.caret(err)
		}
	}
	if werr := s.say(ctx, printed+shown); werr != nil {
		return werr
	}
	return refusal
}

// refusal words an error. What is shown begins with the line where that is not
// on the screen; kept is what may be said of it.
func (s *Session) refusal(err error, kept string) (shown string, refusal *Refusal) {
	refusal = &Refusal{Text: "% " + err.Error(), err: err}
	caret := s.caret(err)
	var g *grammar.Error
	if errors.As(err, &g) {
		refusal.Why = g.Why
		if g.Unknown {
			refusal.Line = strings.TrimSpace(g.Redacted)
		}
		if caret != "" && s.quiet {
			caret = s.under(g.Redacted[:min(g.At, len(g.Redacted))])
		}
	}
	if s.quiet && kept != "" {
		shown = s.Prompt() + kept + "\n"
	}
	shown += caret + refusal.Text + "\n"
	if refusal.Why != "" && s.editor != nil { // a batch says it beside the number of the line
		shown += "% " + refusal.Why + "\n"
	}
	return shown, refusal
}

// caret is the line that points to the word that is wrong, if any.
func (s *Session) caret(err error) string {
	var g *grammar.Error
	if !errors.As(err, &g) || g.Kind == grammar.Incomplete {
		return ""
	}
	return s.under(g.Line[:min(g.Offset, len(g.Line))])
}

// under points behind the prompt and text.
func (s *Session) under(text string) string {
	return strings.Repeat(" ", utf8.RuneCountInString(s.Prompt())+utf8.RuneCountInString(text)) + "^\n"
}
