package agent

import (
	"net/netip"
	"sync"
	"time"

	"mirrorsh/securelog"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Options are what all agents of a router share. All fields are needed unless
// said otherwise.
type Options struct {
	Engine      *snmp.Engine
	Secure      func(c side.Clearance) (Secure, bool) // opens the secure side of the router
	Audit       Auditor                               // of requests of the ordinary side; nil: no audit
	Now         func() time.Time                      // for the secure log; nil: time.Now
	Model       *chassis.Model
	Release     chassis.Release
	Subscribers Subscribers             // nil: none
	Tables      func() (used, room int) // of interfaces, routes and subscribers; nil: not known
}

// Secure is the secure side of a router as requests reach it. Its methods may be
// called from any goroutine.
type Secure interface {
	MirrorTraps() bool // juniPacketMirrorTrapEnable
	SetMirrorTraps(on bool)
	Log() *securelog.Log
}

// AccessCheck reports whether an access list of a virtual router permits a
// source. It must not wait.
type AccessCheck func(router, list string, source netip.Addr) bool

// Change says that a SET has changed the configuration.
type Change struct {
	Router string    // virtual router
	Side   side.Side // of the requester
}

// Responder answers requests for all virtual routers, under the engine ID of
// the first agent added, the one of the default virtual router. Its methods may
// be called from any goroutine: mu guards agents and hooks, setting serialises
// SETs; setting is taken first.
type Responder struct {
	opts  Options
	tree  registry
	least int // octets of the smallest variable there may be
	load  load

	setting sync.Mutex

	mu       sync.RWMutex
	contexts contexts
	allowed  AccessCheck
	changed  func(Change)
}

// NewResponder returns a responder without agents.
func NewResponder(opts Options) *Responder {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Subscribers == nil {
		opts.Subscribers = noSubscribers{}
	}
	r := &Responder{opts: opts, tree: newRegistry(modules()...)}
	r.least = r.tree.least() + 4 // header and an empty value
	return r
}

// SetAccessCheck sets who judges the access lists of communities. Until then a
// community with an access list admits nobody.
func (r *Responder) SetAccessCheck(f AccessCheck) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.allowed = f
}

// OnChange sets what is called after each SET that succeeded, before it is
// answered, so that the owner can save. It is not called concurrently.
func (r *Responder) OnChange(f func(Change)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changed = f
}

// snapshot returns the agent of the default virtual router and hooks.
func (r *Responder) snapshot() (*Agent, AccessCheck, func(Change)) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.contexts.first, r.allowed, r.changed
}

// Handle processes one datagram and returns the answer, nil for none, built in
// buf and valid until buf is used again.
func (r *Responder) Handle(buf *snmp.Buffer, from netip.AddrPort, in []byte) []byte {
	first, _, _ := r.snapshot()
	if first == nil || first.off() {
		return nil
	}
	x := &exchange{r: r, first: first, from: from, buf: buf}
	out := x.answer(in)
	if x.side == side.Ordinary {
		r.load.add(r.opts.Engine.Now().Time, x.work)
	}
	return out
}

// answer processes a datagram.
func (x *exchange) answer(in []byte) []byte {
	d, err := snmp.ParseDatagram(in)
	if err != nil {
		x.received(side.Ordinary)
		x.count(snmp.StatInASNParseErrs)
		return nil
	}
	x.version = d.Version
	switch d.Version {
	case snmp.Version1, snmp.Version2c:
		return x.community(&d)
	case snmp.Version3:
		return x.secured(&d)
	}
	x.received(side.Ordinary)
	x.count(snmp.StatInBadVersions)
	return nil
}

// exchange is a request and the way back.
type exchange struct {
	r       *Responder
	first   *Agent        // of the default virtual router
	own     snmp.Identity // of it, for SNMPv3
	from    netip.AddrPort
	version snmp.Version
	buf     *snmp.Buffer

	side side.Side // known once received was called
	user string    // user or community
	to   *Agent    // that the context selects, nil before
	pdu  snmp.PDU
	seal func(*snmp.Reply) ([]byte, error)
	max  int // octets of the answer
	work int // done so far
}

// received counts the message on its side.
func (x *exchange) received(of side.Side) {
	x.side = of
	x.count(snmp.StatInPkts)
}

// count counts what concerns the message as a whole.
func (x *exchange) count(s snmp.Stat) { x.first.stats[x.side].Add(s, 1) }

// sent counts an answer.
func (x *exchange) sent() {
	x.count(snmp.StatOutPkts)
	if x.to != nil && x.to != x.first {
		x.to.stats[x.side].Add(snmp.StatOutPkts, 1)
	}
}

// clearance is what an authentic request may see: the secure side if its view
// holds the mirror MIB, or if one of that side is refused for want of a view.
func (x *exchange) clearance(view *snmp.View) side.Clearance {
	return side.Clear(view.ReachesMirror() || view == nil && x.side == side.Secure)
}

// scope returns what the PDU may see through a view.
func (x *exchange) scope(view *snmp.View) *scope {
	return &scope{
		Agent: x.to, r: x.r, view: view, reader: x.clearance(view), users: x.to.cfg.Users.Snapshot(),
		now: x.to.cfg.Local.Identity().Of(x.r.opts.Engine.Now()), v1: x.version == snmp.Version1,
		work: &x.work,
	}
}
