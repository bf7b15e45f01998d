package mirror

import (
	"mirrorsh/trapcore/internal/edits"
	"mirrorsh/trapcore/internal/lists"
)

// edited is what of policy lists made by hand and of classifier lists has been edited,
// for one caller, who keeps what it has made of them; all says that everything may
// have been.
type edited struct {
	lists   edits.Log[ListKey]
	entries [protocols]edits.Log[EntryKey]
}

// ListKey is the key of a policy list, or of a classifier list.
type ListKey = lists.Key[Protocol]

// EntryKey is the key of an entry of a classifier list.
type EntryKey = lists.EntryKey[Protocol]

// TakeEdited returns the policy lists made by hand that have been made, edited or
// removed since it was last called.
func (m *Machine) TakeEdited() (keys []ListKey, all bool) { return m.edited.lists.Take() }

// Keys returns the keys of these lists, in no order.
func (m *Machine) Keys() (all []ListKey) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for k, l := range m.lists {
		if !l.radius {
			all = append(all, k)
		}
	}
	return all
}

// Has reports whether there is such a list.
func (m *Machine) Has(k ListKey) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.lists[k]
	return l != nil && !l.radius
}

// TakeEditedEntries is TakeEdited for the entries of the classifier lists of a protocol.
func (m *Machine) TakeEditedEntries(p Protocol) (keys []EntryKey, all bool) {
	return m.edited.entries[p].Take()
}

// EntryKeys returns the keys of these entries, in no order.
func (m *Machine) EntryKeys(p Protocol) (all []EntryKey) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for k, l := range m.classifiers {
		for i := range l.entries {
			if k.Protocol == p {
				all = append(all, k.Entry(l.entries[i].Number))
			}
		}
	}
	return all
}

// Entry returns the text of an entry, false if there is none any more.
func (m *Machine) Entry(k EntryKey) (text string, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.classifiers[k.Key]
	if l == nil {
		return "", false
	}
	return l.entries.Text(k.Number)
}
