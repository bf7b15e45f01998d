package cli

import (
	"mirrorsh/cli/editor"
	"mirrorsh/cli/grammar"
)

// What the line editors ask a session while a line is typed.

// Help is what the ? key shows at the end of line; "" where ? is a character
// like any other.
func (s *Session) Help(line string) string {
	text, _ := s.help(line)
	return text
}

// help also reports whether line is refused.
func (s *Session) help(line string) (text string, refused bool) {
	if s.literal(line) {
		return "", false
	}
	c, err := s.shell.tree.Choices(s.Mode(), s.View(), line)
	if err != nil {
		caret, text := s.refusal(err)
		return caret + text + "\n", true
	}
	return c.Format(), false
}

// literal reports whether what is typed at the end of line is text, in which a ?
// is a character like any other.
func (s *Session) literal(line string) bool {
	return s.asking || s.shell.tree.Literal(s.Mode(), s.View(), line)
}

// tabText is how a tab is written in a text that is typed line by line.
const tabText = `\t`

// Complete is what the Tab key does at the end of line: text to insert there,
// and a list to show where several words fit.
func (s *Session) Complete(line string) (insert, list string) {
	if s.asking {
		return tabText, ""
	}
	c, err := s.shell.tree.Choices(s.Mode(), s.View(), line)
	if err != nil {
		return "", ""
	}
	if len(c.Keywords()) > 1 {
		list = grammar.Choices{List: c.Keywords()}.Format()
	}
	return c.Extend(), list
}

// History returns the lines the session may see, oldest first.
func (s *Session) History() []string { return s.history.visible(s.View().SeesAnySecure()) }

// SetHistorySize sets how many lines are kept, 0 to 100.
func (s *Session) SetHistorySize(n int) { s.history.resize(n) }

// HistorySize returns how many lines are kept.
func (s *Session) HistorySize() int { return s.history.size }

// Suggest returns the keywords that may stand for the last word of line.
func (s *Session) Suggest(line string) []editor.Suggestion {
	if line == "" || s.asking {
		return nil
	}
	c, err := s.shell.tree.Choices(s.Mode(), s.View(), line)
	if err != nil {
		return nil
	}
	var list []editor.Suggestion
	for _, w := range c.Keywords() {
		list = append(list, editor.Suggestion{Text: w.Token, Description: w.Help})
	}
	return list
}
