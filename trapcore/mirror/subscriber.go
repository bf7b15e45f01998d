package mirror

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// MaxUserName is the most characters of a subscriber's name
// (juniPacketMirrorUserName).
const MaxUserName = 64

// Subscriber is what a subscriber logs in with. Texts are printable
// ASCII of at most [MaxValue] octets, the name [MaxUserName]; "" is an attribute
// that is not there.
type Subscriber struct {
	Name    string
	Address netip.Addr // IPv4 unicast; zero: one of the pool
	// Interface is the one it comes in over, which must exist; zero: none that
	// is modelled.
	Interface        InterfaceID
	CallingStationID string
	NASPortID        string
	AcctSessionID    string // "": the router makes one
	DHCPOption82     string
	AgentCircuitID   string
	AgentRemoteID    string
	L2TP             bool
}

// subscriber is one that is logged in, or tries to.
type subscriber struct {
	Subscriber
	router  *router
	login   uint64 // number of its login, from 1
	address netip.Addr
	lower   *iface // zero Interface: nil
	dynamic *iface // its IP interface
	// connected is set once its IP interface has come up.
	connected bool

	session *session     // user-specific mirroring
	access  *openSession // from its SessionStart on, mirrored or not
	pending *rule        // what matched and named a list that does not exist
}

// openSession is an access session that was started and has to be ended with
// what it was started with.
type openSession struct {
	list   *list
	values Session
}

func (sub *subscriber) protocol() Protocol {
	if sub.L2TP {
		return L2TP
	}
	return IP
}

// trigger returns what a trigger of that type is compared with.
func (sub *subscriber) trigger(t TriggerType) string {
	switch t {
	case AcctSessionID:
		return sub.AcctSessionID
	case CallingStationID:
		return sub.CallingStationID
	case IPAddress:
		return sub.address.String()
	case Username:
		return sub.Name
	case NASPortID:
		return sub.NASPortID
	case DHCPOption82:
		return sub.DHCPOption82
	case AgentCircuitID:
		return sub.AgentCircuitID
	case AgentRemoteID:
		return sub.AgentRemoteID
	}
	return ""
}

// blocked reports whether interface-specific mirroring has taken the place of
// any other on the subscriber's interface.
func (sub *subscriber) blocked() bool { return sub.lower != nil && sub.lower.specific() }

// newSubscriber checks what a login needs. It changes nothing but the numbers
// of the next login and address.
func (c *change) newSubscriber(r *router, with Subscriber) (*subscriber, error) {
	sub := &subscriber{Subscriber: with, router: r}
	if with.Name == "" || len(with.Name) > MaxUserName || !ascii(with.Name) {
		return nil, ErrSubscriberName
	}
	for _, v := range []string{with.CallingStationID, with.NASPortID, with.AcctSessionID, with.DHCPOption82, with.AgentCircuitID, with.AgentRemoteID} {
		if len(v) > MaxValue || !ascii(v) {
			return nil, ErrSubscriberValue
		}
	}
	if with.Interface.Spec != "" {
		i, err := r.port(with.Interface)
		if err != nil {
			return nil, err
		}
		sub.lower = i
	}
	sub.address = with.Address
	switch {
	case !with.Address.IsValid():
		a, ok := r.poolAddress()
		if !ok {
			return nil, ErrNoAddressLeft
		}
		sub.address = a
	case !Unicast(with.Address):
		return nil, ErrAddress
	}
	c.m.logins++
	sub.login = c.m.logins
	if sub.AcctSessionID == "" {
		in := "ip"
		if sub.lower != nil {
			in = strings.ToLower(sub.lower.id.Command())
		}
		sub.AcctSessionID = fmt.Sprintf("erx %s:%010d", in, sub.login)
	}
	return sub, nil
}

// ascii reports whether a text is printable ASCII, as the objects that show it
// are (DisplayString of RFC 2579).
func ascii(s string) bool {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// The pool of addresses for subscribers that bring none is the one that is
// shared by carriers (RFC 6598 section 7): 100.64.0.0/10.
const (
	poolBase = 100<<24 | 64<<16
	poolSize = 1 << 22
)

func (r *router) poolAddress() (netip.Addr, bool) {
	for range len(r.byAddress) + 1 {
		r.nextPool = r.nextPool%(poolSize-2) + 1
		n := poolBase + r.nextPool
		a := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		if r.byAddress[a] == nil {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// Login logs a subscriber in. Mirroring attributes are those of the
// Access-Accept; nil: none. Nothing of the secure side refuses a login.
func (m *Machine) Login(vr string, with Subscriber, mirroring *Attributes) error {
	return m.change(vr, func(c *change, r *router) error {
		switch {
		case r.subs[with.Name] != nil:
			return ErrLoggedIn
		case r.byAddress[with.Address] != nil:
			return ErrSubscriberIP
		case m.subscribers == MaxSubscribers:
			return ErrTooManySubs
		}
		sub, err := c.newSubscriber(r, with)
		if err != nil {
			return err
		}
		m.subscribers++
		r.subs[sub.Name], r.byAddress[sub.address] = sub, sub
		sub.dynamic = &iface{id: InterfaceID{Type: Dynamic}, router: r, sub: sub, address: netip.PrefixFrom(sub.address, 32), down: true}
		c.add(sub.dynamic)
		if sub.lower != nil {
			if sub.lower.on == nil {
				sub.lower.on = map[*subscriber]struct{}{}
			}
			sub.lower.on[sub] = struct{}{}
		}
		c.atLogin(sub, mirroring)
		c.startAccess(sub)
		if sub.lower == nil || sub.lower.up() {
			c.connect(sub)
		}
		return nil
	})
}

// atLogin attaches what mirrors a subscriber from its login on: the RADIUS
// configuration if it asks for mirroring, else the first rule that matches.
func (c *change) atLogin(sub *subscriber, mirroring *Attributes) {
	if mirroring.enables() {
		c.attachRADIUS(sub, RADIUSLogin, AcctSessionID, sub.AcctSessionID, mirroring)
	} else if ru := c.m.match(sub); ru != nil {
		c.attachRule(sub, ru)
	}
}

// startAccess starts the access session of a subscriber that is mirrored.
func (c *change) startAccess(sub *subscriber) {
	if sub.session == nil {
		return
	}
	s := sub.session
	if a, _ := s.evaluate(c.m); a != nil {
		sub.access = &openSession{list: s.list, values: s.values(c, a, noTarget())}
		s.list.access[sub] = struct{}{}
		c.raise(sub.router, started(sub.access.values))
	}
}

// closeAccess closes the access session of a subscriber, with an event unless
// as is nil.
func (c *change) closeAccess(sub *subscriber, as opening) {
	open := sub.access
	if open == nil {
		return
	}
	sub.access = nil
	delete(open.list.access, sub)
	if as != nil {
		v := open.values
		v.Time = c.at
		c.raise(sub.router, as(v))
	}
	c.tidy(open.list)
}

// connect brings up the IP interface of a subscriber.
func (c *change) connect(sub *subscriber) {
	if sub.connected {
		return
	}
	sub.connected, sub.dynamic.down = true, false
	if s := sub.session; s != nil {
		if a, _ := s.evaluate(c.m); a != nil {
			c.begin(s, a, started)
		}
	}
}

// logout ends a subscriber: packet sessions, then the access session. That is
// reported for every subscriber that is mirrored, also where mirroring began
// after the login.
func (c *change) logout(sub *subscriber, why TerminationReason) { c.leave(sub, ended(why), why) }

// lose is logout because the interface that carries the subscriber is deleted.
func (c *change) lose(sub *subscriber) { c.leave(sub, deleted, LostCarrier) }

func (c *change) leave(sub *subscriber, as opening, why TerminationReason) {
	if s := sub.session; s != nil && s.open != nil {
		v := *s.open
		c.close(s, as)
		if sub.access == nil {
			v.Time, v.Direction, v.Target = c.at, Ingress, noTarget()
			c.raise(sub.router, ended(why)(v))
		}
	}
	c.closeAccess(sub, ended(why))
	c.drop(sub)
}

// breakOff ends a subscriber whose session has failed: SessionFailed for each
// direction, and one with target 0 for the access session unless those have its
// identity, which closes it too.
func (c *change) breakOff(sub *subscriber, why TerminationReason) {
	as := failed(why)
	if s := sub.session; s != nil && s.open != nil {
		same := sub.access != nil && s.open.alike(&sub.access.values)
		c.close(s, as)
		if same {
			as = nil
		}
	}
	c.closeAccess(sub, as)
	c.drop(sub)
}

// alike reports whether two sessions have the same identity: source, trigger,
// identifiers and policy.
func (s *Session) alike(other *Session) bool {
	a, b := s.Attachment, other.Attachment
	a.Time, b.Time, a.Direction, b.Direction = time.Time{}, time.Time{}, 0, 0
	return a == b
}

func (c *change) drop(sub *subscriber) {
	if sub.session != nil {
		c.detach(sub.session)
	}
	sub.pending = nil
	r := sub.router
	delete(r.subs, sub.Name)
	delete(r.byAddress, sub.address)
	if sub.lower != nil {
		delete(sub.lower.on, sub)
	}
	c.forget(sub.dynamic)
	c.m.subscribers--
}

// Reject is a login that is refused.
func (m *Machine) Reject(vr string, with Subscriber) error {
	return m.attempt(vr, with, func(c *change, sub *subscriber) {
		c.atLogin(sub, nil)
		if s := sub.session; s != nil {
			if a, _ := s.evaluate(m); a != nil {
				c.raise(sub.router, &SessionReject{s.values(c, a, noTarget()).Attachment})
			}
		}
	})
}

// Fail is a login that fails, or the failure of the session of a subscriber
// that is logged in under that name.
func (m *Machine) Fail(vr string, with Subscriber, mirroring *Attributes, why TerminationReason) error {
	return m.attempt(vr, with, func(c *change, sub *subscriber) {
		if running := sub.router.subs[with.Name]; running != nil {
			c.breakOff(running, why)
			return
		}
		c.atLogin(sub, mirroring)
		if s := sub.session; s != nil {
			if a, _ := s.evaluate(m); a != nil {
				c.raise(sub.router, failed(why)(s.values(c, a, noTarget())))
			}
		}
	})
}

// attempt runs f for a login that comes to nothing.
func (m *Machine) attempt(vr string, with Subscriber, f func(c *change, sub *subscriber)) error {
	return m.change(vr, func(c *change, r *router) error {
		sub, err := c.newSubscriber(r, with)
		if err != nil {
			return err
		}
		f(c, sub)
		if sub.session != nil {
			c.detach(sub.session)
		}
		return nil
	})
}

// Logout logs a subscriber out.
func (m *Machine) Logout(vr, name string, why TerminationReason) error {
	return m.change(vr, func(c *change, r *router) error {
		sub := r.subs[name]
		if sub == nil {
			return ErrNoSubscriber
		}
		c.logout(sub, why)
		return nil
	})
}

// LogoutAll logs out every subscriber of the router, in the order of their
// logins, and returns how many there were.
func (m *Machine) LogoutAll(why TerminationReason) (n int) {
	_ = m.changeAll(func(c *change) error {
		for _, sub := range m.everyone() {
			c.logout(sub, why)
			n++
		}
		return nil
	})
	return n
}

// adopt attaches a list that has just been made to the subscribers whose rule
// named it in vain.
func (c *change) adopt(l *list) {
	for _, sub := range c.m.everyone() {
		if ru := sub.pending; ru != nil && ru.list == l.listKey && sub.session == nil {
			c.attachRule(sub, ru)
		}
	}
}

// everyone returns all subscribers in the order of their logins.
func (m *Machine) everyone() []*subscriber {
	var all []*subscriber
	for _, r := range m.routers {
		all = append(all, slices.Collect(maps.Values(r.subs))...)
	}
	slices.SortFunc(all, func(a, b *subscriber) int { return cmp.Compare(a.login, b.login) })
	return all
}

func (r *router) ordered() []*subscriber {
	return slices.SortedFunc(maps.Values(r.subs), func(a, b *subscriber) int { return cmp.Compare(a.login, b.login) })
}

func ordered(set map[*subscriber]struct{}) []*subscriber {
	return slices.SortedFunc(maps.Keys(set), func(a, b *subscriber) int { return cmp.Compare(a.login, b.login) })
}
