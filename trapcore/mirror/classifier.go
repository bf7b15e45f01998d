package mirror

import (
	"slices"

	"mirrorsh/trapcore/packet"
)

// ClassifierList is a secure classifier list of IP or IPv6.
type ClassifierList struct {
	Protocol Protocol
	Name     string
	Entries  []Classifier
}

// classifiers is a classifier list, with how many groups are of it.
type classifiers struct {
	entries []Classifier
	groups  int
}

// classifiersOf is the classifier list that a policy list of a protocol means by a
// name.
func classifiersOf(p Protocol, name string) listKey {
	if p == L2TP {
		p = IP
	}
	return listKey{p, name}
}

// Matcher decides which packets an entry of a classifier list has.
type Matcher interface{ Has(f *packet.Fields) bool }

// Classifier is one entry of a list.
type Classifier struct {
	Number int    // from 1, one above the last entry's when it was added
	Text   string // as it was typed, without the command and the name
	Match  Matcher
}

// has reports whether a packet matches an entry of the list. One that does not
// exist has none.
func (l *classifiers) has(f *packet.Fields) bool {
	if l == nil {
		return false
	}
	for i := range l.entries {
		if l.entries[i].Match.Has(f) {
			return true
		}
	}
	return false
}

// AddClassifier adds an entry to a list, which is made if there is none; an
// entry that is there already stays.
func (m *Machine) AddClassifier(p Protocol, name, text string, match Matcher) error {
	return m.change(func(c *change) error {
		k := listKey{p, name}
		l := m.classifiers[k]
		switch {
		case name == AllTraffic:
			return errClassifierName
		case l == nil && len(m.classifiers) == maxClassifierLists, l != nil && len(l.entries) == maxClassifiers:
			return errTooManyClasses
		case l == nil:
			l = new(classifiers)
			m.classifiers[k] = l
			m.named.add(1, name)
		case slices.ContainsFunc(l.entries, func(e Classifier) bool { return e.Text == text }):
			return nil
		}
		number := 1
		if n := len(l.entries); n > 0 {
			number = l.entries[n-1].Number + 1
		}
		l.entries = append(l.entries, Classifier{number, text, match})
		m.edited.entries[p].Note(EntryKey{k, number})
		return nil
	})
}

// RemoveClassifier removes a list that no policy list references, or with a
// number other than 0 one entry of it; the last entry takes the list along.
func (m *Machine) RemoveClassifier(p Protocol, name string, number int) error {
	return m.change(func(c *change) error {
		k := listKey{p, name}
		l := m.classifiers[k]
		if l == nil {
			return ErrNoClassifier
		}
		kept := slices.DeleteFunc(slices.Clone(l.entries), func(e Classifier) bool { return number == 0 || e.Number == number })
		switch {
		case len(kept) == len(l.entries):
			return ErrNoClassifier
		case len(kept) == 0 && l.groups > 0:
			return errClassifierInUse
		case len(kept) == 0:
			delete(m.classifiers, k)
			m.named.add(-1, name)
		}
		for i := range l.entries {
			if n := l.entries[i].Number; number == 0 || n == number {
				m.edited.entries[p].Note(EntryKey{k, n})
			}
		}
		l.entries = kept
		return nil
	})
}
