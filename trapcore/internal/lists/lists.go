// Package lists has what ordinary and secure policy and classifier lists have alike:
// their keys, numbered entries, and the order of classifier groups. It holds no list.
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

// Without returns a copy without the entry of a number, 0 for all, and the numbers of
// those that it lacks.
func (es Entries[E]) Without(number int) (kept Entries[E], gone []int) {
	for _, e := range es {
		if n := e.entry().Number; number == 0 || n == number {
			gone = append(gone, n)
		} else {
			kept = append(kept, e)
		}
	}
	return kept, gone
}

// Text returns the text of the entry of a number, false if there is none.
func (es Entries[E]) Text(number int) (text string, ok bool) {
	i, ok := slices.BinarySearchFunc(es, number, func(e E, n int) int { return cmp.Compare(e.entry().Number, n) })
	if ok {
		text = es[i].entry().Text
	}
	return text, ok
}
