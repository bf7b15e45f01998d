// Package lists has what ordinary and secure policy and classifier lists have alike:
// their keys, numbered entries, and the order of classifier groups; and how an element
// leaves a list that others read. It holds no list.
// It imports nothing of ours.
package lists

import (
	"cmp"
	"slices"
)

// Key is the key of a policy list, or of a classifier list.
type Key[P cmp.Ordered] struct {
	Protocol P
	Name     string
}

// KeyOf is the key of the list of a protocol and a name.
func KeyOf[P cmp.Ordered](p P, name string) Key[P] { return Key[P]{p, name} }

// Entry is the key of an entry of the list.
func (k Key[P]) Entry(number int) EntryKey[P] { return EntryKey[P]{k, number} }

// Compare is the order of lists in output.
func (k Key[P]) Compare(o Key[P]) int {
	return cmp.Or(cmp.Compare(k.Protocol, o.Protocol), cmp.Compare(k.Name, o.Name))
}

// EntryKey is the key of an entry of a classifier list.
type EntryKey[P cmp.Ordered] struct {
	Key[P]
	Number int
}

// Compare is the order of entries in output.
func (k EntryKey[P]) Compare(o EntryKey[P]) int {
	return cmp.Or(k.Key.Compare(o.Key), cmp.Compare(k.Number, o.Number))
}

// Entry is an entry of a classifier list.
type Entry struct {
	Number int    // from 1, one above the last entry's when it was added
	Text   string // as it was typed, without the command and the name
}

func (e Entry) entry() Entry { return e }

// Entries are those of a list, by number. E is an Entry or embeds one.
type Entries[E interface{ entry() Entry }] []E

// Has reports whether there is an entry of that text.
func (es Entries[E]) Has(text string) bool {
	return slices.ContainsFunc(es, func(e E) bool { return e.entry().Text == text })
}

// Next is the entry of a text that may be appended.
func (es Entries[E]) Next(text string) Entry {
	if len(es) == 0 {
		return Entry{1, text}
	}
	return Entry{es[len(es)-1].entry().Number + 1, text}
}

// Without returns the entries but that of a number, 0 for all, and the numbers of those
// that it lacks. What it is asked of stays as it is.
func (es Entries[E]) Without(number int) (kept Entries[E], gone []int) {
	if number == 0 {
		for _, e := range es {
			gone = append(gone, e.entry().Number)
		}
		return nil, gone
	}
	i, ok := es.find(number)
	if !ok {
		return es, nil
	}
	return Drop(es, i), []int{number}
}

// Drop is a slice that others read without one of its elements. The first and the last
// one leave without a copy, so that a list goes one by one at the cost of one.
func Drop[S ~[]E, E any](s S, i int) S {
	switch last := len(s) - 1; i {
	case 0:
		return s[1:]
	case last:
		return s[:last:last] // what is added is not written over the one that readers have
	}
	return slices.Concat(s[:i], s[i+1:])
}

// Text returns the text of the entry of a number, false if there is none.
func (es Entries[E]) Text(number int) (text string, ok bool) {
	i, ok := es.find(number)
	if ok {
		text = es[i].entry().Text
	}
	return text, ok
}

func (es Entries[E]) find(number int) (i int, ok bool) {
	return slices.BinarySearchFunc(es, number, func(e E, n int) int { return cmp.Compare(e.entry().Number, n) })
}
