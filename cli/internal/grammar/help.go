package grammar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Choice is one thing that may come next.
type Choice struct {
	Token     string // keyword, or the usage of a parameter type
	Help      string
	Parameter bool
	Name      bool // of a thing that exists
}

// MaxNames is how many names of one kind are listed.
const MaxNames = 50

// Choices are what may come next at the end of a line.
type Choices struct {
	// Partial is the word the cursor stands in, "" after a blank.
	Partial string
	// List has parameters in the order declared, then names of what exists, then
	// keywords, both alphabetically.
	List []Choice
	// More is how many names were left out.
	More int
	// Complete says that the line is a whole command as it stands.
	Complete bool
}

// Choices lists what may follow line, whose end is the cursor. Where the cursor
// stands in a word, it lists the keywords that begin so, or else the
// parameters that may stand there. Every error is an [*Error].
func (t *Tree[H]) Choices(m Mode, v View, line string) (Choices, error) {
	c, last, refusal := t.offer(m, v, line)
	if refusal == nil {
		return c, nil
	}
	c, refusal = t.choices(last.mode, v, line, last.full, t.redact)
	return c, refusal
}

// Offers is Choices for those who say nothing of a line that is refused. It takes
// a fraction of the time then.
func (t *Tree[H]) Offers(m Mode, v View, line string) (c Choices, ok bool) {
	c, _, refusal := t.offer(m, v, line)
	return c, refusal == nil
}

// reading is a mode in which a line was read, and the words it had to have in full.
type reading struct {
	mode Mode
	full words
}

// offer tries a mode and its fallbacks; said is the reading whose refusal helps most.
func (t *Tree[H]) offer(m Mode, v View, line string) (c Choices, said reading, refusal *Error) {
	said.mode = m
	c, refusal = t.choices(m, v, line, 0, nil)
	for refusal != nil && t.lacks(m, v, refusal) {
		full := t.fullWords(m, v, line)
		m = t.modes[m].spec.Fallback
		other, err := t.choices(m, v, line, full, nil)
		if err == nil {
			return other, said, nil
		}
		if err.Offset > refusal.Offset {
			said, refusal = reading{m, full}, err
		}
	}
	return c, said, refusal
}

// choices calls redact, unless that is nil, for a line that it refuses.
func (t *Tree[H]) choices(m Mode, v View, line string, must words, redact func(*reader, *Error) string) (c Choices, refusal *Error) {
	r := newReader(v, line)
	r.modes, r.must = t.modes, must
	defer r.done()
	if r.length < len(line) { // in a comment
		return c, nil
	}
	before, quoted, at := r.tokens, false, r.length
	if n := len(before); n > 0 && before[n-1].end == len(line) {
		last := before[n-1]
		c.Partial, quoted, at = line[last.start:], last.quoted, last.start
		before = before[:n-1]
		r.limit = at
	}
	m, refusal = t.read(r, m, before)
	if refusal != nil {
		if redact != nil {
			redact(r, refusal)
		}
		return c, refusal
	}
	if len(r.threads) == 0 && !quoted {
		c.List = t.firstWords(m, v, c.Partial)
	}
	params, named := r.nextWords(v, at, quoted, &c)
	rest := r.open
	for _, th := range r.threads {
		rest = rest || th.until > at && r.grown == nil
		c.Complete = c.Complete || c.Partial == "" && r.accepts(&th)
		if r.grown != nil && !quoted {
			c.List = append(c.List, r.commandChoices(nil, r.grown, c.Partial)...)
		}
	}
	slices.SortStableFunc(c.List, func(a, b Choice) int { return cmp.Compare(strings.ToLower(a.Token), strings.ToLower(b.Token)) })
	c.List = append(named.besides(c.List), c.List...)
	c.More = named.more
	if c.Partial == "" || len(c.List) == 0 {
		c.List = append(params, c.List...)
	}
	c.List = dedupe(c.List)
	if c.Partial != "" && len(c.List) == 0 && !rest {
		refusal = r.refuse(Invalid, at)
		if redact != nil {
			redact(r, refusal)
		}
		return c, refusal
	}
	return c, nil
}

// firstWords are the keywords that begin with partial and a command of the mode begins
// with.
func (t *Tree[H]) firstWords(m Mode, v View, partial string) (all []Choice) {
	root := v.Levels.root(m)
	for _, w := range t.modes[m].words {
		if foldPrefix(w.folded, partial) && w.visible(v, root) {
			all = append(all, Choice{Token: w.name, Help: w.shown(v, root)})
		}
	}
	return all
}

// nextWords adds to c the keywords that may follow what was read, and returns the
// parameters that may, and what these may name.
func (r *reader) nextWords(v View, at int, quoted bool, c *Choices) (params []Choice, named names) {
	named.partial = c.Partial
	r.each(at, func(t thread, s step) {
		if s.par != nil && !quoted {
			if typ, ok := s.par.Type.(commandType); ok {
				c.List = append(c.List, r.commandChoices(r.commandMode(t, typ), []stem{{}}, c.Partial)...)
			}
		}
		switch {
		case s.par != nil:
			params = append(params, Choice{Token: s.par.Type.Usage(), Help: s.par.Help, Parameter: true})
			named.add(v, s.par)
		case !quoted && !s.kw.unlisted && foldPrefix(s.kw.Name, c.Partial):
			c.List = append(c.List, Choice{Token: s.kw.Name, Help: s.kw.Help})
		}
	})
	return params, named
}

// Literal reports whether what is typed at the end of line stands in quotes, in
// a comment or in a text that is taken as it is, so that ? is a character like
// any other.
func (t *Tree[H]) Literal(m Mode, v View, line string) bool {
	tokens, length := split(nil, line)
	if inQuotes(line, tokens, length) {
		return true
	}
	_, ok := t.rawText(m, v, line)
	return ok
}

// rawText returns the text at the end of line that is taken as it is, if it has
// one.
func (t *Tree[H]) rawText(m Mode, v View, line string) (text string, ok bool) {
	r := newReader(v, line)
	r.modes = t.modes
	defer r.done()
	for ; m != ""; m = t.modes[m].spec.Fallback {
		r.threads, r.must = r.threads[:0], r.full
		if _, refusal := t.read(r, m, r.tokens); refusal != nil {
			continue
		}
		if i := slices.IndexFunc(r.threads, func(th thread) bool { return th.until > len(line) }); i >= 0 {
			text, ok = r.pool[r.threads[i].arg-1].value.(string)
		}
		return text, ok
	}
	return "", false
}

// dedupe drops what is listed already: several commands begin alike.
func dedupe(list []Choice) []Choice {
	var out []Choice
	for _, c := range list {
		if !slices.ContainsFunc(out, func(o Choice) bool { return o.Token == c.Token && (!c.Parameter || o.Help == c.Help) }) {
			out = append(out, c)
		}
	}
	return out
}

// Words returns the keywords and names of the list.
func (c Choices) Words() []Choice {
	return slices.DeleteFunc(slices.Clone(c.List), func(x Choice) bool { return x.Parameter })
}

// Extend returns what Tab adds to the partial word: the rest of a keyword and a
// blank if only one fits, else the letters all that fit have in common.
func (c Choices) Extend() string {
	words := c.Words()
	if len(words) == 0 || c.More > 0 || c.Partial == "" && len(words) > 1 {
		return ""
	}
	common := words[0].Token
	for _, w := range words[1:] {
		n := 0
		for n < len(common) && n < len(w.Token) && (common[n] == w.Token[n] || !w.Name && lower(common[n]) == lower(w.Token[n])) {
			n++
		}
		common = common[:n]
	}
	if len(words) == 1 {
		common += " "
	}
	if len(common) < len(c.Partial) {
		return ""
	}
	return common[len(c.Partial):]
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// Format lays choices out as the ? key shows them: two columns, indented by two
// blanks, <cr> last.
func (c Choices) Format() string {
	width := 0
	for _, x := range c.List {
		width = max(width, len(x.Token))
	}
	var b strings.Builder
	for i, x := range c.List {
		help := x.Help
		if x.Name {
			help = "" // which that of the parameter says
		}
		b.WriteString(strings.TrimRight("  "+x.Token+strings.Repeat(" ", width-len(x.Token)+2)+help, " ") + "\n")
		if c.More > 0 && x.Name && (i+1 == len(c.List) || !c.List[i+1].Name) {
			fmt.Fprintf(&b, "  ... and %d more\n", c.More)
		}
	}
	if c.Complete {
		b.WriteString("  <cr>\n")
	}
	return b.String()
}
