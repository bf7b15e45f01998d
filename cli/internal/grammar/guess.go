package grammar

import (
	"net/netip"
	"slices"
)

// A line that was refused is read again in every way that it may have been meant:
// for any mode and level, and with slips in keywords. A word is kept only if it is
//
//   - a keyword that may come there, or a slip of one;
//   - an address or a short number that may come there;
//   - another value, if nothing that may have been meant takes a secret, and no
//     word of the line is, or holds, one that comes right before a secret.
//
// All else is hidden; from the refused word on, the first that is hides the rest.

const (
	maxGuesses = 512 // ways to read a line
	maxDigits  = 5   // of a number that is no secret
	leastSlip  = 4   // letters of a keyword in which a slip is known
)

// guess is the reading of a line in every way.
type guess[H any] struct {
	*reader
	tree  *Tree[H]
	ways  []thread // after the word
	start bool     // a command may begin with the next word
	names bool     // names and texts may be kept
	about bool     // some way so far leads to secrets
	// What some way takes the word for.
	keyword, secret, free bool
	text                  bool // it goes on with a text
}

// doubtful returns what may be a secret in a line that was refused at an offset,
// and whether it may have been meant as one that takes some.
func (t *Tree[H]) doubtful(r *reader, offset int) (hidden []span, about bool) {
	g := guess[H]{reader: newReader(View{Level: LevelAll, Mirror: r.view.SeesAnySecure(), Levels: r.view.Levels}, r.line), tree: t, start: true}
	defer g.done()
	g.modes = t.modes
	g.names = len(g.tokens) <= maxSaid && !slices.ContainsFunc(g.tokens, t.secrets().before[side(g.view.Mirror)].near)
	hidden = t.known(r)
	for _, tok := range g.tokens {
		g.read(tok)
		switch {
		case len(g.threads) == 0 && !g.start, g.hides() && tok.end > offset:
			hidden = append(hidden, span{tok.start, len(r.line)})
		case g.hides():
			hidden = append(hidden, span{tok.start, tok.end})
			continue
		default:
			continue
		}
		break
	}
	hidden = append(hidden, t.known(g.reader)...)
	slices.SortStableFunc(hidden, func(a, b span) int { return a.start - b.start })
	return hidden, g.about
}

// hides reports whether the word may be a secret.
func (g *guess[H]) hides() bool {
	return g.secret || g.free && !g.keyword && (!g.names || g.text && g.about || slices.ContainsFunc(g.threads, g.takesSecret))
}

func (g *guess[H]) takesSecret(th thread) bool {
	return th.form.prog.secret[0] || g.tree.commands[th.form.command].Asks
}

// leadsToSecret also knows the commands of modes in which secrets are typed.
func (g *guess[H]) leadsToSecret(th thread) bool {
	return g.takesSecret(th) || g.tree.secrets().modes[side(g.view.Mirror)].holds(string(g.tree.commands[th.form.command].Enters))
}

// read takes a word.
func (g *guess[H]) read(tok token) {
	start := g.start
	g.ways, g.start, g.keyword, g.secret, g.free, g.text = nil, false, false, false, false, false
	word := !tok.quoted && !tok.broken
	if start && word {
		g.begin(func(w *spelled) bool { return foldPrefix(w.folded, tok.text) })
	}
	for _, th := range g.threads {
		g.follow(th, tok)
	}
	if len(g.ways) == 0 && !g.start && word {
		typed, secret := newTypedWord(tok.text), g.tree.secrets().before[side(g.view.Mirror)]
		slip := func(w *spelled) bool {
			return len(w.folded) >= leastSlip && typed.resembles(w) && !secret.holds(w.folded)
		}
		if start {
			g.begin(slip)
		}
		for _, th := range g.threads {
			g.keywords(th, tok, slip)
		}
	}
	if len(g.ways) > maxGuesses {
		g.ways, g.start = nil, false
	}
	g.threads = g.ways
	g.about = g.about || slices.ContainsFunc(g.threads, g.leadsToSecret)
}

// begin adds the commands of every mode whose first word is meant.
func (g *guess[H]) begin(meant func(*spelled) bool) {
	for _, m := range g.modes {
		root := g.view.Levels.root(m.spec.Mode)
		for _, w := range m.words {
			if !meant(&w.spelled) {
				continue
			}
			g.start = g.start || w.jump != ""
			g.keyword = g.keyword || w.jump != ""
			for _, e := range w.entries {
				if e.visible(g.view, root) {
					g.step(thread{form: e.form, standing: e.form.standing(root)}, *e.step())
				}
			}
		}
	}
}

// follow adds what a word may be after th: keywords go before parameters.
func (g *guess[H]) follow(th thread, tok token) {
	if th.until > tok.start {
		g.free, g.text = true, true
		g.add(th)
		return
	}
	if !tok.quoted && !tok.broken && g.keywords(th, tok, func(w *spelled) bool { return foldPrefix(w.folded, tok.text) }) {
		return
	}
	for _, s := range th.form.prog.steps[th.state] {
		if s.par == nil || s.once&th.once != 0 {
			continue
		}
		v, until, ok := g.value(&th, &s, tok)
		g.secret = g.secret || s.par.secret // also one that is not valid
		if !ok {
			continue
		}
		n := g.take(&th, &s, v)
		n.until, n.after = until, s.par.secret || th.after
		g.secret = g.secret || n.after
		g.free = g.free || !bounded(v, tok)
		g.add(n)
	}
}

// bounded reports whether a value is too narrow for a secret.
func bounded(v any, tok token) bool {
	switch v.(type) {
	case netip.Addr, []Path:
		return true
	case int64:
		return len(tok.text) <= maxDigits
	}
	return false
}

// keywords adds the keywords after th that are meant, and reports whether there is one.
func (g *guess[H]) keywords(th thread, tok token, meant func(*spelled) bool) bool {
	found := false
	for _, s := range th.form.prog.steps[th.state] {
		if s.kw != nil && s.once&th.once == 0 && th.until <= tok.start && meant(&s.kw.spelled) && g.sees(&th, &s) {
			found = true
			g.step(th, s)
		}
	}
	return found
}

func (g *guess[H]) step(th thread, s step) {
	g.keyword = true
	g.add(g.take(&th, &s, s.kw.value))
}

// add keeps one thread of those that go on in the same way.
func (g *guess[H]) add(th thread) {
	same := func(o thread) bool {
		return o.form == th.form && o.state == th.state && o.once == th.once && o.until == th.until && o.after == th.after
	}
	if len(g.ways) <= maxGuesses && !slices.ContainsFunc(g.ways, same) {
		g.ways = append(g.ways, th)
		g.start = g.start || th.form.leads && th.form.prog.accepts[th.state]
	}
}
