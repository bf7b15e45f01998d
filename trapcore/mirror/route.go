package mirror

import (
	"net/netip"
	"slices"
)

// Route is a static route: to a next hop, or out of an interface.
type Route struct {
	Prefix  netip.Prefix // masked
	NextHop netip.Addr   // zero: Out counts
	Out     InterfaceID
}

// AddRoute adds a static route; one that is there already stays. The interface
// of a route need not exist: the route counts while it does and is up.
func (m *Machine) AddRoute(vr string, rt Route) error {
	return m.change(vr, func(c *change, r *router) error {
		switch {
		case !rt.Prefix.IsValid() || !rt.Prefix.Addr().Is4() || rt.Prefix.Masked() != rt.Prefix:
			return ErrRoute
		case rt.NextHop.IsValid() && !Unicast(rt.NextHop):
			return ErrNextHop
		case slices.Contains(r.routes, rt):
			return nil
		case len(r.routes) == MaxRoutes:
			return ErrTooManyRoutes
		}
		r.routes = append(r.routes, rt)
		c.move(r)
		return nil
	})
}

// RemoveRoute removes a static route. One without a next hop and with an Out
// of no specifier means all routes to its prefix.
func (m *Machine) RemoveRoute(vr string, rt Route) error {
	return m.change(vr, func(c *change, r *router) error {
		all := !rt.NextHop.IsValid() && rt.Out.Spec == ""
		n := len(r.routes)
		r.routes = slices.DeleteFunc(r.routes, func(have Route) bool { return have == rt || all && have.Prefix == rt.Prefix })
		if len(r.routes) == n {
			return ErrNoRoute
		}
		c.move(r)
		return nil
	})
}

// maxRecursion bounds how often the next hop of a route is looked up in turn.
const maxRecursion = 8

// hop is where a prefix leads.
type hop struct {
	out       []*iface // more than one if routes of the same prefix work
	connected bool
}

// table holds the routes that work. It is made anew when the topology of the
// virtual router has changed.
type table map[netip.Prefix]hop

// makeTable resolves the routes in rounds: a next hop is looked up among the
// routes of the rounds before, the connected ones being the first. So no route
// leads to itself. A connected route beats static ones to the same network.
func (r *router) makeTable() table {
	t := table{}
	for _, i := range r.configured {
		if i.up() && i.address.IsValid() {
			t[i.address.Masked()] = hop{append(t[i.address.Masked()].out, i), true}
		}
	}
	waiting := slices.Clone(r.routes)
	for range maxRecursion {
		type found struct {
			prefix netip.Prefix
			out    []*iface
		}
		var round []found
		waiting = slices.DeleteFunc(waiting, func(rt Route) bool {
			out := r.resolve(t, rt)
			if out != nil {
				round = append(round, found{rt.Prefix, out})
			}
			return out != nil
		})
		if round == nil {
			break
		}
		for _, f := range round {
			if have := t[f.prefix]; !have.connected {
				t[f.prefix] = hop{append(slices.Clip(have.out), f.out...), false}
			}
		}
	}
	return t
}

// resolve returns the interfaces a static route leads out of, nil if it does
// not work.
func (r *router) resolve(t table, rt Route) []*iface {
	if rt.NextHop.IsValid() {
		return t.egress(rt.NextHop)
	}
	if i := r.interfaces[rt.Out]; i != nil && i.sub == nil && i.up() {
		return []*iface{i}
	}
	return nil
}

// egress returns the interfaces that the longest match sends a packet for a
// out of, nil if there is no route.
func (t table) egress(a netip.Addr) []*iface {
	for bits := 32; bits >= 0; bits-- {
		p, err := a.Prefix(bits)
		if err != nil {
			return nil // not IPv4
		}
		if h, ok := t[p]; ok {
			return h.out
		}
	}
	return nil
}
