package trapcore

import (
	"net/netip"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
)

// description is sysDescr.
const description = "mirrorsh, a simulator of the packet-mirroring side of a JUNOSe E-series router"

// Responder returns the SNMP command responder of all virtual routers; who has
// a socket lets it Serve.
func (r *Router) Responder() *agent.Responder { return r.responder }

// Agent returns the SNMP agent: packet size and counters.
func (v *VirtualRouter) Agent() *agent.Agent { return v.agent }

// newResponder returns a responder without agents, which come with their
// virtual routers.
func (r *Router) newResponder() *agent.Responder {
	p := agent.NewResponder(agent.Options{
		Engine: r.engine, MirrorTraps: &r.traps, SecureLog: r.secureLog, Now: r.Now, Description: description,
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

func (i interfaces) Count() int { return i.v.network.InterfaceCount() }

func (i interfaces) Next(after int32) (agent.Interface, bool) {
	v, ok := i.v.network.NextInterface(after)
	if !ok {
		return agent.Interface{}, false
	}
	f := agent.Interface{
		Index: v.Index, Descr: v.ID.String(), Type: v.ID.Type.IfType(), AdminStatus: ifDown, OperStatus: ifDown,
		MTU: media[v.ID.Type].mtu, Speed: media[v.ID.Type].speed,
	}
	if v.AdminUp {
		f.AdminStatus = ifUp
	}
	if v.Up {
		f.OperStatus = ifUp
	}
	if v.ID.Type.Ethernet() {
		f.PhysAddress = string(i.r.opts.MAC[:])
	}
	return f, true
}

// media is what ifTable says of each type of interface: octets, bits per second.
var media = map[network.InterfaceType]struct {
	mtu   int32
	speed uint32
}{
	network.FastEthernet:    {1500, 100_000_000},
	network.GigabitEthernet: {1500, 1_000_000_000},
	network.ATM:             {4470, 155_520_000},
	network.Loopback:        {1500, 0},
	network.Tunnel:          {1476, 0},
	network.Dynamic:         {1500, 0},
}

func (i interfaces) SetAdminStatus(index, status int32) error {
	v, ok := i.v.network.InterfaceByIndex(index)
	if !ok {
		return network.ErrNoInterface
	}
	return i.v.network.SetShutdown(v.ID, status == ifDown)
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

// LastChange is 0: since when the interfaces are there is not kept.
func (i interfaces) LastChange() uint32 { return 0 }
