package trapcore

import (
	"sync"
	"sync/atomic"

	"mirrorsh/mib"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// VirtualRouter is one virtual router with an SNMP agent of its own. Its
// methods may be called from any goroutine; mu guards contact and location,
// nothing else is locked or waited for under it.
type VirtualRouter struct {
	router  *Router
	network *network.Router
	index   uint32
	engine  *snmp.LocalEngine
	context string
	users   *snmp.LCD
	traps   *notify.Originator
	secure  notify.Secure // of traps
	lists   acl.Lists
	servers *client.Client
	agent   *agent.Agent

	interfaceSettings
	echoes struct{ asked, answered atomic.Uint64 } // of pings

	mu                sync.RWMutex
	contact, location string
}

// uidBit is set in every routerUID.
const uidBit = 1 << 31

func newVirtualRouter(r *Router, handle *network.Router, index uint32) *VirtualRouter {
	v := &VirtualRouter{router: r, network: handle, index: index, users: snmp.NewLCD()}
	name := handle.Name()
	v.users.CountSecureNames(r.secure.names.count)
	v.engine = snmp.NewLocalEngine(r.defaultEngineID(v.UID()))
	v.context = snmp.ContextName(v.UID())
	v.traps, v.secure = notify.New(r.deliver(handle, notify.Options{
		Router:  name,
		Local:   v.engine,
		Context: v.context,
		Engine:  r.engine,
		Users:   v.users,
		// Apart from run to run, so that a receiver does not take a trap for a repetition.
		IDSeed:      uint32(r.opts.Boots) << 12,
		MirrorTraps: &r.secure.traps,
		SecureLog:   r.secure.log,
		CountSecure: r.secure.names.count,
		Audit: func(ev notify.Event, n *mib.Notification, varbinds []byte) {
			r.auditTrap(name, ev, n, varbinds)
		},
		Now:    r.Now,
		Clock:  r.opts.Clock,
		Prober: r.opts.Prober,
		Dial:   r.opts.Dial,
	}))
	if name == DefaultName {
		r.delivery.egress.Store(v.traps)
	}
	v.servers = client.New(client.Options{
		Now: r.opts.Clock, Report: v.reportServer, Listen: r.opts.AskFrom,
		Announce: func(on bool) (client.Request, bool) { return r.ppp.Announcement(handle, on) },
	})
	v.agent = r.newAgent(v)
	return v
}

// Name returns the name, which never changes.
func (v *VirtualRouter) Name() string { return v.network.Name() }

// Network returns interfaces, routes and subscribers.
func (v *VirtualRouter) Network() *network.Router { return v.network }

// Index returns its number, 1 for the default one.
func (v *VirtualRouter) Index() uint32 { return v.index }

// UID returns the routerUID: the index with the top bit set, as in the engine
// ID and in juniPacketMirrorRouterId.
func (v *VirtualRouter) UID() uint32 { return v.network.UID() }

// EngineID returns snmpEngineID.
func (v *VirtualRouter) EngineID() snmp.EngineID { return v.engine.Identity().ID }

// ContextName returns the name of its SNMP context.
func (v *VirtualRouter) ContextName() string { return v.context }

// Users returns the users, groups, views and communities for a reader.
func (v *VirtualRouter) Users(c side.Clearance) snmp.Visible { return v.users.As(c) }

// Traps returns the notification originator.
func (v *VirtualRouter) Traps() *notify.Originator { return v.traps }

// AccessLists returns the access lists; those of the default virtual router
// also guard the vty lines.
func (v *VirtualRouter) AccessLists() *acl.Lists { return &v.lists }

// Contact returns sysContact.
func (v *VirtualRouter) Contact() string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.contact
}

// SetContact sets sysContact.
func (v *VirtualRouter) SetContact(s string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.contact = s
}

// Location returns sysLocation.
func (v *VirtualRouter) Location() string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.location
}

// SetLocation sets sysLocation.
func (v *VirtualRouter) SetLocation(s string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.location = s
}
