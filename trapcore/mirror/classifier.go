package mirror

import (
	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/packet"
)

// ClassifierList is a secure classifier list of IP or IPv6.
type ClassifierList struct {
	Protocol Protocol
	Name     string
	Entries  lists.Entries[Classifier]
}

// classifiers is a classifier list, with how many groups are of it.
type classifiers struct {
	entries lists.Entries[Classifier]
	groups  int
}

// classifiersOf is the classifier list that a policy list of a protocol means by a
// name.
func classifiersOf(p Protocol, name string) ListKey {
	if p == L2TP {
		p = IP
	}
	return lists.KeyOf(p, name)
}

// Matcher decides which packets an entry of a classifier list has.
type Matcher interface{ Has(f *packet.Fields) bool }

// Classifier is one entry of a list.
type Classifier struct {
	lists.Entry
	Match Matcher
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
		k := lists.KeyOf(p, name)
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
			m.offered.classifiers.Add(name)
		case l.entries.Has(text):
			return nil
		}
		e := l.entries.Next(text)
		l.entries = append(l.entries, Classifier{e, match})
		m.edited.entries[p].Note(k.Entry(e.Number))
		return nil
	})
}

// RemoveClassifier removes a list that no policy list references, or with a
// number other than 0 one entry of it; the last entry takes the list along.
func (m *Machine) RemoveClassifier(p Protocol, name string, number int) error {
	return m.change(func(c *change) error {
		k := lists.KeyOf(p, name)
		l := m.classifiers[k]
		if l == nil {
			return ErrNoClassifier
		}
		kept, gone := l.entries.Without(number)
		switch {
		case len(gone) == 0:
			return ErrNoClassifier
		case len(kept) == 0 && l.groups > 0:
			return errClassifierInUse
		case len(kept) == 0:
			delete(m.classifiers, k)
			m.named.add(-1, name)
			m.offered.classifiers.Remove(name)
		}
		for _, n := range gone {
			m.edited.entries[p].Note(k.Entry(n))
		}
		l.entries = kept
		return nil
	})
}
