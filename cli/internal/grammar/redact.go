package grammar

import (
	"slices"
	"strings"
)

// What is kept of a line must not hold its secrets. Those of a line that was
// understood are known. In one that was refused, a secret may stand anywhere:
// only what cannot be one is kept of it (see guess.go).

// Redacted stands for a secret in a line that is kept.
const Redacted = "<hidden>"

// span is a part of a line, in bytes.
type span struct{ start, end int }

// hide returns a line with Redacted in place of its spans, which are in order,
// and where the word at an offset has come to stand.
func hide(line string, spans []span, offset int) (kept string, at int) {
	var b strings.Builder
	b.Grow(len(line) + len(Redacted)*len(spans))
	from := 0
	at = -1
	for _, s := range spans {
		if s.start < from { // read as a secret in two ways
			from = max(from, min(s.end, len(line)))
			continue
		}
		if offset < s.end && at < 0 {
			at = b.Len() + min(offset, s.start) - from
		}
		b.WriteString(line[from:s.start])
		b.WriteString(Redacted)
		from = min(s.end, len(line))
	}
	if at < 0 {
		at = b.Len() + max(offset-from, 0)
	}
	b.WriteString(line[from:])
	return b.String(), min(at, b.Len())
}

// without returns the line without what was read as a secret, or looks like one in
// a text.
func without(line string, secrets []span) string {
	if len(secrets) == 0 {
		return line
	}
	kept, _ := hide(line, secrets, 0)
	return kept
}

// expanded returns the command that was read with its keywords in full, without its
// secrets and what stands before it.
func (r *reader) expanded(args Args, secrets []span) string {
	var b strings.Builder
	b.Grow(2 * len(r.line))
	from := r.tokens[r.first].start
	put := func(s span, word string) {
		if s.start >= from {
			b.WriteString(r.line[from:s.start])
			if s.start == s.end {
				b.WriteByte(' ') // of a word that was left out
			}
			b.WriteString(word)
			from = min(s.end, len(r.line))
		}
	}
	for i := range args.list {
		a := &args.list[i]
		if a.typed {
			continue
		}
		for len(secrets) > 0 && secrets[0].start < a.at.start {
			put(secrets[0], Redacted)
			secrets = secrets[1:]
		}
		if a.unlisted {
			put(a.at, "") // the word before it says it all
		} else {
			put(a.at, a.word)
		}
	}
	for _, s := range secrets {
		put(s, Redacted)
	}
	b.WriteString(r.line[from:max(from, r.length)])
	return strings.TrimRight(b.String(), " \t")
}

// unfiltered returns the line without its secrets, as redacted is, and without the
// filter of a thread.
func (r *reader) unfiltered(th thread, redacted string, secrets []span) string {
	f, ok := r.filter(th)
	if !ok {
		return redacted
	}
	secrets = slices.DeleteFunc(slices.Clone(secrets), func(s span) bool { return s.end > f.start })
	kept := without(r.line[:f.start], secrets)
	return strings.TrimRight(kept, " \t") + strings.TrimRight(" "+strings.TrimLeft(r.line[f.end:], " \t"), " \t")
}

// filter returns where the filter of a thread stands: "|", how, and the expression,
// which is the last text of the line.
func (r *reader) filter(th thread) (_ span, ok bool) {
	for i := th.arg; i > 0 && !ok; i = r.pool[i-1].prev {
		ok = r.pool[i-1].key == filterKey && r.pool[i-1].typed
	}
	if !ok {
		return span{}, false
	}
	text := r.texts[len(r.texts)-1]
	i := slices.IndexFunc(r.tokens, func(tok token) bool { return tok.start == text.start })
	return span{r.tokens[i-2].start, text.end}, true
}

// known are the secrets of what was read.
func (t *Tree[H]) known(r *reader) []span {
	var all []span
	for _, tok := range r.secrets {
		all = append(all, span{tok.start, tok.end})
	}
	for _, text := range r.texts {
		if s, ok := t.inText(r, text); ok {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b span) int { return a.start - b.start })
	return all
}

// inText returns what stands in a text behind a word that announces a secret: two
// lines may have been pasted as one.
func (t *Tree[H]) inText(r *reader, text span) (secret span, ok bool) {
	text.end = min(text.end, len(r.line))
	for from := text.start; from < text.end; {
		n := strings.IndexAny(r.line[from:text.end], " \t\"")
		if n < 0 {
			break
		}
		word := strings.ToLower(r.line[from : from+n])
		from += n + 1
		if rest := strings.TrimLeft(r.line[from:text.end], " \t\""); rest != "" && t.announces(r.view, word) {
			return span{text.end - len(rest), text.end}, true
		}
	}
	return span{}, false
}

// announces reports whether a word of a text is a keyword right before secrets, or
// ends with one that begins commands with them.
func (t *Tree[H]) announces(v View, word string) bool {
	words, seen := t.secrets(), side(v.SeesAnySecure())
	if words.before[seen].holds(word) {
		return true
	}
	for i := 0; i+leastSecretWord <= len(word); i++ {
		if words.announcers[seen].holds(word[i:]) {
			return true
		}
	}
	return false
}

// redact fills in what may be said of a refused line, and returns what may be kept.
func (t *Tree[H]) redact(r *reader, refusal *Error) (kept string) {
	hidden, about := t.doubtful(r, refusal.Offset)
	kept, refusal.At = hide(r.line, hidden, refusal.Offset)
	refusal.Redacted = kept
	if !about {
		refusal.Redacted, refusal.At = hide(r.line, t.unsaid(r, refusal, hidden), refusal.Offset)
	}
	return kept
}

// maxSaid is how many words a line may have that is repeated as it is.
const maxSaid = 64

// unsaid returns what of the hidden parts of a line that takes no secret must not be
// said at once where it was typed, either: all if a word looks as though something
// was missing, and from the second word on if that is known to be the first.
func (t *Tree[H]) unsaid(r *reader, refusal *Error, hidden []span) []span {
	words := t.secrets().leading[side(r.view.SeesAnySecure())]
	if len(hidden) == 0 || len(r.tokens) <= maxSaid && !slices.ContainsFunc(r.tokens, words.near) {
		return nil
	}
	i := slices.IndexFunc(r.tokens, func(tok token) bool { return tok.start == refusal.Offset })
	if refusal.Unknown && i >= 0 && i+1 < len(r.tokens) && words.has(r.tokens[i]) && !words.near(r.tokens[i+1]) {
		return []span{{r.tokens[i+1].start, len(r.line)}}
	}
	return hidden
}

// leastSecretWord is the shortest keyword by which a secret is looked for
// wherever it stands; shorter ones, such as numbers, have other meanings.
const leastSecretWord = 3

// wordSet is a set of keywords.
type wordSet map[string]spelled

func (set wordSet) add(word string) { set[word] = newSpelled(word) }

func (set wordSet) holds(word string) bool {
	_, ok := set[word]
	return ok
}

// has reports whether a word is one of the set in full.
func (set wordSet) has(tok token) bool {
	return !tok.quoted && len(tok.text) >= leastSecretWord && set.holds(strings.ToLower(tok.text))
}

// near reports whether a word, or one in its quotes, resembles or holds one of
// the set.
func (set wordSet) near(tok token) bool {
	return tok.broken || slices.ContainsFunc(strings.Fields(strings.ToLower(tok.text)), func(word string) bool {
		if set.holds(word) {
			return true
		}
		typed := newTypedWord(word)
		for w, s := range set {
			if len(w) < leastSecretWord && len(w) > 1 && strings.HasPrefix(word, w) || // such as no, without a blank
				len(w) >= leastSecretWord && len(word) >= leastSecretWord && (strings.Contains(word, w) || typed.resembles(&s)) {
				return true
			}
		}
		return false
	})
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
