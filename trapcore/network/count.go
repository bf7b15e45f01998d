package network

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// Port is a physical port of the chassis. Where slots have adapters, it is on the
// first unless its name says otherwise.
type Port struct{ Slot, Adapter, Port int }

// Port returns the port that an interface of the chassis is on.
func (id InterfaceID) Port() (p Port, ok bool) {
	if id.Type.perRouter() {
		return p, false
	}
	if id.adapter() {
		n, _ := fmt.Sscanf(id.Spec, "%d/%d/%d", &p.Slot, &p.Adapter, &p.Port)
		return p, n == 3
	}
	n, _ := fmt.Sscanf(id.Spec, "%d/%d", &p.Slot, &p.Port)
	return p, n == 2
}

// comeIn counts a login that comes or goes, by its port.
func (n *Network) comeIn(l *login, by int) {
	if l.lower == nil {
		return
	}
	if p, ok := l.lower.id.Port(); ok {
		if n.ports[p] += by; n.ports[p] == 0 {
			delete(n.ports, p)
		}
	}
}

// Adapters reports whether slots have adapters that names of interfaces may have.
func (n *Network) Adapters() bool { return n.opts.Adapters }

// PortCount is how many subscribers come in over a port.
type PortCount struct {
	Port
	Count int
}

// SubscribersByPort returns where subscribers come in, in order.
func (n *Network) SubscribersByPort() []PortCount {
	n.mu.RLock()
	defer n.mu.RUnlock()
	ports := slices.SortedFunc(maps.Keys(n.ports), func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Adapter, b.Adapter), cmp.Compare(a.Port, b.Port))
	})
	all := make([]PortCount, len(ports))
	for i, p := range ports {
		all[i] = PortCount{p, n.ports[p]}
	}
	return all
}

// SubscriberCount returns how many subscribers are logged in, and how many ever
// were at once.
func (n *Network) SubscriberCount() (now, peak int) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.logins.Len(), n.peak
}

// SubscriberCount returns how many are logged in to a virtual router.
func (r *Router) SubscriberCount() (count int) {
	r.read(func() { count = len(r.logins) })
	return count
}

// Routers returns the virtual routers by their number.
func (n *Network) Routers() []*Router {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.byUID.Values()
}

// NextRouter returns the virtual router with the smallest number at or after one.
func (n *Network) NextRouter(uid uint32) (next *Router, ok bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	n.byUID.Ascend(uid, func(_ uint32, r *Router) bool {
		next, ok = r, true
		return false
	})
	return next, ok
}

// NextSubscriber returns the login with the smallest number above after.
func (n *Network) NextSubscriber(after uint64) (next Login, ok bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	n.logins.Ascend(after+1, func(_ uint64, l *login) bool {
		next, ok = l.snapshot(), true
		return false
	})
	return next, ok
}

// LogoutNumber logs out the subscriber of a login, for which another one may
// have logged in under the same name.
func (n *Network) LogoutNumber(number uint64, why TerminationReason) error {
	return n.step(func(c *change) error {
		l, ok := n.logins.Get(number)
		if !ok {
			return ErrNoSubscriber
		}
		c.logout(l, Ended, why)
		return nil
	})
}

// NextAddress returns the configured interface with the smallest address that is
// at or after from.
func (r *Router) NextAddress(from netip.Addr) (next Interface, ok bool) {
	r.read(func() {
		r.addresses.Ascend(number(from), func(_ uint32, i *iface) bool {
			next, ok = i.snapshot(), true
			return false
		})
	})
	return next, ok
}

// LastChange is sysUpTime when an interface was last made or removed.
func (r *Router) LastChange() (at uint32) {
	r.read(func() { at = r.changed })
	return at
}

// Table is how many of a kind there are, and may be.
type Table struct {
	Name       string
	Used, Room int
}

// Tables returns the tables that Room sums up.
func (n *Network) Tables() []Table {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return []Table{
		{"interfaces", n.interfaces, maxInterfaces},
		{"static routes", n.static, maxAllRoutes},
		{"subscribers", n.logins.Len(), MaxSubscribers},
	}
}

// Room returns how many interfaces, static routes and subscribers there are, and
// how many there may be.
func (n *Network) Room() (used, room int) {
	for _, t := range n.Tables() {
		used, room = used+t.Used, room+t.Room
	}
	return used, room
}
