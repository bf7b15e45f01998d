package grammar

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// ModeSpec declares a mode.
type ModeSpec struct {
	Mode Mode
	// Fallback is the mode whose commands are understood too where this one
	// lacks them; running one leaves this mode.
	Fallback Mode
	// Prefixes are keywords that make the rest of the line a command of
	// another mode, such as run and do.
	Prefixes []Prefix
	// EnteredBy are the commands that lead to the mode.
	EnteredBy []Path
}

// Prefix is a keyword that leads to the commands of another mode.
type Prefix struct {
	Keyword *Keyword
	Mode    Mode
}

// Tree holds every command. Nobody sees it change after [New], so any number of
// sessions may use it at once.
type Tree[H any] struct {
	commands []Command[H]
	modes    map[Mode]*mode
	forms    []form
	shared   Path // see SecureOutput

	learning sync.Once
	learnt   secretWords // see secrets
}

// firstWord is a keyword that commands begin with.
type firstWord struct {
	spelled
	name    string
	entries []entry
	jump    Mode // set for a prefix: the rest is a command of that mode
	help    string
}

func (w *firstWord) visible(v View, root *levelNode) bool {
	return w.jump != "" || slices.ContainsFunc(w.entries, func(e entry) bool { return e.visible(v, root) })
}

func (e *entry) visible(v View, root *levelNode) bool {
	_, ok := v.follow(e.form, e.form.standing(root), e.kw, 0)
	return ok
}

// shown returns the help of the word for a view that sees it.
func (w *firstWord) shown(v View, root *levelNode) string {
	for _, e := range w.entries {
		if e.visible(v, root) {
			return e.kw.Help
		}
	}
	return w.help
}

type mode struct {
	spec  ModeSpec
	words []*firstWord // by folded name
}

func (m *mode) word(kw *Keyword) *firstWord {
	i, ok := slices.BinarySearchFunc(m.words, kw.folded, func(w *firstWord, s string) int { return strings.Compare(w.folded, s) })
	if !ok {
		m.words = slices.Insert(m.words, i, &firstWord{spelled: kw.spelled, name: kw.Name, help: kw.Help})
	}
	return m.words[i]
}

var (
	noWord      = Kw("no", "Negate a command or restore its default")
	defaultWord = Kw("default", "Set a command to its default")
)

// New makes the tree of commands. An error names the command that is wrong; [Tree.Load]
// finds what is wrong behind its first word.
func New[H any](modes []ModeSpec, commands []Command[H]) (*Tree[H], error) {
	t := &Tree[H]{commands: slices.Clone(commands), modes: map[Mode]*mode{}}
	t.forms = formsOf(t.commands)
	for _, spec := range modes {
		m := &mode{spec: spec}
		t.modes[spec.Mode] = m
		for _, p := range spec.Prefixes {
			m.word(p.Keyword).jump = p.Mode
		}
	}
	for i := range t.forms {
		f := &t.forms[i]
		if err := t.add(f); err != nil {
			return nil, fmt.Errorf("command %q: %w", f.node.usage(), err)
		}
	}
	return t, nil
}

// add enters a form under its first words.
func (t *Tree[H]) add(f *form) error {
	first, err := heads(nil, f.node)
	if err != nil {
		return err
	}
	for _, name := range t.commands[f.command].Modes {
		m := t.modes[name]
		if m == nil {
			return fmt.Errorf("no mode %q", name)
		}
		for i, kw := range first {
			w := m.word(kw)
			if w.jump != "" {
				return fmt.Errorf("%q is a prefix of mode %q", w.name, name)
			}
			w.entries = append(w.entries, entry{f, kw, i})
		}
	}
	return nil
}

// Files is what the file that output goes to is named from.
type Files struct{}

// filterKey is that of the expression which filters output.
const filterKey = "regex"

// filters follow every command that shows something.
var filters = Seq(
	Opt(Kw("|", "Filter the output"), Alt(
		Seq(Words("filter",
			"begin", "Begin with the first line that matches",
			"exclude", "Leave out the lines that match",
			"include", "Keep the lines that match"),
			Param(filterKey, Text(MaxRegex), "A regular expression")),
		Kw("json", "Show the values as JSON").As("filter"))),
	Opt(Alt(
		Kw("&>", "Write the output to a file, and display it").As("redirect").atLevel(LevelFiles),
		Kw("&>>", "Append the output to a file, and display it").As("redirect").atLevel(LevelFiles),
		Kw(">", "Write the output to a file").As("redirect").atLevel(LevelFiles),
		Kw(">>", "Append the output to a file").As("redirect").atLevel(LevelFiles)),
		Param("toFile", Name("FILE", 128), "The name of the file").From(Files{})))

// Commands returns every command in the order declared. Do not change them.
func (t *Tree[H]) Commands() []Command[H] { return t.commands }

// Parse reads a line, which must not be blank, in a mode. Every error is an [*Error].
func (t *Tree[H]) Parse(m Mode, v View, line string) (Match[H], error) {
	match, refusal := t.parse(m, v, line, 0)
	for refusal != nil && t.lacks(m, v, refusal) {
		full := t.fullWords(m, v, line)
		m = t.modes[m].spec.Fallback
		other, err := t.parse(m, v, line, full)
		if err == nil {
			return other, nil
		}
		if err.Offset > refusal.Offset {
			match, refusal = other, err // it got further: what it says helps more
		}
	}
	if refusal != nil {
		return match, refusal
	}
	return match, nil
}

// Understands reports whether a mode, or its fallback, has a line as a whole
// command, and whether it has it as the beginning of one. It takes a fraction of
// the time of Parse, which works out what may be said of a line that is refused.
func (t *Tree[H]) Understands(m Mode, v View, line string) (whole, begun bool) {
	for must := words(0); ; m = t.modes[m].spec.Fallback {
		r := newReader(v, line)
		r.modes, r.must = t.modes, must
		_, refusal := t.read(r, m, r.tokens)
		whole = refusal == nil && slices.ContainsFunc(r.threads, func(th thread) bool { return r.accepts(&th) })
		must = r.full
		r.done()
		if refusal == nil || !t.lacks(m, v, refusal) {
			return whole, refusal == nil
		}
	}
}

// lacks reports whether a refused line may be a command of the fallback of mode
// m: nothing in m begins so, or the fallback has exactly the word that is a
// prefix of several in m.
func (t *Tree[H]) lacks(m Mode, v View, refusal *Error) bool {
	fallback := t.modes[m].spec.Fallback
	if fallback == "" || refusal.Kind == Incomplete {
		return false
	}
	if refusal.Kind == Invalid {
		return true
	}
	word := refusal.Line[refusal.Offset:]
	if i := strings.IndexAny(word, " \t"); i >= 0 {
		word = word[:i]
	}
	c, err := t.choices(fallback, v, refusal.Line[:refusal.Offset]+word, 0, nil)
	return err == nil && slices.ContainsFunc(c.List, func(x Choice) bool { return !x.Parameter && strings.EqualFold(x.Token, word) })
}

// fullWords are the keywords of a line that a mode has as they are typed.
func (t *Tree[H]) fullWords(m Mode, v View, line string) words {
	r := newReader(v, line)
	r.modes = t.modes
	defer r.done()
	_, _ = t.read(r, m, r.tokens)
	return r.full
}

func (t *Tree[H]) parse(m Mode, v View, line string, must words) (match Match[H], refusal *Error) {
	r := newReader(v, line)
	r.modes, r.must = t.modes, must
	defer r.done()
	m, refusal = t.read(r, m, r.tokens)
	if refusal != nil {
		match.Redacted = t.redact(r, refusal)
		return match, refusal
	}
	for _, th := range r.threads {
		if r.accepts(&th) {
			th = r.whole(th)
			c := &t.commands[th.form.command]
			secrets := t.known(r)
			redacted := without(r.line, secrets)
			match = Match[H]{
				Command: c, Mode: m, Secure: th.secure || c.Secure || r.named || r.secret, Redacted: redacted,
				Unfiltered: r.unfiltered(th, redacted, secrets), Level: th.level, Args: r.args(th), Lead: t.leadOf(r),
			}
			if th.secure && !c.Secure {
				match.Level = max(match.Level, v.Levels.secureLevel())
			}
			match.Full = r.expanded(match.Args, secrets)
			return match, nil
		}
	}
	refusal = r.refuse(Incomplete, r.length)
	match.Redacted = t.redact(r, refusal)
	return match, refusal
}

// leadOf returns the command that leads to the one that was read.
func (t *Tree[H]) leadOf(r *reader) *Lead[H] {
	if r.lead == nil {
		return nil
	}
	return &Lead[H]{Command: &t.commands[r.lead.form.command], Args: r.args(*r.lead), Rest: strings.TrimLeft(r.line[r.behind:r.length], " \t")}
}

// read takes tokens, beginning in mode m; it returns the mode the command belongs to.
func (t *Tree[H]) read(r *reader, m Mode, tokens []token) (Mode, *Error) {
	for i, tok := range tokens {
		if len(r.threads) > 0 {
			if err := r.advance(i, tok); err != nil {
				return m, err
			}
			r.leads(tok.end)
			r.read = i + 1
			continue
		}
		var next *token
		if i+1 < len(tokens) {
			next = &tokens[i+1]
		}
		r.first = i
		jump, err := r.start(t.modes[m], tok, next)
		if err != nil {
			return m, err
		}
		r.read = i + 1
		if jump != "" {
			m = jump
		}
	}
	return m, nil
}
