package access

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// User is somebody who is logged in, or a script that runs. Its fields do not
// change after [Access.Enter].
type User struct {
	Line ID
	Name string // as given at login; "" where none is asked for
	// Authenticated says that something was shown at login.
	Authenticated bool
	From          netip.Addr // zero: this machine
	Via           string     // protocol, as the operator is told; "" on this machine
	Since         time.Time
	// Greeted says that the message of the day was shown on connection.
	Greeted bool
	// Close ends the session with a reason; it may be called more than once.
	Close context.CancelCauseFunc
	order uint64
}

// By is the user as in "Login on vty 0 by joe from 10.1.2.3", from "by" on.
func (u *User) By() string {
	if u.Name == "" {
		return "from " + u.From.String()
	}
	return "by " + u.Name + " from " + u.From.String()
}

// Peer is who asks for a line.
type Peer struct {
	From netip.Addr
	// Admits reports whether an access list lets the peer pass.
	Admits func(list string) bool
	// Governs reports whether a method list decides about logins on a line; nil: never.
	Governs func(l Line) bool
}

func (p *Peer) governs(l *Line) bool { return p.Governs != nil && p.Governs(*l) }

// Why nobody gets a line. Both are worded for who asks.
var (
	ErrDenied = errors.New("access denied") // no line's access class admits the peer
	errTaken  = errors.New("all vty lines are in use, try again later")
	// ErrCleared is the cause with which [Access.Clear] ends a session.
	ErrCleared = errors.New("line cleared")
	// ErrIdle is the cause with which exec-timeout ends a session.
	ErrIdle   = errors.New("no input for too long")
	errNoUser = errors.New("nobody is on the line")
)

// admitted calls f for each open vty whose access class admits the peer, until
// f returns false; the caller holds mu.
func (a *Access) admitted(p Peer, f func(id ID, l *Line, free bool) bool) {
	taken := map[ID]bool{}
	for u := range a.users {
		taken[u.Line] = true
	}
	for i := range a.vty {
		l := &a.vty[i]
		if l.AccessClass != "" && !p.Admits(l.AccessClass) {
			continue
		}
		if !f(ID(i), l, !taken[ID(i)]) {
			return
		}
	}
}

// LoginTimeout returns how long the peer may take to log in: that of the first
// line which admits it. The error is [ErrDenied].
func (a *Access) LoginTimeout(p Peer) (time.Duration, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	limit, err := time.Duration(0), ErrDenied
	a.admitted(p, func(_ ID, l *Line, _ bool) bool {
		limit, err = l.LoginTimeout, nil
		return false
	})
	return limit, err
}

// CheckPassword reports whether a password opens the first free line that
// admits the peer and takes passwords; where all of those are taken, the first.
// It returns what [Access.Enter] is to be given.
func (a *Access) CheckPassword(p Peer, password string) (Hash, bool) {
	var h Hash
	a.mu.RLock()
	a.admitted(p, func(_ ID, l *Line, free bool) bool {
		if l.takesPassword() && !p.governs(l) && (free || h == "") {
			h = l.Password
			return !free
		}
		return true
	})
	a.mu.RUnlock()
	return h, h.Matches(password)
}

// Candidate returns the first free line that admits the peer and on which somebody
// can log in otherwise than by a key; where all of those are taken, the first.
func (a *Access) Candidate(p Peer) (line Line, id ID, found bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	a.admitted(p, func(at ID, l *Line, free bool) bool {
		if l.takesPassword() || l.Login && p.governs(l) {
			if free || !found {
				line, id, found = *l, at, true
			}
			return !free
		}
		return true
	})
	return line, id, found
}

// Greeting is what a peer is shown and asked on connection, before it has a line:
// that is by the first free line which admits it.
type Greeting struct {
	MOTD string // "" if there is none
	Asks bool   // for what the line asks for
	Line Line   // the line; zero: none is free
	ID   ID     // and its number
}

// Greeting returns what a peer is to be shown and asked.
func (a *Access) Greeting(p Peer) Greeting {
	a.mu.RLock()
	defer a.mu.RUnlock()
	g := Greeting{Asks: true}
	a.admitted(p, func(id ID, l *Line, free bool) bool {
		if free {
			g.Asks, g.Line, g.ID = l.Login, *l, id
			if !l.NoMOTDBanner {
				g.MOTD = a.banners[MOTD]
			}
		}
		return !free
	})
	return g
}

// Proof is what somebody has shown at login. The zero Proof, nothing, opens a
// line with no login.
type Proof struct {
	Key      bool // opens every line
	Password Hash // opens a line that has this very password
	// List is the method list that has decided; nil: none has. It opens the lines that
	// use it, and with a password those that have that, too.
	List *string
}

func (p Proof) opens(l *Line, governed bool) bool {
	switch {
	case p.Key:
		return true
	case !l.Login:
		return p == Proof{}
	case governed:
		return p.List != nil && *p.List == l.Lists.Login && (p.Password == "" || p.Password == l.Password)
	}
	return p.List == nil && p.Password != "" && p.Password == l.Password
}

// Enter gives u the first free line that admits the peer and that the proof
// opens, and lists it until [Access.Leave]. Errors are errTaken and [ErrDenied].
func (a *Access) Enter(u *User, peer Peer, proof Proof) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := ErrDenied
	a.admitted(peer, func(id ID, l *Line, free bool) bool {
		if !proof.opens(l, peer.governs(l)) {
			return true
		}
		err = errTaken
		if free {
			u.Line, err = id, nil
		}
		return !free
	})
	if err == nil {
		a.list(u)
	}
	return err
}

// EnterLocal lists the user of the console or a script.
func (a *Access) EnterLocal(u *User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list(u)
}

func (a *Access) list(u *User) {
	a.last++
	u.order = a.last
	a.users[u] = struct{}{}
}

// Leave gives the line back.
func (a *Access) Leave(u *User) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.users, u)
}

// Users returns who is logged in: scripts, the console, then the vty lines.
func (a *Access) Users() []*User {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var all []*User
	for u := range a.users {
		all = append(all, u)
	}
	slices.SortFunc(all, func(x, y *User) int {
		if x.Line != y.Line {
			return int(x.Line) - int(y.Line)
		}
		return int(x.order) - int(y.order)
	})
	return all
}

// Clear ends the session on a vty. The error is [errNoUser].
func (a *Access) Clear(id ID) error {
	for _, u := range a.Users() {
		if u.Line == id {
			u.Close(ErrCleared)
			return nil
		}
	}
	return errNoUser
}

// Usable reports whether a vty takes passwords, so that somebody without a key
// could log in.
func (a *Access) Usable() bool {
	return a.Some(func(l Line) bool { return l.takesPassword() })
}

// Unguarded reports whether a vty takes whoever asks for no proof at all.
func (a *Access) Unguarded() bool {
	return a.Some(func(l Line) bool { return !l.Login })
}

// Some reports whether something holds for a vty.
func (a *Access) Some(holds func(Line) bool) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.ContainsFunc(a.vty, holds)
}
