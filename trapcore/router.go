package trapcore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/pcap"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/ppp"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/tacacs"
)

// DefaultName is the name of the virtual router that always exists.
const DefaultName = "default"

// MaxVirtualRouterName is the most characters of a virtual router's name.
const MaxVirtualRouterName = 15

// MaxVirtualRouters is how many virtual routers there can be at once.
const MaxVirtualRouters = 1000

// maxIndex is what 24 bits of the routerUID can number.
const maxIndex = 1<<24 - 1

// Refusals, worded as the shell prints them after its percent sign.
var (
	errVirtualRouterName   = fmt.Errorf("virtual router name must have 1 to %d printable characters", MaxVirtualRouterName)
	errVirtualRouterExists = errors.New("virtual router already exists")
	ErrNoVirtualRouter     = errors.New("no such virtual router")
	errDefaultRouter       = errors.New("the default virtual router cannot be removed")
	errTooManyRouters      = fmt.Errorf("no more than %d virtual routers are allowed", MaxVirtualRouters)
	errNoMoreIndexes       = errors.New("no more virtual routers can be numbered")
	errClosed              = errors.New("router is closed")
)

// Options say what a router is made of.
type Options struct {
	Hostname string
	MAC      [6]byte        // of the chassis, in every engine ID
	Model    *chassis.Model // nil: chassis.Default
	Release  chassis.Release
	Boots    int32 // snmpEngineBoots of this run, 1 to 2147483647, durable already
	// NextBoots makes the next value durable, for when the DES salts of this one
	// are used up; nil: they then end.
	NextBoots func() (int32, error)
	// BootsBefore returns what boots was before an engine ID was first used, and
	// makes that durable; nil: every engine has the boots of the process.
	BootsBefore func(engineID string) (int32, error)
	Clock       func() time.Time // with a monotonic reading; nil: time.Now
	Location    *time.Location   // of the times in logs; nil: time.Local
	Prober      notify.Prober    // nil: trap hosts are not pinged
	Dial        notify.Dialer    // nil: notify.DialUDP
	Files       eventlog.Files   // for the nv-file of the event log; nil: none
	RADIUS      netip.Addr       // local address for dynamic requests, IPv4; zero: 127.0.0.1
	// AskFrom opens a socket for requests to a RADIUS server; nil: see client.Options.
	AskFrom func(to netip.AddrPort) (*net.UDPConn, error)
	// Analyzer is where mirrored packets go in place of their analyzers, IPv4; zero:
	// 127.0.0.1; 0.0.0.0: to the analyzers themselves.
	Analyzer netip.Addr
	// Capture has a record of what leaves for receivers and analyzers; nil: none is
	// kept. It stays open.
	Capture *pcap.File
	Seed    uint32 // of the values of test traps
}

// Router is the router. Its methods may be called from any goroutine. mu guards
// the virtual routers; the lock order is the locks of packages network and
// mirror, Router.mu, then the locks of package notify.
type Router struct {
	opts      Options
	engine    *snmp.Engine
	restoring atomic.Bool // the saved configuration is being run
	restarted atomic.Bool // by a reload
	events    *eventlog.Log
	wall      atomic.Pointer[wall]
	network   *network.Network
	policies  *policy.Lists
	secure    *Secure
	radius    *radius.Server
	tacacs    *tacacs.Client
	ppp       *ppp.AAA
	delivery  delivery
	responder *agent.Responder
	leaving   sync.WaitGroup // goroutines of virtual routers that were removed

	naming sync.Mutex // held while an engine ID is set

	mu       sync.RWMutex
	hostname string
	def      *VirtualRouter
	routers  map[*network.Router]*VirtualRouter
	byNumber btree.Map[uint32, *VirtualRouter] // the same, by index
	last     uint32                            // index given last
	removed  []*VirtualRouter                  // whose last traps are still leaving
	closed   bool
}

// complete fills in what an option stands for that was left out. The error is of
// one that is wrong.
func (o *Options) complete() error {
	loopback := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.Model = cmp.Or(o.Model, chassis.Default)
	if o.Location == nil {
		o.Location = time.Local
	}
	o.RADIUS = cmp.Or(o.RADIUS, loopback)
	o.Analyzer = cmp.Or(o.Analyzer, loopback)
	if o.Capture != nil {
		if o.Dial == nil {
			o.Dial = notify.DialUDP
		}
		o.Dial = recorded(o.Dial, o.Capture)
	}
	if o.Boots < 1 {
		return fmt.Errorf("engine boots %d: not 1 to 2147483647", o.Boots)
	}
	return nil
}

// New starts a router with its default virtual router. [Router.Close] ends it.
func New(opts Options) (*Router, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	r := &Router{
		opts:    opts,
		engine:  snmp.NewEngine(opts.Boots, opts.Clock),
		routers: map[*network.Router]*VirtualRouter{},
		last:    1,
		tacacs:  tacacs.New(),
	}
	r.wall.Store(new(wall))
	var err error
	if r.secure, err = newSecure(r); err != nil {
		return nil, err
	}
	r.network = network.New(network.Options{
		Adapters: r.opts.Model.Adapters(),
		Default:  DefaultName, UpTime: func() uint32 { return r.engine.Now().UpTime }, Now: r.Now,
	})
	r.policies = policy.New(r.network)
	r.engine.SetNextBoots(opts.NextBoots)
	r.events = eventlog.New(eventlog.Options{
		Now: r.Now, Hostname: r.Hostname, Audit: r.secure.log, Files: opts.Files,
	})
	def, err := r.network.Add(DefaultName, uidBit|r.last)
	if err != nil {
		return nil, errors.Join(err, r.secure.close())
	}
	// What listens to the network is told in this order.
	r.secure.mirroring = mirror.New(mirror.Options{Network: r.network, Default: def, Sink: mirrorSink{r}, Now: r.Now})
	r.network.Listen(linkTraps{r})
	r.ppp = ppp.New(ppp.Options{
		Network: r.network, Default: DefaultName, Servers: r.serversOf, Hostname: r.Hostname, Now: r.Now,
	})
	r.radius = radius.New(radius.Options{
		Network: r.network, Mirroring: r.mirroring, Default: DefaultName, Now: opts.Clock, Clock: r.Now,
		Report: r.reportPort, Hostname: r.Hostname, HasAddress: r.network.HasAddress,
		Listen: func(port uint16) (*net.UDPConn, error) { return r.ListenUDP(netip.AddrPortFrom(opts.RADIUS, port)) },
	})
	r.responder = r.newResponder()
	r.def = newVirtualRouter(r, def, r.last)
	r.routers[def] = r.def
	r.byNumber.Set(r.def.index, r.def)
	r.responder.Add(r.def.agent)
	return r, nil
}

// Follow makes a router that nobody has used yet go on where another one ends:
// with its clock and the messages it has logged. Engine time starts now.
func (r *Router) Follow(old *Router) {
	entries, _ := old.events.Entries()
	r.events.Begin(entries)
	r.wall.Store(&wall{offset: old.ClockOffset()})
	r.engine.Restart(r.opts.Boots)
}

// Hostname returns the name in the prompt: the one that was set, else that of
// the options.
func (r *Router) Hostname() string {
	return cmp.Or(r.ConfiguredHostname(), r.opts.Hostname)
}

// ConfiguredHostname returns the name that was set, "" if none was.
func (r *Router) ConfiguredHostname() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.hostname
}

// SetHostname sets the name in the prompt; "" restores that of the options.
func (r *Router) SetHostname(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hostname = name
}

// MAC returns the chassis MAC address.
func (r *Router) MAC() [6]byte { return r.opts.MAC }

// Model returns the chassis.
func (r *Router) Model() *chassis.Model { return r.opts.Model }

// Release returns the software that runs.
func (r *Router) Release() chassis.Release { return r.opts.Release }

// Engine returns boots and time, which all virtual routers share.
func (r *Router) Engine() *snmp.Engine { return r.engine }

// TACACS returns the client that asks who operators are and what they may do.
func (r *Router) TACACS() *tacacs.Client { return r.tacacs }

// SetRestoring says that the saved configuration is being run: links that come
// up and go down meanwhile were never up, and raise nothing.
func (r *Router) SetRestoring(on bool) { r.restoring.Store(on) }

// ColdStart raises coldStart in every virtual router; for who has loaded the
// startup configuration.
func (r *Router) ColdStart() {
	for _, v := range r.VirtualRouters() {
		v.traps.Raise(&notify.ColdStart{})
	}
}

// Restarted reports whether a reload has started the router.
func (r *Router) Restarted() bool { return r.restarted.Load() }

// WarmStart raises warmStart in every virtual router.
func (r *Router) WarmStart() {
	r.restarted.Store(true)
	for _, v := range r.VirtualRouters() {
		v.traps.Raise(&notify.WarmStart{})
	}
}

// SetAgentOff stops the agent of a virtual router (no snmp-server), or starts
// it again. Stopping that of the default one also clears the secure log and
// switches it off.
func (r *Router) SetAgentOff(v *VirtualRouter, off bool) {
	v.traps.SetOff(off)
	if off && v == r.def {
		r.secure.log.SetOn(false)
		r.secure.log.Clear()
	}
}

// Reboot ends what is mirrored and what is accounted for, for a router that another
// one goes on for.
func (r *Router) Reboot() {
	r.ppp.Reboot()
	r.secure.mirroring.Shutdown(network.AdminReboot)
}

// Drain waits until every queued trap and all that is accounted for has left or ctx
// ends, and returns how many traps have not. Accounting servers are told that this is
// the end of it.
func (r *Router) Drain(ctx context.Context) (pending side.Sum) {
	var told sync.WaitGroup
	told.Go(func() {
		r.ppp.Settle(ctx, nil)
		for _, v := range r.existing() {
			told.Go(func() { v.servers.Leave(ctx) })
		}
	})
	for _, v := range r.existing() {
		pending = pending.Plus(v.traps.Drain(ctx))
	}
	told.Wait()
	return pending
}

// Watch begins to note what becomes of the notifications that a reader sees.
func (r *Router) Watch(c side.Clearance) *notify.Watch { return r.delivery.watches.Open(c) }

// Losses returns how many informs and traps were given up since their host did
// not answer, in virtual routers that are gone too.
func (r *Router) Losses() (lost side.Sum) {
	for _, of := range side.Both {
		lost.Add(of, r.delivery.losses[of].Load())
	}
	return lost
}

// Close stops every goroutine of the router, drops what is queued and wipes
// the secure logs. To send what is queued, [Router.Drain] first.
func (r *Router) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	err := r.radius.Close()
	r.ppp.Close()
	for _, v := range r.existing() {
		v.traps.Close()
		err = errors.Join(err, v.servers.Close())
	}
	r.leaving.Wait()
	r.events.Close()
	return errors.Join(err, r.secure.close())
}
