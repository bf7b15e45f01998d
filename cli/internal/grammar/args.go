package grammar

import "iter"

// Args are the arguments of a command line.
type Args struct {
	Form Form
	list []argument // in the order typed
}

type argument struct {
	key   string
	value any    // keyword: its name; parameter: what its type made of it
	prev  int    // index+1 in the pool while a line is being read
	typed bool   // the value of a parameter
	word  string // the name of a keyword
	at    span   // of a keyword in the line; empty if it was left out
	// unlisted is set for a keyword that says nothing more.
	unlisted bool
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
