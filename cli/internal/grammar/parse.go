package grammar

import (
	"slices"
	"sort"
	"strings"
)

// Match is a line that was understood.
type Match[H any] struct {
	Command *Command[H]
	Mode    Mode // whose command it is: the mode asked for, its fallback, or the one a prefix leads to
	// Secure is set when the command or any keyword typed is secure.
	Secure bool
	// Redacted is the line with its secrets taken out, for histories and logs. It
	// is set for refused lines too, without what looks like a secret.
	Redacted string
	// Unfiltered is Redacted without the expression that filters the output.
	Unfiltered string
	// Full is the command as somebody types it who leaves nothing out: keywords in
	// full, without what leads to its mode, such as do, and without its secrets.
	Full string
	// Level is the least level that may use what was typed.
	Level int
	Args  Args
	// Lead is the command that the rest of the line belongs to, which is the one above;
	// nil: none.
	Lead *Lead[H]
}

// Lead is a command that leads to another one.
type Lead[H any] struct {
	Command *Command[H]
	Args    Args
	// Rest is the line behind it.
	Rest string
}

// thread is one way to read the words so far.
type thread struct {
	form   *form
	state  int
	once   uint64
	arg    int32 // index+1 of the last argument in the pool
	secure bool
	until  int  // offset up to which a text took the line; 0 if none did
	after  bool // the last word was a secret, or one right behind it
	standing
}

// leads lets go of a command that leads to another one, once it is whole.
func (r *reader) leads(end int) {
	for i := range r.threads {
		if at := &r.threads[i]; at.form.leads && r.accepts(at) {
			t := *at
			if r.lead == nil {
				r.lead, r.behind = &t, end
			}
			r.secret = r.secret || t.secure || t.form.secure
			r.threads = r.threads[:0]
			return
		}
	}
}

// foldPrefix reports whether word begins with prefix, in any case; keywords are ASCII.
func foldPrefix(word, prefix string) bool {
	if len(word) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if c := word[i] | 0x20; word[i] != prefix[i] && (c != prefix[i]|0x20 || c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// start takes the first token of a command of mode m; next is the one that
// follows, nil if none does. A prefix leaves no thread and returns the mode it
// leads to.
func (r *reader) start(m *mode, tok token, next *token) (jump Mode, refusal *Error) {
	if tok.quoted {
		return "", r.unknown(tok)
	}
	found := -1
	r.at = span{tok.start, tok.end}
	root := r.view.Levels.root(m.spec.Mode)
	folded := strings.ToLower(tok.text)
	from := sort.Search(len(m.words), func(i int) bool { return m.words[i].folded >= folded })
	for i := from; i < len(m.words) && foldPrefix(m.words[i].folded, tok.text); i++ {
		if !m.words[i].visible(r.view, root) {
			continue
		}
		if found >= 0 {
			return "", r.refuse(Ambiguous, tok.start)
		}
		found = i
		if len(m.words[i].folded) == len(tok.text) {
			break // an exact match wins over longer words
		}
	}
	if found < 0 {
		return "", r.unknown(tok)
	}
	r.begin(m.words[found].entries, root, next)
	if len(r.threads) == 0 && next != nil {
		r.begin(m.words[found].entries, root, nil) // so that the next word is refused, and not this one
	}
	return m.words[found].jump, nil
}

// begin makes a thread of each form that the view allows, but for those that
// cannot take the next word: many commands begin alike.
func (r *reader) begin(entries []entry, root *levelNode, next *token) {
	for i := range entries {
		e := &entries[i]
		if !e.visible(r.view, root) {
			continue
		}
		first := e.step()
		if next != nil && !slices.ContainsFunc(e.form.prog.steps[first.to], func(s step) bool {
			return s.kw == nil || foldPrefix(s.kw.Name, next.text)
		}) {
			continue
		}
		t := thread{form: e.form, standing: e.form.standing(root)}
		r.threads = append(r.threads, r.take(&t, first, first.kw.value))
	}
}

// sees reports whether the view allows a step to a thread.
func (r *reader) sees(t *thread, s *step) bool {
	st, ok := r.view.means(t.form, t.standing, s.meant)
	if s.kw == nil || !ok {
		return ok && r.view.Reaches(st.level)
	}
	_, ok = r.view.follow(t.form, st, s.kw, s.once)
	return ok
}

// take returns from moved along s with the value that was read.
func (r *reader) take(from *thread, s *step, value any) thread {
	t := *from
	key := ""
	if s.meant != nil {
		r.imply(&t, s.meant, r.behindWord())
	}
	if s.kw != nil {
		key, t.secure, t.after = s.kw.key, t.secure || s.kw.secure, false
		t.standing, _ = r.view.follow(t.form, t.standing, s.kw, s.once)
	} else {
		key, t.at = s.par.Key, nil
	}
	a := argument{key: key, value: value, prev: t.arg, typed: s.kw == nil}
	if s.kw != nil {
		a.word, a.unlisted, a.at = s.kw.full, s.kw.unlisted, r.at
	}
	r.pool = append(r.pool, a)
	t.arg, t.state, t.once = int32(len(r.pool)), s.to, t.once|s.once
	return t
}

// behindWord is the end of the word before the one that is read.
func (r *reader) behindWord() int {
	at := 0
	for i := 0; i < len(r.tokens) && r.tokens[i].end <= r.at.start; i++ {
		at = r.tokens[i].end
	}
	return at
}

// each calls f for every step the view allows after the words read so far, for
// a word that begins at an offset.
func (r *reader) each(at int, f func(t thread, s step)) {
	for _, t := range r.threads {
		if t.until > at {
			continue
		}
		for _, s := range t.form.prog.steps[t.state] {
			if s.once&t.once == 0 && r.sees(&t, &s) {
				f(t, s)
			}
		}
	}
}

// advance takes one more token. Keywords go before parameters.
func (r *reader) advance(i int, tok token) *Error {
	if tok.broken && !r.takesRaw(tok) {
		refusal := r.refuse(Invalid, tok.start)
		refusal.Why = "quotes do not go around a word"
		return refusal
	}
	r.at = span{tok.start, tok.end}
	r.fit(tok)
	word, exact, ambiguous := r.keyword(len(tok.text))
	switch {
	case ambiguous:
		return r.refuse(Ambiguous, tok.start)
	case exact && i < 64:
		r.full |= 1 << i
	case r.must.has(i) && word != "":
		return r.refuse(Invalid, tok.start)
	}
	next := r.next[:0]
	r.notes = r.notes[:0]
	for _, at := range r.fitting {
		if name := at.step.kw.Name; name == word || strings.EqualFold(name, word) {
			next = append(next, r.take(&r.threads[at.thread], at.step, at.step.kw.value))
		}
	}
	if word == "" {
		for _, at := range r.values {
			t, s := &r.threads[at.thread], at.step
			if v, until, ok := r.value(t, s, tok); ok {
				n := r.take(t, s, v)
				// A word too many before a secret leaves it to the parameter behind.
				if n.until, n.after = until, s.par.secret || t.after; n.after {
					r.secrets = append(r.secrets, tok)
				}
				next = append(next, n)
			}
		}
	}
	for _, t := range r.threads {
		if t.until > tok.start {
			next = append(next, t)
		}
	}
	if len(next) == 0 {
		refusal := r.refuse(Invalid, max(tok.start, r.wrong))
		keywords := false
		r.each(tok.start, func(_ thread, s step) { keywords = keywords || s.kw != nil })
		refusal.Why = r.notes.String(keywords && !tok.quoted)
		return refusal
	}
	r.threads, r.next = next, r.threads
	return nil
}

// value reads tok, or the text that begins with it, as the parameter of a step;
// until is where a text ends.
func (r *reader) value(t *thread, s *step, tok token) (v any, until int, ok bool) {
	switch typ := s.par.Type.(type) {
	case commandType:
		v, ok = r.commands(*t, typ, tok)
		return v, r.length, ok
	case rawType:
		if v, ok = typ.Parse(r.line[tok.start:]); !ok {
			r.notes.add(typ, r.line[tok.start:], token{})
		}
		r.texts = append(r.texts, span{tok.start, len(r.line)})
		return v, len(r.line) + 1, ok
	}
	// What stands for a secret is no value, or a line from the history or from a
	// configuration would replace a key by a text that everybody knows.
	if tok.broken || tok.text == Redacted && !tok.quoted {
		r.notes.add(s.par.Type, "", tok)
		return nil, 0, false
	}
	text := tok.text
	if _, isText := s.par.Type.(restType); isText {
		last := tok
		until = r.length
		for i, next := range r.tokens {
			if next.start <= tok.start {
				continue
			}
			if next.start >= r.limit { // the cursor stands in it: it may become a keyword
				until, r.open = next.start, true
				break
			}
			if r.follows(t, s, r.tokens[i:]) {
				until = next.start
				break
			}
			if next.text == Redacted && !next.quoted {
				r.notes.add(s.par.Type, "", next)
				return nil, 0, false
			}
			last = next
		}
		r.texts = append(r.texts, span{tok.start, last.end})
		if !tok.quoted || last.start != tok.start {
			text = r.line[tok.start:last.end]
		}
	}
	if v, ok = s.par.Type.Parse(text); !ok {
		r.notes.add(s.par.Type, text, tok)
	}
	return v, until, ok
}

// follows reports whether words go on with what stands after a text: with a
// keyword written in full, and where another keyword must come next, with the
// beginning of that.
func (r *reader) follows(t *thread, text *step, words []token) bool {
	steps := t.form.prog.steps
	return !words[0].quoted && slices.ContainsFunc(steps[text.to], func(f step) bool {
		if f.kw == nil || f.kw.Name != words[0].text || !r.sees(t, &f) {
			return false
		}
		if len(words) == 1 || t.form.prog.accepts[f.to] {
			return true
		}
		return slices.ContainsFunc(steps[f.to], func(g step) bool {
			return g.kw == nil || !words[1].quoted && foldPrefix(g.kw.Name, words[1].text)
		})
	})
}

// takesRaw reports whether tok may be part of a parameter that takes quotes as
// they are.
func (r *reader) takesRaw(tok token) bool {
	raw := false
	for _, t := range r.threads {
		raw = raw || t.until > len(r.line)
	}
	r.each(tok.start, func(_ thread, s step) {
		if s.par != nil {
			_, isRaw := s.par.Type.(rawType)
			raw = raw || isRaw
		}
	})
	return raw
}
