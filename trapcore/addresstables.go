package trapcore

import (
	"net/netip"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
)

// What the agent of a virtual router says of layers, neighbors and routes.

func (i interfaces) NextLayer(at agent.Layer) (agent.Layer, bool) {
	l, ok := i.v.network.NextLayer(i.v.leftOut(), network.Layer{Above: at.Above, Below: at.Below})
	return agent.Layer{Above: l.Above, Below: l.Below}, ok
}

func (i interfaces) NextNeighbor(index int32, from netip.Addr) (agent.Neighbor, bool) {
	n, ok := i.v.network.NextNeighbor(index, from)
	return agent.Neighbor{Interface: n.Index, Address: n.Address, PhysAddress: string(n.MAC[:])}, ok
}

func (i interfaces) NextRoute(from netip.Addr) (agent.Route, bool) {
	r, ok := i.v.network.NextRoute(from)
	return routeOf(r), ok
}

func (i interfaces) NextPrefix(from netip.Prefix) (agent.Route, bool) {
	r, ok := i.v.network.NextPrefix(from)
	return routeOf(r), ok
}

func routeOf(r network.Forwarded) agent.Route {
	row := agent.Route{
		Prefix: r.Prefix, Interface: r.Index, NextHop: r.NextHop, Direct: !r.NextHop.IsValid(), Static: r.Type == network.Static,
	}
	if row.Direct {
		row.NextHop = r.Local
	}
	return row
}
