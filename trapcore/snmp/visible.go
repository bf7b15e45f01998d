package snmp

import (
	"maps"
	"slices"

	"mirrorsh/trapcore/side"
)

// Records are the records of a snapshot that exist for a reader.
type Records struct {
	s *Snapshot
	c side.Clearance
}

// As opens the snapshot to a reader.
func (s *Snapshot) As(c side.Clearance) Records { return Records{s, c} }

// User finds a user.
func (r Records) User(name string) (*User, bool) {
	u, ok := r.s.users[name]
	if !ok || !r.c.Sees(u.side) {
		return nil, false
	}
	return u, true
}

// Group finds a group; of two with the name, the secure one.
func (r Records) Group(name string) (*Group, bool) { return lookup(r.s.groups, r.c.Top(), name) }

// View finds a view; of two with the name, the secure one.
func (r Records) View(name string) (*View, bool) { return lookup(r.s.views, r.c.Top(), name) }

// GroupOf returns the group of a user, nil if there is none.
func (r Records) GroupOf(u *User) *Group { return r.s.groupOf(u) }

// Users lists the users by name.
func (r Records) Users() []*User {
	return byName(r.s.users, func(u *User) bool { return r.c.Sees(u.side) })
}

// Communities lists the communities by name.
func (r Records) Communities() []*Community {
	return byName(r.s.communities, func(m *Community) bool { return r.c.Sees(m.side) })
}

// Groups lists the groups by name.
func (r Records) Groups() []*Group { return bothByName(r.s.groups, r.c) }

// Views lists the views by name.
func (r Records) Views() []*View { return bothByName(r.s.views, r.c) }

// Version counts the changes of all records.
func (r Records) Version() uint64 { return r.s.changes }

func byName[T any](m map[string]T, sees func(T) bool) []T {
	var all []T
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if sees(m[name]) {
			all = append(all, m[name])
		}
	}
	return all
}

// bothByName returns both of two records with the same name, the secure one first.
func bothByName[T any](m map[nameKey]*T, c side.Clearance) []*T {
	var all []*T
	for _, k := range slices.SortedFunc(maps.Keys(m), compareKeys) {
		if c.Sees(k.side) {
			all = append(all, m[k])
		}
	}
	return all
}

// Visible is an LCD for a reader: its records as they were when the reader came
// and what the reader may change. With an ordinary clearance it finds and changes
// ordinary records only and answers the same whatever the secure side holds, but
// for [errNameTaken].
type Visible struct {
	Records
	l *LCD
}

// As opens the LCD to a reader.
func (l *LCD) As(c side.Clearance) Visible { return Visible{l.Snapshot().As(c), l} }
