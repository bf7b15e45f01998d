package network

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sort"
	"strconv"
	"strings"

	"mirrorsh/ascii"
)

// Interface is an interface at one moment.
type Interface struct {
	Router     *Router
	ID         InterfaceID
	Index      int32 // ifIndex
	AdminUp    bool
	Up         bool
	Address    netip.Prefix // zero: none
	Since      uint32       // sysUpTime when it came up or went down
	Addressed  uint32       // sysUpTime when it got its address
	Subscriber string       // whose dynamic interface it is, "" for a configured one
	// Description is what an operator has called it.
	Description string
	// NoLinkTraps keeps linkUp and linkDown from being raised for it.
	NoLinkTraps bool
	In, Out     Traffic
}

// iface is the state of an interface.
type iface struct {
	id        InterfaceID
	index     int32
	router    *Router
	address   netip.Prefix // zero: none
	down      bool
	there     bool // it is registered
	since     uint32
	addressed uint32
	silent    bool                // no traps when its link comes up or goes down
	text      string              // its description
	login     *login              // whose dynamic interface it is, nil for a configured one
	on        map[*login]struct{} // who came in over it
	kind      kind                // as its router has it in order
	in, out   passed
}

func (i *iface) snapshot() Interface {
	s := Interface{Router: i.router, ID: i.id, Index: i.index, AdminUp: !i.down, Up: !i.down, Address: i.address, Since: i.since, Addressed: i.addressed, Description: i.text, NoLinkTraps: i.silent, In: i.in.read(), Out: i.out.read()}
	if i.login != nil {
		s.AdminUp, s.Subscriber = true, i.login.Name
	}
	return s
}

// SetLinkTraps says whether traps are raised when the link of an interface comes
// up or goes down; they are at first.
func (r *Router) SetLinkTraps(id InterfaceID, on bool) error {
	return r.onInterface(id, func(_ *change, i *iface) error {
		i.silent = !on
		return nil
	})
}

// MaxDescription is how long a description is, since ifAlias has no more (RFC 2863).
const MaxDescription = 64

// SetDescription gives an interface a description; "" takes it away.
func (r *Router) SetDescription(id InterfaceID, text string) error {
	return r.onInterface(id, func(_ *change, i *iface) error {
		if len(text) > MaxDescription || !ascii.Printable(text) {
			return errDescription
		}
		i.text = text
		return nil
	})
}

// SetContiguous makes interfaces that are made from now on have the smallest
// ifIndex that is free (RFC 1213), or, as at first, one that none has had (RFC
// 2863).
func (n *Network) SetContiguous(on bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.contiguous = on
}

// Contiguous returns what SetContiguous has set.
func (n *Network) Contiguous() bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.contiguous
}

// register gives an interface an ifIndex that no other has. Indexes count up
// and begin again only after the last.
func (n *Network) register(i *iface) {
	if n.contiguous {
		i.index = n.freeIndex()
		n.lastIndex = max(n.lastIndex, i.index)
	} else {
		for i.index = max(1, n.lastIndex+1); n.indexes.Contains(i.index); {
			i.index = max(1, i.index+1)
		}
		n.lastIndex = i.index
	}
	n.indexes.Insert(i.index)
	if i.login != nil {
		i.id.Spec = fmt.Sprint(dynamic, i.index)
	}
	i.router.byIndex.Set(i.index, i)
	i.there = true
	if i.login == nil {
		i.router.interfaces[i.id] = i
		i.router.byHand.Set(i.index, i)
		i.router.specs[i.id.Type].Add(i.id.Spec)
	}
	i.router.appear(i)
	i.since = n.opts.UpTime()
	i.router.changed = i.since
}

// freeIndex is the smallest ifIndex that is free. Up to there, those in use count
// from 1.
func (n *Network) freeIndex() int32 {
	return 1 + int32(sort.Search(n.indexes.Len(), func(at int) bool {
		used, _ := n.indexes.GetAt(at)
		return int(used) > at+1
	}))
}

func (n *Network) unregister(i *iface) {
	n.indexes.Delete(i.index)
	i.router.byIndex.Delete(i.index)
	i.there = false
	if i.login == nil {
		delete(i.router.interfaces, i.id)
		i.router.byHand.Delete(i.index)
		i.router.specs[i.id.Type].Remove(i.id.Spec)
	}
	i.router.vanish(i)
	i.router.changed = n.opts.UpTime()
}

// named finds an interface, nil if there is none. That of a subscriber has its ifIndex in
// its name.
func (r *Router) named(id InterfaceID) *iface {
	if id.Type != Dynamic {
		return r.interfaces[id]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(id.Spec, dynamic), 10, 32)
	if i, ok := r.byIndex.Get(int32(index)); err == nil && ok && i.id == id {
		return i
	}
	return nil
}

// configured finds an interface that can be configured.
func (r *Router) configured(id InterfaceID) (*iface, error) {
	if i := r.interfaces[id]; i != nil {
		return i, nil
	}
	return nil, ErrNoInterface
}

// CreateInterface makes an interface if there is none of that name; it is up.
// An interface of the chassis belongs to one virtual router only.
func (r *Router) CreateInterface(id InterfaceID) error {
	return r.change(func(c *change) error {
		if _, err := r.configured(id); err == nil {
			return nil
		}
		n := r.net
		switch owner := n.chassis[id]; {
		case id.Type == Dynamic:
			return ErrNoInterface
		case id.adapter() && !n.opts.Adapters:
			return errAdapter
		case owner != nil:
			return fmt.Errorf("interface belongs to virtual router %s", owner.name)
		case n.interfaces == maxInterfaces:
			return errTooManyIfs
		}
		if !id.Type.perRouter() {
			n.chassis[id] = r
		}
		n.interfaces++
		i := &iface{id: id, router: r}
		n.register(i)
		r.NoteEdit(i.index)
		r.routes.up(i)
		c.add(InterfaceAdded{i.snapshot()})
		c.add(LinkChanged{i.snapshot()})
		return nil
	})
}

// RemoveInterface deletes an interface. Subscribers that came in over it are
// logged out (lostCarrier).
func (r *Router) RemoveInterface(id InterfaceID) error {
	return r.onInterface(id, func(c *change, i *iface) error {
		c.remove(i)
		return nil
	})
}

// onInterface runs f on an interface that can be configured.
func (r *Router) onInterface(id InterfaceID, f func(c *change, i *iface) error) error {
	return r.change(func(c *change) error {
		i, err := r.configured(id)
		if err != nil {
			return err
		}
		r.NoteEdit(i.index)
		return f(c, i)
	})
}

func (c *change) remove(i *iface) {
	for _, l := range inOrder(i.on) {
		c.logout(l, InterfaceDeleted, LostCarrier)
	}
	n, r := c.net, i.router
	if !i.down {
		r.routes.down(i)
	}
	c.add(InterfaceRemoved{i.snapshot()})
	if !i.down {
		i.down = true
		c.add(LinkChanged{i.snapshot()})
	}
	n.unregister(i)
	r.NoteEdit(i.index)
	r.unaddress(i)
	n.interfaces--
	if n.chassis[i.id] == r {
		delete(n.chassis, i.id)
	}
}

// SetAddress gives an interface its address and mask; the zero prefix takes it
// away.
func (r *Router) SetAddress(id InterfaceID, address netip.Prefix) error {
	return r.onInterface(id, func(c *change, i *iface) error {
		if address.IsValid() {
			if err := checkAddress(address); err != nil {
				return err
			}
			if other, _ := r.addresses.Get(number(address.Addr())); other != nil && other != i {
				return errAddressTaken
			}
		}
		if address == i.address {
			return nil
		}
		if i.address.IsValid() {
			r.unaddress(i)
			r.routes.disconnect(i)
		}
		i.address, i.addressed = address, c.net.opts.UpTime()
		if address.IsValid() {
			r.addresses.Set(number(address.Addr()), i)
			r.net.addresses[number(address.Addr())]++
			r.routes.connect(i)
		}
		c.add(AddressChanged{i.snapshot()})
		return nil
	})
}

// unaddress forgets whose the address of an interface is.
func (r *Router) unaddress(i *iface) {
	if !i.address.IsValid() {
		return
	}
	a := number(i.address.Addr())
	r.addresses.Delete(a)
	if r.net.addresses[a]--; r.net.addresses[a] == 0 {
		delete(r.net.addresses, a)
	}
}

// SetShutdown takes an interface down or up. Going down logs out the
// subscribers that came in over it (lostCarrier); coming up brings up the IP
// interfaces that waited for it.
func (r *Router) SetShutdown(id InterfaceID, down bool) error {
	return r.onInterface(id, func(c *change, i *iface) error {
		if i.down == down {
			return nil
		}
		if down {
			r.routes.down(i)
		}
		i.down, i.since = down, c.net.opts.UpTime()
		r.linked(i)
		if !down {
			r.routes.up(i)
		}
		for _, l := range inOrder(i.on) {
			if down {
				c.logout(l, Ended, LostCarrier)
			} else {
				c.connect(l)
			}
		}
		c.add(LinkChanged{i.snapshot()})
		return nil
	})
}

// Interfaces returns the interfaces by ifIndex, those of subscribers included.
func (r *Router) Interfaces() (all []Interface) {
	all = make([]Interface, 0, r.InterfaceCount())
	inParts(&r.net.mu, &r.byIndex, func(i *iface) { all = append(all, i.snapshot()) })
	return all
}

// InterfaceCount returns how many interfaces there are.
func (r *Router) InterfaceCount() (n int) {
	r.read(func() { n = r.byIndex.Len() })
	return n
}

// Interface finds an interface.
func (r *Router) Interface(id InterfaceID) (s Interface, ok bool) {
	r.read(func() {
		if i := r.named(id); i != nil {
			s, ok = i.snapshot(), true
		}
	})
	return s, ok
}

// InterfaceByIndex finds an interface by its ifIndex.
func (r *Router) InterfaceByIndex(index int32) (s Interface, ok bool) {
	r.read(func() {
		if i, found := r.byIndex.Get(index); found {
			s, ok = i.snapshot(), true
		}
	})
	return s, ok
}

// number is an IPv4 address as a number.
func number(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// checkAddress says what is wrong with an address and mask of an interface. A
// host part of one bit (RFC 3021) or none has no network or broadcast address.
func checkAddress(p netip.Prefix) error {
	if err := checkHost(p.Addr()); err != nil {
		return err
	}
	if p.Bits() == 0 {
		return errAddress
	}
	n, host := number(p.Addr()), uint32(1)<<(32-p.Bits())-1
	if p.Bits() < 31 && (n&host == 0 || n&host == host) {
		return errHostPart
	}
	return nil
}
