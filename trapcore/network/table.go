package network

import (
	"net/netip"

	"github.com/gaissmai/bart"
	"github.com/tidwall/btree"

	"mirrorsh/trapcore/internal/matched"
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
// looks at nothing else. A next hop is found with an entry however many routes of
// the level that has, so only the first that comes and the last that goes concern it.
type routes struct {
	static  btree.Map[uint64, *static] // in the order of their configuration
	known   map[routeID]*static
	last    uint64
	out     map[InterfaceID][]*static // those out of an interface
	entries map[uint64]*entry         // by routeKey

	forward bart.Table[*entry]                // entries with a route that works
	inOrder btree.Map[uint64, *entry]         // the same, by routeKey
	levels  [lastLevel + 1]bart.Table[*entry] // entries with a route of that level
	hops    map[netip.Addr]*hop
	found   [lastLevel + 1]matched.Table[*hop] // next hops by the level they are found at; lastLevel: nowhere
	marked  [lastLevel + 1][]*entry            // by the level whose routes have changed
	active  [Access]int                        // of all entries
}

// entry has the routes to a prefix. There are as many as routes, and mostly one
// route to each, so it is small.
type entry struct {
	key       uint64               // routeKey of the prefix
	connected several[*iface]      // by ifIndex
	static    several[*static]     // by level and number
	routes    [lastLevel + 1]int32 // that work, by level
	active    [Access]int32        // those in the routing table, by type
	marks     uint16               // a bit for each level in routes.marked
	placed    uint16               // and in routes.levels
}

// static is a static route. It works while its level is not 0.
type static struct {
	number uint64
	entry  *entry
	hop    *hop        // of a next hop
	out    InterfaceID // for one without a next hop
	iface  *iface      // of out, while it is there and up
	at     int32       // in the routes of the hop, or those out of the interface
	level  int8
}

// routeID is a Route among entries and hops that exist.
type routeID struct {
	entry *entry
	hop   *hop
	out   InterfaceID
}

// hop is a next hop.
type hop struct {
	address netip.Addr
	level   int    // of the routes it is found with
	via     *entry // nil: it is found nowhere
	routes  []*static
	visited bool
}

func newRoutes() routes {
	return routes{
		known: map[routeID]*static{}, out: map[InterfaceID][]*static{},
		entries: map[uint64]*entry{}, hops: map[netip.Addr]*hop{},
	}
}

func (t *routes) entry(p netip.Prefix) *entry {
	key := routeKey(p)
	e := t.entries[key]
	if e == nil {
		e = &entry{key: key}
		t.entries[key] = e
	}
	return e
}

func (e *entry) prefix() netip.Prefix {
	n := uint32(e.key >> 8)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), e.bits())
}

func (e *entry) bits() int { return int(e.key & 0xff) }

// unused reports whether an entry may go.
func (e *entry) unused() bool { return e.static.empty() && e.marks == 0 && e.connected.empty() }

func (i *iface) key() uint64 { return uint64(i.index) }

// ofLevel is where the static routes of a level begin; those that do not work have
// the first.
func ofLevel(level int) uint64 { return uint64(level) << 56 }

func (s *static) key() uint64 { return ofLevel(int(s.level)) | s.number }

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
	e.connected.add(i)
	e.routes[connected]++
	t.mark(e, connected)
}

func (t *routes) disconnect(i *iface) {
	if i.down {
		return
	}
	e := t.entry(i.address.Masked())
	e.connected.remove(i)
	e.routes[connected]--
	t.mark(e, connected)
}

// up makes the routes of an interface that has come up work.
func (t *routes) up(i *iface) {
	if i.address.IsValid() {
		t.connect(i)
	}
	for _, s := range t.out[i.id] {
		s.iface = i
		t.set(s, 1)
	}
}

// down ends them before it goes down.
func (t *routes) down(i *iface) {
	if i.address.IsValid() {
		t.disconnect(i)
	}
	for _, s := range t.out[i.id] {
		s.iface = nil
		t.set(s, 0)
	}
}

// set gives a static route its level, 0 if it does not work.
func (t *routes) set(s *static, level int) {
	if s.level > 0 {
		s.entry.routes[s.level]--
		t.mark(s.entry, int(s.level))
	}
	s.entry.static.remove(s)
	s.level = int8(level)
	s.entry.static.add(s)
	if level > 0 {
		s.entry.routes[level]++
		t.mark(s.entry, level)
	}
}

// route is the route as it was configured.
func (s *static) route() Route {
	rt := Route{Prefix: s.entry.prefix(), Out: s.out}
	if s.hop != nil {
		rt.NextHop = s.hop.address
	}
	return rt
}

// find returns a static route, nil if there is none.
func (t *routes) find(rt Route) *static {
	id := routeID{entry: t.entries[routeKey(rt.Prefix)], out: rt.Out}
	if rt.NextHop.IsValid() {
		if id.hop = t.hops[rt.NextHop]; id.hop == nil {
			return nil
		}
	}
	return t.known[id]
}

func (s *static) id() routeID { return routeID{s.entry, s.hop, s.out} }

// add adds a static route that is not known; i is the interface it leads out
// of, if that exists.
func (t *routes) add(rt Route, i *iface) {
	t.last++
	s := t.room(rt.Prefix)
	s.number, s.out, s.entry = t.last, rt.Out, t.entry(rt.Prefix)
	s.entry.static.add(s)
	t.static.Set(s.number, s)
	if rt.NextHop.IsValid() {
		s.hop = t.hop(rt.NextHop)
		s.at = int32(len(s.hop.routes))
		s.hop.routes = append(s.hop.routes, s)
		t.set(s, s.hop.next())
	} else {
		s.at = int32(len(t.out[rt.Out]))
		t.out[rt.Out] = append(t.out[rt.Out], s)
		if i != nil && !i.down {
			s.iface = i
			t.set(s, 1)
		}
	}
	t.known[s.id()] = s
}

// room is that of a static route, beside its entry if that is new: most prefixes have
// one route.
func (t *routes) room(p netip.Prefix) *static {
	key := routeKey(p)
	if t.entries[key] != nil {
		return new(static)
	}
	both := &struct {
		entry
		static
	}{entry: entry{key: key}}
	t.entries[key] = &both.entry
	return &both.static
}

// leave takes a route out of those it is with, whose order does not matter.
func (s *static) leave(with []*static) []*static {
	last := len(with) - 1
	with[last].at = s.at
	with[s.at], with[last] = with[last], nil
	return with[:last]
}

func (t *routes) remove(s *static) {
	t.set(s, 0)
	delete(t.known, s.id())
	t.static.Delete(s.number)
	s.entry.static.remove(s)
	if s.entry.unused() {
		delete(t.entries, s.entry.key)
	}
	if s.hop == nil {
		if t.out[s.out] = s.leave(t.out[s.out]); len(t.out[s.out]) == 0 {
			delete(t.out, s.out)
		}
		return
	}
	if s.hop.routes = s.leave(s.hop.routes); len(s.hop.routes) == 0 {
		delete(t.hops, s.hop.address)
		t.found[s.hop.level].Delete(s.hop.address, s.hop.bits())
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
		h = &hop{address: a}
		t.hops[a] = h
		h.level, h.via = t.lookup(a)
		t.found[h.level].Set(a, h.bits(), h)
	}
	return h
}

// bits is the length of the prefix that a next hop is found with.
func (h *hop) bits() int {
	if h.via == nil {
		return matched.Nowhere
	}
	return h.via.bits()
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
