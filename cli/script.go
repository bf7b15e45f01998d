package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"mirrorsh/trapcore/eventlog"
)

// maxDepth is how deep scripts may run scripts.
const maxDepth = 8

var (
	errDepth = fmt.Errorf("scripts run scripts more than %d deep", maxDepth)
	errSaved = errors.New("no saved configuration")
)

// RunFile runs a script of the router's files as though typed at the terminal.
// It ends at the first refused command, whose place in the script the error
// names. Whatever mode the script ends in, the session is back in Exec, or in
// Global Configuration if it was not in Exec, and in its virtual router.
func (s *Session) RunFile(ctx context.Context, name string) error {
	text, err := s.shell.Files().Read(name)
	if err != nil {
		return err
	}
	s.Log(eventlog.System, eventlog.Info, "script "+name+" started")
	return s.runScript(ctx, name, text, func(line string) string { return Printable(s.Prompt()+line) + "\n" }, nil)
}

// RunSaved runs the saved configuration, without its secure part. Commands that
// are refused are named and left out.
func (s *Session) RunSaved(ctx context.Context) error {
	text, err := s.shell.readSaved(startupFile)
	if errors.Is(err, fs.ErrNotExist) {
		return errSaved
	}
	if err != nil {
		return worded("saved configuration cannot be read", err)
	}
	defer s.mask()()
	refused := 0
	// Its lines hold secrets that the session may not see: none is shown.
	err = s.runScript(ctx, startupFile, text, func(string) string { return "" }, func(err error) error {
		refused++
		return s.show(ctx, "% "+err.Error()+"\n")
	})
	if err == nil && refused > 0 {
		err = fmt.Errorf("lines of %s that were left out: %d", startupFile, refused)
	}
	return err
}

// runScript runs the lines of a script. echo is what is shown of a line that is
// refused, before the marker; skip, if given, is told of each, and goes on.
func (s *Session) runScript(ctx context.Context, name, text string, echo func(string) string, skip func(error) error) error {
	if s.depth == maxDepth {
		return errDepth
	}
	if err := s.Flush(ctx); err != nil {
		return err
	}
	lines := &scriptLines{screen: s.screen}
	for line := range strings.Lines(text) {
		lines.left = append(lines.left, strings.TrimRight(line, "\r\n"))
	}
	defer s.inScript(lines)()
	for !s.done && len(lines.left) > 0 {
		line := lines.take()
		at := lines.taken
		s.echo = echo(line)
		err := s.Execute(ctx, line)
		s.saveSoon()
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			err = fmt.Errorf("%s:%d: %s", name, at, strings.TrimPrefix(refusal.Reason(), "% "))
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

// inScript makes a script answer for the operator until leave is called.
func (s *Session) inScript(lines *scriptLines) (leave func()) {
	dialog, echo, router, depth := s.dialog, s.echo, s.router, len(s.modes)
	s.dialog, s.depth = lines, s.depth+1
	return func() {
		s.dialog, s.echo, s.depth = dialog, echo, s.depth-1
		// What the session configured may be gone.
		s.modes = s.modes[:min(len(s.modes), depth, 2)]
		if vr, _ := s.Router().VirtualRouter(router.Name()); vr == router {
			s.router = router
		}
	}
}

// scriptLines are the lines of a running script that are left. They are also
// the answers to what its commands ask.
type scriptLines struct {
	left   []string
	taken  int
	screen io.Writer
}

func (l *scriptLines) take() string {
	line := l.left[0]
	l.left = l.left[1:]
	l.taken++
	return line
}

// ReadSecret takes the next line as the answer.
func (l *scriptLines) ReadSecret(_ context.Context, prompt string) (string, error) {
	if len(l.left) == 0 {
		return "", ErrNoDialog
	}
	_, err := io.WriteString(l.screen, prompt+"\n")
	return l.take(), err
}

// Confirm says yes: whoever wrote the script has confirmed already.
func (l *scriptLines) Confirm(_ context.Context, question string) (bool, error) {
	_, err := io.WriteString(l.screen, question+"\n")
	return true, err
}
