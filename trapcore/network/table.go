package network

import (
	"net/netip"

	"github.com/gaissmai/bart"
	"github.com/tidwall/btree"
)

// Levels of routes. A static route out of an interface has level 1. One to a
// next hop has the level after that of the routes its next hop is found with,
// and does not work beyond the last level.
const (
	connected = 0
	lastLevel = 8
)

// routes are the routes of a virtual router but those to subscribers. A next
// hop is looked up among the routes of the lowest level that has one to it, so
// that no route leads to itself. A connected route beats static ones to the
// same network.
//
// What changes marks its entry; update follows the marks level by level, and
// looks at nothing else.
type routes struct {
	static  btree.Map[uint64, *static] // in the order of their configuration
	known   map[Route]*static
	last    uint64
	out     map[InterfaceID]map[*static]struct{} // those out of an interface
	entries map[netip.Prefix]*entry

	forward bart.Table[*entry]                // entries with a route that works
	inOrder btree.Map[uint64, *entry]         // the same, by routeKey
	levels  [lastLevel + 1]bart.Table[*entry] // entries with a route of that level
	hops    map[netip.Addr]*hop
	found   [lastLevel + 1]bart.Table[*hop] // next hops by the level they are found at; lastLevel: nowhere
	marked  [lastLevel + 1][]*entry         // by the level whose routes have changed
	active  [Access]int                     // of all entries
}

// entry has the routes to a prefix.
type entry struct {
	prefix    netip.Prefix
	connected btree.Map[int32, *iface] // by ifIndex
	static    btree.Map[uint64, *static]
	routes    [lastLevel + 1]int // that work, by level
	marks     uint16             // a bit for each level in routes.marked
	active    [Access]int        // those in the routing table, by type
}

// static is a static route. It works while its level is not 0.
type static struct {
	Route
	number uint64
	entry  *entry
	level  int
	hop    *hop   // of a next hop
	iface  *iface // what it leads out of, for one without a next hop
}

// hop is a next hop.
type hop struct {
	address netip.Addr
	level   int    // of the routes it is found with
	via     *entry // nil: it is found nowhere
	routes  map[*static]struct{}
	visited bool
}

func newRoutes() routes {
	return routes{
		known: map[Route]*static{}, out: map[InterfaceID]map[*static]struct{}{},
		entries: map[netip.Prefix]*entry{}, hops: map[netip.Addr]*hop{},
	}
}

func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

func (t *routes) entry(p netip.Prefix) *entry {
	e := t.entries[p]
	if e == nil {
		e = &entry{prefix: p}
		t.entries[p] = e
	}
	return e
}

// mark says that routes of that level have changed.
func (t *routes) mark(e *entry, level int) {
	if e.marks&(1<<level) == 0 {
		e.marks |= 1 << level
		t.marked[level] = append(t.marked[level], e)
	}
}

// connect makes the route to the network of an interface that is up.
func (t *routes) connect(i *iface) {
	if i.down {
		return
	}
	e := t.entry(i.address.Masked())
	e.connected.Set(i.index, i)
	e.routes[connected]++
	t.mark(e, connected)
}

func (t *routes) disconnect(i *iface) {
	if i.down {
		return
	}
	e := t.entry(i.address.Masked())
	e.connected.Delete(i.index)
	e.routes[connected]--
	t.mark(e, connected)
}

// up makes the routes of an interface that has come up work.
func (t *routes) up(i *iface) {
	if i.address.IsValid() {
		t.connect(i)
	}
	for s := range t.out[i.id] {
		s.iface = i
		t.set(s, 1)
	}
}

// down ends them before it goes down.
func (t *routes) down(i *iface) {
	if i.address.IsValid() {
		t.disconnect(i)
	}
	for s := range t.out[i.id] {
		s.iface = nil
		t.set(s, 0)
	}
}

// set gives a static route its level, 0 if it does not work.
func (t *routes) set(s *static, level int) {
	if s.level > 0 {
		s.entry.routes[s.level]--
		t.mark(s.entry, s.level)
	}
	s.level = level
	if level > 0 {
		s.entry.routes[level]++
		t.mark(s.entry, level)
	}
}

// add adds a static route that is not known; i is the interface it leads out
// of, if that exists.
func (t *routes) add(rt Route, i *iface) {
	t.last++
	s := &static{Route: rt, number: t.last, entry: t.entry(rt.Prefix)}
	t.known[rt] = s
	t.static.Set(s.number, s)
	s.entry.static.Set(s.number, s)
	if rt.NextHop.IsValid() {
		s.hop = t.hop(rt.NextHop)
		s.hop.routes[s] = struct{}{}
		t.set(s, s.hop.next())
		return
	}
	if t.out[rt.Out] == nil {
		t.out[rt.Out] = map[*static]struct{}{}
	}
	t.out[rt.Out][s] = struct{}{}
	if i != nil && !i.down {
		s.iface = i
		t.set(s, 1)
	}
}

func (t *routes) remove(s *static) {
	t.set(s, 0)
	delete(t.known, s.Route)
	t.static.Delete(s.number)
	s.entry.static.Delete(s.number)
	if s.entry.static.Len() == 0 && s.entry.marks == 0 && s.entry.connected.Len() == 0 {
		delete(t.entries, s.Prefix)
	}
	if s.hop == nil {
		delete(t.out[s.Out], s)
		if len(t.out[s.Out]) == 0 {
			delete(t.out, s.Out)
		}
		return
	}
	delete(s.hop.routes, s)
	if len(s.hop.routes) == 0 {
		delete(t.hops, s.NextHop)
		t.found[s.hop.level].Delete(host(s.NextHop))
	}
}

// clear removes all static routes.
func (t *routes) clear() {
	for _, s := range t.static.Values() {
		t.remove(s)
	}
}

// hop finds a next hop, or makes it.
func (t *routes) hop(a netip.Addr) *hop {
	h := t.hops[a]
	if h == nil {
		h = &hop{address: a, routes: map[*static]struct{}{}}
		t.hops[a] = h
		h.level, h.via = t.lookup(a)
		t.found[h.level].Insert(host(a), h)
	}
	return h
}

// next is the level of routes to a next hop.
func (h *hop) next() int {
	if h.via == nil {
		return 0
	}
	return h.level + 1
}

// lookup finds what leads to a next hop.
func (t *routes) lookup(a netip.Addr) (int, *entry) {
	for level := range lastLevel {
		if e, ok := t.levels[level].Lookup(a); ok {
			return level, e
		}
	}
	return lastLevel, nil
}
