package cli

import (
	"context"
	"errors"
	"io"

	"mirrorsh/cli/access"
	"mirrorsh/cli/terminal"
)

// Console runs the session on a line editor until it ends. It returns nil when
// the operator has left, and otherwise what the editor or ctx ended with.
func (s *Session) Console(ctx context.Context, ed terminal.Editor) error {
	ctx, expire := context.WithCancelCause(ctx)
	defer expire(nil)
	if s.ended != nil {
		defer context.AfterFunc(s.ended, func() { expire(context.Cause(s.ended)) })()
	}
	err := s.converse(ctx, s.timed(ed, s.user.Close))
	// What the operator is told is not paged: nobody may be there to ask for more.
	if cause := context.Cause(ctx); errors.Is(cause, access.ErrIdle) || errors.Is(cause, access.ErrCleared) {
		_, err = io.WriteString(ed, "\n% "+cause.Error()+"\n")
	}
	return err
}

// converse reads and runs lines.
func (s *Session) converse(ctx context.Context, ed terminal.Editor) error {
	s.editor, s.screen, s.dialog = ed, ed, console{ed}
	if err := s.welcome(ctx); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	for !s.done {
		line, err := ed.ReadLine(ctx)
		switch {
		case err == nil:
			err = s.run(ctx, line)
		case errors.Is(err, terminal.ErrInterrupt):
			continue
		case errors.Is(err, terminal.ErrEnd):
			s.End()
			continue
		case errors.Is(err, terminal.ErrTooLong):
			err = s.show(ctx, "% "+err.Error()+"\n")
		case errors.Is(err, io.EOF):
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// run executes a line that Ctrl-C can interrupt.
func (s *Session) run(ctx context.Context, line string) error {
	watched, stop := s.editor.Watch(ctx)
	defer stop()
	err := s.Execute(watched, line)
	var refusal *Refusal
	if serr := s.Save(context.WithoutCancel(ctx)); serr != nil && !errors.As(serr, &refusal) {
		return serr
	}
	switch {
	case errors.As(err, &refusal):
		return nil
	case watched.Err() != nil && ctx.Err() == nil:
		return nil // interrupted
	case errors.Is(err, io.EOF):
		s.done = true // while output was paged
		return nil
	}
	return err
}

// console asks the operator at an editor.
type console struct{ terminal.Editor }

func (c console) Confirm(ctx context.Context, question string) (bool, error) {
	if _, err := io.WriteString(c, question); err != nil {
		return false, err
	}
	key, err := c.ReadKey(ctx)
	yes := key == terminal.KeyEnter || key == 'y' || key == 'Y'
	if errors.Is(err, terminal.ErrInterrupt) {
		yes, err = false, nil
	}
	if err == nil {
		_, err = io.WriteString(c, "\n")
	}
	return yes, err
}
