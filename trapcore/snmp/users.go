package snmp

import (
	"fmt"
	"maps"
	"slices"
)

// SetUser makes a user or replaces the one of that name on the same side,
// which is the side of its group as the viewer sees it. Errors wrap those of
// [User.Validate], [ErrNotFound] for the group, [ErrNameTaken] or [ErrFull].
func (l *LCD) SetUser(viewer Side, u User) error {
	if err := u.Validate(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := *l.snap.Load()
	g, ok := s.GroupFor(viewer, u.Group)
	if !ok {
		return fmt.Errorf("group %s %w", u.Group, ErrNotFound)
	}
	if g.side == Secure && u.Level() != AuthPriv {
		return fmt.Errorf("user %s: %w", u.Name, ErrMirrorLevel)
	}
	old, exists := s.users[u.Name]
	if exists && old.side != g.side {
		return fmt.Errorf("user %s: %w", u.Name, ErrNameTaken)
	}
	if !exists && s.countUsers(g.side) >= MaxUsers {
		return fmt.Errorf("user %s: %w", u.Name, ErrFull)
	}
	c := u.clone()
	c.side = g.side
	s.users = maps.Clone(s.users)
	s.users[u.Name] = c
	l.snap.Store(&s)
	l.forget(old)
	return nil
}

// RemoveUser removes a user that the viewer sees. The error wraps [ErrNotFound].
func (l *LCD) RemoveUser(viewer Side, name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := *l.snap.Load()
	u, ok := s.UserFor(viewer, name)
	if !ok {
		return fmt.Errorf("user %s %w", name, ErrNotFound)
	}
	s.users = maps.Clone(s.users)
	delete(s.users, name)
	l.snap.Store(&s)
	l.forget(u)
	return nil
}

// Users lists the users that the viewer sees, by name.
func (l *LCD) Users(viewer Side) []*User {
	s := l.snap.Load()
	var all []*User
	for _, name := range slices.Sorted(maps.Keys(s.users)) {
		if u := s.users[name]; u.side <= viewer {
			all = append(all, u)
		}
	}
	return all
}

func (s *Snapshot) countUsers(side Side) int {
	n := 0
	for _, u := range s.users {
		if u.side == side {
			n++
		}
	}
	return n
}

// Keys returns the keys of a user, of a snapshot of this LCD, for an
// authoritative engine, localised at first use. Ask it for own engines and for
// receivers that are configured, never for what a stranger's message names: an
// entry stays until the user changes or [LCD.ForgetEngine]. local is our own
// engine. Errors are those of [User.Localize], or [ErrNotFound] for a user that
// has been replaced or removed: take a new snapshot.
func (l *LCD) Keys(u *User, id EngineID, local *Engine) (*LocalKeys, error) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	of := keysOf{u, id, local}
	if k, ok := l.keys[of]; ok {
		return k, nil
	}
	// Under keysMu, so that no forget can come between this and the entry.
	if l.snap.Load().users[u.Name] != u {
		return nil, fmt.Errorf("user %s %w", u.Name, ErrNotFound)
	}
	k, err := u.Localize(id, local)
	if err != nil {
		return nil, err
	}
	l.keys[of] = k
	return k, nil
}

// ForgetEngine drops the keys for an engine, as when a receiver is configured
// no more or is found to have another engine ID.
func (l *LCD) ForgetEngine(id EngineID) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	maps.DeleteFunc(l.keys, func(of keysOf, _ *LocalKeys) bool { return of.engine == id })
}

// forget drops the keys of a user that is in no snapshot any more.
func (l *LCD) forget(u *User) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	maps.DeleteFunc(l.keys, func(of keysOf, _ *LocalKeys) bool { return of.user == u })
}
