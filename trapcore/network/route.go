package network

import (
	"cmp"
	"fmt"
	"iter"
	"net/netip"
	"slices"
)

// Route is a static route: to a next hop, or out of an interface.
type Route struct {
	Prefix  netip.Prefix // masked
	NextHop netip.Addr   // zero: Out counts
	Out     InterfaceID
}

// RouteType says where a route comes from.
type RouteType uint8

const (
	Connected RouteType = iota
	Static
	Access // to a subscriber
)

// String is how show ip route writes the type.
func (t RouteType) String() string { return [...]string{"Connect", "Static", "Access"}[t] }

// ActiveRoute is a route that works.
type ActiveRoute struct {
	Prefix  netip.Prefix
	Type    RouteType
	NextHop netip.Addr // zero: directly connected
	Out     InterfaceID
}

// AddRoute adds a static route; one that is there already stays. The interface
// of a route need not exist: the route counts while it does and is up.
func (r *Router) AddRoute(rt Route) error {
	return r.change(func(*change) error {
		switch {
		case !rt.Prefix.IsValid() || !rt.Prefix.Addr().Is4() || rt.Prefix.Masked() != rt.Prefix:
			return errRoute
		case martian(rt.Prefix) != "":
			return fmt.Errorf("%w %s", errMartianRoute, martian(rt.Prefix))
		case rt.NextHop.IsValid() && !Unicast(rt.NextHop):
			return errNextHop
		case r.routes.find(rt) != nil:
			return nil
		case len(r.routes.known) == maxRoutes:
			return errTooManyRoutes
		case r.net.static == maxAllRoutes:
			return errTooManyInAll
		}
		r.net.static++
		i, _ := r.configured(rt.Out)
		r.routes.add(rt, i)
		r.editedRoutes.Note(r.routes.last)
		return nil
	})
}

// RemoveRoute removes a static route. One without a next hop and with an Out
// of no specifier means all routes to its prefix.
func (r *Router) RemoveRoute(rt Route) error {
	return r.change(func(*change) error {
		if !rt.Prefix.IsValid() || !rt.Prefix.Addr().Is4() {
			return errNoRoute
		}
		if rt.NextHop.IsValid() || rt.Out.Spec != "" {
			s := r.routes.find(rt)
			if s == nil {
				return errNoRoute
			}
			r.removeRoute(s)
			return nil
		}
		e := r.routes.entries[routeKey(rt.Prefix)]
		if e == nil || e.static.empty() {
			return errNoRoute
		}
		for _, s := range slices.Collect(e.static.all()) {
			r.removeRoute(s)
		}
		return nil
	})
}

func (r *Router) removeRoute(s *static) {
	r.routes.remove(s)
	r.editedRoutes.Note(s.number)
	r.net.static--
}

// Routes returns the static routes in the order of their configuration.
func (r *Router) Routes() (all []Route) {
	r.read(func() { all = make([]Route, 0, r.routes.static.Len()) })
	inParts(&r.net.mu, &r.routes.static, func(s *static) { all = append(all, s.route()) })
	return all
}

// RoutingTable returns the routes that work, by prefix.
func (r *Router) RoutingTable() (all []ActiveRoute) {
	r.read(func() { all = make([]ActiveRoute, 0, r.byIndex.Len()+r.routes.static.Len()) })
	inParts(&r.net.mu, &r.byIndex, func(i *iface) {
		if i.down || !i.address.IsValid() {
			return
		}
		rt := ActiveRoute{Prefix: i.address.Masked(), Type: Connected, Out: i.id}
		if i.login != nil {
			rt.Type = Access
		}
		all = append(all, rt)
	})
	inParts(&r.net.mu, &r.routes.static, func(s *static) {
		if s.level > 0 && s.entry.routes[connected] == 0 {
			all = append(all, ActiveRoute{s.entry.prefix(), Static, s.route().NextHop, s.first().id})
		}
	})
	slices.SortStableFunc(all, func(a, b ActiveRoute) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// RouteCounts returns how many routes of each type RoutingTable has.
func (r *Router) RouteCounts() (n [Access + 1]int) {
	r.read(func() {
		copy(n[:], r.routes.active[:])
		n[Access] = r.accesses.Len()
	})
	return n
}

// Way is a step of the way that routes lead packets: to a prefix, whose routes are
// followed next, or out of an interface.
type Way struct {
	Prefix    netip.Prefix
	Connected bool  // out of any interface that is up and whose network that is
	Out       int32 // ifIndex of the interface, if there is no prefix
}

// Egress gives out the way of packets for an address: the longest match and all that
// it leads to, in the order of the routes; nothing if there is no route. Routes to
// subscribers do not count. Who has found what he looks for pays for no more; he must
// not use the network meanwhile.
func (r *Router) Egress(to netip.Addr) iter.Seq[Way] {
	return func(yield func(Way) bool) {
		r.read(func() { r.routes.egress(to)(yield) })
	}
}
