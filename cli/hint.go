package cli

import (
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli/internal/grammar"
)

// A Habit is what operators of other routers type for a command of this one.
type Habit struct {
	// Typed are the words of it, with what of each may be left out in brackets,
	// others that mean the same behind a bar, * for any word, *c* for one with c in it.
	Typed string
	// Use is the command, with parameters in capitals; Say what there is to know
	// where no command does it. Use goes first.
	Use, Say string
}

// habit is a Habit with its words, each with those that mean the same.
type habit struct {
	Habit
	words [][]string
}

func newHabits(all []Habit) (habits []habit) {
	for _, h := range all {
		var words [][]string
		for _, w := range strings.Fields(h.Typed) {
			words = append(words, strings.Split(w, "|"))
		}
		habits = append(habits, habit{h, words})
	}
	return habits
}

// hint is what helps who typed a line that the grammar has refused, "" if nothing
// is known. It follows from the line and from what the session sees, and repeats
// nothing of the line: that may be a secret.
func (s *Session) hint(g *grammar.Error) string {
	if h := s.habitHint(g); h != "" || g.Kind != grammar.Invalid || g.Why != "" {
		return h
	}
	if level, ok := s.levelOf(g.Line); ok {
		return fmt.Sprintf("needs privilege level %d", level)
	}
	switch mode, ok := s.seenIn(g.Line, true); {
	case !ok:
		return ""
	case mode == Exec:
		return "a command of Exec: type do before it"
	default:
		return "a command of " + string(mode)
	}
}

// habitHint is the hint of the habit that has the most words of the line, the
// refused one among them.
func (s *Session) habitHint(g *grammar.Error) string {
	words := strings.Fields(g.Line)
	refused := len(strings.Fields(g.Line[:min(g.Offset, len(g.Line))]))
	if s.Mode() != Exec && len(words) > 0 && (strings.EqualFold(words[0], "do") || strings.EqualFold(words[0], "run")) {
		words, refused = words[1:], refused-1
	}
	most, hint := 0, ""
	for _, h := range s.shell.habits {
		n := len(h.words)
		switch {
		case n <= most || n > len(words) || !begins(words, h.words):
		case g.Kind == grammar.Invalid && refused < n, g.Kind == grammar.Incomplete && len(words) == n:
			if text := s.instead(h.Habit); text != "" {
				most, hint = n, text
			}
		}
	}
	return hint
}

// begins reports whether words begin as the words of a habit.
func begins(words []string, typed [][]string) bool {
	for i, same := range typed {
		if !slices.ContainsFunc(same, func(t string) bool { return stands(words[i], t) }) {
			return false
		}
	}
	return true
}

// stands reports whether a word stands for one of a habit.
func stands(word, typed string) bool {
	if within, ok := strings.CutPrefix(typed, "*"); ok {
		return strings.Contains(word, strings.TrimSuffix(within, "*"))
	}
	least, rest, _ := strings.Cut(typed, "[")
	whole := least + strings.TrimSuffix(rest, "]")
	return len(word) >= len(least) && len(word) <= len(whole) && strings.EqualFold(word, whole[:len(word)])
}

// instead says what to type, if the session sees it from here.
func (s *Session) instead(h Habit) string {
	if h.Use == "" {
		return h.Say
	}
	var known []string // up to the first parameter
	for _, w := range strings.Fields(h.Use) {
		if w == strings.ToUpper(w) && strings.ToLower(w) != w {
			break
		}
		known = append(known, w)
	}
	mode, ok := s.seenIn(strings.Join(known, " "), false)
	switch {
	case !ok:
		return ""
	case mode == s.Mode() || mode == GlobalConfig && s.Mode() != Exec:
		return "type " + h.Use
	case mode == Exec:
		return "type do " + h.Use
	}
	return "type " + h.Use + " in " + string(mode)
}

// seenIn returns a mode in which the session sees a line, as a whole command or
// the beginning of one. The mode it is in goes before others.
func (s *Session) seenIn(line string, whole bool) (grammar.Mode, bool) {
	for _, mode := range append([]grammar.Mode{s.Mode()}, AllModes...) {
		if all, begun := s.shell.tree.Understands(mode, s.View(), line); all || begun && !whole {
			return mode, true
		}
	}
	return "", false
}

// levelOf returns the least level that has a line in this mode. Of the secure side
// nothing is said.
func (s *Session) levelOf(line string) (int, bool) {
	v := s.View()
	v.Mirror = false
	sees := func(level int) bool {
		v.Level = level
		whole, _ := s.shell.tree.Understands(s.Mode(), v, line)
		return whole
	}
	for level := s.level + 1; level <= grammar.LevelMax; level++ {
		if sees(level) {
			return level, true
		}
	}
	return 0, false
}
