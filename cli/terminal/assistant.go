package terminal

import (
	"context"
	"io"

	"mirrorsh/cli"
)

// A display is where an assistant shows a text while a line is edited.
type display interface {
	// ReadKey reads one key without showing it. Ctrl-C returns errInterrupt.
	ReadKey(ctx context.Context) (Key, error)
	io.Writer
}

// An assistant answers for the session whose lines are edited. Its methods are
// called from the goroutine that is in ReadLine, at any time until ReadLine
// returns. They must not call the Editor: Page gets what it needs.
type assistant interface {
	// Prompt returns the prompt, without control characters.
	Prompt() string
	// Page shows what ? or Tab prints, which may be longer than the screen, and
	// leaves the cursor at the start of a row. An error ends ReadLine.
	Page(ctx context.Context, out display, text string) error
	// Help returns what `?` prints when line is the text before the cursor. It
	// ends in a newline; the editor adds prompt and line again. "" says that ?
	// is a character like any other there.
	Help(line string) string
	// Complete returns what Tab inserts at the cursor when line is the text
	// before it, and the list to print when more than one word fits. Either
	// may be empty.
	Complete(line string) (insert, list string)
	// Suggests reports whether words are suggested while one types.
	Suggests() bool
	// Suggest returns the words that may stand for the last one of line, the
	// text before the cursor. Only the rich editor asks.
	Suggest(line string) []cli.Suggestion
	// History returns the lines that may be recalled, oldest first.
	History() []string
}

// ofSession is the assistant of a session.
type ofSession struct{ *cli.Session }

// Page shows what ? or Tab says as any other output.
func (a ofSession) Page(ctx context.Context, out display, text string) error {
	return show(ctx, out, a.Session, text)
}
