package mirror

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// InterfaceType is the type of an interface.
type InterfaceType uint8

const (
	FastEthernet InterfaceType = iota
	GigabitEthernet
	ATM
	Loopback
	Tunnel
	Dynamic // the IP interface of a subscriber; it cannot be configured
)

// interfaceTypes has for each type the keyword of the command line, the name
// in output, and ifType (IANAifType-MIB).
var interfaceTypes = []struct {
	keyword, name string
	ifType        int32
}{
	{"fastEthernet", "FastEthernet", 6},
	{"gigabitEthernet", "GigabitEthernet", 6},
	{"atm", "ATM", 37},
	{"loopback", "Loopback", 24},
	{"tunnel", "Tunnel", 131},
	{"ip", "IP", 126},
}

// InterfaceTypes are the types that can be configured.
func InterfaceTypes() []InterfaceType {
	return []InterfaceType{FastEthernet, GigabitEthernet, ATM, Loopback, Tunnel}
}

// Keyword is how the command line writes the type.
func (t InterfaceType) Keyword() string { return interfaceTypes[t].keyword }

// String is how output writes the type.
func (t InterfaceType) String() string { return interfaceTypes[t].name }

// IfType is the number IF-MIB has for the type.
func (t InterfaceType) IfType() int32 { return interfaceTypes[t].ifType }

func (t InterfaceType) ethernet() bool { return t == FastEthernet || t == GigabitEthernet }

// perRouter says that each virtual router has interfaces of its own by the
// names of that type; the others are parts of the chassis.
func (t InterfaceType) perRouter() bool { return t >= Loopback }

// InterfaceID names an interface.
type InterfaceID struct {
	Type InterfaceType
	Spec string // such as 1/0, 1/0.100, 0 or gre:lab
}

// ParseInterface reads a type by its keyword, in any case, and a specifier:
// SLOT/PORT[.SUB]; for a loopback or tunnel also a number, for a tunnel also a
// name such as gre:lab.
func ParseInterface(keyword, spec string) (InterfaceID, bool) {
	for _, t := range InterfaceTypes() {
		if strings.EqualFold(keyword, t.Keyword()) {
			s, ok := parseSpec(t, spec)
			return InterfaceID{t, s}, ok
		}
	}
	return InterfaceID{}, false
}

// Bounds of a specifier: an E320 has 17 slots, and sub-interface numbers are positive.
const (
	maxSlot  = 16
	maxPort  = 63
	maxSub   = 1<<31 - 1
	maxLabel = 40
)

func parseSpec(t InterfaceType, s string) (string, bool) {
	slot, rest, split := strings.Cut(s, "/")
	if !split {
		if n, ok := parseNumber(s, maxSub); ok && t.perRouter() {
			return n, true
		}
		return s, t == Tunnel && validLabel(s)
	}
	port, sub, hasSub := strings.Cut(rest, ".")
	slot, ok1 := parseNumber(slot, maxSlot)
	port, ok2 := parseNumber(port, maxPort)
	s, ok := slot+"/"+port, ok1 && ok2
	if hasSub {
		sub, ok3 := parseNumber(sub, maxSub)
		s, ok = s+"."+sub, ok && ok3
	}
	return s, ok
}

// parseNumber reads digits and writes them without leading zeros.
func parseNumber(s string, most uint64) (string, bool) {
	n, err := strconv.ParseUint(s, 10, 32)
	return strconv.FormatUint(n, 10), err == nil && n <= most
}

func validLabel(s string) bool {
	kind, name, ok := strings.Cut(s, ":")
	if !ok || kind == "" || name == "" || len(s) > maxLabel {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// String is the name as traps have it: GigabitEthernet 1/0.100.
func (id InterfaceID) String() string { return id.Type.String() + " " + id.Spec }

// Compact is the name as shows have it: GigabitEthernet1/0.100.
func (id InterfaceID) Compact() string { return id.Type.String() + id.Spec }

// Command is the name as the command line takes it: gigabitEthernet 1/0.100.
func (id InterfaceID) Command() string { return id.Type.Keyword() + " " + id.Spec }

// iface is an interface.
type iface struct {
	id      InterfaceID
	index   int32
	router  *router
	address netip.Prefix // zero: none
	down    bool         // shutdown
	// sub is the subscriber whose dynamic interface it is.
	sub *subscriber
	// on are the subscribers that came in over it.
	on map[*subscriber]struct{}

	policies [2]*session // interface-specific mirroring, by direction
	analyzer bool
}

func (i *iface) up() bool { return !i.down }

// specific reports whether interface-specific mirroring is configured.
func (i *iface) specific() bool { return i.policies[Ingress] != nil || i.policies[Egress] != nil }

// add makes an interface known under an ifIndex that no other has. Indexes
// count up and begin again only after the last.
func (c *change) add(i *iface) {
	m := c.m
	for {
		m.lastIndex = max(1, m.lastIndex+1)
		if m.lastIndex < 0 {
			m.lastIndex = 1
		}
		if _, used := m.indexes[m.lastIndex]; !used {
			break
		}
	}
	i.index = m.lastIndex
	m.indexes[i.index] = struct{}{}
	r := i.router
	if i.sub != nil {
		i.id.Spec = fmt.Sprint("dyn", i.index)
	}
	r.interfaces[i.id] = i
	at, _ := r.find(i.index)
	r.byIndex = slices.Insert(r.byIndex, at, i)
	if i.sub == nil {
		r.configured = append(r.configured, i)
	}
}

func (r *router) find(index int32) (int, bool) {
	return slices.BinarySearchFunc(r.byIndex, index, func(i *iface, n int32) int { return cmp.Compare(i.index, n) })
}

func (c *change) forget(i *iface) {
	delete(c.m.indexes, i.index)
	delete(i.router.interfaces, i.id)
	if at, ok := i.router.find(i.index); ok {
		i.router.byIndex = slices.Delete(i.router.byIndex, at, at+1)
	}
	if at := slices.Index(i.router.configured, i); at >= 0 {
		i.router.configured = slices.Delete(i.router.configured, at, at+1)
	}
}

// port finds an interface that can be configured.
func (r *router) port(id InterfaceID) (*iface, error) {
	if i := r.interfaces[id]; i != nil && i.sub == nil {
		return i, nil
	}
	return nil, ErrNoInterface
}

// CreateInterface makes an interface if there is none of that name; it is up.
// An interface of the chassis belongs to one virtual router only.
func (m *Machine) CreateInterface(vr string, id InterfaceID) error {
	return m.change(vr, func(c *change, r *router) error {
		if i := r.interfaces[id]; i != nil && i.sub == nil {
			return nil
		}
		switch owner := m.ports[id]; {
		case id.Type == Dynamic:
			return ErrNoInterface
		case owner != nil:
			return fmt.Errorf("interface belongs to virtual router %s", owner.Name)
		case m.interfaces == MaxInterfaces:
			return ErrTooManyIfs
		}
		if !id.Type.perRouter() {
			m.ports[id] = r
		}
		m.interfaces++
		i := &iface{id: id, router: r}
		c.add(i)
		c.link(i)
		c.move(r) // routes out of it work now
		return nil
	})
}

// RemoveInterface deletes an interface. Subscribers that came in over it are
// logged out (lostCarrier); its secure policies and theirs end with
// InterfaceDeleted.
func (m *Machine) RemoveInterface(vr string, id InterfaceID) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil {
			return err
		}
		c.remove(i)
		return nil
	})
}

func (c *change) remove(i *iface) {
	for _, sub := range ordered(i.on) {
		c.lose(sub)
	}
	for _, s := range i.policies {
		if s != nil {
			c.bury(s)
		}
	}
	if i.up() {
		i.down = true
		c.link(i)
	}
	r := i.router
	if r.defaultAnalyzer == i {
		r.defaultAnalyzer = nil
	}
	c.forget(i)
	c.m.interfaces--
	if c.m.ports[i.id] == r {
		delete(c.m.ports, i.id)
	}
	c.move(r)
}

// SetAddress gives an interface its address and mask; the zero prefix takes it
// away. Its secure policies mirror while it has one, which their events name.
func (m *Machine) SetAddress(vr string, id InterfaceID, address netip.Prefix) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil {
			return err
		}
		if address.IsValid() {
			if err := checkAddress(address); err != nil {
				return err
			}
			for _, other := range r.configured {
				if other != i && other.address.Addr() == address.Addr() {
					return ErrAddressTaken
				}
			}
		}
		i.address = address
		for _, s := range i.policies {
			c.refresh(s)
		}
		c.move(r)
		return nil
	})
}

// SetShutdown takes an interface down or up. Going down logs out the
// subscribers whose IP interface was up over it (lostCarrier); coming up brings
// up the IP interfaces that waited for it.
func (m *Machine) SetShutdown(vr string, id InterfaceID, down bool) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil || i.down == down {
			return err
		}
		i.down = down
		for _, sub := range ordered(i.on) {
			if down {
				c.logout(sub, LostCarrier)
			} else {
				c.connect(sub)
			}
		}
		c.link(i)
		c.move(r)
		return nil
	})
}

// Unicast reports whether a host of a network can have an IPv4 address (RFC
// 1122 section 3.2.1.3): it is not of this network (0), loopback (127), class D
// or E. Whether it is a broadcast only its mask tells.
func Unicast(a netip.Addr) bool {
	return a.Is4() && a.As4()[0] != 0 && a.As4()[0] < 224 && !a.IsLoopback()
}

// checkAddress says what is wrong with an address and mask of an interface. A
// host part of one bit (RFC 3021) or none has no network or broadcast address.
func checkAddress(p netip.Prefix) error {
	if !Unicast(p.Addr()) || p.Bits() == 0 {
		return ErrAddress
	}
	b := p.Addr().As4()
	n, host := binary.BigEndian.Uint32(b[:]), uint32(1)<<(32-p.Bits())-1
	if p.Bits() < 31 && (n&host == 0 || n&host == host) {
		return ErrHostPart
	}
	return nil
}
