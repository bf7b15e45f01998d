package snmp

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

// Names of the predefined groups, which nobody can change.
const (
	groupAdmin   = "admin"
	GroupMirror  = "mirror" // of the secure side
	GroupPublic  = "public"
	groupPrivate = "private"
)

// Operation is what a view is asked for (RFC 3415 section 3.2, viewType).
type Operation uint8

const (
	Read Operation = iota
	Write
	Notify
	operations
)

// Group is an access entry (RFC 3415, vacmAccessTable): one per group name and
// side, for any context, model USM. The LCD never changes one that it handed out.
type Group struct {
	Name string
	// Level is the least level that a message needs.
	Level SecurityLevel
	// Views are the names of the read, write and notify view, indexed by
	// [Operation]; "" and a name of no view give no access.
	Views [operations]string

	side       side.Side
	predefined bool
}

// Side returns Secure for a group that names the secure view mirrorAdmin.
func (g *Group) Side() side.Side { return g.side }

// Predefined reports whether the group cannot be changed.
func (g *Group) Predefined() bool { return g.predefined }

// NewGroup returns a group with views for reading, writing and notifications.
func NewGroup(name string, level SecurityLevel, read, write, notify string) Group {
	return Group{Name: name, Level: level, Views: [operations]string{read, write, notify}}
}

// predefinedGroups are those of the documentation; what private may do is not
// documented and ours: what public may, and writing what it may read.
var predefinedGroups = []struct {
	Group
	side side.Side
}{
	{NewGroup(groupAdmin, AuthPriv, ViewEverything, ViewEverything, ViewEverything), side.Ordinary},
	{NewGroup(GroupPublic, NoAuthNoPriv, viewUser, viewNothing, viewNothing), side.Ordinary},
	{NewGroup(groupPrivate, NoAuthNoPriv, viewUser, viewUser, viewNothing), side.Ordinary},
	{NewGroup(GroupMirror, AuthPriv, ViewMirrorAdmin, ViewMirrorAdmin, ViewMirrorAdmin), side.Secure},
}

// Snapshot is the LCD at one moment. It never changes, so that readers need no
// lock; a later change of the LCD makes a new one. Pointers it hands out stay
// the same from snapshot to snapshot as long as the record does.
type Snapshot struct {
	users  map[string]*User
	groups map[nameKey]*Group
	views  map[nameKey]*View

	communities map[string]*Community // nil until there is one

	changes uint64 // of all of it
}

// User finds a user of either side.
func (s *Snapshot) User(name string) (*User, bool) {
	u, ok := s.users[name]
	return u, ok
}

// lookup finds a record of a side, or the ordinary one if that has none.
func lookup[T any](m map[nameKey]*T, of side.Side, name string) (*T, bool) {
	if v, ok := m[nameKey{of, name}]; ok {
		return v, true
	}
	v, ok := m[nameKey{side.Ordinary, name}]
	return v, ok
}

// GroupOf returns the user's group, nil if there is none.
func (s *Snapshot) groupOf(u *User) *Group { return s.groups[nameKey{u.side, u.Group}] }

// Access returns the view of a user's message at a level, nil if it has none
// (RFC 3415 section 3.2; what is missing on the way is the same to us).
func (s *Snapshot) Access(u *User, level SecurityLevel, op Operation) *View {
	g := s.groupOf(u)
	if g == nil || level < g.Level || level > u.Level() {
		return nil
	}
	v, _ := lookup(s.views, g.side, g.Views[op])
	return v
}

// NotifyAccess reports whether a notification, by its own OID, or the name of
// one of its own varbinds may go to a user at the user's level. sysUpTime.0
// and snmpTrapOID.0 are not asked for.
func (s *Snapshot) NotifyAccess(user string, oid mib.OID) bool {
	u, ok := s.users[user]
	return ok && s.Access(u, u.Level(), Notify).Contains(oid)
}

// MirrorAuthorised reports whether a user is authorised for packet mirroring
// at authPriv: of level authPriv and with mirrorAdmin as notify view.
func (s *Snapshot) MirrorAuthorised(user string) bool {
	u, ok := s.users[user]
	if !ok || u.Level() != AuthPriv {
		return false
	}
	v := s.Access(u, AuthPriv, Notify)
	return v != nil && v.reachesMirror()
}
