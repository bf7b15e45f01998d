package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli/grammar"
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
	switch mode, ok := s.modeOf(g.Line); {
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
	for _, h := range s.shell.Habits {
		typed := strings.Fields(h.Typed)
		switch {
		case len(typed) <= most || len(typed) > len(words) || !begins(words, typed):
		case g.Kind == grammar.Invalid && refused < len(typed), g.Kind == grammar.Incomplete && len(words) == len(typed):
			if text := s.instead(h); text != "" {
				most, hint = len(typed), text
			}
		}
	}
	return hint
}

// begins reports whether words begin as the words of a habit.
func begins(words, typed []string) bool {
	for i, t := range typed {
		if !slices.ContainsFunc(strings.Split(t, "|"), func(t string) bool { return stands(words[i], t) }) {
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
	mode, ok := s.seenIn(s.View(), func(err *grammar.Error) bool { return err.Kind == grammar.Incomplete }, strings.Join(known, " "))
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

// seenIn returns a mode in which a view has a line, the one the session is in
// before others. also takes a refusal that does not matter.
func (s *Session) seenIn(v grammar.View, also func(*grammar.Error) bool, line string) (grammar.Mode, bool) {
	for _, mode := range append([]grammar.Mode{s.Mode()}, AllModes...) {
		var g *grammar.Error
		_, err := s.shell.tree.Parse(mode, v, line)
		if err == nil || errors.As(err, &g) && also(g) {
			return mode, true
		}
	}
	return "", false
}

// modeOf returns another mode that has a line.
func (s *Session) modeOf(line string) (grammar.Mode, bool) {
	return s.seenIn(s.View(), func(*grammar.Error) bool { return false }, line)
}

// levelOf returns the least level that has a line in this mode. Of the secure side
// nothing is said.
func (s *Session) levelOf(line string) (int, bool) {
	v := s.View()
	v.Mirror = false
	sees := func(level int) bool {
		v.Level = level
		_, err := s.shell.tree.Parse(s.Mode(), v, line)
		return err == nil
	}
	if s.level == grammar.LevelMax || !sees(grammar.LevelMax) {
		return 0, false
	}
	level := s.level + 1
	for !sees(level) {
		level++
	}
	return level, true
}
