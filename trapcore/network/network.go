package network

import (
	"slices"
	"sync"
	"time"

	"github.com/tidwall/btree"
)

// Quotas. An interface, static route or subscriber takes about a kilobyte, so all
// of them together take about 600 MB.
const (
	maxInterfaces  = 48_000  // configured ones, of the whole chassis
	maxRoutes      = 100_000 // static ones, of one virtual router
	maxAllRoutes   = 500_000 // and of the whole chassis
	MaxSubscribers = 32_000  // of the whole chassis
)

// Options are what a network works with.
type Options struct {
	// Default is the name of the virtual router that an [Identification] without
	// one means.
	Default string
	// Adapters says that slots have adapters, which names of interfaces may have.
	Adapters bool
	// UpTime is sysUpTime, of when links change; nil: always 0.
	UpTime func() uint32
	// Now is the clock, of when subscribers log in; nil: always the zero time.
	Now func() time.Time
}

// Network is the virtual routers of one chassis. Its methods and those of
// [Router] may be called from any goroutine and wait for nothing but each other
// and the listeners.
//
// order is held through a whole operation and the delivery of its changes; mu
// guards all state and is free while listeners run. Lock order: order, then the
// locks of listeners, then mu.
type Network struct {
	opts      Options
	listeners []Listener

	order sync.Mutex
	mu    sync.RWMutex

	routers    map[string]*Router
	byUID      btree.Map[uint32, *Router]
	chassis    map[InterfaceID]*Router // whose the interfaces of the chassis are
	indexes    btree.Set[int32]        // ifIndexes in use
	lastIndex  int32
	contiguous bool
	addresses  map[uint32]int // configured interfaces that have one, in all virtual routers
	interfaces int            // configured ones
	static     int            // routes
	logins     btree.Map[uint64, *login]
	byValue    byValue
	sessions   Sessions
	peak       int          // most logins there ever were
	ports      map[Port]int // logins by where they come in
	lastLogin  uint64
}

// New returns a network without virtual routers.
func New(o Options) *Network {
	if o.UpTime == nil {
		o.UpTime = func() uint32 { return 0 }
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	return &Network{
		opts: o, ports: map[Port]int{}, routers: map[string]*Router{}, chassis: map[InterfaceID]*Router{},
		addresses: map[uint32]int{}, byValue: newByValue(),
	}
}

// Listen adds a listener, which is given each change after those that were
// added before.
func (n *Network) Listen(l Listener) {
	n.order.Lock()
	defer n.order.Unlock()
	n.listeners = append(n.listeners, l)
}

// InOrder runs f between operations of the network: what f reads of it does not
// change meanwhile.
func (n *Network) InOrder(f func()) {
	n.order.Lock()
	defer n.order.Unlock()
	f()
}

// Add makes a virtual router; uid is its number in events. The error is
// [errRouterExists].
func (n *Network) Add(name string, uid uint32) (*Router, error) {
	r := newRouter(n, name, uid)
	err := n.step(func(c *change) error {
		if n.routers[name] != nil {
			return errRouterExists
		}
		n.routers[name] = r
		n.byUID.Set(uid, r)
		c.add(RouterAdded{r})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Remove logs out the subscribers of a virtual router (adminReset), deletes its
// interfaces and routes, and forgets it. The error is [ErrNoRouter].
func (n *Network) Remove(r *Router) error {
	return n.change(func(c *change) error {
		if err := c.run(func() error { return c.empty(r) }); err != nil {
			return err
		}
		return c.run(func() error {
			delete(n.routers, r.name)
			n.byUID.Delete(r.uid)
			c.add(RouterRemoved{r})
			return nil
		})
	})
}

// empty removes what is in a virtual router, and ends it.
func (c *change) empty(r *Router) error {
	if r.removed {
		return ErrNoRouter
	}
	for _, l := range r.byLogin() {
		c.logout(l, Ended, AdminReset)
	}
	for _, i := range r.byIndex.Values() {
		c.remove(i)
	}
	c.net.static -= len(r.routes.known)
	r.routes.clear()
	clear(r.arp)
	clear(r.arpOn)
	c.routed(r)
	r.removed = true
	return nil
}

// Router finds a virtual router by its exact name.
func (n *Network) Router(name string) (*Router, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	r, ok := n.routers[name]
	return r, ok
}

// change is one operation while it happens: the changes that were made and not
// given out yet.
type change struct {
	net  *Network
	out  []Change
	made bool // there were changes
}

func (c *change) add(ch Change) { c.out = append(c.out, ch) }

// routed brings the routes of a virtual router up to date.
func (c *change) routed(r *Router) {
	if prefixes := r.routes.update(); len(prefixes) > 0 {
		c.add(RoutingChanged{r, prefixes})
	}
}

// change runs an operation, whose steps f runs.
func (n *Network) change(f func(c *change) error) error {
	n.order.Lock()
	defer n.order.Unlock()
	c := &change{net: n}
	err := f(c)
	if c.made {
		c.give(Completed{})
	}
	return err
}

// run runs a step of an operation and gives out the changes it has made.
func (c *change) run(f func() error) error {
	err := c.net.locked(f)
	for _, ch := range c.out {
		c.give(ch)
	}
	c.out = nil
	return err
}

func (c *change) give(ch Change) {
	c.made = true
	for _, l := range c.net.listeners {
		l.Changed(ch)
	}
}

// step runs an operation of one step.
func (n *Network) step(f func(c *change) error) error {
	return n.change(func(c *change) error {
		return c.run(func() error { return f(c) })
	})
}

func (n *Network) locked(f func() error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return f()
}

// Subscribers returns who is logged in, in the order of the logins.
func (n *Network) Subscribers() []Login {
	now, _ := n.SubscriberCount()
	all := make([]Login, 0, now)
	inParts(&n.mu, &n.logins, func(l *login) { all = append(all, l.snapshot()) })
	return all
}

// EachSubscriber gives out who is logged in, in the order of the logins. visit must
// not use the network, and keeps no pointer.
func (n *Network) EachSubscriber(visit func(in *Router, sub *Subscriber)) {
	inParts(&n.mu, &n.logins, func(l *login) { visit(l.router, &l.Subscriber) })
}

// LogoutAll logs out every subscriber in the order of the logins, and returns
// how many there were.
func (n *Network) LogoutAll(why TerminationReason) (count int) {
	_ = n.step(func(c *change) error {
		all := n.logins.Values()
		for _, l := range all {
			c.logout(l, Ended, why)
		}
		count = len(all)
		return nil
	})
	return count
}

// inOrder returns a set of logins in their order.
func inOrder(set map[*login]struct{}) []*login {
	all := make([]*login, 0, len(set))
	for l := range set {
		all = append(all, l)
	}
	slices.SortFunc(all, byNumber)
	return all
}
