package grammar

import (
	"iter"
	"net/netip"
	"reflect"
)

// Args are the arguments of a command line.
type Args struct {
	Form Form
	list []argument // in the order typed
	kept *keptRead  // nil: what is read of them is not kept
}

// keptRead is what a binding has read of arguments that are kept.
type keptRead struct {
	by    any // the *Binding
	value any // and what it points to
}

type argument struct {
	key      string
	value    any    // keyword: its name; parameter: what its type made of it
	word     string // the name of a keyword
	at       span   // of a keyword in the line; empty if it was left out
	prev     int32  // index+1 in the pool while a line is being read
	typed    bool   // the value of a parameter
	unlisted bool   // a keyword that says nothing more
}

// Keep has what a [Binding] reads of the arguments kept with them, and reports false
// if somebody could change a value of theirs. They must have no secret, and belong to
// one goroutine.
func (a *Args) Keep() bool {
	for v := range a.Values() {
		if !fixed(reflect.TypeOf(v)) {
			return false
		}
	}
	a.kept = new(keptRead)
	return true
}

// fixed reports whether the values of a type refer to nothing that changes.
func fixed(t reflect.Type) bool {
	switch k := t.Kind(); {
	case k == reflect.String, reflect.Bool <= k && k <= reflect.Complex128 && k != reflect.Uintptr, t == reflect.TypeFor[netip.Addr]():
		return true
	case k == reflect.Array:
		return fixed(t.Elem())
	case k == reflect.Struct:
		for i := range t.NumField() {
			if !fixed(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}

// Values are those of parameters, as their types made them.
func (a Args) Values() iter.Seq[any] {
	return func(yield func(any) bool) {
		for i := range a.list {
			if a.list[i].typed && !yield(a.list[i].value) {
				return
			}
		}
	}
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

// Text returns the string under key, "" if it was not given.
func (a Args) Text(key string) string { s, _ := a.Get(key).(string); return s }
