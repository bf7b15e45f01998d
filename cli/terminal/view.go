package terminal

import (
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// view is the plain editor's picture of the line. A line is first echoed and
// wraps at the margin by itself. BS does not climb to the row above; when the
// cursor would have to, the line moves to a row of its own, where it scrolls
// sideways until it is done.
type view struct {
	prompt []rune
	drawn  bool
	text   []rune // what the screen shows
	pos    int    // and where its cursor is
	width  int    // of the window then; 0 if unknown: it never wraps

	scrolled bool
	first    int // scrolled: the first character shown
	used     int // scrolled: columns in use
}

// Narrower than this, a scrolled line does without its prompt.
const minScroll = 10

// show returns what to print so that the screen shows prompt and text, with the
// cursor at pos, in a window of so many columns.
func (v *view) show(text []rune, pos, width int) string {
	out, ok := "", false
	moved := v.drawn && width != v.width && !(v.fits(v.width) && v.fits(width))
	if !v.scrolled && !moved {
		v.width = width
		out, ok = v.echo(text, pos)
	}
	if !ok {
		if v.drawn && (moved || !v.scrolled) {
			out, v.used = "\n", 0
		}
		v.scrolled = true
		out += v.scroll(text, pos, width)
	}
	v.drawn, v.text, v.pos, v.width = true, slices.Clone(text), pos, width
	return out
}

// leave returns what to print to get to the start of the row below the line.
func (v *view) leave() string {
	if v.scrolled {
		return "\n"
	}
	return string(v.text[v.pos:]) + "\n"
}

// fits reports whether what is shown stays on one row of that width.
func (v *view) fits(width int) bool {
	return width <= 0 || columns(v.prompt)+columns(v.text) < width
}

// column returns how many columns lie before text[i], counted across rows. A
// wide character does not begin in the last column.
func (v *view) column(text []rune, i int) int {
	n := 0
	for _, s := range [][]rune{v.prompt, text[:i]} {
		for _, r := range s {
			w := runewidth.RuneWidth(r)
			if v.width > 0 && n%v.width+w > v.width {
				n += v.width - n%v.width
			}
			n += w
		}
	}
	return n
}

// back returns the backspaces from one column to another. ok is false if they
// cross the margin, or start at it, where terminals disagree.
func (v *view) back(from, to int) (s string, ok bool) {
	if from > to && v.width > 0 && (from/v.width != to/v.width || from%v.width == 0) {
		return "", false
	}
	return strings.Repeat("\b", max(from-to, 0)), true
}

// echo prints what differs, in place. ok is false if that needs the row above;
// then nothing is printed.
func (v *view) echo(text []rune, pos int) (out string, ok bool) {
	same := 0
	for same < len(text) && same < len(v.text) && text[same] == v.text[same] {
		same++
	}
	if v.drawn && same == len(text) && same == len(v.text) {
		if pos >= v.pos {
			return string(text[v.pos:pos]), true
		}
		return v.back(v.column(text, v.pos), v.column(text, pos))
	}
	if v.drawn && same == len(v.text) && v.pos == same && pos == len(text) {
		return string(text[same:]), true // the common case, at any length
	}
	from := min(same, v.pos)
	toChange, ok := v.back(v.column(v.text, v.pos), v.column(text, from))
	if !ok {
		return "", false
	}
	if !v.drawn {
		toChange = string(v.prompt)
	}
	end := v.column(text, len(text))
	blanks := max(v.column(v.text, len(v.text))-end, 0)
	toPos, ok := v.back(end+blanks, v.column(text, pos))
	if !ok {
		return "", false
	}
	return toChange + string(text[from:]) + strings.Repeat(" ", blanks) + toPos, true
}

// scroll prints the part of the line around the cursor on one row, with `$`
// where it goes on.
func (v *view) scroll(text []rune, pos, width int) string {
	if width <= 0 {
		width = defaultWidth
	}
	prompt := v.prompt
	room := width - 1 - columns(prompt)
	if room < minScroll {
		prompt, room = nil, max(width-1, 3)
	}
	// Both marks fit beside the cursor.
	if pos <= v.first || columns(text[v.first:pos]) > room-2 {
		v.first = pos
		for w := 0; v.first > 0 && w < room/2; v.first-- {
			w += runewidth.RuneWidth(text[v.first-1])
		}
	}
	row, used := slices.Clone(prompt), columns(prompt)
	limit, cursor := used+room, used
	for i, r := range text[v.first:] {
		i += v.first
		if i == pos {
			cursor = used
		}
		w := runewidth.RuneWidth(r)
		if used+w > limit || used+w == limit && i+1 < len(text) {
			row, used = append(row, '$'), used+1
			break
		}
		if i == v.first && i > 0 {
			r, w = '$', 1
		}
		row, used = append(row, r), used+w
	}
	if pos == len(text) {
		cursor = used
	}
	blanks := max(v.used-used, 0)
	v.used = used
	return "\r" + string(row) + strings.Repeat(" ", blanks) + strings.Repeat("\b", used+blanks-cursor)
}
