package grammar

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// valueOf is a type whose values are of one Go type, and can be written.
type valueOf[V any] struct {
	usage  string
	reason string
	parse  func(word string) (V, bool)
	write  func(v V) (word string, ok bool)
}

// Value is a type of the caller's own; reason says why a word is none, "" that it
// is not of the form of the usage. write gives back the word that parse takes, or
// reports that the value is not one of the type.
func Value[V any](usage, reason string, parse func(word string) (V, bool), write func(v V) (word string, ok bool)) Type {
	return valueOf[V]{usage, reason, parse, write}
}

func (t valueOf[V]) Usage() string { return t.usage }

func (t valueOf[V]) Parse(word string) (any, bool) {
	v, ok := t.parse(word)
	if !ok {
		return nil, false
	}
	return v, true
}

func (t valueOf[V]) goType() reflect.Type { return reflect.TypeFor[V]() }

func (t valueOf[V]) format(v any) (string, bool) {
	own, ok := v.(V)
	if !ok {
		return "", false
	}
	return t.write(own)
}

// ownType is what a [Value] says of itself.
type ownType interface {
	goType() reflect.Type
	format(v any) (string, bool)
}

// valueType is the Go type of what a type parses; nil if it is not known.
func valueType(t Type) reflect.Type {
	switch t := t.(type) {
	case ownType:
		return t.goType()
	case intType:
		return reflect.TypeFor[int64]()
	case ipv4Type, ipType:
		return reflect.TypeFor[netip.Addr]()
	case commandType:
		return reflect.TypeFor[[]Path]()
	case wordType, restType, rawType:
		return reflect.TypeFor[string]()
	}
	return nil
}

// word writes a value as a type takes it, in quotes where it would be taken for
// something else, and reports whether it is one of the type.
func (w *writer) word(t Type, v reflect.Value) (string, bool) {
	if _, ok := t.(commandType); ok {
		paths, _ := v.Interface().([]Path)
		if len(paths) != 1 {
			return "", false
		}
		return strings.Join(paths[0].Words, " "), true
	}
	word, ok := plain(t, v)
	if !ok {
		return "", false
	}
	if _, ok := t.Parse(word); !ok {
		return "", false
	}
	switch t.(type) {
	case rawType:
		return word, strings.Trim(word, " \t") == word // else it is not read back
	case restType:
		return QuoteAlways(word), true
	case ownType, wordType:
		return w.quote(word), true
	}
	return word, true
}

// plain writes a value without quotes; false means that its type has no word for it.
func plain(t Type, v reflect.Value) (string, bool) {
	switch t := t.(type) {
	case ownType:
		if v.Type() != t.goType() && v.Type().ConvertibleTo(t.goType()) {
			v = v.Convert(t.goType())
		}
		return t.format(v.Interface())
	case intType: // without the methods of its type
		if v.CanUint() {
			return strconv.FormatUint(v.Uint(), 10), true
		}
		return strconv.FormatInt(v.Int(), 10), true
	case rawType, restType, wordType:
		return v.String(), true
	}
	return fmt.Sprint(v.Interface()), true
}

// quote puts a word into quotes if it would not be read back as it is, or might
// be taken for a keyword of the command.
func (w *writer) quote(word string) string {
	if !w.alone && w.keywords == nil {
		w.syntax.visit(func(n Node) {
			if k, ok := n.(*Keyword); ok {
				w.keywords = append(w.keywords, k.Name)
			}
		})
	}
	if !w.alone && slices.ContainsFunc(w.keywords, func(k string) bool { return foldPrefix(k, word) }) {
		return QuoteAlways(word)
	}
	return Quote(word)
}
