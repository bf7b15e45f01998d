package network

import (
	"math"
	"net/netip"
	"strings"

	"github.com/tidwall/btree"
)

// ordered is what tables of interfaces, neighbors and routes are walked by, kept
// in their order so that a step costs the same however long they are.
type ordered struct {
	shown     [kinds]btree.Map[int32, *iface]    // all interfaces
	tops      [kinds]btree.Map[int32, *iface]    // that nothing is on top of
	subs      map[InterfaceID]int                // sub-interfaces, by what they would be on top of
	neighbors btree.Map[uint64, ARP]             // of interfaces that exist, by neighborKey
	arpOn     map[InterfaceID]map[netip.Addr]ARP // by interface, whether it exists
	accesses  btree.Map[uint32, *login]          // whose IP interface is up, by address
	tunneled  int                                // of accesses, those through a tunnel
}

func newOrdered() ordered {
	return ordered{subs: map[InterfaceID]int{}, arpOn: map[InterfaceID]map[netip.Addr]ARP{}}
}

// parent is the name of what a sub-interface is on top of.
func (id InterfaceID) parent() InterfaceID {
	port, _, _ := strings.Cut(id.Spec, ".")
	return InterfaceID{id.Type, port}
}

// below is the interface that one is on top of, nil if there is none.
func (i *iface) below() *iface {
	switch {
	case i.login != nil:
		return i.login.lower
	case i.id.Sublayer():
		return i.router.interfaces[i.id.parent()]
	}
	return nil
}

// stack follows what is on top of an interface; nil: of none.
func (r *Router) stack(i *iface) {
	switch {
	case i == nil:
	case i.router == r && i.there && r.subs[i.id] == 0 && len(i.on) == 0:
		r.tops[i.kind].Set(i.index, i)
	default:
		r.tops[i.kind].Delete(i.index)
	}
}

// appear follows an interface that has been made, and vanish one that is gone.
func (r *Router) appear(i *iface) {
	i.kind = i.kindNow()
	r.shown[i.kind].Set(i.index, i)
	if i.id.Sublayer() {
		r.subs[i.id.parent()]++
		r.stack(i.below())
	}
	r.stack(i)
	for _, a := range r.arpOn[i.id] {
		r.neighbors.Set(neighborKey(i.index, a.Address), a)
	}
}

func (r *Router) vanish(i *iface) {
	r.shown[i.kind].Delete(i.index)
	r.stack(i)
	if parent := i.id.parent(); i.id.Sublayer() {
		if r.subs[parent]--; r.subs[parent] == 0 {
			delete(r.subs, parent)
		}
		r.stack(i.below())
	}
	for _, a := range r.arpOn[i.id] {
		r.neighbors.Delete(neighborKey(i.index, a.Address))
	}
}

// linked follows an interface that has gone up or down.
func (r *Router) linked(i *iface) {
	r.shown[i.kind].Delete(i.index)
	r.tops[i.kind].Delete(i.index)
	i.kind = i.kindNow()
	r.shown[i.kind].Set(i.index, i)
	r.stack(i)
}

// kind is by what a table may leave an interface out.
type kind uint8

const (
	sublayer kind = 1 << iota
	down
	kinds = 1 << iota
)

func (i *iface) kindNow() (k kind) {
	if i.login != nil || i.id.Sublayer() {
		k |= sublayer
	}
	if i.down {
		k |= down
	}
	return k
}

// Leaving says which interfaces a table leaves out.
type Leaving struct {
	Sublayers bool // those above another one, and those of subscribers
	Down      bool // those that are administratively down
}

func (l Leaving) out(k kind) bool { return l.Sublayers && k&sublayer != 0 || l.Down && k&down != 0 }

// first returns the first interface at or after an ifIndex in a table that leaves
// some out, nil if there is none.
func (l Leaving) first(of *[kinds]btree.Map[int32, *iface], at int32) (found *iface) {
	for k := range of {
		if l.out(kind(k)) {
			continue
		}
		of[k].Ascend(at, func(index int32, i *iface) bool {
			if found == nil || index < found.index {
				found = i
			}
			return false
		})
	}
	return found
}

// InterfacesWithout returns how many interfaces a table has that leaves some out.
func (r *Router) InterfacesWithout(l Leaving) (n int) {
	r.read(func() {
		for k := range r.shown {
			if !l.out(kind(k)) {
				n += r.shown[k].Len()
			}
		}
	})
	return n
}

// NextWithout returns the interface with the smallest ifIndex above after, for a walk
// of a table that leaves interfaces out; -1 begins with the first.
func (r *Router) NextWithout(l Leaving, after int32) (s Interface, ok bool) {
	if after == math.MaxInt32 {
		return s, false
	}
	r.read(func() {
		if i := l.first(&r.shown, after+1); i != nil {
			s, ok = i.snapshot(), true
		}
	})
	return s, ok
}

// Layer is one interface on top of another, by ifIndex; 0: nothing.
type Layer struct{ Above, Below int32 }

// NextLayer returns the first layer at or after one, in a table that leaves
// interfaces out.
func (r *Router) NextLayer(leaving Leaving, at Layer) (found Layer, ok bool) {
	r.read(func() {
		if at.Above == 0 {
			tops := &r.tops
			if leaving.Sublayers { // then nothing is on top of anything
				tops = &r.shown
			}
			if i := leaving.first(tops, at.Below); i != nil {
				found, ok = Layer{Below: i.index}, true
				return
			}
			at = Layer{}
		}
		i := leaving.first(&r.shown, at.Above)
		if i != nil && i.index == at.Above && i.belowIn(leaving) < at.Below && at.Above < math.MaxInt32 {
			i = leaving.first(&r.shown, at.Above+1)
		}
		if i != nil {
			found = Layer{i.index, i.belowIn(leaving)}
			ok = i.index > at.Above || found.Below >= at.Below
		}
	})
	return found, ok
}

// belowIn is the ifIndex of what an interface is on top of in a table that leaves some
// out, 0 if that is nothing.
func (i *iface) belowIn(leaving Leaving) int32 {
	if lower := i.below(); lower != nil && !leaving.out(lower.kind) {
		return lower.index
	}
	return 0
}

// Neighbor is a static ARP entry of an interface that exists.
type Neighbor struct {
	ARP
	Index int32 // ifIndex
}

func neighborKey(index int32, a netip.Addr) uint64 {
	return uint64(uint32(index))<<32 | uint64(number(a))
}

// NextNeighbor returns the first neighbor at or after an ifIndex and address.
func (r *Router) NextNeighbor(index int32, from netip.Addr) (found Neighbor, ok bool) {
	r.read(func() {
		r.neighbors.Ascend(neighborKey(index, from), func(key uint64, a ARP) bool {
			found, ok = Neighbor{a, int32(key >> 32)}, true
			return false
		})
	})
	return found, ok
}

// learn keeps a static ARP entry in order, and forget no longer.
func (r *Router) learn(a ARP) {
	r.forget(r.arp[a.Address])
	if r.arpOn[a.Interface] == nil {
		r.arpOn[a.Interface] = map[netip.Addr]ARP{}
	}
	r.arpOn[a.Interface][a.Address] = a
	if i := r.named(a.Interface); i != nil {
		r.neighbors.Set(neighborKey(i.index, a.Address), a)
	}
}

func (r *Router) forget(a ARP) {
	if !a.Address.IsValid() {
		return
	}
	delete(r.arpOn[a.Interface], a.Address)
	if len(r.arpOn[a.Interface]) == 0 {
		delete(r.arpOn, a.Interface)
	}
	if i := r.named(a.Interface); i != nil {
		r.neighbors.Delete(neighborKey(i.index, a.Address))
	}
}

// Forwarded is a route that works, with the ifIndex of where it leads.
type Forwarded struct {
	ActiveRoute
	Index int32
	Local netip.Addr // the router's own address there, zero: none
}

// routeKey orders the entries of routes by destination, then by length.
func routeKey(p netip.Prefix) uint64 { return uint64(number(p.Addr()))<<8 | uint64(p.Bits()) }

// NextRoute returns the route to the first destination at or after an address,
// the one of the longest prefix.
func (r *Router) NextRoute(from netip.Addr) (found Forwarded, ok bool) {
	r.read(func() {
		var e *entry
		r.routes.inOrder.Ascend(uint64(number(from))<<8, func(_ uint64, first *entry) bool {
			e = first
			return false
		})
		var l *login
		r.accesses.Ascend(number(from), func(_ uint32, first *login) bool {
			l = first
			return false
		})
		switch {
		case l != nil && (e == nil || number(l.Address) <= uint32(e.key>>8)):
			found, ok = l.forwarded(), true
		case e != nil:
			r.routes.inOrder.Descend(e.key|0xff, func(_ uint64, longest *entry) bool {
				e = longest
				return false
			})
			found, ok = e.forwarded(), true
		}
	})
	return found, ok
}

// NextPrefix returns the route to the first prefix at or after one, by destination and
// then by length.
func (r *Router) NextPrefix(from netip.Prefix) (found Forwarded, ok bool) {
	r.read(func() {
		at := routeKey(from)
		var e *entry
		r.routes.inOrder.Ascend(at, func(_ uint64, first *entry) bool {
			e = first
			return false
		})
		var l *login // whose route has 32 bits, the most there are
		r.accesses.Ascend(number(from.Addr()), func(_ uint32, first *login) bool {
			l = first
			return false
		})
		switch {
		case l != nil && (e == nil || routeKey(netip.PrefixFrom(l.Address, 32)) <= e.key):
			found, ok = l.forwarded(), true
		case e != nil:
			found, ok = e.forwarded(), true
		}
	})
	return found, ok
}

// forwarded is the route to a subscriber.
func (l *login) forwarded() Forwarded {
	return Forwarded{ActiveRoute{netip.PrefixFrom(l.Address, 32), Access, netip.Addr{}, l.dynamic.id}, l.dynamic.index, netip.Addr{}}
}

// forwarded is the first route of an entry that works.
func (e *entry) forwarded() Forwarded {
	f := Forwarded{ActiveRoute: ActiveRoute{Prefix: e.prefix(), Type: Connected}}
	i := e.connected.first(0)
	if i == nil {
		s := e.firstStatic()
		i, f.Type, f.NextHop = s.first(), Static, s.route().NextHop
	}
	f.Out, f.Index = i.id, i.index
	if i.address.IsValid() {
		f.Local = i.address.Addr()
	}
	return f
}

// sessionKind is how a subscriber is connected.
type sessionKind uint8

const (
	overPort     sessionKind = iota // or over nothing that is modelled
	overEthernet                    // PPPoE (RFC 2516)
	overTunnel                      // L2TP (RFC 2661)
)

func (l *login) kind() sessionKind {
	switch {
	case l.L2TP:
		return overTunnel
	case l.lower != nil && l.lower.id.Type.Ethernet():
		return overEthernet
	}
	return overPort
}

// access follows a login whose IP interface has come up, and leave one that ends.
func (r *Router) access(l *login) {
	r.accesses.Set(number(l.Address), l)
	r.count(l.kind(), 1)
}

func (r *Router) leave(l *login) {
	if !l.dynamic.down {
		r.accesses.Delete(number(l.Address))
		r.count(l.kind(), -1)
	}
}

func (r *Router) count(k sessionKind, by int) {
	before := r.tunneled
	switch k {
	case overTunnel:
		r.tunneled += by
	case overEthernet:
		r.net.sessions.PPPoE += by
	}
	if (before > 0) != (r.tunneled > 0) {
		r.net.sessions.Tunnels += by
	}
	r.net.sessions.PPP += by
}

// Sessions is how many PPP sessions are up, how many of them come over Ethernet,
// and through how many tunnels others come, one to each virtual router.
type Sessions struct{ PPP, PPPoE, Tunnels int }

// Sessions counts them in all virtual routers.
func (n *Network) Sessions() Sessions {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.sessions
}
