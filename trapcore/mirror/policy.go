package mirror

import (
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/internal/lists"
)

// Protocol is what a secure policy mirrors.
type Protocol uint8

const (
	IP Protocol = iota
	L2TP
	IPv6
	protocols = iota
)

// String returns the keyword of the protocol.
func (p Protocol) String() string { return [...]string{"ip", "l2tp", "ipv6"}[p] }

// family is which packets of a subscriber or interface a policy is for. Each has
// one policy of a family, so that both versions of IP are mirrored apart.
type family uint8

const (
	ipv4     family = iota // those of L2TP, too; and IPv6, where nothing else is for it
	ipv6                   // IPv6 alone
	families = iota
)

func (p Protocol) family() family {
	if p == IPv6 {
		return ipv6
	}
	return ipv4
}

// Bounds of a policy list.
const (
	MaxPolicyName     = 40 // juniPacketMirrorPolicyName
	DefaultPrecedence = 100
	MaxPrecedence     = 32768
	MaxMirrorID       = 1<<30 - 1 // 30 bits of the prepended header
	// AllTraffic is the classifier group of everything.
	AllTraffic = "*"
	// radiusPrefix begins the names of lists that RADIUS makes.
	radiusPrefix = "spl_"
	// radiusID is the policy ID of those lists without its counter, which the
	// name shows in hexadecimal.
	radiusID    = 0x88000000
	radiusCount = 1<<24 - 1
)

// Action is the mirror rule of a classifier group.
type Action struct {
	Disabled bool       // mirror disable; nothing else counts
	Analyzer netip.Addr // IPv4 unicast
	// Router is the virtual router of the analyzer; "": that of the mirrored
	// interface, for L2TP the default one.
	Router string
	Port   uint16 // UDP port of the analyzer; 0: no prepended header
	// Identified says that the identifiers were configured.
	Identified bool
	Identity
	MHV uint8 // of the prepended header, as RADIUS has said: 0 or 1
}

// list is a secure policy list.
type list struct {
	ListKey
	id        uint32
	radius    bool // made by RADIUS: it goes with the last that names it
	groups    lists.Groups[*group]
	named     map[string]*group // by classifier; nil for a list of RADIUS, which has one
	lead      *group            // the first that mirrors, nil if none does
	effective *Action           // its action; nil: mirroring is disabled

	sessions map[*session]struct{}
	attached map[*router]int // sessions by virtual router
	// access are the subscribers whose open access session names the list.
	access map[*subscriber]struct{}
	// watched are the analyzers that it sends to, with how many groups do.
	watched map[*router]map[*analyzer]int
}

func (c *change) newList(k ListKey) *list {
	c.m.lastList++
	c.m.edited.lists.Note(k)
	return c.m.enterList(&list{ListKey: k, id: c.m.lastList, named: map[string]*group{}})
}

// enterList makes a list known.
func (m *Machine) enterList(l *list) *list {
	l.sessions, l.attached, l.access = map[*session]struct{}{}, map[*router]int{}, map[*subscriber]struct{}{}
	l.watched = map[*router]map[*analyzer]int{}
	m.lists[l.ListKey] = l
	m.named.add(1, l.Name)
	m.offered.policies.Add(l.Name)
	if !l.radius {
		m.offered.byHand[l.Protocol].Add(l.Name)
	}
	for _, g := range l.groups.All {
		m.noteGroup(1, l, g)
	}
	return l
}

// newRADIUSList makes the list of one RADIUS login or CoA; nil if there are
// too many.
func (c *change) newRADIUSList(p Protocol, a *Action) *list {
	m := c.m
	if m.radiusLists == maxRADIUSLists {
		return nil
	}
	for {
		m.lastRADIUS = m.lastRADIUS%radiusCount + 1
		id := radiusID | m.lastRADIUS
		k := lists.KeyOf(p, fmt.Sprintf("%s%08x", radiusPrefix, id))
		if m.lists[k] != nil || m.lists[lists.KeyOf(p^1, k.Name)] != nil {
			continue
		}
		m.radiusLists++
		g := &group{Place: lists.At(DefaultPrecedence), classifier: AllTraffic, action: a}
		l := m.enterList(&list{ListKey: k, id: id, radius: true, groups: lists.Groups[*group]{All: []*group{g}}, lead: g, effective: a})
		m.name(l, a.Router, 1)
		return l
	}
}

// tidy removes a list made by RADIUS that nothing mirrors with any more and that
// no open access session names.
func (c *change) tidy(l *list) {
	if l.radius && c.m.lists[l.ListKey] == l && len(l.sessions) == 0 && len(l.access) == 0 {
		c.dropList(l)
		c.m.radiusLists--
	}
}

func (c *change) dropList(l *list) {
	for _, g := range l.groups.All {
		c.act(l, g, nil)
		c.m.noteGroup(-1, l, g)
	}
	c.m.named.add(-1, l.Name)
	c.m.offered.policies.Remove(l.Name)
	if !l.radius {
		c.m.offered.byHand[l.Protocol].Remove(l.Name)
	}
	l.groups.All = nil
	delete(c.m.lists, l.ListKey)
}

func checkListName(name string) error {
	if name == "" || len(name) > MaxPolicyName || !ascii.Visible(name) {
		return errListName
	}
	if strings.HasPrefix(name, radiusPrefix) {
		return errRADIUSList
	}
	return nil
}

// ensureList finds a list or makes it; a new one mirrors nothing. Subscribers
// whose trigger rule named it in vain are attached to it.
func (c *change) ensureList(k ListKey) (*list, error) {
	if err := checkListName(k.Name); err != nil {
		return nil, err
	}
	if l := c.m.lists[k]; l != nil {
		return l, nil
	}
	if len(c.m.lists)-c.m.radiusLists == maxPolicyLists {
		return nil, errTooManyLists
	}
	l := c.newList(k)
	c.adopt(l)
	return l, nil
}

// CreatePolicyList makes a secure policy list if there is none of that name.
// Mirroring is disabled in it until it has a mirror rule.
func (m *Machine) CreatePolicyList(p Protocol, name string) error {
	return m.change(func(c *change) error {
		_, err := c.ensureList(lists.KeyOf(p, name))
		return err
	})
}

// RemovePolicyList removes a secure policy list that is not attached and that
// no open access session names.
// Trigger rules may go on naming it.
func (m *Machine) RemovePolicyList(p Protocol, name string) error {
	return m.editList(p, name, func(c *change, l *list) error {
		switch {
		case len(l.sessions) > 0:
			return errListInUse
		case len(l.access) > 0:
			return errListNamed
		}
		c.dropList(l)
		m.edited.lists.Note(l.ListKey)
		return nil
	})
}

// editList runs f on a list made by hand.
func (m *Machine) editList(p Protocol, name string, f func(c *change, l *list) error) error {
	return m.change(func(c *change) error {
		if err := checkListName(name); err != nil {
			return err
		}
		l := m.lists[lists.KeyOf(p, name)]
		if l == nil {
			return ErrNoList
		}
		return f(c, l)
	})
}
