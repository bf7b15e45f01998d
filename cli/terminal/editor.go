// Package terminal lets an operator use a session at a terminal: Run reads lines,
// has the session execute them, and shows a page at a time what it says. The
// package holds the terminal (Terminal), the two line editors (NewRich on go-prompt
// for a local console, NewPlain for remote and dumb terminals), and what both
// share: keys, type-ahead, editing commands, passwords, single keys, interrupts.
//
// Rules of the interface, kept by both editors and tested by one table:
//
//   - A key means the same in both. Only the picture differs: the rich editor
//     shows suggestions while one types, the plain editor never sends ESC.
//   - Nothing typed is lost. What arrives while a command runs waits for the
//     next line, password or key. Only Ctrl-C jumps the queue.
//   - The editor keeps nothing of an earlier line: history and the rest come
//     from the session each time, cut text is forgotten with its line.
//   - The editor knows no command: it asks its assistant, the session.
package terminal

import (
	"context"
	"errors"
	"io"
	"time"
)

var (
	// errInterrupt reports Ctrl-C: what was typed is dropped, the session goes
	// on. It is also the cause of a context cancelled by Editor.Watch.
	errInterrupt = errors.New("interrupted")
	// errEnd reports Ctrl-Z: what was typed is dropped, and the session leaves
	// configuration mode.
	errEnd = errors.New("end of configuration")
	// errTooLong reports a line of more than cli.MaxTyped characters. The whole line
	// is dropped, because its beginning alone may be another valid command.
	errTooLong = errors.New("line too long")
)

// An Editor reads from one operator and writes to them. ReadLine, ReadSecret
// and ReadKey are called by one goroutine at a time; every other method may be
// called by any goroutine at any time.
//
// The three readers return io.EOF once the input has ended and everything typed
// before has been read, and context.Cause(ctx) once ctx is done.
type Editor interface {
	// ReadLine reads a line and returns it without its newline. Besides the
	// common errors it returns io.EOF for Ctrl-D on an empty line, errInterrupt,
	// errEnd and errTooLong. A line cut off by the end of the input is dropped.
	ReadLine(ctx context.Context) (string, error)
	// ReadSecret prints prompt and reads a line, showing one `*` for each
	// character. Every printable key counts as itself, `?` included. The errors
	// are those of ReadLine.
	ReadSecret(ctx context.Context, prompt string) (string, error)
	// ReadName is ReadSecret for what may be shown.
	ReadName(ctx context.Context, prompt string) (string, error)
	// ReadKey reads one key without showing it. Ctrl-C returns errInterrupt.
	ReadKey(ctx context.Context) (Key, error)
	// Watch returns a context for a command that runs between two lines: Ctrl-C
	// cancels it with the cause errInterrupt. A Ctrl-C typed directly behind the
	// command's Enter counts too. The caller calls stop when the command is done.
	// The end of the input cancels nothing: an operator who has said all may
	// still wait for the answer. If the terminal shows progress, it does until stop.
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
		err = errInterrupt
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
		err = errInterrupt
	}
	return k, err
}

func (c *console) Watch(ctx context.Context) (context.Context, context.CancelFunc) {
	watched, stop := c.term.keys.watch(ctx)
	told := c.term.working()
	return watched, func() { told(); stop() }
}

// LastInput returns when something was typed last.
func (c *console) LastInput() time.Time {
	k := c.term.keys
	return k.begun.Add(time.Duration(k.last.Load()))
}

func (c *console) Size() (width, height int)   { return c.term.Size() }
func (c *console) Write(p []byte) (int, error) { return c.term.Write(p) }
func (c *console) Close() error                { return c.term.Close() }

func (c *console) ReadName(ctx context.Context, prompt string) (string, error) {
	return c.term.ReadName(ctx, prompt)
}

func (c *console) ReadSecret(ctx context.Context, prompt string) (string, error) {
	return c.term.ReadSecret(ctx, prompt)
}
