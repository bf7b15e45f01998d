package snmp

import (
	"errors"
	"fmt"
	"maps"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/side"
)

// MaxCommunities is the quota of communities of a virtual router, for each
// side; the documentation gives none.
const MaxCommunities = 32

// Bounds of the strings of a community (JuniSnmpCommunityName and
// JuniSnmpAccessListName of Juniper-SNMP-MIB).
const (
	MaxCommunity  = 31 // octets
	MaxAccessList = 31
)

// Privilege is what a community may do in its view, numbered as
// juniSnmpCommunityPrivilege.
type Privilege int32

const (
	ReadOnly Privilege = iota + 1
	ReadWrite
	Admin // ReadWrite in the view everything
)

// String returns the word of the command line.
func (p Privilege) String() string {
	switch p {
	case ReadOnly:
		return "ro"
	case ReadWrite:
		return "rw"
	case Admin:
		return "admin"
	}
	return "?"
}

var (
	// errCommunity is the error of a name that is no community.
	errCommunity = fmt.Errorf("community must have 1 to %d printable characters without blanks", MaxCommunity)
	// errAccessList is the error of a name that is no access list's.
	errAccessList = fmt.Errorf("access list name must have at most %d printable characters without blanks", MaxAccessList)
	// errAdminView is the error of privilege admin with a view of its own.
	errAdminView = errors.New("a community with privilege admin has view everything")
)

// Community is a community of SNMPv1 and SNMPv2c. The LCD never changes one
// that it handed out.
type Community struct {
	Name       string
	View       string    // "": user, or everything with privilege Admin
	Privilege  Privilege // 0: ReadOnly
	AccessList string    // "": any source

	side side.Side
}

// Side returns Secure for a community that names the secure view mirrorAdmin.
func (c *Community) Side() side.Side { return c.side }

func (c *Community) normalise() error {
	if c.Name == "" || len(c.Name) > MaxCommunity || !ascii.Visible(c.Name) {
		return errCommunity
	}
	if len(c.AccessList) > MaxAccessList || !ascii.Visible(c.AccessList) {
		return errAccessList
	}
	switch c.Privilege {
	case 0:
		c.Privilege = ReadOnly
	case ReadOnly, ReadWrite, Admin:
	default:
		return fmt.Errorf("invalid privilege %d", c.Privilege)
	}
	switch {
	case c.Privilege == Admin && c.View != "" && c.View != ViewEverything:
		return errAdminView
	case c.Privilege == Admin:
		c.View = ViewEverything
	case c.View == "":
		c.View = viewUser
	}
	return checkName(c.View)
}

// SetCommunity makes a community or replaces the one of that name on the same
// side. It is secure if, for the reader, its view is mirrorAdmin. The view need
// not exist, and gives no access then. Errors are the refusals above, [errName]
// for the view, [errNameTaken] and [ErrFull].
func (r Visible) SetCommunity(c Community) error {
	if err := c.normalise(); err != nil {
		return err
	}
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	c.side = side.Ordinary
	if v, ok := s.As(r.c).View(c.View); ok && v.reachesMirror() {
		c.side = side.Secure
	}
	old, exists := s.communities[c.Name]
	if exists && old.side != c.side {
		return fmt.Errorf("community: %w", errNameTaken)
	}
	if !exists && s.countCommunities(c.side) >= MaxCommunities {
		return fmt.Errorf("community: %w", ErrFull)
	}
	m := maps.Clone(s.communities)
	if m == nil {
		m = map[string]*Community{}
	}
	m[c.Name] = &c
	s.communities = m
	r.l.publish(&s)
	return nil
}

// RemoveCommunity removes a community that the reader sees. The error wraps
// [ErrNotFound].
func (r Visible) RemoveCommunity(name string) error {
	r.l.mu.Lock()
	defer r.l.mu.Unlock()
	s := *r.l.snap.Load()
	c, ok := s.communities[name]
	if !ok || !r.c.Sees(c.side) {
		return fmt.Errorf("community %w", ErrNotFound)
	}
	s.communities = maps.Clone(s.communities)
	delete(s.communities, name)
	r.l.publish(&s)
	return nil
}

// Community finds a community of either side.
func (s *Snapshot) Community(name []byte) (*Community, bool) {
	c, ok := s.communities[string(name)]
	return c, ok
}

// CommunityAccess returns the view that a community has for reading or
// writing, nil if it has none.
func (s *Snapshot) CommunityAccess(c *Community, op Operation) *View {
	if op == Write && c.Privilege < ReadWrite {
		return nil
	}
	v, _ := lookup(s.views, c.side, c.View)
	return v
}

func (s *Snapshot) countCommunities(of side.Side) int {
	n := 0
	for _, c := range s.communities {
		if c.side == of {
			n++
		}
	}
	return n
}
