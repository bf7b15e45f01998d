package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
)

// A Terminal is where an operator sits; a batch has none.
type Terminal interface {
	Dialog
	io.Writer
	// Show writes text, a page of [Session.PageSize] at a time.
	Show(ctx context.Context, text string) error
	// Size returns columns and rows.
	Size() (width, height int)
}

// output is where the commands of a session print, and how.
type output struct {
	out      io.Writer
	terminal Terminal // that out is; nil in a batch
	json     bool     // documents are all that is shown
	printed  bytes.Buffer
	quiet    bool // lines are not shown, but for those that are refused
	silent   bool // nothing is suggested while one types
	length   int  // lines of a page; 0: no paging; -1: as the terminal is high
	width    int  // columns; -1: as the terminal is wide
}

func newOutput(o SessionOptions) output {
	return output{out: o.Out, json: o.JSON, length: -1, width: -1}
}

// Attach has the session print to a terminal and ask back there.
func (s *Session) Attach(t Terminal) { s.out, s.terminal, s.dialog = t, t, t }

// PageSize returns the columns and lines of a page: as the session has set them,
// else as the terminal is. Without a terminal there are no lines, as without paging.
func (o *output) PageSize() (width, length int) {
	width = 80
	if o.terminal != nil {
		width, length = o.terminal.Size()
		if o.length >= 0 {
			length = o.length
		}
	}
	if o.width > 0 {
		width = o.width
	}
	return width, length
}

// SetLength sets the lines of a page, 0 for no paging.
func (o *output) SetLength(n int) { o.length = n }

// SetWidth sets the columns of a line.
func (o *output) SetWidth(n int) { o.width = n }

// Printf adds to the output of the running command.
func (o *output) Printf(format string, args ...any) { fmt.Fprintf(&o.printed, format, args...) }

// Print adds text to the output of the running command.
func (o *output) Print(text string) { o.printed.WriteString(text) }

// Suggests reports whether words are suggested while one types.
func (o *output) Suggests() bool { return !o.silent }

// SetSuggestions turns the suggestions on or off.
func (o *output) SetSuggestions(on bool) { o.silent = !on }

// take returns what the running command has printed since it was last taken.
func (o *output) take() string {
	text := o.printed.String()
	o.printed.Reset()
	return text
}

// Flush shows what the running command has printed so far, for commands that wait.
func (o *output) Flush(ctx context.Context) error { return o.say(ctx, o.take()) }

// say shows what is no output of a show command.
func (o *output) say(ctx context.Context, text string) error {
	if o.json {
		return nil
	}
	return o.show(ctx, text)
}

func (o *output) show(ctx context.Context, text string) error {
	if o.terminal != nil {
		return o.terminal.Show(ctx, text)
	}
	if text == "" {
		return nil
	}
	_, err := io.WriteString(o.out, text)
	return err
}
