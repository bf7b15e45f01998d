package policy

import (
	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/network"
)

// Attachment is a policy list on an interface.
type Attachment struct {
	List string // "" for none
	Statistics
}

// Attachments are the policy lists of an interface by direction.
type Attachments [directions]Attachment

// Attach puts a policy list of IP or IPv6 on an interface. One that does not exist
// is made, and filters everything.
func (ls *Lists) Attach(r *network.Router, id network.InterfaceID, p Protocol, d Direction, a Attachment) (err error) {
	ls.network.InOrder(func() {
		i, ok := r.Interface(id)
		if !ok {
			err = errNoInterface
			return
		}
		defer r.NoteEdit(i.Index)
		ls.mu.Lock()
		defer ls.mu.Unlock()
		err = ls.attach(place{r, id, p}, d, a)
	})
	return err
}

func (ls *Lists) attach(at place, d Direction, a Attachment) error {
	_, there := ls.lists[lists.KeyOf(at.protocol, a.List)]
	l, err := ls.ensure(lists.KeyOf(at.protocol, a.List))
	if err != nil {
		return err
	}
	if !there {
		l.add(All, DefaultPrecedence, Filter)
	}
	on := ls.attached[at]
	if on == nil {
		on = new(Attachments)
		ls.attached[at] = on
	}
	ls.count(at.protocol, on[d].List, -1)
	on[d] = a
	l.references++
	return nil
}

// Detach takes the policy list of a direction off an interface.
func (ls *Lists) Detach(r *network.Router, id network.InterfaceID, p Protocol, d Direction) error {
	if i, ok := r.Interface(id); ok {
		defer r.NoteEdit(i.Index) // when the lock is free
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	at := place{r, id, p}
	on := ls.attached[at]
	if on == nil || on[d].List == "" {
		return errNotAttached
	}
	ls.count(at.protocol, on[d].List, -1)
	if on[d] = (Attachment{}); *on == (Attachments{}) {
		delete(ls.attached, at)
	}
	return nil
}

// On returns what of a protocol is attached to an interface.
func (ls *Lists) On(r *network.Router, id network.InterfaceID, p Protocol) Attachments {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if on := ls.attached[place{r, id, p}]; on != nil {
		return *on
	}
	return Attachments{}
}
