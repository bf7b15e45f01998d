package config

import (
	"slices"
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
	a, b := differ(t, other)
	return a.Len() == b.Len() && a.String() == b.String()
}

// differ takes the pieces that both begin and end with away.
func differ(a, b Text) (Text, Text) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
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
	var all Text
	for i, r := range routers {
		if i > 0 && (of == side.Ordinary || len(r.Text) > 0) {
			all = append(all, r.Heading, "\n")
		}
		all = append(all, r.Text...)
	}
	if len(routers) > 1 && len(all) > 0 {
		all = append(all, routers[0].Heading, "\n")
	}
	return slices.Clip(all)
}
