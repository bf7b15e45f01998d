package snmp

import (
	"fmt"
	"maps"

	"mirrorsh/trapcore/side"
)

// SetUser makes a user or replaces the one of that name on the same side,
// which is the side of its group as the reader sees it. Errors wrap those of
// [User.Validate], [ErrNotFound] for the group, [errNameTaken] or [ErrFull].
func (r Visible) SetUser(u User) error {
	if err := u.Validate(); err != nil {
		return err
	}
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	g, ok := s.As(r.c).Group(u.Group)
	if !ok {
		return fmt.Errorf("group %s %w", u.Group, ErrNotFound)
	}
	if g.side == side.Secure && u.Level() != AuthPriv {
		return fmt.Errorf("user %s: %w", u.Name, errMirrorLevel)
	}
	old, exists := s.users[u.Name]
	if exists && old.side != g.side {
		return fmt.Errorf("user %s: %w", u.Name, errNameTaken)
	}
	if !exists && s.countUsers(g.side) >= MaxUsers {
		return fmt.Errorf("user %s: %w", u.Name, ErrFull)
	}
	c := u.clone()
	c.side = g.side
	s.users = maps.Clone(s.users)
	s.users[u.Name] = c
	r.l.publish(&s)
	r.l.forget(old)
	return nil
}

// RemoveUser removes a user that the reader sees. The error wraps [ErrNotFound].
func (r Visible) RemoveUser(name string) error {
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	u, ok := s.As(r.c).User(name)
	if !ok {
		return fmt.Errorf("user %s %w", name, ErrNotFound)
	}
	s.users = maps.Clone(s.users)
	delete(s.users, name)
	r.l.publish(&s)
	r.l.forget(u)
	return nil
}

func (s *Snapshot) countUsers(of side.Side) int {
	n := 0
	for _, u := range s.users {
		if u.side == of {
			n++
		}
	}
	return n
}

// cachedKeys are keys and who needs them.
type cachedKeys struct {
	*LocalKeys
	own   bool // of an engine of this router: they stay
	peers int  // holders of [LCD.PeerKeys]
}

// Keys returns the keys of a user, of a snapshot of this LCD, for an own engine,
// localised at first use and kept until the user changes. local has the clock of
// that engine. Errors are those of [User.Localize], or [ErrNotFound] for a user
// that has been replaced or removed: take a new snapshot.
func (l *LCD) Keys(u *User, id EngineID, local *Engine) (*LocalKeys, error) {
	return l.cached(u, id, local, func(c *cachedKeys) { c.own = true })
}

// PeerKeys is Keys for the engine of a receiver. They stay until the user
// changes or all who have asked for them have called [LCD.ReleaseKeys]: which
// engine a receiver has is for strangers to say. As long as they stay there is
// one counter of salts for the key, whoever uses it.
func (l *LCD) PeerKeys(u *User, id EngineID, local *Engine) (*LocalKeys, error) {
	return l.cached(u, id, local, func(c *cachedKeys) { c.peers++ })
}

// ReleaseKeys gives back what PeerKeys has returned.
func (l *LCD) ReleaseKeys(u *User, id EngineID, local *Engine) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	of := keysOf{u, id, local}
	c := l.keys[of]
	if c == nil {
		return // the user has changed
	}
	if c.peers--; c.peers <= 0 && !c.own {
		delete(l.keys, of)
	}
}

func (l *LCD) cached(u *User, id EngineID, local *Engine, need func(*cachedKeys)) (*LocalKeys, error) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	of := keysOf{u, id, local}
	c := l.keys[of]
	if c == nil {
		// Under keysMu, so that no forget can come between this and the entry.
		if l.snap.Load().users[u.Name] != u {
			return nil, fmt.Errorf("user %s %w", u.Name, ErrNotFound)
		}
		k, err := u.Localize(id, local)
		if err != nil {
			return nil, err
		}
		c = &cachedKeys{LocalKeys: k}
		l.keys[of] = c
	}
	need(c)
	return c.LocalKeys, nil
}

// Forget drops the keys for an own engine that has another ID now.
func (l *LCD) Forget(id EngineID) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	maps.DeleteFunc(l.keys, func(of keysOf, c *cachedKeys) bool {
		if of.engine == id {
			c.own = false
		}
		return !c.own && c.peers <= 0
	})
}

// forget drops the keys of a user that is in no snapshot any more.
func (l *LCD) forget(u *User) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	maps.DeleteFunc(l.keys, func(of keysOf, _ *cachedKeys) bool { return of.user == u })
}
