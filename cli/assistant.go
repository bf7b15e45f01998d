package cli

import (
	"mirrorsh/cli/internal/grammar"
)

// What a terminal asks a session while a line is typed.

// A Suggestion is a word that fits where one types.
type Suggestion struct {
	Text        string // whole word, which replaces the one being typed
	Description string // one line
}

// Help is what the ? key shows at the end of line; "" where ? is a character
// like any other.
func (s *Session) Help(line string) string {
	text, _ := s.help(line)
	return text
}

// help also returns the refusal of a line that has none.
func (s *Session) help(line string) (text string, refused *Refusal) {
	if s.literal(line) {
		return "", nil
	}
	c, err := s.choices(line)
	if err != nil {
		return s.refusal(err, said(err)+"?")
	}
	return c.Format(), nil
}

// literal reports whether what is typed at the end of line is text, in which a ?
// is a character like any other.
func (s *Session) literal(line string) bool {
	return s.asking || s.shell.tree.Literal(s.Mode(), s.View(), s.spellOut(line, false).text)
}

// tabText is how a tab is written in a text that is typed line by line.
const tabText = `\t`

// Complete is what the Tab key does at the end of line: text to insert there,
// and a list to show where several words fit.
func (s *Session) Complete(line string) (insert, list string) {
	if s.asking {
		return tabText, ""
	}
	c, ok := s.offers(line)
	if !ok {
		return "", ""
	}
	if len(c.Words()) > 1 {
		list = grammar.Choices{List: c.Words(), More: c.More}.Format()
	}
	return c.Extend(), list
}

// asker is the view of help: it lists what exists, too.
func (s *Session) asker() grammar.View {
	v := s.View()
	v.Names = lister{s}
	return v
}

// lister gives out what a session sees.
type lister struct{ *Session }

func (l lister) Each(namer any, prefix string, visit func(name string) (more bool)) (left int) {
	var names []string
	switch of := namer.(type) {
	case grammar.Files:
		names = FileNames(l.Session)
	case CrowdNamer:
		return of(l.Session, prefix, visit)
	case Namer:
		names = of(l.Session)
	}
	for _, name := range names {
		visit(name)
	}
	return 0
}

// FileNames lists the files of the router to who may use them.
func FileNames(s *Session) []string {
	if !s.Reaches(grammar.LevelFiles) {
		return nil
	}
	files, err := s.shell.files.List()
	if err != nil {
		return nil // a command that uses one says so
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

// History returns the lines the session may see, oldest first.
func (s *Session) History() []string { return s.history.visible(s.knows()) }

// SetHistorySize sets how many lines are kept, 0 to 100.
func (s *Session) SetHistorySize(n int) { s.history.resize(n) }

// HistorySize returns how many lines are kept.
func (s *Session) HistorySize() int { return s.history.size }

// Suggest returns the keywords that may stand for the last word of line.
func (s *Session) Suggest(line string) []Suggestion {
	if line == "" || s.asking {
		return nil
	}
	c, ok := s.offers(line)
	if !ok {
		return nil
	}
	var list []Suggestion
	for _, w := range c.Words() {
		list = append(list, Suggestion{Text: w.Token, Description: w.Help})
	}
	return list
}
