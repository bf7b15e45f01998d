package grammar

import (
	"maps"
	"slices"
	"strings"
)

// Privilege levels can be moved (cli/REFERENCE.md). A rule names commands by the
// keywords they begin with, in full, and moves each command that begins so.
//
//   - Plain rules: the longest one that fits decides.
//   - Rules with "all" reach into the modes that their commands lead to. Among
//     them a whole mode goes before a group of commands, and that before a
//     single one. Making one supersedes the plain rules made before.
//   - A rule is ordinary or secure. An ordinary one never moves a secure
//     command; a secure one names words that no ordinary command begins with,
//     so the same words always make the same rule.
//   - Keywords after a parameter, words of a list of options, and commands
//     marked Fixed stay where they are.

// Path names commands by the keywords they begin with, "no" and "default" included.
type Path struct {
	Mode  Mode
	Words []string // as declared
	// Secure is set if only secure commands begin so.
	Secure bool
}

func (p Path) equal(q Path) bool {
	return p.Mode == q.Mode && p.Secure == q.Secure && slices.Equal(p.Words, q.Words)
}

// begins reports whether words begin with the path's.
func (p Path) begins(words []string) bool {
	return len(words) >= len(p.Words) && slices.EqualFunc(p.Words, words[:len(p.Words)], strings.EqualFold)
}

// Rule moves the commands of a path to a level.
type Rule struct {
	Path
	All   bool
	Level int
}

// Levels are the rules in force; nil has none. They are never changed: a new
// rule makes new Levels, so that views may keep the old ones.
type Levels struct {
	rules  []Rule // in the order made
	roots  map[Mode]*levelNode
	groups groups
	secure int
	any    levelSet // of which any secure command is
}

// Rules returns the rules in the order made, which is one that gives the same
// levels again. They must not be changed.
func (l *Levels) Rules() []Rule {
	if l == nil {
		return nil
	}
	return l.rules
}

// secureLevel is the level from which the secure parts of shared commands and
// output exist.
func (l *Levels) secureLevel() int {
	if l == nil {
		return LevelSecure
	}
	return l.secure
}

// anySecure are the levels of which any secure command or output may be.
func (l *Levels) anySecure() levelSet {
	if l == nil {
		return levels(LevelSecure)
	}
	return l.any
}

func (l *Levels) root(m Mode) *levelNode {
	if l == nil {
		return nil
	}
	return l.roots[m]
}

// The sides of a level, as indexes.
const (
	ordinarySide = iota
	secureSide
	sides
)

func side(secure bool) int {
	if secure {
		return secureSide
	}
	return ordinarySide
}

// levelNode is what the rules say of the commands that begin with some words.
// Where one word more has no node, it changes nothing.
type levelNode struct {
	words map[string]*levelNode // by folded name
	level [sides]int            // unset: as without the last word
	all   [sides]levelSet       // here and with more words
}

const unset = -1

func (n *levelNode) child(word string) *levelNode {
	folded := strings.ToLower(word)
	c := n.words[folded]
	if c == nil {
		c = newLevelNode()
		n.words[folded] = c
	}
	return c
}

func newLevelNode() *levelNode {
	return &levelNode{words: map[string]*levelNode{}, level: [sides]int{unset, unset}}
}

// gather works out all.
func (n *levelNode) gather() {
	for s := range n.level {
		if n.level[s] != unset {
			n.all[s] = levels(n.level[s])
		}
	}
	for _, c := range n.words {
		c.gather()
		for s := range c.all {
			n.all[s] |= c.all[s]
		}
	}
}

// Relevel returns l with a rule for each path. A rule with all takes the place
// of the plain ones it covers.
func (t *Tree[H]) Relevel(l *Levels, paths []Path, all bool, level int) *Levels {
	rules := slices.Clone(l.Rules())
	for _, p := range paths {
		reach := reached(t.modes, Rule{Path: p, All: all})
		rules = slices.DeleteFunc(rules, func(r Rule) bool {
			covered := r.Secure == p.Secure && !r.All && all && (reach[r.Mode] || r.Mode == p.Mode && p.begins(r.Words))
			return covered || r.All == all && r.Path.equal(p)
		})
		rules = append(rules, Rule{p, all, level})
	}
	return t.levels(rules, *l.grouped())
}

// Reset returns l without the rules of the paths.
func (t *Tree[H]) Reset(l *Levels, paths []Path, all bool) *Levels {
	return t.levels(slices.DeleteFunc(slices.Clone(l.Rules()), func(r Rule) bool {
		return r.All == all && slices.ContainsFunc(paths, r.Path.equal)
	}), *l.grouped())
}

// SecureOutput says which secure command has the level of the secure parts of
// shared commands and output. It is called before the tree is used.
func (t *Tree[H]) SecureOutput(m Mode, words ...string) { t.shared = Path{Mode: m, Words: words} }

func (t *Tree[H]) levels(rules []Rule, g groups) *Levels {
	if len(rules) == 0 && g == stepwise {
		return nil
	}
	b := levelBuilder{rules: rules}
	for _, r := range rules {
		b.reach = append(b.reach, reached(t.modes, r))
	}
	l := &Levels{rules: rules, roots: map[Mode]*levelNode{}, groups: g}
	node := func(m Mode, words []string) {
		n := l.roots[m]
		if n == nil {
			n = newLevelNode()
			l.roots[m] = n
		}
		for _, w := range words {
			n = n.child(w)
		}
		for s := range n.level {
			n.level[s] = b.level(m, words, s)
		}
	}
	for i, r := range rules {
		node(r.Mode, r.Words)
		for m := range maps.Keys(b.reach[i]) {
			node(m, nil)
		}
	}
	l.secure = LevelSecure
	if level := b.level(t.shared.Mode, t.shared.Words, secureSide); level != unset {
		l.secure = level
	}
	l.any = levels(LevelSecure, l.secure)
	for _, n := range l.roots {
		n.gather()
		l.any |= n.all[secureSide]
	}
	return l
}

// reached returns the modes that a rule with all covers as a whole.
func reached(modes map[Mode]*mode, r Rule) map[Mode]bool {
	if !r.All {
		return nil
	}
	whole := map[Mode]bool{}
	for grown := true; grown; {
		grown = false
		for name, m := range modes {
			if !whole[name] && slices.ContainsFunc(m.spec.EnteredBy, func(p Path) bool {
				return whole[p.Mode] || p.Mode == r.Mode && r.begins(p.Words)
			}) {
				whole[name], grown = true, true
			}
		}
	}
	return whole
}

type levelBuilder struct {
	rules []Rule
	reach []map[Mode]bool
}

// level is the level that the rules of a side give to the commands that begin
// with words, unset if they give none.
func (b *levelBuilder) level(m Mode, words []string, s int) int {
	level, widest, newest := unset, -1, -1
	for i, r := range b.rules {
		if !r.All || side(r.Secure) != s {
			continue
		}
		width := -1
		switch {
		case b.reach[i][m]:
			width = 0
		case r.Mode == m && r.begins(words):
			width = len(r.Words)
		}
		if width >= 0 {
			newest = i
			if widest < 0 || width <= widest {
				level, widest = r.Level, width
			}
		}
	}
	longest := 0
	for i, r := range b.rules {
		if i > newest && !r.All && side(r.Secure) == s && r.Mode == m && r.begins(words) && len(r.Words) >= longest {
			level, longest = r.Level, len(r.Words)
		}
	}
	return level
}

// standing is what the rules say of a command as far as it has been read.
type standing struct {
	level int        // what reaches it may use it if nothing more follows
	at    *levelNode // where more words may change it; nil: nowhere
}

// standing of a form before its first word.
func (f *form) standing(root *levelNode) standing {
	if root == nil || f.fixed {
		return standing{level: f.level}
	}
	st := standing{f.level, root}
	if l := root.level[side(f.secure)]; l != unset {
		st.level = l
	}
	return st
}

// follow returns the standing after a keyword, with the options it begins, and whether the view sees it there.
func (v *View) follow(f *form, st standing, kw *Keyword, once uint64) (standing, bool) {
	next := standing{level: st.level}
	reach, gate, own := v.reach(), v.Levels.secureLevel(), side(f.secure)
	if once == 0 {
		next.at = st.at
	}
	for i := 0; i < len(kw.stands) && next.at != nil; i++ {
		c := next.at.words[kw.stands[i]]
		next.at = c
		if c != nil && c.level[own] != unset {
			next.level = c.level[own]
		}
		if c != nil && c.level[secureSide] != unset {
			gate = c.level[secureSide]
		}
	}
	all := levels(next.level)
	if next.at != nil {
		all |= next.at.all[own]
	}
	ok := reach&all != 0 && reach.has(kw.level) && (v.Mirror || !f.secure)
	if kw.secure && !f.secure {
		ok = ok && v.Mirror && reach.has(gate)
	}
	return next, ok
}
