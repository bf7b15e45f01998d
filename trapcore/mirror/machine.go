package mirror

import (
	"maps"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"mirrorsh/trapcore/internal/matched"
	"mirrorsh/trapcore/network"
)

// Quotas.
const (
	MaxRules           = 100 // trigger rules, as Policy Management says
	maxPolicyLists     = 1024
	maxGroups          = 512 // classifier groups of a list
	maxClassifierLists = 1024
	maxClassifiers     = 256 // entries of a classifier list
	// maxRADIUSLists is how many policy lists RADIUS makes: for a subscriber one
	// that its access session names and one that mirrors it, and one in exchange.
	maxRADIUSLists = 2*network.MaxSubscribers + 1
)

// FailedPolicy is what the mirror log keeps of a policy that could not be
// applied. UserName is "" for an interface.
type FailedPolicy struct {
	Origin
	Identity
	UserName string
	Failure
}

// Sink takes the events of a [Machine] in the order they happened, one at a
// time. It may read the machine and the network; it must not change them, and
// keep no event.
type Sink interface {
	Secure(r *network.Router, ev Event)
	Failed(r *network.Router, f *FailedPolicy)
}

// Options are what a machine works with.
type Options struct {
	Network *network.Network
	Default *network.Router  // the only virtual router of the network yet; it always exists
	Sink    Sink             // nil: events go nowhere
	Now     func() time.Time // nil: time.Now
}

// Machine is the packet mirroring of one router. Its methods may be called
// from any goroutine and never wait for anything but each other.
//
// Changes of the network and those of the machine are serialised by the
// network, see [network.Network.InOrder]; so events leave in the order of the
// changes. mu guards all state. Lock order: that of the network's operations, mu,
// the network's state. A sink is called with mu free.
type Machine struct {
	sink    Sink
	now     func() time.Time
	net     *network.Network
	current *change // the operation of the network that is under way

	mu sync.RWMutex

	def     *router
	routers map[*network.Router]*router
	ifaces  map[int32]*iface // by ifIndex, without those of subscribers
	subs    btree.Map[uint64, *subscriber]
	dynamic map[int32]*subscriber // by the ifIndex of their IP interface

	lists       map[ListKey]*list
	naming      map[string]map[*list]int // lists by the virtual routers they name, and how often
	named       names
	classifiers map[ListKey]*classifiers
	rules       map[ruleKey]*rule
	lastList    uint32 // policy ID of the last list made by hand
	lastRADIUS  uint32 // and by RADIUS, without its leading bits
	radiusLists int
	ruleChanges atomic.Uint64
	edited      edited
	offered     offered
	ended       bool // by Shutdown: nothing is mirrored any more

	counting sync.Mutex // guards what packets count; it is taken last
	copied   [2]Counts  // of all sessions there ever were, by direction
}

// router is what is kept of one virtual router.
type router struct {
	*network.Router
	defaultAnalyzer *iface
	analyzers       map[netip.Addr]*analyzer
	found           matched.Table[*analyzer]
	led             map[network.Way]map[*analyzer]int          // by what is on the way to them, and how often
	collecting      map[netip.Prefix]*btree.Map[int32, *iface] // interfaces in analyzer mode that are up, by network
}

func newRouter(r *network.Router) *router {
	return &router{
		Router: r, analyzers: map[netip.Addr]*analyzer{}, led: map[network.Way]map[*analyzer]int{},
		collecting: map[netip.Prefix]*btree.Map[int32, *iface]{},
	}
}

// iface is what is kept of a configured interface.
type iface struct {
	network.InterfaceID
	Index   int32
	Up      bool
	Address netip.Prefix // zero: none
	router  *router
	on      map[*subscriber]struct{} // who came in over it and has been mirrored, or was to be

	policies [families][2]*session // interface-specific mirroring, by family and direction
	analyzer bool
	collects netip.Prefix // the network it is in router.collecting for, zero: none
}

// become follows the interface of the network.
func (p *iface) become(i network.Interface) {
	p.InterfaceID, p.Index, p.Up, p.Address = i.ID, i.Index, i.Up, i.Address
}

// specific reports whether interface-specific mirroring of a family is configured.
func (p *iface) specific(f family) bool {
	return p.policies[f][Ingress] != nil || p.policies[f][Egress] != nil
}

// attached are the sessions of interface-specific mirroring.
func (p *iface) attached() (all []*session) {
	for _, of := range p.policies {
		for _, s := range of {
			if s != nil {
				all = append(all, s)
			}
		}
	}
	return all
}

// New returns a machine that listens to its network.
func New(o Options) *Machine {
	if o.Now == nil {
		o.Now = time.Now
	}
	m := &Machine{
		sink:        o.Sink,
		now:         o.Now,
		net:         o.Network,
		def:         newRouter(o.Default),
		routers:     map[*network.Router]*router{},
		ifaces:      map[int32]*iface{},
		dynamic:     map[int32]*subscriber{},
		lists:       map[ListKey]*list{},
		naming:      map[string]map[*list]int{},
		named:       names{},
		classifiers: map[ListKey]*classifiers{},
		rules:       map[ruleKey]*rule{},
	}
	m.routers[o.Default] = m.def
	o.Network.Listen(listener{m})
	return m
}

// Shutdown closes everything that is mirrored because the router goes down: it
// logs out all subscribers, whose sessions end for that reason, and deactivates
// what is attached to interfaces. The configuration stays; nothing is mirrored
// afterwards.
func (m *Machine) Shutdown(why network.TerminationReason) {
	_ = m.change(func(*change) error {
		m.ended = true
		return nil
	})
	m.net.LogoutAll(why)
	_ = m.change(func(c *change) error {
		attached := map[*session]struct{}{}
		for _, l := range m.lists {
			maps.Copy(attached, l.sessions)
		}
		for _, s := range orderedSessions(attached) {
			c.refresh(s)
		}
		return nil
	})
}

// change is one change while it happens: what it has raised so far, to be
// emitted when mu is free, and the analyzers to look at when it is complete.
type change struct {
	m     *Machine
	at    time.Time
	out   []raised
	check []*analyzer
}

// raised is one event on its way to the sink; one of the two is set.
type raised struct {
	router *router
	secure Event
	failed *FailedPolicy
}

// change runs f between the operations of the network and emits what it raised.
func (m *Machine) change(f func(c *change) error) (err error) {
	m.net.InOrder(func() {
		c := &change{m: m, at: m.now()}
		err = c.run(func() error {
			defer c.reviewAnalyzers()
			return f(c)
		})
	})
	return err
}

// RuleVersion counts the changes of trigger rules.
func (m *Machine) RuleVersion() uint64 { return m.ruleChanges.Load() }

// changeIn is change in a virtual router.
func (m *Machine) changeIn(r *network.Router, f func(c *change, r *router) error) error {
	return m.change(func(c *change) error {
		known := m.routers[r]
		if known == nil {
			return network.ErrNoRouter
		}
		return f(c, known)
	})
}

// run runs a part of a change and emits what it raised.
func (c *change) run(f func() error) error {
	err := c.m.locked(f)
	out := c.out
	c.out = nil
	if c.m.sink == nil {
		return err
	}
	for _, e := range out {
		if e.secure != nil {
			c.m.sink.Secure(e.router.Router, e.secure)
		} else {
			c.m.sink.Failed(e.router.Router, e.failed)
		}
	}
	return err
}

func (m *Machine) locked(f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return f()
}

// partSize is how many things are looked at while the lock is held.
const partSize = 256

// inParts runs f for each of n things under the lock, which is free between parts, so
// that nobody waits for a look at all there is.
func (m *Machine) inParts(n int, f func(i int)) {
	for from := 0; from < n; from += partSize {
		m.onePart(from, min(from+partSize, n), f)
	}
}

func (m *Machine) onePart(from, to int, f func(i int)) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for i := from; i < to; i++ {
		f(i)
	}
}

func (c *change) raise(r *router, ev Event) {
	c.out = append(c.out, raised{router: r, secure: ev})
}
