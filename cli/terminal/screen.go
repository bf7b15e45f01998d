package terminal

import (
	"bytes"
	"fmt"

	prompt "github.com/c-bata/go-prompt"
)

// screen is go-prompt's writer. It sends VT100 sequences (ECMA-48) to the
// terminal that is edited on, which go-prompt's own writers cannot: they write
// to standard output or error. It belongs to the goroutine in ReadLine.
type screen struct {
	term  *Terminal
	buf   bytes.Buffer
	muted bool // drop what go-prompt draws for a window that is no more
	skip  bool // drop the next frame: it is on the screen already
	typed string
	tail  bool // the next frame is typed, and what comes below the line
}

// append makes the next frame one that adds text at the end of the line, and
// draws what comes below anew unless same is set. go-prompt would draw all of
// it from the prompt on.
func (s *screen) append(text string, same bool) {
	s.typed, s.skip, s.tail = text, same, !same
}

// frame returns what go-prompt has drawn since the last frame, as far as it is
// to be shown.
func (s *screen) frame() string {
	drawn, typed := s.buf.String(), s.typed
	skip := s.skip
	s.buf.Reset()
	s.typed, s.skip, s.tail = "", false, false
	switch {
	case s.muted:
		return ""
	case skip:
		return typed
	}
	return drawn
}

var _ prompt.ConsoleWriter = (*screen)(nil)

// Flush shows what has been written. It never fails: go-prompt would panic or
// log, and input from a terminal that cannot be written to ends too.
func (s *screen) Flush() error {
	s.term.print(s.frame())
	return nil
}

func (s *screen) WriteRaw(data []byte)    { s.buf.Write(data) }
func (s *screen) WriteRawStr(data string) { s.buf.WriteString(data) }

// Write sends data without control characters other than newline, so that no
// text from the session can steer the terminal.
func (s *screen) Write(data []byte) {
	for _, c := range data {
		if c < ' ' && c != '\n' || c == 0x7f {
			c = '?'
		}
		s.buf.WriteByte(c)
	}
}

func (s *screen) WriteStr(data string) { s.Write([]byte(data)) }

func (s *screen) sequence(format string, args ...any) {
	fmt.Fprintf(&s.buf, "\x1b["+format, args...)
}

// move sends one of two opposite movements; a zero count would mean one.
func (s *screen) move(n int, forth, back byte) {
	switch {
	case n > 0:
		s.sequence("%d%c", n, forth)
	case n < 0:
		s.sequence("%d%c", -n, back)
	}
}

func (s *screen) CursorUp(n int)          { s.move(n, 'A', 'B') }
func (s *screen) CursorDown(n int)        { s.move(n, 'B', 'A') }
func (s *screen) CursorForward(n int)     { s.move(n, 'C', 'D') }
func (s *screen) CursorBackward(n int)    { s.move(n, 'D', 'C') }
func (s *screen) CursorGoTo(row, col int) { s.sequence("%d;%dH", max(row, 1), max(col, 1)) }
func (s *screen) HideCursor()             { s.sequence("?25l") }
func (s *screen) ShowCursor()             { s.sequence("?25h") }
func (s *screen) SaveCursor()             { s.sequence("s") }
func (s *screen) UnSaveCursor()           { s.sequence("u") }
func (s *screen) AskForCPR()              { s.sequence("6n") }
func (s *screen) EraseScreen()            { s.sequence("2J") }
func (s *screen) EraseUp()                { s.sequence("1J") }
func (s *screen) EraseStartOfLine()       { s.sequence("1K") }
func (s *screen) EraseEndOfLine()         { s.sequence("K") }
func (s *screen) EraseLine()              { s.sequence("2K") }
func (s *screen) ScrollDown()             { s.WriteRawStr("\x1bD") }
func (s *screen) ScrollUp()               { s.WriteRawStr("\x1bM") }

// EraseDown comes between the line and what is below it.
func (s *screen) EraseDown() {
	if s.tail {
		s.buf.Reset()
		s.buf.WriteString("\x1b[?25l" + s.typed)
		s.tail = false
	}
	s.sequence("J")
}

// The window's title is the operator's; go-prompt would clear it.
func (s *screen) SetTitle(string) {}
func (s *screen) ClearTitle()     {}

func (s *screen) SetColor(fg, bg prompt.Color, bold bool) {
	if s.term.noColor {
		reverse := ""
		if bg != prompt.DefaultColor {
			reverse = ";7" // as what is selected must show
		}
		s.sequence("0%sm", reverse)
		return
	}
	attribute := 0
	if bold {
		attribute = 1
	}
	s.sequence("%d;%d;%dm", attribute, sgr(fg, 30), sgr(bg, 40))
}

// sgr returns the parameter that selects c as the foreground (base 30) or the
// background (base 40) colour. go-prompt numbers its colours in SGR's order.
func sgr(c prompt.Color, base int) int {
	switch {
	case c >= prompt.DarkGray && c <= prompt.White:
		return base + 60 + int(c-prompt.DarkGray)
	case c >= prompt.Black && c <= prompt.LightGray:
		return base + int(c-prompt.Black)
	}
	return base + 9
}
