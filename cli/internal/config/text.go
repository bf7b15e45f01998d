package config

import (
	"strings"

	"mirrorsh/trapcore/side"
)

// Text is the lines of a side in pieces. A piece that has not changed is the same
// string as before, so that comparing and keeping it costs nothing.
type Text []string

// String returns the pieces as one.
func (t Text) String() string { return strings.Join(t, "") }

// Len returns how many octets there are.
func (t Text) Len() (n int) {
	for _, piece := range t {
		n += len(piece)
	}
	return n
}

// Equal reports whether both say the same, in whatever pieces.
func (t Text) Equal(other Text) bool {
	if len(t) > 0 && len(t) == len(other) && &t[0] == &other[0] {
		return true
	}
	var a, b string
	for {
		for ; a == "" && len(t) > 0; t = t[1:] {
			a = t[0]
		}
		for ; b == "" && len(other) > 0; other = other[1:] {
			b = other[0]
		}
		n := min(len(a), len(b))
		if n == 0 || a[:n] != b[:n] {
			return a == b
		}
		a, b = a[n:], b[n:]
	}
}

// short is how many octets are as easily copied as pieces are kept.
const short = 1 << 10

// Packed returns the text with neighbours that are short in one piece.
func (t Text) Packed() (packed Text) {
	for len(t) > 0 {
		n, octets := 1, len(t[0])
		for n < len(t) && octets+len(t[n]) <= short {
			octets += len(t[n])
			n++
		}
		packed, t = append(packed, t[:n].String()), t[n:]
	}
	return packed
}

// one is a text of one piece.
func one(s string) Text {
	if s == "" {
		return nil
	}
	return Text{s}
}

// contents are what the file of a script has: a head, lines and [End].
type contents struct {
	head  string // up to [Begin]; "": there is no file
	lines Text
}

func (c contents) len() int { return len(c.head) + c.lines.Len() + len(End) }

func (c contents) bytes() []byte {
	b := append(make([]byte, 0, c.len()), c.head...)
	for _, piece := range c.lines {
		b = append(b, piece...)
	}
	return append(b, End...)
}

// Render returns lines as a script has them, those of one side with what leads to them.
func Render(lines []Line, of side.Side) string {
	var b strings.Builder
	write(&b, Only(of), "", lines)
	return b.String()
}
