package grammar

import (
	"slices"
	"strings"
)

// What is kept of a line must not hold its secrets. Those of a line that was
// understood are known. In one that was refused, a secret may stand anywhere
// behind the slip, and may be the word that was refused. If the command or any
// word before takes secrets, the rest is hidden from there on, but for a word
// that resembles a keyword which could have come and leads to none.

// Redacted stands for a secret in a line that is kept.
const Redacted = "<hidden>"

// nowhere says that nothing of a refused line is hidden but what was read as a secret.
const nowhere = -1

// redacted returns the line without what was read as a secret, and without
// anything from an offset on.
func (r *reader) redacted(from int) string { return r.without(r.line, from) }

// without does so for a beginning of the line.
func (r *reader) without(line string, from int) string {
	if from != nowhere && from < len(line) {
		rest := strings.TrimSpace(line[from:])
		line = line[:from]
		if rest != "" {
			line = strings.TrimLeft(strings.TrimRight(line, " \t")+" "+Redacted, " ")
		}
	}
	for i := len(r.secrets) - 1; i >= 0; i-- {
		s := r.secrets[i]
		if i > 0 && r.secrets[i-1].start == s.start || from != nowhere && s.start >= from || s.end > len(line) {
			continue // read as a secret in two ways, or hidden already
		}
		line = line[:s.start] + Redacted + line[s.end:]
	}
	return line
}

// suspect returns the offset from which a line may hold a secret that was not
// read as one.
func (t *Tree[H]) suspect(r *reader, refusal *Error) int {
	takes := false // whether the command or a word so far does
	head := r.head()
	for i, tok := range r.tokens {
		word := t.isSecretWord(r.view, tok)
		takes = takes || word || i == head && (t.beginsSecret(r.view, tok.text) || t.leading[side(r.view.Mirror)][strings.ToLower(tok.text)])
		switch {
		case refusal == nil || refusal.Kind == Incomplete || tok.end <= refusal.Offset:
			continue
		case tok.start <= refusal.Offset && i <= head:
			if from := t.badFirst(r, i); from != nowhere {
				return from
			}
		case tok.start <= refusal.Offset:
			if from := t.leadsToSecret(r, i, takes); from != nowhere {
				return from
			}
		}
		if word {
			return tok.end
		}
	}
	if takes || head >= len(r.tokens) {
		return r.length // the comment may be a secret that begins like one
	}
	return nowhere
}

// head returns the index of the word that says which command it is.
func (r *reader) head() int {
	if len(r.threads) > 0 && r.threads[0].form.kind != Affirmative {
		return r.first + 1
	}
	return r.first
}

// badFirst reports where a secret may begin if the word that says which command
// it is was refused.
func (t *Tree[H]) badFirst(r *reader, word int) int {
	tok := r.tokens[word]
	switch {
	case tok.quoted || tok.broken:
		return tok.start // it may be most of the line
	case t.secretWords[side(r.view.Mirror)].begins(tok.text) > 0:
		return tok.start + t.secretWords[side(r.view.Mirror)].begins(tok.text) // the blank is missing
	case t.beginsSecret(r.view, tok.text), t.leading[side(r.view.Mirror)].has(tok):
		return tok.end
	case word+1 < len(r.tokens) && t.isSecretWord(r.view, r.tokens[word+1]):
		return tok.start // the two may have changed places
	case t.begins(r.view, tok.text, func(*firstWord) bool { return true }):
		return t.leadsToSecret(r, word, false) // what was meant is known, and takes no secret
	case word+1 < len(r.tokens) && (t.beginsSecret(r.view, r.tokens[word+1].text) || t.leading[side(r.view.Mirror)].has(r.tokens[word+1])):
		return r.tokens[word+1].end // the first may be one too many
	}
	return t.leadsToSecret(r, word, word > r.first) // of what no takes back much is secret
}

// leadsToSecret reports where a secret may begin if a word is a mistake for one
// that could have come here, or is a secret itself; takes says that one may come.
func (t *Tree[H]) leadsToSecret(r *reader, word int, takes bool) int {
	tok := r.tokens[word]
	if n := len(r.secrets); n > 0 && word > 0 && r.secrets[n-1].start == r.tokens[word-1].start {
		return tok.start // the rest of one that was not quoted
	}
	for _, th := range r.threads {
		if t.commands[th.form.command].Asks && r.accepts(&th) {
			return tok.start
		}
	}
	meant, secret, leads := false, false, false
	r.each(tok.start, func(th thread, s step) {
		switch {
		case s.par != nil && s.par.secret:
			secret = true
		case s.par != nil:
			leads = leads || th.form.prog.secret[s.to]
		case !tok.quoted && !tok.broken && resembles(tok.text, s.kw.Name):
			meant = true
			leads = leads || th.form.prog.secret[s.to]
		}
	})
	switch {
	case !secret && t.secretWords[side(r.view.Mirror)][strings.ToLower(tok.text)] && !tok.quoted:
		return tok.end
	case secret, takes && !meant:
		return tok.start
	case leads:
		return tok.end
	}
	return nowhere
}

// leastSecretWord is the shortest keyword by which a secret is looked for
// wherever it stands; shorter ones, such as numbers, have other meanings.
const leastSecretWord = 3

// isSecretWord reports whether a word resembles a keyword that stands right
// before a secret.
func (t *Tree[H]) isSecretWord(v View, tok token) bool { return t.secretWords[side(v.Mirror)].has(tok) }

// wordSet is a set of keywords.
type wordSet map[string]bool

// has reports whether a word resembles one of the set.
func (set wordSet) has(tok token) bool {
	if tok.quoted || len(tok.text) < leastSecretWord {
		return set[tok.text] && !tok.quoted
	}
	for word := range set {
		if resembles(tok.text, word) {
			return true
		}
	}
	return false
}

// begins returns how long the word of the set is that another runs on from.
func (set wordSet) begins(text string) int {
	longest := 0
	for word := range set {
		if len(text) > len(word) && foldPrefix(text, word) {
			longest = max(longest, len(word))
		}
	}
	return longest
}

// beginsSecret reports whether a first word resembles, or runs on from, one of
// any mode that leads to a secret.
func (t *Tree[H]) beginsSecret(v View, text string) bool {
	return t.begins(v, text, func(w *firstWord) bool {
		return slices.ContainsFunc(w.entries, func(e entry) bool { return e.form.prog.secret[e.step.to] && (v.Mirror || !e.form.secure) })
	})
}

// begins reports whether a first word resembles, or runs on from, one of any
// mode that the view sees and f takes.
func (t *Tree[H]) begins(v View, text string, f func(*firstWord) bool) bool {
	for _, m := range t.modes {
		root := v.Levels.root(m.spec.Mode)
		for _, w := range m.words {
			if (resembles(text, w.name) || foldPrefix(text, w.name)) && w.visible(v, root) && f(w) {
				return true
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

// collectSecretWords notes the keywords that stand right before a secret and
// those that lead to one, by who may see them.
func (t *Tree[H]) collectSecretWords(f *form) {
	for _, steps := range f.prog.steps {
		for _, s := range steps {
			if s.kw == nil || !f.prog.secret[s.to] {
				continue
			}
			ordinary := !f.secure && !s.kw.secure
			t.leading.add(s.kw.folded, ordinary)
			if len(s.kw.folded) >= leastSecretWord && slices.ContainsFunc(f.prog.steps[s.to], func(next step) bool { return next.par != nil && next.par.secret }) {
				t.secretWords.add(s.kw.folded, ordinary)
			}
		}
	}
}

// sidedWords are the words that each side sees.
type sidedWords [sides]wordSet

func (w *sidedWords) add(word string, ordinary bool) {
	w[secureSide][word] = true
	if ordinary {
		w[ordinarySide][word] = true
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
