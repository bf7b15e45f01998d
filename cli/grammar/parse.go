package grammar

import (
	"fmt"
	"net/netip"
	"sort"
	"strings"
)

// ErrorKind says why a line is refused (contract, the table of refusals).
type ErrorKind uint8

const (
	Invalid    ErrorKind = iota // unknown word, bad value, or nothing the view sees
	Ambiguous                   // a prefix of several keywords
	Incomplete                  // words are missing
)

// Error is a refusal of a line by the grammar.
type Error struct {
	Kind   ErrorKind
	Offset int // of the first byte of the offending word; for Incomplete the length of the line
	Line   string
}

func (e *Error) Error() string {
	switch e.Kind {
	case Ambiguous:
		return fmt.Sprintf("Ambiguous command:  %q", strings.TrimSpace(e.Line))
	case Incomplete:
		return "Incomplete command."
	default:
		return "Invalid input detected at '^' marker."
	}
}

// Match is a line that was understood.
type Match[H any] struct {
	Command *Command[H]
	Mode    Mode // whose command it is: the mode asked for, its fallback, or the one a prefix leads to
	// Secure is set when the command or any keyword typed is secure.
	Secure bool
	// Redacted is the line with its secrets taken out, for histories and logs.
	// It is set for refused lines too, as far as they were understood.
	Redacted string
	Args     Args
}

// Redacted stands for a secret in a line that is kept.
const Redacted = "<hidden>"

func (r *reader) redacted() string {
	line := r.line
	for i := len(r.secrets) - 1; i >= 0; i-- {
		s := r.secrets[i]
		if i > 0 && r.secrets[i-1].start == s.start {
			continue // read as a secret in two ways
		}
		line = line[:s.start] + Redacted + line[s.end:]
	}
	return line
}

// Args are the arguments of a command line.
type Args struct {
	Form Form
	list []argument // in the order typed
}

type argument struct {
	key   string
	value any // keyword: its name; parameter: what its type made of it
	prev  int // index+1 in the pool while a line is being read
}

// Has reports whether key was given.
func (a Args) Has(key string) bool { return a.Get(key) != nil }

// Get returns the value of key, nil if it was not given.
func (a Args) Get(key string) any {
	for i := range a.list {
		if a.list[i].key == key {
			return a.list[i].value
		}
	}
	return nil
}

// All returns every value of key in the order typed.
func (a Args) All(key string) []string {
	var all []string
	for _, arg := range a.list {
		if s, ok := arg.value.(string); ok && arg.key == key {
			all = append(all, s)
		}
	}
	return all
}

// Text returns the string under key, "" if it was not given.
func (a Args) Text(key string) string { s, _ := a.Get(key).(string); return s }

// Int returns the number under key, or def if it was not given.
func (a Args) Int(key string, def int) int {
	if n, ok := a.Get(key).(int64); ok {
		return int(n)
	}
	return def
}

// Addr returns the address under key, the zero one if it was not given.
func (a Args) Addr(key string) netip.Addr { v, _ := a.Get(key).(netip.Addr); return v }

// thread is one way to read the words so far.
type thread struct {
	form   *form
	state  int
	once   uint64
	arg    int // index+1 of the last argument in the pool
	secure bool
	rest   bool // took the rest of the line
}

// reader reads one line for one view.
type reader struct {
	view    View
	line    string
	tokens  []token
	length  int // of the line without its comment
	threads []thread
	next    []thread
	pool    []argument
	secrets []token // values that were read as secrets, in order
	// room for the ordinary line, so that reading it allocates little
	tokenRoom  [24]token
	threadRoom [2][24]thread
	poolRoom   [32]argument
}

func newReader(view View, line string) *reader {
	r := &reader{view: view, line: line}
	r.threads, r.next, r.pool = r.threadRoom[0][:0], r.threadRoom[1][:0], r.poolRoom[:0]
	r.tokens, r.length = split(r.tokenRoom[:0], line)
	return r
}

func (r *reader) refuse(kind ErrorKind, at int) *Error {
	return &Error{Kind: kind, Offset: at, Line: r.line[:r.length]}
}

// foldPrefix reports whether word begins with prefix, in any case; keywords are ASCII.
func foldPrefix(word, prefix string) bool {
	return len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix)
}

// start takes the first token of a command of mode m. A prefix leaves no
// thread and returns the mode it leads to.
func (r *reader) start(m *mode, tok token) (jump Mode, refusal *Error) {
	if tok.quoted {
		return "", r.refuse(Invalid, tok.start)
	}
	found := -1
	from := sort.Search(len(m.words), func(i int) bool { return m.words[i].folded >= strings.ToLower(tok.text) })
	for i := from; i < len(m.words) && foldPrefix(m.words[i].folded, tok.text); i++ {
		if !m.words[i].visible(r.view) {
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
		return "", r.refuse(Invalid, tok.start)
	}
	for _, e := range m.words[found].entries {
		if e.form.visible(r.view) && r.seesStep(e.step) {
			t := thread{form: e.form}
			r.threads = append(r.threads, r.take(t, e.step, e.step.kw.Name))
		}
	}
	return m.words[found].jump, nil
}

func (r *reader) seesStep(s step) bool {
	return s.kw == nil || !s.kw.secure || r.view.SeesSecure()
}

// take moves t along s with the value that was read.
func (r *reader) take(t thread, s step, value any) thread {
	key := ""
	if s.kw != nil {
		key, t.secure = s.kw.key, t.secure || s.kw.secure
	} else {
		key = s.par.Key
	}
	r.pool = append(r.pool, argument{key, value, t.arg})
	t.arg, t.state, t.once = len(r.pool), s.to, t.once|s.once
	return t
}

// each calls f for every step the view allows after the words read so far.
func (r *reader) each(f func(t thread, s step)) {
	for _, t := range r.threads {
		if t.rest {
			continue
		}
		for _, s := range t.form.prog.steps[t.state] {
			if s.once&t.once == 0 && r.seesStep(s) {
				f(t, s)
			}
		}
	}
}

// advance takes one more token. Keywords go before parameters.
func (r *reader) advance(tok token) *Error {
	if tok.broken {
		return r.refuse(Invalid, tok.start)
	}
	var word string
	ambiguous, exact := false, false
	if !tok.quoted {
		r.each(func(_ thread, s step) {
			if s.kw == nil || exact || !foldPrefix(s.kw.Name, tok.text) {
				return
			}
			switch exact = len(s.kw.Name) == len(tok.text); {
			case exact:
				word, ambiguous = s.kw.Name, false
			case word == "":
				word = s.kw.Name
			case !strings.EqualFold(word, s.kw.Name):
				ambiguous = true
			}
		})
	}
	if ambiguous {
		return r.refuse(Ambiguous, tok.start)
	}
	next := r.next[:0]
	if word != "" {
		r.each(func(t thread, s step) {
			if s.kw != nil && strings.EqualFold(s.kw.Name, word) {
				next = append(next, r.take(t, s, s.kw.Name))
			}
		})
	} else {
		r.each(func(t thread, s step) {
			if s.kw != nil {
				return
			}
			if v, rest, ok := r.value(s.par, tok); ok {
				if s.par.secret {
					r.secrets = append(r.secrets, tok)
				}
				n := r.take(t, s, v)
				n.rest = rest
				next = append(next, n)
			}
		})
	}
	for _, t := range r.threads {
		if t.rest {
			next = append(next, t)
		}
	}
	if len(next) == 0 {
		return r.refuse(Invalid, tok.start)
	}
	r.threads, r.next = next, r.threads
	return nil
}

// value reads tok, or the rest of the line from it on, as a parameter.
func (r *reader) value(par *Parameter, tok token) (v any, rest, ok bool) {
	text := tok.text
	if _, isText := par.Type.(restType); isText {
		rest = true
		if !tok.quoted || tok.end != len(strings.TrimRight(r.line[:r.length], " \t")) {
			text = strings.TrimRight(r.line[tok.start:r.length], " \t")
		}
	}
	v, ok = par.Type.Parse(text)
	return v, rest, ok
}

// args collects the arguments of a finished thread.
func (r *reader) args(t thread) Args {
	n := 0
	for i := t.arg; i > 0; i = r.pool[i-1].prev {
		n++
	}
	list := make([]argument, n)
	for i := t.arg; i > 0; i = r.pool[i-1].prev {
		n--
		list[n] = r.pool[i-1]
	}
	return Args{Form: t.form.kind, list: list}
}
