package cli

import (
	"context"
	"errors"
	"io"
)

// Dialog asks the operator back while a command runs. Its errors are
// [ErrNoAnswer], errNoDialog, and those of input and output.
type Dialog interface {
	// ReadSecret shows the prompt and reads a line without showing it.
	ReadSecret(ctx context.Context, prompt string) (string, error)
	// ReadText reads one line, which no help and no completion touches.
	ReadText(ctx context.Context) (string, error)
	// Confirm shows the question, which ends in [confirm], and reports whether
	// the answer was yes.
	Confirm(ctx context.Context, question string) (bool, error)
}

var (
	// errNoDialog refuses a command that has to ask back where nobody can answer.
	errNoDialog = errors.New("command needs an answer, and nobody can give one here")
	// ErrNoAnswer refuses a command whose question was not answered.
	ErrNoAnswer = errors.New("no answer")
)

// dialogue is how a session asks back.
type dialogue struct {
	dialog Dialog // nil: nobody to ask
	asking bool   // while a line of text is read
	asked  bool   // the last command may ask for a secret
	answer bool   // this line may be that, and was not asked for
}

// Interactive reports whether an operator sits at the other end, and not a script.
func (s *Session) Interactive() bool { return s.terminal != nil && s.scripts.depth == 0 }

// AskSecret asks the operator for a password.
func (s *Session) AskSecret(ctx context.Context, prompt string) (string, error) {
	return ask(ctx, s, func(d Dialog) (string, error) { return d.ReadSecret(ctx, prompt) })
}

// AskText has the operator type one more line of text.
func (s *Session) AskText(ctx context.Context) (string, error) {
	return ask(ctx, s, func(d Dialog) (string, error) {
		s.asking = true
		defer func() { s.asking = false }()
		return d.ReadText(ctx)
	})
}

// Confirm asks the operator a question that ends in [confirm].
func (s *Session) Confirm(ctx context.Context, question string) (bool, error) {
	return ask(ctx, s, func(d Dialog) (bool, error) { return d.Confirm(ctx, question) })
}

// ask shows what has been printed, and asks.
func ask[T any](ctx context.Context, s *Session, question func(Dialog) (T, error)) (answer T, err error) {
	if s.dialog == nil {
		return answer, errNoDialog
	}
	if err := s.Flush(ctx); err != nil {
		return answer, err
	}
	answer, err = question(s.dialog)
	if errors.Is(err, io.EOF) {
		err = ErrNoAnswer
	}
	return answer, err
}
