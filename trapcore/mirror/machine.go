package mirror

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Quotas. The ordinary ones never count a thing of the secure side.
const (
	MaxInterfaces  = 4096  // configured ones, of the whole router
	MaxRoutes      = 4096  // static ones, of one virtual router
	MaxSubscribers = 32000 // of the whole router

	MaxRules           = 100 // trigger rules (reference packet-mirroring.md 6.3)
	MaxPolicyLists     = 1024
	MaxGroups          = 512 // classifier groups of a list
	MaxClassifierLists = 1024
	MaxClassifiers     = 256 // entries of a classifier list
	// MaxRADIUSLists is how many policy lists RADIUS makes: for a subscriber one
	// that its access session names and one that mirrors it, and one in exchange.
	MaxRADIUSLists = 2*MaxSubscribers + 1
)

// Router is a virtual router as events name it.
type Router struct {
	Name string
	UID  uint32 // juniPacketMirrorRouterId
}

// LinkEvent is an ordinary event: an interface came up or went down.
type LinkEvent struct {
	Index   int32 // ifIndex
	AdminUp bool
	Up      bool
}

// FailedPolicy is what the mirror log keeps of a policy that could not be
// applied. UserName is "" for an interface.
type FailedPolicy struct {
	Origin
	Identity
	UserName string
	Failure
}

// Sink takes the events of a [Machine] in the order they happened, one at a
// time. It may read the machine; it must not change it, and keep no event.
type Sink interface {
	Secure(r Router, ev Event)
	Failed(r Router, f *FailedPolicy)
	Link(r Router, ev LinkEvent)
}

// Options are what a machine works with.
type Options struct {
	Default Router           // the virtual router that always exists
	Sink    Sink             // nil: events go nowhere
	Now     func() time.Time // nil: time.Now
}

// Machine is the packet mirroring of one router. Its methods may be called
// from any goroutine and never wait for anything but each other.
//
// mu guards all state. order is held through a whole change and the emission
// of its events, so that events leave in the order of the changes; it guards
// nothing. Lock order: order, then mu. A sink is called with order held and mu
// free.
type Machine struct {
	sink Sink
	now  func() time.Time

	order sync.Mutex
	mu    sync.RWMutex

	def         *router
	routers     map[string]*router
	ports       map[InterfaceID]*router // whose the interfaces of the chassis are
	indexes     map[int32]struct{}      // ifIndexes in use
	lastIndex   int32
	interfaces  int
	subscribers int
	logins      uint64 // number of the last login

	lists       map[listKey]*list
	classifiers map[string]*ClassifierList
	rules       map[ruleKey]*rule
	lastList    uint32 // policy ID of the last list made by hand
	lastRADIUS  uint32 // and by RADIUS, without its leading bits
	radiusLists int
	ended       bool // by Shutdown: nothing is mirrored any more
}

// router is the state of one virtual router.
type router struct {
	Router
	interfaces map[InterfaceID]*iface
	byIndex    []*iface // all
	configured []*iface // without those of subscribers
	routes     []Route
	table      table // of the routes that work
	subs       map[string]*subscriber
	byAddress  map[netip.Addr]*subscriber
	nextPool   uint32 // where to look for a free address of the pool

	defaultAnalyzer *iface
	analyzers       map[netip.Addr]*analyzer
}

// New returns a machine that knows the default virtual router and nothing else.
func New(o Options) *Machine {
	if o.Now == nil {
		o.Now = time.Now
	}
	m := &Machine{
		sink:        o.Sink,
		now:         o.Now,
		routers:     map[string]*router{},
		ports:       map[InterfaceID]*router{},
		indexes:     map[int32]struct{}{},
		lists:       map[listKey]*list{},
		classifiers: map[string]*ClassifierList{},
		rules:       map[ruleKey]*rule{},
	}
	m.def = newRouter(o.Default)
	m.routers[o.Default.Name] = m.def
	return m
}

func newRouter(r Router) *router {
	return &router{
		Router:     r,
		interfaces: map[InterfaceID]*iface{},
		subs:       map[string]*subscriber{},
		byAddress:  map[netip.Addr]*subscriber{},
		analyzers:  map[netip.Addr]*analyzer{},
	}
}

// AddRouter makes a virtual router known. Adding one that is known changes
// nothing.
func (m *Machine) AddRouter(r Router) {
	_ = m.changeAll(func(c *change) error {
		if m.routers[r.Name] == nil {
			m.routers[r.Name] = newRouter(r)
			c.rewatch()
		}
		return nil
	})
}

// RemoveRouter logs out the subscribers of a virtual router (adminReset),
// deletes its interfaces and routes, and forgets it with the trigger rules of
// its scope. The default one is only emptied.
func (m *Machine) RemoveRouter(name string) {
	_ = m.change(name, func(c *change, r *router) error {
		for _, sub := range r.ordered() {
			c.logout(sub, AdminReset)
		}
		r.routes = nil
		for _, i := range slices.Clone(r.configured) {
			c.remove(i)
		}
		c.settle()
		for k := range m.rules {
			if k.router == name {
				delete(m.rules, k)
			}
		}
		if r != m.def {
			delete(m.routers, name)
			c.rewatch()
		}
		return nil
	})
}

// Shutdown closes everything that is mirrored because the router goes down: it
// logs out all subscribers, whose sessions end for that reason, and deactivates
// what is attached to interfaces. The configuration stays; nothing is mirrored
// afterwards.
func (m *Machine) Shutdown(why TerminationReason) {
	_ = m.changeAll(func(c *change) error {
		for _, sub := range m.everyone() {
			c.logout(sub, why)
		}
		m.ended = true
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

// change is one change of the state while it happens: what it has raised so
// far, to be emitted when mu is free.
type change struct {
	m   *Machine
	at  time.Time
	out []raised
	// moved are the virtual routers whose topology has changed, fresh the
	// analyzers that are new; settle looks at both once the change is complete.
	moved []*router
	fresh []watched
}

// raised is one event on its way to the sink; one of the three is set.
type raised struct {
	router Router
	secure Event
	failed *FailedPolicy
	link   *LinkEvent
}

// change runs f on a virtual router and emits what it raised.
func (m *Machine) change(name string, f func(c *change, r *router) error) error {
	return m.changeAll(func(c *change) error {
		r := m.routers[name]
		if r == nil {
			return ErrNoRouter
		}
		return f(c, r)
	})
}

func (m *Machine) changeAll(f func(c *change) error) error {
	m.order.Lock()
	defer m.order.Unlock()
	c := &change{m: m, at: m.now()}
	err := m.locked(func() error {
		defer c.settle()
		return f(c)
	})
	if m.sink != nil {
		for _, e := range c.out {
			switch {
			case e.secure != nil:
				m.sink.Secure(e.router, e.secure)
			case e.failed != nil:
				m.sink.Failed(e.router, e.failed)
			default:
				m.sink.Link(e.router, *e.link)
			}
		}
	}
	return err
}

func (m *Machine) locked(f func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return f()
}

func (c *change) raise(r *router, ev Event) {
	c.out = append(c.out, raised{router: r.Router, secure: ev})
}

func (c *change) link(i *iface) {
	up := i.up()
	c.out = append(c.out, raised{router: i.router.Router, link: &LinkEvent{Index: i.index, AdminUp: up, Up: up}})
}

// view reads the state of a virtual router; of one that is not known nothing
// is read.
func (m *Machine) view(name string, f func(r *router)) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if r := m.routers[name]; r != nil {
		f(r)
	}
}
