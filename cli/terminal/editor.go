// Package terminal reads operator lines. It holds the terminal (Terminal), the
// two line editors of the shell (NewRich on go-prompt for a local console,
// NewPlain for SSH channels and dumb terminals), and what both share: keys,
// type-ahead, editing commands, passwords, single keys and interrupts.
//
// Rules of the interface, kept by both editors and tested by one table:
//
//   - A key means the same in both. Only the picture differs: the rich editor
//     shows suggestions while one types, the plain editor never sends ESC.
//   - Nothing typed is lost. What arrives while a command runs waits for the
//     next line, password or key. Only Ctrl-C jumps the queue.
//   - The editor keeps nothing of an earlier line: history and the rest come
//     from the Assistant each time, cut text is forgotten with its line.
//   - The editor knows no command. It imports nothing of this module.
package terminal

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"
)

var (
	// ErrInterrupt reports Ctrl-C: what was typed is dropped, the session goes
	// on. It is also the cause of a context cancelled by Editor.Watch.
	ErrInterrupt = errors.New("interrupted")
	// ErrEnd reports Ctrl-Z: what was typed is dropped, and the session leaves
	// configuration mode.
	ErrEnd = errors.New("end of configuration")
	// ErrTooLong reports a line of more than MaxLine characters. The whole line
	// is dropped, because its beginning alone may be another valid command.
	ErrTooLong = errors.New("line too long")
)

// MaxLine is the longest line or password accepted, in characters.
const MaxLine = 4096

// A Suggestion is one row of the rich editor's drop-down.
type Suggestion struct {
	Text        string // whole word, which replaces the one being typed
	Description string // one line
}

// A Screen is where an Assistant shows a text while a line is edited.
type Screen interface {
	// ReadKey reads one key without showing it. Ctrl-C returns ErrInterrupt.
	ReadKey(ctx context.Context) (Key, error)
	io.Writer
}

// An Assistant answers for the session whose lines are edited. Its methods are
// called from the goroutine that is in ReadLine, at any time until ReadLine
// returns. They must not call the Editor: Page gets what it needs.
type Assistant interface {
	// Prompt returns the prompt, without control characters.
	Prompt() string
	// Page shows what ? or Tab prints, which may be longer than the screen, and
	// leaves the cursor at the start of a row. An error ends ReadLine.
	Page(ctx context.Context, screen Screen, text string) error
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
	Suggest(line string) []Suggestion
	// History returns the lines that may be recalled, oldest first.
	History() []string
}

// An Editor reads from one operator and writes to them. ReadLine, ReadSecret
// and ReadKey are called by one goroutine at a time; every other method may be
// called by any goroutine at any time.
//
// The three readers return io.EOF once the input has ended and everything typed
// before has been read, and context.Cause(ctx) once ctx is done.
type Editor interface {
	// ReadLine reads a line and returns it without its newline. Besides the
	// common errors it returns io.EOF for Ctrl-D on an empty line, ErrInterrupt,
	// ErrEnd and ErrTooLong. A line cut off by the end of the input is dropped.
	ReadLine(ctx context.Context) (string, error)
	// ReadSecret prints prompt and reads a line, showing one `*` for each
	// character. Every printable key counts as itself, `?` included. The errors
	// are those of ReadLine.
	ReadSecret(ctx context.Context, prompt string) (string, error)
	// ReadKey reads one key without showing it. Ctrl-C returns ErrInterrupt.
	ReadKey(ctx context.Context) (Key, error)
	// Watch returns a context for a command that runs between two lines: Ctrl-C
	// cancels it with the cause ErrInterrupt. A Ctrl-C typed directly behind the
	// command's Enter counts too. The caller calls stop when the command is done.
	// The end of the input cancels nothing: an operator who has said all may
	// still wait for the answer.
	Watch(ctx context.Context) (watched context.Context, stop context.CancelFunc)
	// Size returns the window's columns and rows, 80 and 24 where unknown.
	Size() (width, height int)
	// Write prints p, with every newline made the terminal's. While a line is
	// being edited, p appears above it as lines of its own.
	io.Writer
	// Close makes pending and later reads return io.EOF and restores a local
	// terminal. It may be called more than once. The owner defers it, so that
	// it also runs on a panic, and calls it on SIGTERM and SIGHUP.
	io.Closer
}

// console is what both editors do alike.
type console struct {
	term *Terminal
	edit edit
}

func (c *console) ReadKey(ctx context.Context) (Key, error) {
	defer c.term.keys.ask()()
	k, err := c.term.keys.next(ctx)
	if err == nil && k == keyInterrupt {
		c.term.keys.interrupt()
		err = ErrInterrupt
	}
	return k, err
}

// page has the assistant show a text below the line.
func (c *console) page(ctx context.Context, text string) error {
	return c.edit.assistant.Page(ctx, below{c}, text)
}

// below is the screen while a line is edited but not shown.
type below struct{ *console }

func (b below) Write(p []byte) (int, error) {
	b.term.print(string(p))
	return len(p), nil
}

func (b below) ReadKey(ctx context.Context) (Key, error) {
	k, err := b.term.keys.next(ctx)
	if err == nil && k == keyInterrupt {
		err = ErrInterrupt
	}
	return k, err
}

func (c *console) Watch(ctx context.Context) (context.Context, context.CancelFunc) {
	return c.term.keys.watch(ctx)
}

// LastInput returns when something was typed last.
func (c *console) LastInput() time.Time {
	k := c.term.keys
	return k.begun.Add(time.Duration(k.last.Load()))
}

func (c *console) Size() (width, height int)   { return c.term.Size() }
func (c *console) Write(p []byte) (int, error) { return c.term.Write(p) }
func (c *console) Close() error                { return c.term.Close() }

func (c *console) ReadSecret(ctx context.Context, prompt string) (string, error) {
	c.term.print(prompt)
	// Stars stop before the margin, behind which a backspace cannot return.
	width, _ := c.Size()
	room := max(width-1-columns([]rune(prompt)), 0)
	secret, err := c.readStars(ctx, room)
	c.term.print("\n")
	return secret, err
}

func (c *console) readStars(ctx context.Context, room int) (string, error) {
	defer c.term.keys.ask()()
	var secret []rune
	quoted := false
	for {
		k, err := c.term.keys.next(ctx)
		if err != nil {
			return "", err
		}
		before := min(len(secret), room)
		switch {
		case k.Printable():
			if len(secret) <= MaxLine {
				secret = append(secret, rune(k))
			}
		case quoted:
		case k == KeyEnter:
			if len(secret) > MaxLine {
				return "", ErrTooLong
			}
			return string(secret), nil
		case k == keyInterrupt:
			c.term.keys.interrupt()
			return "", ErrInterrupt
		case k == keyEnd:
			return "", ErrEnd
		case k == keyDelete && len(secret) == 0:
			return "", io.EOF
		case k == KeyBackspace:
			secret = secret[:max(len(secret)-1, 0)]
		case k == keyCutLeft:
			secret = secret[:0]
		}
		quoted = k == keyQuote && !quoted
		c.term.print(stars(before, min(len(secret), room)))
	}
}

// stars turns so many stars on the screen into so many.
func stars(from, to int) string {
	if to < from {
		return strings.Repeat("\b \b", from-to)
	}
	return strings.Repeat("*", to-from)
}
