package snmp

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"mirrorsh/mib"
	"mirrorsh/trapcore/internal/edits"
	"mirrorsh/trapcore/side"
)

// Quotas of a virtual router, counted separately for each side. What is
// predefined does not count.
const (
	MaxUsers  = 32
	MaxViews  = 32
	MaxGroups = 32

	MaxFamilies = 256 // subtrees of a view
)

var (
	// errNameTaken is the error of a user name that the other side has: a name
	// has one key on the wire.
	errNameTaken = errors.New("name is already in use")
	// ErrFull is the error of a quota used up.
	ErrFull = errors.New("no more entries allowed")
	// errPredefined is the error of changing a predefined group or view.
	errPredefined = errors.New("is predefined and cannot be changed")
	// ErrNotFound is the error of what does not exist for the reader.
	ErrNotFound = errors.New("does not exist")
	// errMirrorLevel is the error of a group or user of the secure side that
	// could be named without a key: the answer would tell that it exists.
	errMirrorLevel = errors.New("packet mirroring requires authentication and privacy")
	// errInUse is the error of removing a group that has users.
	errInUse = errors.New("is in use")
)

// LCD is the local configuration datastore of a virtual router's SNMP engine:
// users, groups, views (RFC 3414 section 1.5.1, RFC 3415 section 3.3). Changes
// are serialised by its mutex and published as a [Snapshot]; it is safe for
// concurrent use.
//
// It is read and changed through what a clearance opens, see [LCD.As].
type LCD struct {
	mu      sync.Mutex // held by writers
	snap    atomic.Pointer[Snapshot]
	counted func(by int, name string) // see CountSecureNames

	editedFamilies edits.Log[FamilyKey] // of dynamic views

	keysMu sync.Mutex
	keys   map[keysOf]*cachedKeys
}

// keysOf is by pointer: a user set anew is another User.
type keysOf struct {
	user   *User
	engine EngineID
	local  *Engine
}

// predefined are the groups and views that nobody can change, which all LCDs share.
var predefined = sync.OnceValue(func() *Snapshot {
	s := &Snapshot{groups: map[nameKey]*Group{}, views: map[nameKey]*View{}}
	for _, p := range predefinedViews {
		v := &View{Name: p.name, Side: p.side, Predefined: true}
		for _, f := range p.families {
			v.set(f)
		}
		s.views[nameKey{p.side, p.name}] = v
	}
	for _, p := range predefinedGroups {
		g := p.Group
		g.side, g.predefined = p.side, true
		s.groups[nameKey{p.side, g.Name}] = &g
	}
	return s
})

// NewLCD returns an LCD with the predefined groups and views.
func NewLCD() *LCD {
	s := &Snapshot{users: map[string]*User{}, groups: predefined().groups, views: predefined().views}
	l := &LCD{keys: map[keysOf]*cachedKeys{}}
	l.snap.Store(s)
	return l
}

// Snapshot returns the present state.
func (l *LCD) Snapshot() *Snapshot { return l.snap.Load() }

// publish makes a changed snapshot the present state.
func (l *LCD) publish(s *Snapshot) {
	s.changes++
	s.countSecure(1, l.counted)
	l.snap.Swap(s).countSecure(-1, l.counted)
}

// SetView adds a family to a dynamic view, or replaces the one with the same
// subtree; the view is made if there is none of that name. Errors wrap
// [errName], [errPredefined], [ErrFull] or mib.ErrOID. All dynamic views are of
// the ordinary side, since only mirrorAdmin is secure.
func (r Visible) SetView(name string, f Family) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("view: %w", err)
	}
	if err := checkFamily(&f); err != nil {
		return err
	}
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	old, ok := s.As(r.c).View(name)
	var v *View
	switch {
	case ok && old.Predefined:
		return fmt.Errorf("view %s %w", name, errPredefined)
	case ok:
		v = old.clone()
	case countDynamic(s.views, side.Ordinary, (*View).dynamic) >= MaxViews:
		return fmt.Errorf("view %s: %w", name, ErrFull)
	default:
		v = &View{Name: name}
	}
	if v.set(f); v.Size() > MaxFamilies {
		return fmt.Errorf("view %s: %w", name, ErrFull)
	}
	s.views = maps.Clone(s.views)
	s.views[nameKey{v.Side, name}] = v
	r.l.publish(&s)
	r.l.editedFamilies.Note(keyOf(name, f.Subtree))
	return nil
}

// RemoveView removes a dynamic view, or only the family with the subtree if
// that is not nil; the view goes with its last family. Errors wrap
// [ErrNotFound] or [errPredefined]. Groups may name a view that is gone.
func (r Visible) RemoveView(name string, subtree mib.OID) error {
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	old, ok := s.As(r.c).View(name)
	if !ok {
		return fmt.Errorf("view %s %w", name, ErrNotFound)
	}
	if old.Predefined {
		return fmt.Errorf("view %s %w", name, errPredefined)
	}
	s.views = maps.Clone(s.views)
	key := nameKey{old.Side, name}
	delete(s.views, key)
	var gone []mib.OID
	if subtree == nil {
		for f := range old.Families() {
			gone = append(gone, f.Subtree)
		}
	} else {
		v := old.clone()
		if !v.remove(subtree) {
			return fmt.Errorf("subtree %s of view %s %w", subtree, name, ErrNotFound)
		}
		if v.Size() > 0 {
			s.views[key] = v
		}
		gone = append(gone, subtree)
	}
	r.l.publish(&s)
	for _, subtree := range gone {
		r.l.editedFamilies.Note(keyOf(name, subtree))
	}
	return nil
}

// SetGroup makes a group or replaces the one of the same name and side. It is
// secure if, for the reader, one of its views is mirrorAdmin. Errors wrap
// [errName], [errPredefined] or [ErrFull].
func (r Visible) SetGroup(g Group) error {
	if err := checkName(g.Name); err != nil {
		return fmt.Errorf("group: %w", err)
	}
	if g.Level < NoAuthNoPriv || g.Level > AuthPriv {
		return fmt.Errorf("group %s: invalid security level %d", g.Name, g.Level)
	}
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	g.side, g.predefined = side.Ordinary, false
	for _, name := range g.Views {
		if v, ok := s.As(r.c).View(name); ok && v.reachesMirror() {
			g.side = side.Secure
		}
	}
	if g.side == side.Secure && g.Level != AuthPriv {
		return fmt.Errorf("group %s: %w", g.Name, errMirrorLevel)
	}
	if old, ok := s.As(r.c).Group(g.Name); ok && old.predefined {
		return fmt.Errorf("group %s %w", g.Name, errPredefined)
	}
	key := nameKey{g.side, g.Name}
	if old, ok := s.groups[key]; ok {
		if old.predefined {
			return fmt.Errorf("group %s %w", g.Name, errPredefined)
		}
	} else if countDynamic(s.groups, g.side, (*Group).dynamic) >= MaxGroups {
		return fmt.Errorf("group %s: %w", g.Name, ErrFull)
	}
	s.groups = maps.Clone(s.groups)
	s.groups[key] = &g
	r.l.publish(&s)
	return nil
}

// RemoveGroup removes the dynamic group that the reader sees. Errors wrap
// [ErrNotFound], [errPredefined] or, while it has users, [errInUse].
func (r Visible) RemoveGroup(name string) error {
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	g, ok := s.As(r.c).Group(name)
	if !ok {
		return fmt.Errorf("group %s %w", name, ErrNotFound)
	}
	if g.predefined {
		return fmt.Errorf("group %s %w", name, errPredefined)
	}
	for _, u := range s.users {
		if s.groupOf(u) == g {
			return fmt.Errorf("group %s %w", name, errInUse)
		}
	}
	s.groups = maps.Clone(s.groups)
	delete(s.groups, nameKey{g.side, name})
	r.l.publish(&s)
	return nil
}

func (v *View) dynamic() bool  { return !v.Predefined }
func (g *Group) dynamic() bool { return !g.predefined }

func countDynamic[T any](m map[nameKey]*T, of side.Side, dynamic func(*T) bool) int {
	n := 0
	for k, v := range m {
		if k.side == of && dynamic(v) {
			n++
		}
	}
	return n
}
