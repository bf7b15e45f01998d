package grammar

import "strings"

// What is kept of a line must not hold its secrets. Those of a line that was
// understood are known. In one that was refused, a secret may stand behind the
// word that was mistyped: the rest is hidden if the word resembles one that
// leads to a secret, or if a word that does follows. It may also be what was
// refused: more words after a secret, or after a command that asks for one.

// Redacted stands for a secret in a line that is kept.
const Redacted = "<hidden>"

// redacted returns the line without what was read as a secret, and without
// anything from an offset on, 0 for all of it.
func (r *reader) redacted(from int) string {
	line := r.line
	if from > 0 {
		line = line[:from]
		if strings.TrimSpace(r.line[from:]) != "" {
			line = strings.TrimRight(line, " \t") + " " + Redacted
		}
	}
	for i := len(r.secrets) - 1; i >= 0; i-- {
		s := r.secrets[i]
		if i > 0 && r.secrets[i-1].start == s.start || from > 0 && s.start >= from {
			continue // read as a secret in two ways, or hidden already
		}
		line = line[:s.start] + Redacted + line[s.end:]
	}
	return line
}

// suspect returns the offset from which a refused line may hold a secret, 0 if
// it does not look so.
func (t *Tree[H]) suspect(r *reader, refusal *Error) int {
	if refusal.Kind == Incomplete {
		return 0
	}
	for i, tok := range r.tokens {
		if tok.end <= refusal.Offset {
			continue
		}
		if tok.start <= refusal.Offset {
			from := 0
			switch {
			case i > 0:
				from = t.leadsToSecret(r, i)
			case t.beginsSecret(r.view, tok.text):
				from = tok.end
			}
			if from > 0 {
				return from
			}
		}
		if t.secretWords[side(r.view.Mirror)][strings.ToLower(tok.text)] && !tok.quoted {
			return tok.end
		}
	}
	return 0
}

// leadsToSecret reports where a secret may begin if a word is a mistake for one
// that could have come here, or the rest of a secret that was not quoted.
func (t *Tree[H]) leadsToSecret(r *reader, word int) (from int) {
	tok, before := r.tokens[word], r.tokens[word-1]
	if n := len(r.secrets); n > 0 && r.secrets[n-1].start == before.start {
		return tok.start
	}
	for _, th := range r.threads {
		if t.commands[th.form.command].Asks && r.accepts(&th) {
			return tok.start
		}
	}
	r.each(tok.start, func(th thread, s step) {
		switch {
		case s.par != nil && s.par.secret:
			from = tok.start
		case from == 0 && th.form.prog.secret[s.to] && (s.par != nil || resembles(tok.text, s.kw.Name)):
			from = tok.end
		}
	})
	return from
}

// beginsSecret reports whether a first word resembles one of any mode that leads
// to a secret.
func (t *Tree[H]) beginsSecret(v View, text string) bool {
	for _, m := range t.modes {
		for _, w := range m.words {
			if !resembles(text, w.name) || !w.visible(v, v.Levels.root(m.spec.Mode)) {
				continue
			}
			for _, e := range w.entries {
				if e.form.prog.secret[e.step.to] && (v.Mirror || !e.form.secure) {
					return true
				}
			}
		}
	}
	return false
}

// leading works out from which states a secret can be reached.
func (p *program) leading() {
	p.secret = make([]bool, len(p.steps))
	for changed := true; changed; {
		changed = false
		for state, steps := range p.steps {
			for _, s := range steps {
				if !p.secret[state] && (s.par != nil && s.par.secret || p.secret[s.to]) {
					p.secret[state], changed = true, true
				}
			}
		}
	}
}

// collectSecretWords notes the keywords that stand right before a secret, by
// who may see them.
func (t *Tree[H]) collectSecretWords(f *form) {
	for _, steps := range f.prog.steps {
		for _, s := range steps {
			if s.kw == nil {
				continue
			}
			for _, next := range f.prog.steps[s.to] {
				if next.par != nil && next.par.secret {
					t.secretWords[secureSide][s.kw.folded] = true
					if !f.secure && !s.kw.secure {
						t.secretWords[ordinarySide][s.kw.folded] = true
					}
				}
			}
		}
	}
}

// resembles reports whether a word may have been meant as another: it begins
// so, or one letter in four is wrong, missing, too many or in the wrong place.
func resembles(typed, meant string) bool {
	if foldPrefix(meant, typed) {
		return true
	}
	a, b := strings.ToLower(typed), strings.ToLower(meant)
	most := max(1, len(b)/4)
	if len(a) > len(b)+most || len(b) > len(a)+most {
		return false
	}
	// Optimal string alignment, row by row.
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+wrong)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)] <= most
}
