package grammar

import "slices"

// secretWords are the words by which a secret is known in a line that was refused, or
// in a text.
type secretWords struct {
	before     sidedWords // keywords that stand right before a secret
	leading    sidedWords // all that lead to one
	announcers sidedWords // the first ones that do
	modes      sidedWords // that have such commands
}

// secrets returns those of all commands. Few lines need them.
func (t *Tree[H]) secrets() *secretWords {
	t.learning.Do(func() {
		_ = t.Load() // what is wrong has no secrets
		t.learnt = secretWords{newSidedWords(), newSidedWords(), newSidedWords(), newSidedWords()}
		for i := range t.forms {
			t.collect(&t.forms[i], &t.learnt)
		}
		t.collectHeadings(&t.learnt)
	})
	return &t.learnt
}

// collect notes the words of a form.
func (t *Tree[H]) collect(f *form, words *secretWords) {
	for state, steps := range f.prog.steps {
		for _, s := range steps {
			asks := t.commands[f.command].Asks
			if s.kw == nil || !f.prog.secret[s.to] && !asks {
				continue
			}
			ordinary := !f.secure && !s.kw.secure
			words.leading.add(s.kw.folded, ordinary)
			for _, m := range t.commands[f.command].Modes {
				words.modes.add(string(m), ordinary)
			}
			before := slices.ContainsFunc(f.prog.steps[s.to], func(next step) bool { return next.par != nil && next.par.secret })
			if len(s.kw.folded) < leastSecretWord {
				continue
			}
			if before {
				words.before.add(s.kw.folded, ordinary)
			}
			if state == 0 && f.kind == Affirmative {
				words.announcers.add(s.kw.folded, ordinary)
			}
		}
	}
}

// collectHeadings adds the words that begin commands which enter modes with secrets.
func (t *Tree[H]) collectHeadings(words *secretWords) {
	for _, m := range t.modes {
		for _, w := range m.words {
			for _, e := range w.entries {
				for s := range words.leading {
					if c := &t.commands[e.form.command]; words.modes[s].holds(string(c.Enters)) && (s == secureSide || !c.Secure && !e.kw.secure) {
						words.leading[s].add(w.folded)
					}
				}
			}
		}
	}
}

// sidedWords are the words that each side sees.
type sidedWords [sides]wordSet

func newSidedWords() sidedWords { return sidedWords{{}, {}} }

func (w *sidedWords) add(word string, ordinary bool) {
	w[secureSide].add(word)
	if ordinary {
		w[ordinarySide].add(word)
	}
}
