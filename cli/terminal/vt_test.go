package terminal

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// vt is the screen of a VT100-like terminal, as far as the editors use it. It
// wraps like xterm: a full row leaves the cursor on its last column.
type vt struct {
	cols, rows int
	cells      [][]rune // scrolled-off rows first
	row, col   int      // row counts from the first visible row
	pending    bool     // the next character wraps
	seq        []byte   // unfinished escape sequence
	char       []byte   // unfinished UTF-8 character
	err        error    // a sequence the screen does not know
}

func newVT(cols, rows int) *vt {
	v := &vt{cols: cols, rows: rows}
	for range rows {
		v.cells = append(v.cells, nil)
	}
	return v
}

func (v *vt) top() int { return len(v.cells) - v.rows }

// resize changes the window without wrapping anew, as xterm does.
func (v *vt) resize(cols, rows int) {
	v.cols, v.pending = cols, false
	for rows > v.rows {
		v.cells, v.rows = append(v.cells, nil), v.rows+1
	}
	v.col = min(v.col, cols-1)
}

func (v *vt) write(b []byte) {
	for _, c := range b {
		switch {
		case len(v.seq) > 0:
			v.seq = append(v.seq, c)
			if v.escape() {
				v.seq = nil
			}
		case c == 0x1b:
			v.seq = []byte{c}
		case c >= utf8.RuneSelf:
			v.char = append(v.char, c)
			if utf8.FullRune(v.char) {
				r, _ := utf8.DecodeRune(v.char)
				v.put(r)
				v.char = nil
			}
		default:
			v.control(c)
		}
	}
}

func (v *vt) control(c byte) {
	switch c {
	case '\r':
		v.col, v.pending = 0, false
	case '\n':
		v.down()
	case '\b':
		v.col, v.pending = max(v.col-1, 0), false
	case '\t': // a trace of the helper's
		v.put(' ')
	default:
		if c < ' ' {
			v.err = fmt.Errorf("control character %#x", c)
			return
		}
		v.put(rune(c))
	}
}

func (v *vt) down() {
	if v.row++; v.row == v.rows {
		v.row--
		v.cells = append(v.cells, nil)
	}
	v.pending = false
}

func (v *vt) put(r rune) {
	w := runewidth.RuneWidth(r)
	if v.pending || v.col+w > v.cols {
		v.col = 0
		v.down()
	}
	y := v.top() + v.row
	for len(v.cells[y]) < v.col+w {
		v.cells[y] = append(v.cells[y], ' ')
	}
	v.cells[y][v.col] = r
	if w == 2 {
		v.cells[y][v.col+1] = 0
	}
	if v.col += w; v.col >= v.cols {
		v.col, v.pending = v.cols-1, true
	}
}

// escape carries out the sequence if it is complete.
func (v *vt) escape() bool {
	if len(v.seq) == 2 {
		switch v.seq[1] {
		case '[':
			return false
		case 'D':
			v.down()
		case 'M':
			if v.row == 0 {
				v.err = fmt.Errorf("reverse index at the top")
			}
			v.row = max(v.row-1, 0)
		default:
			v.err = fmt.Errorf("sequence %q", v.seq)
		}
		return true
	}
	final := v.seq[len(v.seq)-1]
	if final < '@' {
		return false
	}
	n, y := 1, v.top()+v.row
	_, _ = fmt.Sscanf(string(v.seq[2:]), "%d", &n)
	switch final {
	case 'A':
		v.row = max(v.row-n, 0)
	case 'B':
		v.row = min(v.row+n, v.rows-1)
	case 'C':
		v.col = min(v.col+n, v.cols-1)
	case 'D':
		v.col = max(v.col-n, 0)
	case 'J':
		v.cells[y] = v.cells[y][:min(v.col, len(v.cells[y]))]
		for y++; y < len(v.cells); y++ {
			v.cells[y] = nil
		}
	case 'm', 'h', 'l':
	default:
		v.err = fmt.Errorf("sequence %q", v.seq)
	}
	if strings.ContainsRune("ABCD", rune(final)) {
		v.pending = false
	}
	return true
}

// text returns every row, scrolled-off ones too, without trailing blanks.
func (v *vt) text() []string {
	var rows []string
	for _, cells := range v.cells {
		row := strings.ReplaceAll(string(cells), "\x00", "")
		rows = append(rows, strings.TrimRight(row, " "))
	}
	return rows
}

// cursor returns the row of the cursor with `|` before the cursor's cell.
func (v *vt) cursor() string {
	cells := v.cells[v.top()+v.row]
	col := v.col
	if v.pending {
		col++
	}
	for len(cells) < col {
		cells = append(bytes.Runes([]byte(string(cells))), ' ')
	}
	row := string(cells[:col]) + "|" + string(cells[col:])
	return strings.TrimRight(strings.ReplaceAll(row, "\x00", ""), " ")
}
