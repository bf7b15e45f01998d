package terminal

import (
	"context"
	"errors"
	"io"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
)

// Run runs a session on its line editor until it ends. It returns nil when the
// operator has left, and otherwise what the editor or ctx ended with.
func Run(ctx context.Context, s *cli.Session, ed Editor) error {
	ctx, stop := s.Until(ctx)
	defer stop()
	err := converse(ctx, s, limited(ed, s))
	// What the operator is told is not paged: nobody may be there to ask for more.
	if cause := context.Cause(ctx); errors.Is(cause, access.ErrIdle) || errors.Is(cause, access.ErrCleared) {
		_, err = io.WriteString(ed, "\n% "+cause.Error()+"\n")
	}
	return err
}

// converse reads and runs lines.
func converse(ctx context.Context, s *cli.Session, ed Editor) error {
	front := &front{ed, s}
	s.Attach(front)
	if err := front.welcome(ctx); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	for !s.Done() {
		line, err := ed.ReadLine(ctx)
		switch {
		case err == nil:
			err = front.run(ctx, line)
		case errors.Is(err, errInterrupt):
			continue
		case errors.Is(err, errEnd):
			s.End()
			continue
		case errors.Is(err, errTooLong):
			err = front.Show(ctx, "% "+err.Error()+"\n")
		case errors.Is(err, io.EOF):
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// front is the terminal of a session: its editor, with the session's pages.
type front struct {
	Editor
	session *cli.Session
}

// run executes a line that Ctrl-C can interrupt.
func (f *front) run(ctx context.Context, line string) error {
	watched, stop := f.Watch(ctx)
	defer stop()
	err := f.session.Execute(watched, line)
	var refusal *cli.Refusal
	if serr := f.session.Save(context.WithoutCancel(ctx)); serr != nil && !errors.As(serr, &refusal) {
		return serr
	}
	switch {
	case errors.As(err, &refusal):
		return nil
	case watched.Err() != nil && ctx.Err() == nil:
		return nil // interrupted
	case errors.Is(err, io.EOF):
		f.session.Logout() // while output was paged
		return nil
	}
	return err
}

// Show writes text a page at a time.
func (f *front) Show(ctx context.Context, text string) error { return show(ctx, f, f.session, text) }

// ReadText reads one line, which no help and no completion touches.
func (f *front) ReadText(ctx context.Context) (string, error) {
	line, err := f.ReadLine(ctx)
	return line, unanswered(err)
}

func (f *front) ReadSecret(ctx context.Context, prompt string) (string, error) {
	secret, err := f.Editor.ReadSecret(ctx, prompt)
	return secret, unanswered(err)
}

// unanswered says in the session's words that the operator has given no answer.
func unanswered(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, errEnd) {
		return cli.ErrNoAnswer
	}
	return err
}

// Confirm takes Enter and y for a yes.
func (f *front) Confirm(ctx context.Context, question string) (bool, error) {
	if _, err := io.WriteString(f, question); err != nil {
		return false, err
	}
	key, err := f.ReadKey(ctx)
	yes := key == enterKey || key == 'y' || key == 'Y'
	if errors.Is(err, errInterrupt) {
		yes, err = false, nil
	}
	if err == nil {
		_, err = io.WriteString(f, "\n")
	}
	return yes, err
}
