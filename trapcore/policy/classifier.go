package policy

import (
	"maps"
	"slices"

	"mirrorsh/trapcore/internal/lists"
)

// AddClassifier adds an entry to a classifier list, which is made if there is
// none; an entry that is there already stays.
func (ls *Lists) AddClassifier(p Protocol, name, text string) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	c := ls.classifiers[lists.KeyOf(p, name)]
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
		ls.classifiers[lists.KeyOf(p, name)] = c
		ls.classifierNames.Add(name)
	case c.Entries.Has(text):
		return nil
	}
	e := c.Entries.Next(text)
	c.Entries = append(c.Entries, e)
	ls.noteEntry(lists.KeyOf(p, name).Entry(e.Number))
	return nil
}

// RemoveClassifier removes a classifier list that no policy list references, or
// with a number other than 0 one entry of it; the last entry takes the list along.
func (ls *Lists) RemoveClassifier(p Protocol, name string, number int) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	c := ls.classifiers[lists.KeyOf(p, name)]
	if c == nil {
		return ErrNoClassifier
	}
	kept, gone := c.Entries.Without(number)
	switch {
	case len(gone) == 0:
		return ErrNoClassifier
	case len(kept) == 0 && c.References > 0:
		return errReferenced
	case len(kept) == 0:
		delete(ls.classifiers, lists.KeyOf(p, name))
		ls.classifierNames.Remove(name)
	}
	for _, n := range gone {
		ls.noteEntry(lists.KeyOf(p, name).Entry(n))
	}
	c.Entries = kept
	return nil
}

// Classifiers returns the classifier lists by protocol and name.
func (ls *Lists) Classifiers() (all []ClassifierList) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	all = make([]ClassifierList, 0, len(ls.classifiers))
	for _, k := range slices.SortedFunc(maps.Keys(ls.classifiers), ListKey.Compare) {
		all = append(all, ls.classifiers[k].copy())
	}
	return all
}

func (c *ClassifierList) copy() ClassifierList {
	one := *c
	one.Entries = slices.Clone(c.Entries)
	return one
}
