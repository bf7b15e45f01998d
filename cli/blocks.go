package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
)

// blocks leaves out of a script that goes on after a refused line what belongs
// to that line, which would otherwise be about something else:
//
//   - what is indented further than any refused line;
//   - after a line that was to enter a mode, what is said in that mode, up to the
//     exit from it or a command of the mode above;
//   - after a line that was to go to a virtual router, all up to the next such
//     line, but for what only moves the session;
//   - the rest of a text that the line begins.
type blocks struct {
	modes   []grammar.Mode // that the next line would be in, outermost first; none: the session's
	depth   int            // indent of the refused line; -1: nothing belongs to it by indent
	unended bool           // lines were left out by indent, the last one no exit
	adrift  bool           // the session is not in the virtual router that the script means
	closing rune           // ends a text; 0: there is none
	from    int            // number of the refused line
	before  []grammar.Mode // room for those of the line that runs
}

func newBlocks() *blocks { return &blocks{depth: -1} }

// isComment reports whether a line does nothing.
func isComment(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '!'
}

// indent returns how far a line is indented; a tab reaches to the next of every
// eight columns.
func indent(line string) int {
	n := 0
	for _, c := range []byte(line) {
		switch c {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		default:
			return n
		}
	}
	return n
}

// run carries out line number n of a script, unless it belongs to a refused one.
func (b *blocks) run(ctx context.Context, s *Session, n int, line string, execute func() error) error {
	line = s.spellOut(line, true).text
	if b.belongs(s, line) {
		return s.refuse(ctx, fmt.Errorf("left out, it belongs to line %d, which was refused", b.from), "", "")
	}
	return b.note(s, n, line, execute)
}

// note carries out line number n and notes what is to be left out if it is refused.
func (b *blocks) note(s *Session, n int, line string, execute func() error) error {
	before := s.names(b.before)
	b.before = before[:0]
	err := execute()
	_, refused := errors.AsType[*Refusal](err)
	switch {
	case refused:
		b.refused(s, n, line, before, errors.Is(err, errRouterGone))
	case err == nil && b.adrift:
		m, err := s.shell.tree.Parse(before[len(before)-1], s.structure(), line)
		b.adrift = err != nil || !m.Command.Switches || m.Args.Form != grammar.Affirmative
	}
	return err
}

// refused notes that a line was refused in the innermost of some modes.
func (b *blocks) refused(s *Session, n int, line string, in []grammar.Mode, gone bool) {
	b.from, b.depth, b.unended, b.modes = n, indent(line), false, nil
	mode, view := in[len(in)-1], s.structure()
	b.begins(s, mode, line)
	if gone { // and the session is in Exec
		b.adrift = true
		if len(in) > 1 {
			s.Enter(GlobalConfig, nil)
			b.modes = slices.Clone(in[2:])
		}
	}
	switch c, owner := s.shell.tree.Heading(mode, view, line); {
	case c == nil, c.Enters == owner:
	case c.Switches:
		b.adrift, b.modes = true, nil
		s.backTo(owner)
	default:
		b.modes = []grammar.Mode{c.Enters}
		s.backTo(owner)
	}
}

// outside reports whether the line that was refused was to enter Global
// Configuration, from which all other lines are reached.
func (b *blocks) outside() bool { return len(b.modes) > 0 && b.modes[0] == GlobalConfig }

// begins notes that a line which is left out begins a text of several lines, be it
// in the wrong mode.
func (b *blocks) begins(s *Session, mode grammar.Mode, line string) {
	text, ok := s.shell.tree.MeantText(mode, s.structure(), line)
	for _, other := range []string{line, undone(line)} {
		if !ok {
			text, ok = s.shell.tree.MeantText(GlobalConfig, s.structure(), other)
		}
	}
	if !ok {
		return
	}
	if r, done := access.NewBannerReader(text); !done {
		b.closing = r.Delimiter
	}
}

// undone returns a line without the do before it.
func undone(line string) string {
	word, rest, _ := strings.Cut(strings.TrimLeft(line, " \t"), " ")
	if strings.EqualFold(word, "do") {
		return rest
	}
	return line
}

// belongs reports whether a line belongs to one that was refused.
func (b *blocks) belongs(s *Session, line string) bool {
	if b.closing != 0 {
		if strings.ContainsRune(line, b.closing) {
			b.closing = 0
		}
		return true
	}
	if b.depth < 0 && len(b.modes) == 0 && !b.adrift || isComment(line) {
		return false
	}
	mode := s.Mode()
	if n := len(b.modes); n > 0 {
		mode = b.modes[n-1]
	}
	deeper := b.depth >= 0 && indent(line) > b.depth
	belongs := b.continues(s, mode, line, deeper)
	if belongs {
		b.begins(s, mode, line)
	}
	return belongs
}

func (b *blocks) continues(s *Session, mode grammar.Mode, line string, deeper bool) bool {
	m, err := s.shell.tree.Parse(mode, s.structure(), line)
	known := err == nil
	exit, end := known && m.Args.Has("exit"), known && m.Args.Has("end")
	unended := b.unended
	if b.unended = deeper && !exit; !deeper {
		b.depth = -1
	}
	switch {
	case end:
		// The session is in Exec if it was refused to leave that.
		inExec := len(b.modes) > 0 && b.modes[0] == GlobalConfig
		b.modes, b.depth = nil, -1
		return inExec
	case len(b.modes) > 0:
		return b.inBlock(s, mode, line, &m, known, deeper)
	case deeper:
		return true
	case exit:
		return unended
	case !b.adrift:
		return false
	case known && m.Args.Form == grammar.Affirmative && m.Command.Enters != "" && !m.Command.Moves:
		b.modes = []grammar.Mode{m.Command.Enters}
		return true
	case known:
		return !m.Command.Moves && !(m.Command.Switches && m.Args.Form == grammar.Affirmative)
	}
	c, _ := s.shell.tree.Heading(mode, s.structure(), line)
	return c == nil || !c.Switches
}

// inBlock is continues for a line of a mode that could not be entered, or of one
// above it.
func (b *blocks) inBlock(s *Session, mode grammar.Mode, line string, m *grammar.Match[Handler], known, deeper bool) bool {
	switch {
	case known && m.Args.Has("exit"):
		b.modes = b.modes[:len(b.modes)-1]
		return true
	case known && m.Command.Moves && m.Mode == Exec:
		return false
	case known && m.Mode == Exec: // do
		return true
	case known:
		i := slices.Index(b.modes, m.Mode)
		switch {
		case i >= 0:
			b.modes = b.modes[:i+1]
		case deeper:
			return true
		default:
			b.modes = nil
			return b.continues(s, s.Mode(), line, false)
		}
		if m.Args.Form == grammar.Affirmative && m.Command.Enters != "" && !m.Command.Moves {
			b.modes = append(b.modes, m.Command.Enters)
		}
		return true
	case deeper:
		return true
	}
	// A line that is to lead elsewhere, and is wrong: it is refused as such.
	if c, owner := s.shell.tree.Heading(mode, s.structure(), line); c != nil && !slices.Contains(b.modes, owner) {
		b.modes = nil
		return b.adrift && !c.Switches
	}
	return true
}
