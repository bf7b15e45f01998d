package terminal

import (
	"bytes"
	"fmt"
)

// sequences collects text and VT100 sequences (ECMA-48).
type sequences struct{ buf bytes.Buffer }

func (s *sequences) WriteRaw(data []byte)    { s.buf.Write(data) }
func (s *sequences) WriteRawStr(data string) { s.buf.WriteString(data) }

// Write sends data without control characters other than newline, so that no
// text from the session can steer the terminal.
func (s *sequences) Write(data []byte) {
	for _, c := range data {
		if c < ' ' && c != '\n' || c == 0x7f {
			c = '?'
		}
		s.buf.WriteByte(c)
	}
}

func (s *sequences) WriteStr(data string) { s.Write([]byte(data)) }

func (s *sequences) sequence(format string, args ...any) {
	fmt.Fprintf(&s.buf, "\x1b["+format, args...)
}

// move sends one of two opposite movements; a zero count would mean one.
func (s *sequences) move(n int, forth, back byte) {
	switch {
	case n > 0:
		s.sequence("%d%c", n, forth)
	case n < 0:
		s.sequence("%d%c", -n, back)
	}
}

func (s *sequences) CursorUp(n int)          { s.move(n, 'A', 'B') }
func (s *sequences) CursorDown(n int)        { s.move(n, 'B', 'A') }
func (s *sequences) CursorForward(n int)     { s.move(n, 'C', 'D') }
func (s *sequences) CursorBackward(n int)    { s.move(n, 'D', 'C') }
func (s *sequences) CursorGoTo(row, col int) { s.sequence("%d;%dH", max(row, 1), max(col, 1)) }
func (s *sequences) HideCursor()             { s.sequence("?25l") }
func (s *sequences) ShowCursor()             { s.sequence("?25h") }
func (s *sequences) SaveCursor()             { s.sequence("s") }
func (s *sequences) UnSaveCursor()           { s.sequence("u") }
func (s *sequences) AskForCPR()              { s.sequence("6n") }
func (s *sequences) EraseScreen()            { s.sequence("2J") }
func (s *sequences) EraseUp()                { s.sequence("1J") }
func (s *sequences) EraseStartOfLine()       { s.sequence("1K") }
func (s *sequences) EraseEndOfLine()         { s.sequence("K") }
func (s *sequences) EraseLine()              { s.sequence("2K") }
func (s *sequences) ScrollDown()             { s.WriteRawStr("\x1bD") }
func (s *sequences) ScrollUp()               { s.WriteRawStr("\x1bM") }
