package grammar

import "strings"

// way is a step of a thread.
type way struct {
	thread int
	step   *step
}

// fit finds the steps that may take a word: keywords that begin so, and parameters.
func (r *reader) fit(tok token) {
	r.fitting, r.values = r.fitting[:0], r.values[:0]
	for i := range r.threads {
		t := &r.threads[i]
		if t.until > tok.start {
			continue
		}
		steps := t.form.prog.steps[t.state]
		for j := range steps {
			s := &steps[j]
			switch {
			case s.once&t.once != 0:
			case s.kw == nil:
				if r.sees(t, s) {
					r.values = append(r.values, way{i, s})
				}
			case !tok.quoted && foldPrefix(s.kw.Name, tok.text) && r.sees(t, s):
				r.fitting = append(r.fitting, way{i, s})
			}
		}
	}
}

// keyword returns which one is meant by what fits, "" if none does: the one that is as
// long as what was typed, else all have to be the same.
func (r *reader) keyword(typed int) (word string, exact, ambiguous bool) {
	for i := range r.fitting {
		switch name := r.fitting[i].step.kw.Name; {
		case len(name) == typed:
			return name, true, false
		case word == "":
			word = name
		case !strings.EqualFold(word, name):
			ambiguous = true
		}
	}
	return word, false, ambiguous
}
