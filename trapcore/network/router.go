package network

import (
	"cmp"
	"net/netip"
	"slices"
	"sync/atomic"

	"github.com/tidwall/btree"

	"mirrorsh/trapcore/internal/edits"
	"mirrorsh/trapcore/internal/listed"
)

// Router is the handle of a virtual router, from [Network.Add] to
// [Network.Remove]. Afterwards its methods that change refuse with
// [ErrNoRouter], and nothing can be read of it.
type Router struct {
	net     *Network
	name    string
	uid     uint32
	removed bool

	interfaces map[InterfaceID]*iface    // those that are configured
	byHand     btree.Map[int32, *iface]  // the same by ifIndex
	byIndex    btree.Map[int32, *iface]  // all, those of subscribers among them
	specs      [Dynamic + 1]listed.Names // of configured interfaces
	addresses  btree.Map[uint32, *iface] // of configured interfaces
	changed    uint32                    // sysUpTime when an interface was last made or removed
	routes     routes
	logins     map[string]*login // by name
	byAddress  map[uint32]*login
	arp        map[netip.Addr]ARP
	ordered
	editedIfs    edits.Log[int32] // by ifIndex
	editedRoutes edits.Log[uint64]
	editedARP    edits.Log[netip.Addr]
	nextPool     uint32 // where to look for a free address of the pool
	forwarded    atomic.Uint64
}

func newRouter(n *Network, name string, uid uint32) *Router {
	return &Router{
		net: n, name: name, uid: uid,
		interfaces: map[InterfaceID]*iface{},
		routes:     newRoutes(), logins: map[string]*login{}, byAddress: map[uint32]*login{}, arp: map[netip.Addr]ARP{}, ordered: newOrdered(),
	}
}

// Name returns the name, which never changes.
func (r *Router) Name() string { return r.name }

// UID returns the number of the virtual router in events.
func (r *Router) UID() uint32 { return r.uid }

// change runs f on a virtual router that exists.
func (r *Router) change(f func(c *change) error) error {
	return r.net.step(func(c *change) error {
		if r.removed {
			return ErrNoRouter
		}
		defer c.routed(r)
		return f(c)
	})
}

func (r *Router) read(f func()) {
	r.net.mu.RLock()
	defer r.net.mu.RUnlock()
	f()
}

func byNumber(a, b *login) int { return cmp.Compare(a.number, b.number) }

// byLogin returns the subscribers in the order of the logins.
func (r *Router) byLogin() []*login {
	all := make([]*login, 0, len(r.logins))
	for _, l := range r.logins {
		all = append(all, l)
	}
	slices.SortFunc(all, byNumber)
	return all
}
