package policy

import (
	"maps"
	"slices"
)

// What has been edited is for one caller, who keeps what it has made of the lists; all
// says that everything may have been.

// TakeEdited returns the policy lists that have been made, edited or removed since it
// was last called.
func (ls *Lists) TakeEdited() (keys []ListKey, all bool) { return ls.editedLists.Take() }

// Keys returns the keys of the policy lists, in no order.
func (ls *Lists) Keys() []ListKey {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	return slices.Collect(maps.Keys(ls.lists))
}

func (ls *Lists) noteEntry(k EntryKey) {
	ls.editedEntries[slices.Index(protocols[:], k.Protocol)].Note(k)
}

// TakeEditedEntries is TakeEdited for the entries of the classifier lists of a protocol.
func (ls *Lists) TakeEditedEntries(p Protocol) (keys []EntryKey, all bool) {
	return ls.editedEntries[slices.Index(protocols[:], p)].Take()
}

// EntryKeys returns the keys of these entries, in no order.
func (ls *Lists) EntryKeys(p Protocol) (all []EntryKey) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	for k, c := range ls.classifiers {
		for i := range c.Entries {
			if k.Protocol == p {
				all = append(all, k.Entry(c.Entries[i].Number))
			}
		}
	}
	return all
}

// Entry returns the text of an entry, false if there is none any more.
func (ls *Lists) Entry(k EntryKey) (text string, ok bool) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	c := ls.classifiers[k.Key]
	if c == nil {
		return "", false
	}
	return c.Entries.Text(k.Number)
}
