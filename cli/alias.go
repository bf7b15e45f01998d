package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// Bounds of aliases.
const (
	MaxAliasName = 32
	MaxAliasLine = 256
	maxAliases   = 100 // of a side
)

var (
	errAliases      = fmt.Errorf("more than %d aliases", maxAliases)
	errAliasSecret  = errors.New("an alias cannot hold a secret")
	errAliasCommand = errors.New("a command has that name")
	errNoAlias      = errors.New("no such alias")
)

// Alias is a word that stands for the beginning of an Exec command.
type Alias struct {
	Name, Line string
	Side       side.Side
}

// aliases are those of a shell. Sessions read them with every line; mu is held
// while they are replaced.
type aliases struct {
	mu   sync.Mutex
	list atomic.Pointer[[]Alias] // by name
}

func (a *aliases) all() []Alias {
	if list := a.list.Load(); list != nil {
		return *list
	}
	return nil
}

// find returns the alias of a name for a reader; a secure one goes before others.
func (a *aliases) find(c side.Clearance, name string) (found Alias, ok bool) {
	for _, x := range a.all() {
		if strings.EqualFold(x.Name, name) && c.Sees(x.Side) && (!ok || x.Side == side.Secure) {
			found, ok = x, true
		}
	}
	return found, ok
}

// change takes the aliases that gone says out, and puts one in; none where its name
// is empty.
func (a *aliases) change(gone func(Alias) bool, x Alias) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(a.all()), gone)
	if x.Name != "" {
		same := 0
		for _, y := range list {
			if y.Side == x.Side {
				same++
			}
		}
		if same >= maxAliases {
			return errAliases
		}
		list = append(list, x)
		slices.SortStableFunc(list, func(a, b Alias) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	}
	a.list.Store(&list)
	return nil
}

// Aliases returns those that a reader sees, by name.
func (sh *Shell) Aliases(c side.Clearance) []Alias {
	return slices.DeleteFunc(slices.Clone(sh.aliases.all()), func(x Alias) bool { return !c.Sees(x.Side) })
}

// SetAlias makes an alias, on the side of what it stands for: on the secure one if the
// logs may not know of it. What is there stays there until it is removed.
func (s *Session) SetAlias(name, line string) error {
	switch {
	case strings.Contains(s.trace.running.Redacted, grammar.Redacted):
		return errAliasSecret
	case s.shell.begins(s.structure(), name):
		return errAliasCommand
	}
	old, _ := s.shell.aliases.find(s.knows(), name)
	s.trace.concealed = old.Side == side.Secure || s.seesAnySecure() && !s.isOrdinary(line)
	x := Alias{name, line, side.Of(!s.leavesTrace())}
	return s.shell.aliases.change(func(y Alias) bool { return strings.EqualFold(y.Name, name) && y.Side == x.Side }, x)
}

// isOrdinary reports whether a line says nothing that is of the secure side: it is
// a command, or the beginning of one, where that side is not visible. What output
// is filtered by may be of either.
func (s *Session) isOrdinary(line string) bool {
	v := s.structure()
	v.Mirror = false
	whole, begun := s.shell.tree.Understands(Exec, v, line)
	return (whole || begun) && !strings.Contains(line, "|")
}

// RemoveAlias removes the alias that the session means by a name.
func (s *Session) RemoveAlias(name string) error {
	old, ok := s.shell.aliases.find(s.knows(), name)
	if !ok {
		return errNoAlias
	}
	s.trace.concealed = old.Side == side.Secure
	return s.shell.aliases.change(func(x Alias) bool { return x == old }, Alias{})
}

// begins reports whether Exec commands begin with a word as it is.
func (sh *Shell) begins(v grammar.View, word string) bool {
	c, ok := sh.tree.Offers(Exec, v, word)
	return ok && slices.ContainsFunc(c.List, func(x grammar.Choice) bool { return !x.Parameter && strings.EqualFold(x.Token, word) })
}

// spelledOut is a line in which the alias of its Exec command is spelled out: what
// stood from start to was ends at end now.
type spelledOut struct {
	text            string
	start, was, end int
}

// spellOut returns what a line means. An alias that the line may go on with, where
// whole is not set, is none yet; a word that commands begin with is never one.
func (s *Session) spellOut(line string, whole bool) spelledOut {
	same := spelledOut{text: line}
	if len(s.shell.aliases.all()) == 0 {
		return same
	}
	start, ok := s.commandAt(line)
	if !ok {
		return same
	}
	was := start + len(firstWord(line[start:]))
	if was == len(line) && !whole {
		return same
	}
	a, ok := s.shell.aliases.find(s.knows(), line[start:was])
	if !ok || s.shell.begins(s.View(), line[start:was]) {
		return same
	}
	return spelledOut{line[:start] + a.Line + line[was:], start, was, start + len(a.Line)}
}

func firstWord(text string) string {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i]
	}
	return text
}

// commandAt returns where the Exec command of a line begins.
func (s *Session) commandAt(line string) (start int, ok bool) {
	skip := func() { start += len(line[start:]) - len(strings.TrimLeft(line[start:], " \t")) }
	skip()
	if s.Mode() == Exec {
		return start, !s.asking
	}
	leads := firstWord(line[start:])
	if !strings.EqualFold(leads, "do") && !strings.EqualFold(leads, "run") || start+len(leads) == len(line) {
		return 0, false
	}
	start += len(leads)
	skip()
	return start, !s.asking
}

// place makes a refusal point into the line that was typed.
func (x spelledOut) place(err error, line string) {
	var g *grammar.Error
	if x.end == 0 || !errors.As(err, &g) {
		return
	}
	if g.Redacted == x.text {
		g.Redacted, g.At = line, x.back(g.At)
	}
	g.Line, g.Offset = line, x.back(g.Offset)
}

func (x spelledOut) back(offset int) int {
	if offset < x.end {
		return x.start
	}
	return offset - x.end + x.was
}

// asTyped is what may be said of a line, from what may be said of its meaning.
func (s *Session) asTyped(line, redacted string) string {
	if redacted == line || redacted == s.spellOut(line, true).text {
		return line
	}
	return redacted
}

// choices are what may follow a line, aliases included.
func (s *Session) choices(line string) (grammar.Choices, error) {
	x := s.spellOut(line, false)
	c, err := s.shell.tree.Choices(s.Mode(), s.asker(), x.text)
	if err != nil {
		x.place(err, line)
	}
	if s.offerAliases(&c, line) {
		err = nil
	}
	return c, err
}

// offers are choices for those who say nothing of a line that is refused.
func (s *Session) offers(line string) (grammar.Choices, bool) {
	c, ok := s.shell.tree.Offers(s.Mode(), s.asker(), s.spellOut(line, false).text)
	return c, s.offerAliases(&c, line) || ok
}

// offerAliases adds the aliases that a line may begin with, if there are any.
func (s *Session) offerAliases(c *grammar.Choices, line string) bool {
	start, ok := s.commandAt(line)
	if !ok || len(firstWord(line[start:])) < len(line)-start {
		return false
	}
	partial, found := line[start:], false
	for _, a := range s.shell.Aliases(s.knows()) {
		if len(a.Name) < len(partial) || !strings.EqualFold(a.Name[:len(partial)], partial) || s.shell.begins(s.View(), a.Name) {
			continue
		}
		if shown, _ := s.shell.aliases.find(s.knows(), a.Name); shown != a { // one of the secure side is meant
			continue
		}
		c.Partial, found = partial, true
		c.List = append(c.List, grammar.Choice{Token: a.Name, Help: "Alias of " + a.Line})
	}
	slices.SortStableFunc(c.List, func(a, b grammar.Choice) int { return cmp.Compare(strings.ToLower(a.Token), strings.ToLower(b.Token)) })
	return found
}
