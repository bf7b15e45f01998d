package network

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"mirrorsh/ascii"
)

// Bounds of a subscriber's texts.
const (
	MaxUserName = 64
	MaxValue    = 255 // octets of an attribute
)

// Subscriber is what a subscriber logs in with. Texts are printable ASCII of at
// most [MaxValue] octets, the name [MaxUserName]; "" is an attribute that is not
// there.
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

// Login is a subscriber that is logged in, or tries to, at one moment.
type Login struct {
	Subscriber // with the address and Acct-Session-Id it has
	Router     *Router
	Number     uint64      // from 1; no other login has it
	Lower      int32       // ifIndex of the interface it came in over, 0: none
	Dynamic    InterfaceID // its IP interface, once it is logged in
	Index      int32       // ifIndex of that
	Up         bool        // so is that
	Since      time.Time   // of the login
	Pooled     bool        // the address is one of the pool
	In, Out    Traffic     // from and to the subscriber, once it is logged in
}

// login is the state of a subscriber.
type login struct {
	Subscriber
	router  *Router
	number  uint64
	lower   *iface // zero Interface: nil
	since   time.Time
	pooled  bool
	dynamic *iface // its IP interface
}

func (l *login) snapshot() Login {
	s := Login{Subscriber: l.Subscriber, Router: l.router, Number: l.number, Since: l.since, Pooled: l.pooled}
	if l.lower != nil {
		s.Lower = l.lower.index
	}
	if l.dynamic != nil {
		s.Dynamic, s.Index, s.Up = l.dynamic.id, l.dynamic.index, !l.dynamic.down
		s.In, s.Out = l.dynamic.in.read(), l.dynamic.out.read()
	}
	return s
}

// newLogin checks what a login needs. It changes nothing but the numbers of the
// next login and address.
func (r *Router) newLogin(with Subscriber) (*login, error) {
	l := &login{Subscriber: with, router: r}
	if with.Name == "" || len(with.Name) > MaxUserName || !ascii.Printable(with.Name) {
		return nil, errSubscriberName
	}
	for _, v := range []string{with.CallingStationID, with.NASPortID, with.AcctSessionID, with.DHCPOption82, with.AgentCircuitID, with.AgentRemoteID} {
		if len(v) > MaxValue || !ascii.Printable(v) {
			return nil, errSubscriberValue
		}
	}
	if with.Interface.Spec != "" {
		i, err := r.configured(with.Interface)
		if err != nil {
			return nil, err
		}
		l.lower = i
	}
	switch {
	case !with.Address.IsValid():
		a, ok := r.poolAddress()
		if !ok {
			return nil, errNoAddressLeft
		}
		l.Address, l.pooled = a, true
	case checkHost(with.Address) != nil:
		return nil, checkHost(with.Address)
	}
	r.net.lastLogin++
	l.number = r.net.lastLogin
	if l.AcctSessionID == "" {
		in := "ip"
		if l.lower != nil {
			in = strings.ToLower(l.lower.id.Command())
		}
		l.AcctSessionID = fmt.Sprintf("erx %s:%010d", in, l.number)
	}
	return l, nil
}

// The pool of addresses for subscribers that bring none is the one that is
// shared by carriers (RFC 6598 section 7): 100.64.0.0/10.
const (
	poolBase = 100<<24 | 64<<16
	poolSize = 1 << 22
)

func (r *Router) poolAddress() (netip.Addr, bool) {
	for range len(r.byAddress) + 1 {
		r.nextPool = r.nextPool%(poolSize-2) + 1
		n := poolBase + r.nextPool
		if r.byAddress[n] == nil {
			return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
		}
	}
	return netip.Addr{}, false
}

// loggedInAt is who is logged in with an address, nil if nobody is.
func (r *Router) loggedInAt(a netip.Addr) *login {
	if !a.Is4() {
		return nil
	}
	return r.byAddress[number(a)]
}

// Prepare returns a subscriber as it would log in now, with the Acct-Session-Id that
// the router makes if it brings none. Errors are those of a login that cannot be.
func (r *Router) Prepare(with Subscriber) (Subscriber, error) {
	err := r.change(func(*change) error {
		if r.logins[with.Name] != nil {
			return errLoggedIn
		}
		next := r.nextPool
		l, err := r.newLogin(with)
		r.nextPool = next
		if err == nil {
			with.AcctSessionID = l.AcctSessionID
		}
		return err
	})
	return with, err
}

// Login logs a subscriber in. Authorization is what the login was accepted with,
// for the listeners.
func (r *Router) Login(with Subscriber, authorization any) error {
	return r.change(func(c *change) error {
		n := r.net
		switch {
		case r.logins[with.Name] != nil:
			return errLoggedIn
		case r.loggedInAt(with.Address) != nil:
			return errSubscriberIP
		case n.logins.Len() == MaxSubscribers:
			return errTooManySubs
		}
		l, err := r.newLogin(with)
		if err != nil {
			return err
		}
		l.since = n.opts.Now()
		n.logins.Set(l.number, l)
		n.byValue.add(l)
		n.peak = max(n.peak, n.logins.Len())
		n.comeIn(l, 1)
		r.logins[l.Name], r.byAddress[number(l.Address)] = l, l
		l.dynamic = &iface{id: InterfaceID{Type: Dynamic}, router: r, login: l, address: netip.PrefixFrom(l.Address, 32), down: true}
		n.register(l.dynamic)
		if l.lower != nil {
			if l.lower.on == nil {
				l.lower.on = map[*login]struct{}{}
			}
			l.lower.on[l] = struct{}{}
			r.stack(l.lower)
		}
		c.add(LoggedIn{l.snapshot(), authorization})
		if l.lower == nil || !l.lower.down {
			c.connect(l)
		}
		return nil
	})
}

// connect brings up the IP interface of a subscriber.
func (c *change) connect(l *login) {
	if l.dynamic.down {
		l.dynamic.down, l.dynamic.since = false, c.net.opts.UpTime()
		l.router.linked(l.dynamic)
		l.router.access(l)
		c.add(SubscriberUp{l.snapshot()})
	}
}

func (c *change) logout(l *login, cause LogoutCause, why TerminationReason) {
	c.add(LoggedOut{l.snapshot(), cause, why})
	r := l.router
	delete(r.logins, l.Name)
	delete(r.byAddress, number(l.Address))
	r.leave(l)
	if l.lower != nil {
		delete(l.lower.on, l)
		r.stack(l.lower)
	}
	c.net.unregister(l.dynamic)
	c.net.logins.Delete(l.number)
	c.net.byValue.remove(l)
	c.net.comeIn(l, -1)
}

// Reject is a login that is refused.
func (r *Router) Reject(with Subscriber) error {
	return r.change(func(c *change) error {
		l, err := r.newLogin(with)
		if err == nil {
			c.add(LoginRefused{l.snapshot()})
		}
		return err
	})
}

// Fail is a login that fails, or the failure of the session of a subscriber
// that is logged in under that name.
func (r *Router) Fail(with Subscriber, authorization any, why TerminationReason) error {
	return r.change(func(c *change) error {
		l, err := r.newLogin(with)
		if err != nil {
			return err
		}
		if running := r.logins[with.Name]; running != nil {
			c.logout(running, Failed, why)
		} else {
			c.add(LoginFailed{l.snapshot(), authorization, why})
		}
		return nil
	})
}

// FailLogin is a login that fails, whoever is logged in under that name.
func (r *Router) FailLogin(with Subscriber, authorization any, why TerminationReason) error {
	return r.change(func(c *change) error {
		l, err := r.newLogin(with)
		if err == nil {
			c.add(LoginFailed{l.snapshot(), authorization, why})
		}
		return err
	})
}

// Logout logs a subscriber out.
func (r *Router) Logout(name string, why TerminationReason) error {
	return r.change(func(c *change) error {
		l := r.logins[name]
		if l == nil {
			return ErrNoSubscriber
		}
		c.logout(l, Ended, why)
		return nil
	})
}
