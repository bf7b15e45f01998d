package grammar

import (
	"slices"
	"strings"
)

// commandType is the type of a parameter that names commands of some mode.
type commandType struct {
	key   string
	modes map[string]Mode
}

// CommandWords is the rest of the line as the beginning of commands: keywords,
// each in full or as a prefix, which stands for every word that begins so. The
// value is a []Path. The mode is that of the keyword recorded under key.
func CommandWords(key string, modes map[string]Mode) Type { return commandType{key, modes} }

func (commandType) Usage() string            { return "COMMAND" }
func (commandType) Parse(string) (any, bool) { return nil, false }

// position is a place in a form that keywords alone lead to.
type position struct {
	form   *form
	state  int
	secure bool // a secure keyword led here
}

// stem is a path, and every place it leads to.
type stem struct {
	words []string
	at    []position
}

// next calls f for every keyword that may extend the stem in this view, by the words
// that it adds. Privilege levels do not count: who moves them reaches them all.
func (st stem) next(v View, m *mode, f func(kw *Keyword, adds []string, to position)) {
	if st.at == nil {
		for _, w := range m.words {
			for _, e := range w.entries {
				st.offer(v, e.form, *e.step(), false, f)
			}
		}
	}
	for _, p := range st.at {
		for _, s := range p.form.prog.steps[p.state] {
			st.offer(v, p.form, s, p.secure, f)
		}
	}
}

func (st stem) offer(v View, fm *form, s step, secure bool, f func(*Keyword, []string, position)) {
	if s.kw == nil || s.kw.unlisted || s.once != 0 || fm.fixed || fm.secure && !v.Mirror || s.kw.secure && !v.SeesSecure() {
		return
	}
	adds := strings.Fields(s.kw.full)
	if s.meant != nil {
		adds = append(strings.Fields(s.meant.full), adds...)
	}
	f(s.kw, adds, position{fm, s.to, secure || s.kw.secure || fm.secure})
}

// grow returns the stems that a word leads to: that of the keyword it is, or
// those of all that begin with it.
func (st stem) grow(v View, m *mode, word string) []stem {
	var grown []stem
	exact := false
	st.next(v, m, func(kw *Keyword, adds []string, to position) {
		if exact && len(kw.Name) != len(word) || !foldPrefix(kw.Name, word) {
			return
		}
		if !exact && len(kw.Name) == len(word) {
			exact, grown = true, nil
		}
		i := slices.IndexFunc(grown, func(g stem) bool { return slices.EqualFunc(g.words[len(st.words):], adds, strings.EqualFold) })
		if i < 0 {
			i = len(grown)
			grown = append(grown, stem{words: append(slices.Clip(st.words), adds...)})
		}
		grown[i].at = append(grown[i].at, to)
	})
	return grown
}

// stems reads the words from tok on, up to the limit of the reader, as the
// beginnings of commands. ok is false if one leads nowhere: wrong is its offset.
func (r *reader) stems(m *mode, tok token) (stems []stem, wrong int, ok bool) {
	stems = []stem{{}}
	for _, tk := range r.tokens {
		if tk.start < tok.start || tk.start >= r.limit {
			continue
		}
		var grown []stem
		if !tk.quoted {
			for _, st := range stems {
				grown = append(grown, st.grow(r.view, m, tk.text)...)
			}
		}
		if len(grown) == 0 {
			return nil, tk.start, false
		}
		stems = grown
	}
	return stems, 0, true
}

// commands reads a parameter that names commands.
func (r *reader) commands(t thread, c commandType, tok token) (any, bool) {
	m := r.commandMode(t, c)
	if m == nil {
		return nil, false
	}
	stems, wrong, ok := r.stems(m, tok)
	if !ok {
		r.wrong = wrong
		return nil, false
	}
	r.grown = stems
	var paths []Path
	for _, st := range stems {
		secure := !slices.ContainsFunc(st.at, func(p position) bool { return !p.secure })
		r.named = r.named || secure
		paths = append(paths, Path{Mode: m.spec.Mode, Words: st.words, Secure: secure})
	}
	return paths, true
}

func (r *reader) commandMode(t thread, c commandType) *mode {
	for i := t.arg; i > 0; i = r.pool[i-1].prev {
		if a := r.pool[i-1]; a.key == c.key {
			name, _ := a.value.(string)
			return r.modes[c.modes[name]]
		}
	}
	return nil
}

// commandChoices lists the keywords that may follow the beginnings read so far,
// or that a command of the mode may begin with.
func (r *reader) commandChoices(m *mode, stems []stem, partial string) []Choice {
	var list []Choice
	for _, st := range stems {
		st.next(r.view, m, func(kw *Keyword, _ []string, _ position) {
			if foldPrefix(kw.Name, partial) {
				list = append(list, Choice{Token: kw.Name, Help: kw.Help})
			}
		})
	}
	return list
}
