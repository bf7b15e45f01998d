package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
	"time"

	"mirrorsh/cli/internal/config"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// maxDepth is how deep scripts may run scripts.
const maxDepth = 8

var (
	errDepth = fmt.Errorf("scripts run scripts more than %d deep", maxDepth)
	errSaved = errors.New("no saved configuration")

	errIrregular = errors.New("it is no regular file")
)

// scripts are those that run in a session, one in the other.
type scripts struct {
	depth    int           // how many
	macros   int           // run so far
	echo     string        // what is shown of the innermost one's line if it is refused
	finds    bool          // ordinary lines that lead elsewhere make nothing
	feed     *feed         // of the innermost one; nil: no script runs
	timeline *timeline     // of the innermost one, or of what is typed; nil: nothing is scheduled
	watch    *notify.Watch // of the outermost one: what has become of notifications since it began
	outside
}

// outside is what lines that came from outside the router have there. Scripts of
// the router's files, which any operator may have written, have nothing.
type outside struct {
	beside   fs.FS  // files beside the script of a batch; nil: none
	folder   string // of beside where the files beside the innermost script are
	captures fs.FS  // files of the host that can be replayed; nil: none
	environ  Environ
}

// from sets what the scripts that run now have outside the router, until back is called.
func (s *scripts) from(o outside) (back func()) {
	before := s.outside
	s.outside = o
	return func() { s.outside = before }
}

// RunFile runs a script of the router's files as though typed at the terminal,
// or one beside the script of a batch, which goes first.
// It ends at the first refused command, whose place in the script the error
// names. Whatever mode the script ends in, the session is back in Exec, or in
// Global Configuration if it was not in Exec, and in its virtual router.
func (s *Session) RunFile(ctx context.Context, name string) error {
	text, at, err := s.scripts.readBeside(name)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = s.shell.Files().Read(name)
	}
	if err != nil {
		return err
	}
	var o outside
	if at != "" {
		o = s.scripts.outside
		o.folder = path.Dir(at)
	}
	defer s.scripts.from(o)()
	s.Log(eventlog.System, eventlog.Info, "script "+name+" started")
	return s.runScript(ctx, name, text, func(line string) string { return Printable(s.Prompt()+s.shown(line)) + "\n" }, nil)
}

// with sets the lines and the timeline of the innermost script, until back is called.
func (s *Session) with(f *feed, t *timeline) (back func()) {
	feed, before := s.scripts.feed, s.scripts.timeline
	s.scripts.feed, s.scripts.timeline = f, t
	t.clock = s.Router()
	return func() {
		s.scripts.feed, s.scripts.timeline = feed, before
		if before != nil {
			before.now += t.now // the clock has shown it
		}
		if feed == nil {
			t.clock.ReleaseClock()
		}
	}
}

// SetClock sets the clock of the router. Until the outermost script ends, it shows how
// long the script has waited, and nothing of how long its commands take.
func (s *Session) SetClock(at time.Time) {
	if s.scripts.feed == nil {
		s.Router().SetClock(at)
		return
	}
	s.Router().HoldClock(at)
}

// readBeside reads a script beside the innermost one that came from outside the
// router; at is its place there.
func (s *scripts) readBeside(name string) (text, at string, err error) {
	f, info, at, err := s.openBeside(name)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	if info.Size() > MaxFile {
		return "", "", errFileLarge
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	switch {
	case err != nil:
		return "", "", worded("file cannot be read", err)
	case len(data) > MaxFile:
		return "", "", errFileLarge
	}
	return string(data), at, nil
}

// openBeside opens a file beside the innermost script that came from outside the
// router; at is its place there. The error is [fs.ErrNotExist] if there is none,
// and no name leads out of the folder of the batch's own script.
func (s *scripts) openBeside(name string) (f fs.File, info fs.FileInfo, at string, err error) {
	at = path.Join(s.folder, name)
	if s.beside == nil || !fs.ValidPath(at) || strings.HasPrefix(name, disk) {
		return nil, nil, "", fs.ErrNotExist
	}
	if info, err = fs.Stat(s.beside, at); err != nil || !info.Mode().IsRegular() {
		return nil, nil, "", fs.ErrNotExist // or not for this program
	}
	if f, err = s.beside.Open(at); err != nil {
		return nil, nil, "", worded("file cannot be read", err)
	}
	return f, info, at, nil
}

// OpenCapture opens a capture, however large it is: one beside the script of a batch,
// else one where the operator is, else one of the router's files.
func (s *Session) OpenCapture(name string) (io.ReadCloser, error) {
	f, _, _, err := s.scripts.openBeside(name)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = s.scripts.openHere(name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s.shell.Files().Open(name)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// openHere opens a capture where the operator is; the error is [fs.ErrNotExist] if
// there is none. What waits for its other end is not opened.
func (s *scripts) openHere(name string) (fs.File, error) {
	if s.captures == nil || !fs.ValidPath(name) || strings.HasPrefix(name, disk) {
		return nil, fs.ErrNotExist
	}
	info, err := fs.Stat(s.captures, name)
	if err == nil && !info.Mode().IsRegular() {
		err = errIrregular
	}
	var f fs.File
	if err == nil {
		f, err = s.captures.Open(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		err = worded("file cannot be read", err)
	}
	return f, err
}

// RunSaved runs the saved configuration, without its secure part. Commands that
// are refused are named and left out.
func (s *Session) RunSaved(ctx context.Context) error {
	text, err := config.ReadScript(s.shell.Store, side.Ordinary)
	if errors.Is(err, fs.ErrNotExist) {
		return errSaved
	}
	if err != nil {
		return worded("saved configuration cannot be read", err)
	}
	defer s.mask()()
	defer s.scripts.from(outside{})()
	refused := 0
	// Its lines hold secrets that the session may not see: none is shown.
	err = s.runScript(ctx, config.StartupFile, text, func(string) string { return "" }, func(err error) error {
		refused++
		return s.say(ctx, "% "+err.Error()+"\n")
	})
	if err == nil && refused > 0 {
		err = fmt.Errorf("lines of %s that were left out: %d", config.StartupFile, refused)
	}
	return err
}

// runScript runs the lines of a script. echo is what is shown of a line that is
// refused, before the marker; skip, if given, is told of each, and goes on.
func (s *Session) runScript(ctx context.Context, name, text string, echo func(string) string, skip func(error) error) error {
	if s.scripts.depth == maxDepth {
		return errDepth
	}
	if err := s.Flush(ctx); err != nil {
		return err
	}
	lines, stop := s.linesOf(text)
	defer stop()
	defer s.watching(text, true)()
	defer s.inScript(lines)()
	defer s.with(&lines.feed, &timeline{
		line:  func() int { return lines.line },
		shown: func(line string) { s.scripts.echo = echo(line) },
	})()
	r := scriptRun{s: s, lines: lines, echo: echo, execute: s.Execute}
	if skip != nil {
		b := newBlocks()
		r.execute = func(ctx context.Context, line string) error {
			return b.run(ctx, s, lines.line, line, func() error { return s.Execute(ctx, line) })
		}
	}
	for more := true; more && !s.done; {
		var err error
		more, err = r.next(ctx)
		s.saveSoon()
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			if skip != nil {
				refusal.Line = "" // of a saved line, nothing is shown
			}
			err = fmt.Errorf("%s:%d: %s", name, cmp.Or(refusal.At, r.at), refusal.nested())
			if skip != nil {
				err = skip(err)
			}
			if err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// scriptRun runs a script line by line.
type scriptRun struct {
	s       *Session
	lines   *scriptLines
	echo    func(string) string
	execute func(ctx context.Context, line string) error
	at      int // number of the line that runs, which may take others as answers
}

// next runs the next line, or what is left to do at the end.
func (r *scriptRun) next(ctx context.Context) (more bool, _ error) {
	r.s.scripts.echo = ""
	line, err := r.lines.next()
	r.at = r.lines.line
	if err == io.EOF {
		return false, r.s.endScript(ctx)
	}
	if err == nil {
		line, err = r.lines.environ.Expand(line)
	}
	if err != nil {
		return true, r.s.refuse(ctx, err, "", "")
	}
	r.s.scripts.echo = r.echo(line)
	return true, r.execute(ctx, line)
}

// inScript makes a script answer for the operator until leave is called.
func (s *Session) inScript(lines *scriptLines) (leave func()) {
	dialog, echo, vr, depth := s.dialog, s.scripts.echo, s.vr, len(s.modes)
	s.dialog, s.scripts.depth = lines, s.scripts.depth+1
	return func() {
		s.dialog, s.scripts.echo, s.scripts.depth = dialog, echo, s.scripts.depth-1
		// What the session configured may be gone.
		s.keep(min(depth, 2))
		if !s.isGone(vr) {
			s.SetVirtualRouter(vr)
		}
	}
}

// scriptLines are the lines of a running script that are left. They are also
// the answers to what its commands ask.
type scriptLines struct {
	feed
	out     io.Writer
	environ Environ
}

// linesOf are the lines of a text, until stop is called.
func (s *Session) linesOf(text string) (lines *scriptLines, stop func()) {
	lines = &scriptLines{out: s.out, environ: s.scripts.environ}
	if s.json {
		lines.out = io.Discard
	}
	next, stop := iter.Pull(strings.Lines(text))
	lines.read = func() (string, error) {
		line, ok := next()
		if !ok {
			return "", io.EOF
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	return lines, stop
}

// answer takes the next line as the answer to a question.
func (l *scriptLines) answer(last error) (string, error) {
	line, err := l.next()
	if err == io.EOF {
		return "", last
	}
	if err != nil {
		return "", err
	}
	return l.environ.answer(line)
}

// ReadSecret takes the next line as the answer.
func (l *scriptLines) ReadSecret(_ context.Context, prompt string) (string, error) {
	secret, err := l.answer(errNoDialog)
	if err != nil {
		return "", err
	}
	_, err = io.WriteString(l.out, prompt+"\n")
	return secret, err
}

// Confirm says yes: whoever wrote the script has confirmed already.
func (l *scriptLines) Confirm(_ context.Context, question string) (bool, error) {
	_, err := io.WriteString(l.out, question+"\n")
	return true, err
}

// ReadText takes the next line.
func (l *scriptLines) ReadText(context.Context) (string, error) { return l.answer(io.EOF) }
