package policy

import (
	"cmp"
	"slices"
)

// AddClassifier adds an entry to a classifier list, which is made if there is
// none; an entry that is there already stays.
func (ls *Lists) AddClassifier(p Protocol, name, text string) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	c := ls.classifiers[ListKey{p, name}]
	switch {
	case name == All:
		return errClassifierName
	case c == nil && len(ls.classifiers) == maxClassifiers, c != nil && len(c.Entries) == maxEntries:
		return errTooManyEntries
	case c == nil:
		if err := checkName(name); err != nil {
			return err
		}
		c = &ClassifierList{Protocol: p, Name: name}
		ls.classifiers[ListKey{p, name}] = c
	case slices.ContainsFunc(c.Entries, func(e Entry) bool { return e.Text == text }):
		return nil
	}
	number := 1
	if n := len(c.Entries); n > 0 {
		number = c.Entries[n-1].Number + 1
	}
	c.Entries = append(c.Entries, Entry{number, text})
	ls.noteEntry(EntryKey{ListKey{p, name}, number})
	return nil
}

// RemoveClassifier removes a classifier list that no policy list references, or
// with a number other than 0 one entry of it; the last entry takes the list along.
func (ls *Lists) RemoveClassifier(p Protocol, name string, number int) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	c := ls.classifiers[ListKey{p, name}]
	if c == nil {
		return ErrNoClassifier
	}
	kept := slices.DeleteFunc(slices.Clone(c.Entries), func(e Entry) bool { return number == 0 || e.Number == number })
	switch {
	case len(kept) == len(c.Entries):
		return ErrNoClassifier
	case len(kept) == 0 && c.References > 0:
		return errReferenced
	case len(kept) == 0:
		delete(ls.classifiers, ListKey{p, name})
	}
	for _, e := range c.Entries {
		if number == 0 || e.Number == number {
			ls.noteEntry(EntryKey{ListKey{p, name}, e.Number})
		}
	}
	c.Entries = kept
	return nil
}

// Classifiers returns the classifier lists by protocol and name.
func (ls *Lists) Classifiers() (all []ClassifierList) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, c := range ls.classifiers {
		one := *c
		one.Entries = slices.Clone(c.Entries)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b ClassifierList) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name))
	})
	return all
}
