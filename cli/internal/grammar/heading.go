package grammar

import (
	"slices"
	"strings"
)

// maxCorrections is how many words of a refused line are taken for others.
const maxCorrections = 3

// Heading returns the command that a refused line was to be, if that leads to
// the lines after it (Enters or Switches), and the mode whose command it is. A
// word that is wrong may stand for one that it resembles; of several readings
// the one that gets furthest counts.
func (t *Tree[H]) Heading(m Mode, v View, line string) (c *Command[H], owner Mode) {
	furthest := -1
	var full words
	for ; m != ""; m = t.modes[m].spec.Fallback {
		found, of, reach := t.heading(m, v, line, full, maxCorrections)
		full |= t.fullWords(m, v, line)
		if reach > furthest || reach == furthest && c == nil {
			c, owner, furthest = found, of, reach
		}
	}
	return c, owner
}

// heading also returns the offset up to which a mode understands the line.
func (t *Tree[H]) heading(m Mode, v View, line string, must words, corrections int) (c *Command[H], owner Mode, reach int) {
	r := newReader(v, line)
	r.modes, r.must = t.modes, must
	defer r.done()
	m, refusal := t.read(r, m, r.tokens)
	if refusal == nil {
		return t.leader(r, true), m, len(line)
	}
	reach = refusal.Offset
	if len(r.threads) > 0 {
		c = t.leader(r, false)
	}
	if corrections == 0 {
		return c, m, reach
	}
	for i, tok := range r.tokens {
		if tok.end <= reach {
			continue
		}
		if must.has(i) {
			break
		}
		for _, word := range t.meant(r, m, tok) {
			other, of, further := t.heading(m, v, line[:tok.start]+word+line[tok.end:], must, corrections-1)
			if further > reach || further == reach && c == nil {
				c, m, reach = other, of, further
			}
		}
		break
	}
	return c, m, reach
}

// leader returns the command among those that are still possible that leads to
// other lines; one that is whole decides. Of those that begin with one word, some
// of which lead nowhere, none is meant.
func (t *Tree[H]) leader(r *reader, whole bool) *Command[H] {
	var found *Command[H]
	if r.lead != nil { // what is scheduled leads nowhere now
		return nil
	}
	others := false
	for _, th := range r.threads {
		c := &t.commands[th.form.command]
		leads := th.form.kind == Affirmative && (c.Enters != "" || c.Switches)
		if r.accepts(&th) && (leads || whole) {
			if leads {
				return c
			}
			return nil
		}
		if leads {
			found = c
		}
		others = others || !leads
	}
	if others && r.read-r.first < 2 {
		return nil
	}
	return found
}

// MeantText is [Tree.RawText] of a refused line, of which words may be wrong, as for
// [Tree.Heading].
func (t *Tree[H]) MeantText(m Mode, v View, line string) (text string, ok bool) {
	for ; m != "" && !ok; m = t.modes[m].spec.Fallback {
		text, ok = t.meantText(m, v, line, maxCorrections)
	}
	return text, ok
}

func (t *Tree[H]) meantText(m Mode, v View, line string, corrections int) (text string, ok bool) {
	if text, ok = t.rawText(m, v, line); ok || corrections == 0 {
		return text, ok
	}
	r := newReader(v, line)
	r.modes = t.modes
	defer r.done()
	m, refusal := t.read(r, m, r.tokens)
	if refusal == nil {
		return "", false
	}
	i := slices.IndexFunc(r.tokens, func(tok token) bool { return tok.end > refusal.Offset })
	if i < 0 {
		return "", false
	}
	tok := r.tokens[i]
	for _, word := range t.meant(r, m, tok) {
		if text, ok = t.meantText(m, v, line[:tok.start]+word+line[tok.end:], corrections-1); ok {
			return text, true
		}
	}
	return "", false
}

// meant returns the keywords that a word which was refused may stand for.
func (t *Tree[H]) meant(r *reader, m Mode, tok token) []string {
	var list []string
	typed := newTypedWord(tok.text)
	add := func(name string, w *spelled) {
		if typed.resembles(w) && !strings.EqualFold(tok.text, name) {
			list = append(list, name)
		}
	}
	if len(r.threads) > 0 {
		r.each(tok.start, func(_ thread, s step) {
			if s.kw != nil {
				add(s.kw.Name, &s.kw.spelled)
			}
		})
		return list
	}
	root := r.view.Levels.root(m)
	for _, w := range t.modes[m].words {
		if w.visible(r.view, root) {
			add(w.name, &w.spelled)
		}
	}
	return list
}
