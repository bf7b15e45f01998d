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

// bytes returns the pieces as one.
func (t Text) bytes() []byte {
	b := make([]byte, 0, t.Len())
	for _, piece := range t {
		b = append(b, piece...)
	}
	return b
}

// Len returns how many octets there are.
func (t Text) Len() (n int) {
	for _, piece := range t {
		n += len(piece)
	}
	return n
}

// Equal reports whether both say the same, in whatever pieces.
func (t Text) Equal(other Text) bool {
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

// one is a text of one piece.
func one(s string) Text {
	if s == "" {
		return nil
	}
	return Text{s}
}

// Render returns lines as a script has them, those of one side with what leads to them.
func Render(lines []Line, of side.Side) string {
	var b strings.Builder
	write(&b, Only(of), "", lines)
	return b.String()
}

// Piece is the text of a virtual router.
type Piece struct {
	Heading string // the line that leads to it
	Text    Text
}

// Join puts virtual routers together, the default one first. A heading of one
// that has no lines of the side stands among ordinary lines only.
func Join(routers []Piece, of side.Side) Text {
	pieces := 2
	for i := range routers {
		pieces += 2 + len(routers[i].Text)
	}
	all := make(Text, 0, pieces)
	for i, r := range routers {
		if i > 0 && (of == side.Ordinary || len(r.Text) > 0) {
			all = append(all, r.Heading, "\n")
		}
		all = append(all, r.Text...)
	}
	if len(routers) > 1 && len(all) > 0 {
		all = append(all, routers[0].Heading, "\n")
	}
	return all
}
