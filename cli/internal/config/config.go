// Package config keeps what is configured: lines, and the scripts that they make,
// which it saves and reads back. It knows no session and no command.
//
// # Scripts, not records
//
// What is saved are the lines that show configuration prints. An operator can
// read and mend them, each form of a line has one parser and one writer, and a
// release that knows more lines reads the files of one that knows fewer. Records
// would be a second form of everything, with versions of their own.
//
// There are two scripts, one for each side. startup.cnf has what every reader
// sees, and means the same where the secure side does not exist. secure.cnf has
// the secure lines, each below the ordinary lines that lead to it; run after the
// other one, those only lead to what is there.
//
// # Saving
//
// A [Saver] owns the files. It renders the lines of both sides, compares them
// with those on disk and commits the scripts that differ, at one moment. If that
// fails, the ordinary script is committed as though the secure one had not
// changed. Each side has its own [State], error and times, so that what becomes
// of the secure one never shows in the other.
//
// A render is asked for by side. To save without rendering everything, a source
// of lines keeps pieces of its [Text] until they change: the Saver compares texts
// and needs to know no more.
//
// Of ours it imports side and state.
package config

import (
	"strings"

	"mirrorsh/trapcore/side"
)

// Line is one line of configuration.
type Line struct {
	Text string
	Side side.Side
	// Shadowed marks an ordinary line that says something secure where the secure
	// side is visible, because a secure record has a name in it too.
	Shadowed bool
	// Block has the lines of the mode that this line enters; an exit ends it.
	Block []Line
}

// Router has the lines of a virtual router.
type Router struct {
	Heading string // the line that leads to it
	Lines   []Line
}

// Configuration has the lines of all virtual routers, the default one first.
type Configuration []Router

// Text returns the lines of the sides that are wanted. A line of another side
// stays where it leads to lines that are.
func (c Configuration) Text(wanted func(side.Side) bool) string {
	var b strings.Builder
	for i, r := range c {
		var own strings.Builder
		write(&own, wanted, "", r.Lines)
		if i > 0 && (wanted(side.Ordinary) || own.Len() > 0) {
			b.WriteString(r.Heading + "\n")
		}
		b.WriteString(own.String())
	}
	if len(c) > 1 && b.Len() > 0 {
		b.WriteString(c[0].Heading + "\n")
	}
	return b.String()
}

func write(b *strings.Builder, wanted func(side.Side) bool, indent string, lines []Line) {
	for i := range lines {
		l := &lines[i]
		var block strings.Builder
		write(&block, wanted, indent+" ", l.Block)
		if !wanted(l.Side) && block.Len() == 0 {
			continue
		}
		b.WriteString(indent + l.Text + "\n" + block.String())
		if l.Block != nil {
			b.WriteString(indent + " exit\n")
		}
	}
}

// Shadowed reports whether any line is.
func (c Configuration) Shadowed() bool {
	for _, r := range c {
		if shadowed(r.Lines) {
			return true
		}
	}
	return false
}

func shadowed(lines []Line) bool {
	for i := range lines {
		if lines[i].Shadowed || shadowed(lines[i].Block) {
			return true
		}
	}
	return false
}

// Only wants the lines of one side.
func Only(s side.Side) func(side.Side) bool {
	return func(of side.Side) bool { return of == s }
}
