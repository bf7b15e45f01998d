package trapcore

import (
	"net/netip"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// Responder returns the SNMP command responder of all virtual routers; who has
// a socket lets it Serve.
func (r *Router) Responder() *agent.Responder { return r.responder }

// Agent returns the SNMP agent: packet size and counters.
func (v *VirtualRouter) Agent() *agent.Agent { return v.agent }

// newResponder returns a responder without agents, which come with their
// virtual routers.
func (r *Router) newResponder() *agent.Responder {
	p := agent.NewResponder(agent.Options{
		Engine: r.engine, Secure: func(c side.Clearance) (agent.Secure, bool) { return r.Secure(c) }, Audit: pduAudit{r.events}, Now: r.Now,
		Model: r.opts.Model, Release: r.opts.Release, Tables: r.network.Room, Subscribers: subscribers{r.network},
	})
	p.SetAccessCheck(func(name, list string, source netip.Addr) bool {
		v, ok := r.VirtualRouter(name)
		return ok && source.Is4() && v.lists.Lookup(list, source)
	})
	return p
}

func (r *Router) newAgent(v *VirtualRouter) *agent.Agent {
	a := agent.New(agent.Config{
		Router: v.Name(), Local: v.engine, Context: v.context, Users: v.users, Traps: v.traps, System: systemGroup{r, v},
	})
	a.SetInterfaces(interfaces{r, v})
	return a
}

// systemGroup is what the system group of a virtual router shows: its own
// contact and location, and the name of the router.
type systemGroup struct {
	*Router
	v *VirtualRouter
}

func (s systemGroup) Contact() string      { return s.v.Contact() }
func (s systemGroup) SetContact(t string)  { s.v.SetContact(t) }
func (s systemGroup) Location() string     { return s.v.Location() }
func (s systemGroup) SetLocation(t string) { s.v.SetLocation(t) }

// interfaces are the interfaces of a virtual router for IF-MIB.
type interfaces struct {
	r *Router
	v *VirtualRouter
}

func (i interfaces) Count() int { return i.v.network.InterfacesWithout(i.v.leftOut()) }

func (i interfaces) Next(after int32) (agent.Interface, bool) {
	v, ok := i.v.network.NextWithout(i.v.leftOut(), after)
	if !ok {
		return agent.Interface{}, false
	}
	return i.v.Row(v), true
}

// Row is an interface of the virtual router as IF-MIB has it.
func (v *VirtualRouter) Row(i network.Interface) agent.Interface {
	m := media[i.ID.Type]
	f := agent.Interface{
		Index: i.Index, Descr: i.ID.String(), Name: i.ID.Compact(), Alias: i.Description, Type: i.ID.Type.IfType(), MTU: m.mtu, Speed: m.speed,
		AdminStatus: ifDown, OperStatus: ifDown, LastChange: i.Since, LinkTraps: !i.NoLinkTraps, Connector: m.connector && !i.ID.Sublayer(),
		In: trafficOf(i.In), Out: trafficOf(i.Out),
	}
	if i.AdminUp {
		f.AdminStatus = ifUp
	}
	if i.Up {
		f.OperStatus = ifUp
	}
	if i.ID.Type.Ethernet() {
		f.PhysAddress = string(v.router.opts.MAC[:])
	}
	return f
}

func trafficOf(t network.Traffic) agent.Traffic {
	return agent.Traffic{Octets: t.Octets, Unicast: t.Unicast, Multicast: t.Multicast, Broadcast: t.Broadcast}
}

// media is what IF-MIB says of each type of interface: octets, bits per second.
var media = map[network.InterfaceType]struct {
	mtu       int32
	speed     uint64
	connector bool
}{
	network.FastEthernet:    {1500, 100_000_000, true},
	network.GigabitEthernet: {1500, 1_000_000_000, true},
	network.ATM:             {4470, 155_520_000, true},
	network.Loopback:        {1500, 0, false},
	network.Tunnel:          {1476, 0, false},
	network.Shared:          {1500, 0, false},
	network.Dynamic:         {1500, 0, false},
}

func (i interfaces) SetAdminStatus(index, status int32) error {
	v, ok := i.v.network.InterfaceByIndex(index)
	if !ok {
		return network.ErrNoInterface
	}
	return i.v.network.SetShutdown(v.ID, status == ifDown)
}

func (i interfaces) SetLinkTraps(index int32, on bool) error {
	v, ok := i.v.network.InterfaceByIndex(index)
	if !ok {
		return network.ErrNoInterface
	}
	return i.v.network.SetLinkTraps(v.ID, on)
}

func (i interfaces) TrapSource() int32 {
	id, _ := i.v.traps.Source()
	v, ok := i.v.network.Interface(id)
	if !ok {
		return 0
	}
	return v.Index
}

func (i interfaces) SetTrapSource(index int32) error {
	if index == 0 {
		i.v.traps.SetSource(network.InterfaceID{})
		return nil
	}
	v, ok := i.v.network.InterfaceByIndex(index)
	if !ok {
		return network.ErrNoInterface
	}
	i.v.traps.SetSource(v.ID)
	return nil
}

func (i interfaces) NextAddress(from netip.Addr) (agent.Address, bool) {
	v, ok := i.v.network.NextAddress(from)
	return agent.Address{Prefix: v.Address, Interface: v.Index, Since: v.Addressed}, ok
}

func (i interfaces) LastChange() uint32 { return i.v.network.LastChange() }

func (i interfaces) IPTraffic() agent.IPTraffic { return i.v.IPTraffic() }
