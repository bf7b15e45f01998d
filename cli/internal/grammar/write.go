package grammar

import (
	"reflect"
	"slices"
	"strings"
)

// Written is a line as it would be typed.
type Written struct {
	Text   string
	Secure bool // a secure keyword is in it
}

// HasSecure reports whether a secure keyword is in a syntax.
func HasSecure(n Node) (secure bool) {
	if n != nil {
		n.visit(func(n Node) {
			k, ok := n.(*Keyword)
			secure = secure || ok && k.secure
		})
	}
	return secure
}

// Write writes arguments as a line of a syntax; reveal is whether secrets are in
// it, and not [Redacted] in their place. Words that say what is so by default
// are left out where the syntax lets them. It reports false if no line says
// that: a line that is written is read back as the same.
func (b *Binding[T]) Write(n Node, args T, reveal bool) (Written, bool) {
	return b.bound().write(n, reflect.ValueOf(&args).Elem(), reflect.ValueOf(&b.defaults).Elem(), reveal)
}

func (b *binding) write(n Node, args, defaults reflect.Value, reveal bool) (Written, bool) {
	w := &writer{args: args, defaults: defaults, field: b.field, reveal: reveal, syntax: n, words: make([]string, 0, 8)}
	if !n.write(w) || slices.ContainsFunc(w.wrong, func(key string) bool { return !slices.Contains(w.done, written{key: key}) }) {
		return Written{}, false
	}
	return Written{strings.Join(w.words, " "), w.secure}, true
}

// writer is the other way round of a reader. told counts the words written that
// say what is not so by default.
type writer struct {
	args, defaults reflect.Value
	field          func(key string) *boundField
	reveal         bool
	syntax         Node
	keywords       []string // of the syntax, once one is asked for
	alone          bool     // where the next word stands, only a parameter may

	words  []string
	wrong  []string  // keys whose value is not so by default, and none of its type
	done   []written // elements of slices, and keys without a value
	told   int
	secure bool
}

// written is an element of a slice, or a key, that a word has said already.
type written struct {
	key   string
	value any
}

// mark is where a writer goes back to when an alternative says nothing.
type mark struct {
	words, done, told int
	secure            bool
}

func (w *writer) mark() mark { return mark{len(w.words), len(w.done), w.told, w.secure} }

func (w *writer) back(to mark) {
	w.words, w.done, w.told, w.secure = w.words[:to.words], w.done[:to.done], to.told, to.secure
}

// tell writes a word of a key; news is whether it says what is not so by default.
// What is said again is no news.
func (w *writer) tell(word, key string, news bool) {
	w.words = append(w.words, word)
	if at := (written{key: key}); news && !slices.Contains(w.done, at) {
		w.done = append(w.done, at)
		w.told++
	}
}

func (k *Keyword) write(w *writer) bool {
	if k.alias {
		return false
	}
	f := w.field(k.key)
	news, key := false, k.key
	if f != nil {
		v := w.args.FieldByIndex(f.path)
		if !w.holds(f, v, k) {
			return false
		}
		if f.typ.Kind() == reflect.Slice {
			key += " " + k.Name
		}
		news = f.typ.Kind() == reflect.Slice || !f.same(v, w.defaults.FieldByIndex(f.path))
	}
	w.secure = w.secure || k.secure
	w.tell(k.Name, key, news)
	return true
}

// holds reports whether a field has the value of a keyword, in a slice one that
// is not written yet.
func (w *writer) holds(f *boundField, v reflect.Value, k *Keyword) bool {
	if f.typ.Kind() == reflect.Bool && reflect.TypeOf(k.value).Kind() != reflect.Bool {
		return v.Bool()
	}
	if f.typ.Kind() != reflect.Slice {
		return !v.IsZero() && f.typ.Kind() == reflect.Pointer && equal(v.Elem(), k.value) || f.typ.Kind() != reflect.Pointer && equal(v, k.value)
	}
	at := written{k.key, k.value}
	if slices.Contains(w.done, at) {
		return false
	}
	for i := range v.Len() {
		if equal(v.Index(i), k.value) {
			w.done = append(w.done, at)
			return true
		}
	}
	return false
}

// equal compares a field with the value of a keyword.
func equal(v reflect.Value, value any) bool {
	k := reflect.ValueOf(value)
	return k.Type().ConvertibleTo(v.Type()) && k.Kind() == v.Kind() && v.Comparable() && k.Convert(v.Type()).Equal(v)
}

// same compares values of the field.
func (f *boundField) same(a, b reflect.Value) bool {
	if f.strict || a.Comparable() && b.Comparable() {
		return a.Equal(b)
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

func (par *Parameter) write(w *writer) bool {
	f := w.field(par.Key)
	if f == nil || par.alias {
		return false
	}
	v := w.args.FieldByIndex(f.path)
	news := !f.same(v, w.defaults.FieldByIndex(f.path))
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return false
		}
		if v.Type() != valueType(par.Type) {
			v = v.Elem()
		}
	}
	// A number may be nought; nothing else says anything while it is empty.
	if v.IsZero() && !isInt(v.Type()) {
		return false
	}
	text, ok := w.word(par.Type, v)
	if !ok {
		if news {
			w.wrong = append(w.wrong, par.Key)
		}
		return false
	}
	switch {
	case par.secret && !par.hashed && !w.reveal:
		text = Redacted
	case par.quoted && v.Kind() == reflect.String:
		text = QuoteAlways(v.String())
	}
	w.tell(text, par.Key, news)
	return true
}

func (s sequence) write(w *writer) bool {
	start := w.mark()
	for i, n := range s {
		w.alone = i > 0 && ends(s[i-1]) && isWord(n)
		if !n.write(w) {
			w.back(start)
			return false
		}
	}
	return true
}

// isWord reports whether a node is a word that cannot be left out.
func isWord(n Node) bool {
	switch n.(type) {
	case *Keyword, *Parameter:
		return true
	}
	return false
}

// ends reports whether a node is one word, so that the next node begins after it.
func ends(n Node) bool {
	c, ok := n.(choice)
	return isWord(n) || ok && !slices.ContainsFunc(c, func(one Node) bool { return !isWord(one) })
}

// A choice writes the alternative that says most, the first of those that can
// be written at all; what is wrong with the others does not matter then.
func (c choice) write(w *writer) bool {
	start, wrong := w.mark(), len(w.wrong)
	var best draft
	for _, n := range c {
		before := len(w.wrong)
		if n.write(w) && (!best.ok || w.told > best.told) {
			best = w.draft(start, before)
		}
		w.back(start)
	}
	if !best.ok {
		return false
	}
	w.wrong = w.wrong[:wrong]
	w.take(best)
	return true
}

// draft is what an alternative has written.
type draft struct {
	ok            bool
	words, wrong  []string
	done          []written
	told          int
	secure, alone bool
}

func (w *writer) draft(from mark, wrong int) draft {
	return draft{true, slices.Clone(w.words[from.words:]), slices.Clone(w.wrong[wrong:]), slices.Clone(w.done[from.done:]), w.told, w.secure, w.alone}
}

func (w *writer) take(d draft) {
	w.words, w.wrong, w.done = append(w.words, d.words...), append(w.wrong, d.wrong...), append(w.done, d.done...)
	w.told, w.secure, w.alone = d.told, d.secure, d.alone
}

func (o optional) write(w *writer) bool {
	start := w.mark()
	if !o.Node.write(w) || w.told == start.told {
		w.back(start)
	}
	return true
}

func (a anyOrder) write(w *writer) bool {
	for _, n := range a {
		optional{n}.write(w)
	}
	return true
}

func (k *Keyword) visit(f func(Node))     { f(k) }
func (par *Parameter) visit(f func(Node)) { f(par) }
func (o optional) visit(f func(Node))     { o.Node.visit(f) }
func (s sequence) visit(f func(Node))     { visitAll(s, f) }
func (c choice) visit(f func(Node))       { visitAll(c, f) }
func (a anyOrder) visit(f func(Node))     { visitAll(a, f) }

func visitAll(nodes []Node, f func(Node)) {
	for _, n := range nodes {
		n.visit(f)
	}
}
