package network

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

var modelSeed = flag.Uint64("model.seed", 1, "seed of the random changes")

// model keeps plain records and makes the routing table anew after each change.
type model struct {
	ifs    []modelIf
	routes []Route
	first  map[Route]string // where one that works leads first
}

type modelIf struct {
	id      InterfaceID
	address netip.Prefix
	down    bool
}

// modelHop is where a prefix leads.
type modelHop struct {
	out       []string
	connected bool
}

type modelTable map[netip.Prefix]modelHop

func (t modelTable) lookup(a netip.Addr) []string {
	for bits := 32; bits >= 0; bits-- {
		if p, _ := a.Prefix(bits); t[p].out != nil {
			return t[p].out
		}
	}
	return nil
}

// table resolves the routes in rounds: a next hop is looked up among the routes
// of the rounds before, the connected ones being the first.
func (m *model) table() modelTable {
	t := modelTable{}
	m.first = map[Route]string{}
	for _, i := range m.ifs {
		if !i.down && i.address.IsValid() {
			p := i.address.Masked()
			t[p] = modelHop{append(t[p].out, i.id.String()), true}
		}
	}
	waiting := slices.Clone(m.routes)
	for range lastLevel {
		round := map[netip.Prefix][]string{}
		waiting = slices.DeleteFunc(waiting, func(rt Route) bool {
			out := m.resolve(t, rt)
			round[rt.Prefix] = append(round[rt.Prefix], out...)
			if out != nil {
				m.first[rt] = out[0]
			}
			return out != nil
		})
		for p, out := range round {
			if !t[p].connected && out != nil {
				t[p] = modelHop{append(slices.Clone(t[p].out), out...), false}
			}
		}
	}
	return t
}

func (m *model) resolve(t modelTable, rt Route) []string {
	if rt.NextHop.IsValid() {
		return t.lookup(rt.NextHop)
	}
	for _, i := range m.ifs {
		if i.id == rt.Out && !i.down {
			return []string{i.id.String()}
		}
	}
	return nil
}

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// world makes the same random changes to a virtual router and to the model.
type world struct {
	*bench
	r      *Router
	m      model
	rng    *rand.Rand
	routed []netip.Prefix
}

func (w *world) Changed(ch Change) {
	if c, ok := ch.(RoutingChanged); ok {
		w.routed = append(w.routed, c.Prefixes...)
	}
}

func pick[T any](w *world, from ...T) T { return from[w.rng.IntN(len(from))] }

// address is one of sixteen, so that networks and next hops meet often.
func (w *world) address() netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(w.rng.IntN(16))}) }

func (w *world) network() netip.Prefix {
	return netip.PrefixFrom(w.address(), pick(w, 0, 8, 28, 29, 30, 31, 32)).Masked()
}

func (w *world) port() InterfaceID {
	return InterfaceID{Loopback, fmt.Sprint(w.rng.IntN(5))}
}

func (w *world) step() string {
	m := &w.m
	id := w.port()
	at := slices.IndexFunc(m.ifs, func(i modelIf) bool { return i.id == id })
	switch n := w.rng.IntN(12); {
	case n < 2 && at < 0:
		m.ifs = append(m.ifs, modelIf{id: id})
		w.do(w.r.CreateInterface(id))
		return fmt.Sprint("interface ", id)
	case n == 0:
		m.ifs = slices.Delete(m.ifs, at, at+1)
		w.do(w.r.RemoveInterface(id))
		return fmt.Sprint("no interface ", id)
	case n < 4 && at >= 0:
		m.ifs[at].down = !m.ifs[at].down
		w.do(w.r.SetShutdown(id, m.ifs[at].down))
		return fmt.Sprint("shutdown ", id, m.ifs[at].down)
	case n < 6 && at >= 0:
		p := pick(w, netip.Prefix{}, netip.PrefixFrom(w.address(), pick(w, 28, 30, 31, 32)))
		if w.r.SetAddress(id, p) == nil {
			m.ifs[at].address = p
		}
		return fmt.Sprint("ip address ", id, p)
	case n < 10:
		rt := Route{Prefix: w.network()}
		if w.rng.IntN(5) == 0 {
			rt.Out = w.port()
		} else {
			rt.NextHop = w.address()
		}
		w.do(w.r.AddRoute(rt))
		if !slices.Contains(m.routes, rt) {
			m.routes = append(m.routes, rt)
		}
		return fmt.Sprint("ip route ", rt)
	case len(m.routes) > 0:
		rt := pick(w, m.routes...)
		if w.rng.IntN(4) == 0 {
			rt = Route{Prefix: rt.Prefix}
		}
		w.do(w.r.RemoveRoute(rt))
		m.routes = slices.DeleteFunc(m.routes, func(have Route) bool {
			return have == rt || rt == (Route{Prefix: have.Prefix})
		})
		return fmt.Sprint("no ip route ", rt)
	}
	return "nothing"
}

// ways returns how packets for the sixteen addresses go.
func (w *world) ways() (all [16][]Way) {
	for n := range all {
		all[n] = slices.Collect(w.r.Egress(netip.AddrFrom4([4]byte{10, 0, 0, byte(n)})))
	}
	return all
}

// out returns the interfaces that a way leads out of.
func (w *world) out(way []Way) (out []string) {
	for _, step := range way {
		for _, i := range w.r.Interfaces() {
			if i.Index == step.Out || step.Connected && i.Up && i.Address.IsValid() && i.Address.Masked() == step.Prefix {
				out = append(out, i.ID.String())
			}
		}
	}
	return unique(out)
}

// told reports whether a change of the way to an address was given out: by a longer
// match, or by what was on the way.
func (w *world) told(to netip.Addr, before []Way) bool {
	return slices.ContainsFunc(w.routed, func(p netip.Prefix) bool {
		return slices.ContainsFunc(before, func(step Way) bool { return step.Prefix == p }) ||
			p.Contains(to) && (len(before) == 0 || p.Bits() > before[0].Prefix.Bits())
	})
}

// TestModel makes random changes: after each the routes lead where those of the
// model do, and of every address to which the way is another it was given out.
func TestModel(t *testing.T) {
	b := newBench(t)
	w := &world{bench: b, r: b.vr("default"), rng: rand.New(rand.NewPCG(*modelSeed, 0))}
	b.Listen(w)
	before := w.ways()
	for n := range 2_000 {
		w.routed = nil
		what := w.step()
		table, now := w.m.table(), w.ways()
		for a, way := range now {
			to := netip.AddrFrom4([4]byte{10, 0, 0, byte(a)})
			got := w.out(way)
			if want := unique(slices.Clone(table.lookup(to))); !slices.Equal(want, got) {
				t.Errorf("step %d %s: %s leads out of %q, model %q", n, what, to, got, want)
			}
			if !slices.Equal(before[a], way) && !w.told(to, before[a]) {
				t.Errorf("step %d %s: %s goes %v, before %v, but only %v was given out", n, what, to, way, before[a], w.routed)
			}
		}
		w.compare(table)
		if t.Failed() {
			t.FailNow()
		}
		before = now
	}
	for _, i := range w.m.ifs {
		w.do(w.r.RemoveInterface(i.id))
	}
	for _, rt := range w.m.routes {
		w.do(w.r.RemoveRoute(rt))
	}
	rs := &w.r.routes
	left := len(rs.known) + len(rs.out) + len(rs.entries) + len(rs.hops) + w.static + rs.static.Len() + rs.forward.Size() + rs.inOrder.Len() + w.r.addresses.Len()
	for level := range rs.levels {
		left += rs.levels[level].Size() + rs.found[level].Len() + len(rs.marked[level])
	}
	if left != 0 {
		t.Errorf("left over: %+v", rs)
	}
}

// compare holds the listings to the model.
func (w *world) compare(table modelTable) {
	w.t.Helper()
	if got := w.r.Routes(); !slices.Equal(got, w.m.routes) {
		w.t.Errorf("routes %v, model %v", got, w.m.routes)
	}
	prefixes := map[netip.Prefix][]string{}
	for _, rt := range w.r.RoutingTable() {
		out := prefixes[rt.Prefix]
		if table[rt.Prefix].connected != (rt.Type == Connected) || !slices.Contains(table[rt.Prefix].out, rt.Out.String()) {
			w.t.Errorf("route %v, model %v", rt, table[rt.Prefix])
		}
		if rt.NextHop.IsValid() && rt.Out.String() != w.m.first[Route{Prefix: rt.Prefix, NextHop: rt.NextHop}] {
			w.t.Errorf("route %v, model first %v", rt, w.m.first)
		}
		prefixes[rt.Prefix] = append(out, rt.Out.String())
	}
	if len(prefixes) != len(table) {
		w.t.Errorf("%d prefixes, model %d", len(prefixes), len(table))
	}
	w.compareRoutes()
}
