package mirror

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

// subscriber is one that is logged in, or tries to.
type subscriber struct {
	network.Login // as it is now
	router        *router
	lower         *iface // what it came in over, nil if there is none

	sessions [families]*session // user-specific mirroring
	access   *openSession       // from its SessionStart on, mirrored or not
	pending  [families]*rule    // what matched and named a list that does not exist
}

// openSession is an access session that was started and has to be ended with
// what it was started with.
type openSession struct {
	list   *list
	values Session
}

// protocol is what RADIUS mirrors of a subscriber.
func (sub *subscriber) protocol() Protocol {
	if sub.L2TP {
		return L2TP
	}
	return IP
}

// triggers returns what a trigger of that type is compared with: with a policy of
// IPv6 both addresses. "" is none.
func (sub *subscriber) triggers(t TriggerType, f family) (values [2]string) {
	values[0] = t.Of(&sub.Subscriber)
	if t == IPAddress && f == ipv6 {
		values[1] = packet.Address6(sub.Address).String()
	}
	return values
}

// open returns the sessions that have packet sessions.
func (sub *subscriber) open() (all []*session) {
	for _, s := range sub.sessions {
		if s != nil && s.open != nil {
			all = append(all, s)
		}
	}
	return all
}

// mirrors returns the first session that mirrors and what it does, nil if none
// does.
func (sub *subscriber) mirrors(m *Machine) (*session, *Action) {
	for _, s := range sub.sessions {
		if s == nil {
			continue
		}
		if a, _ := s.evaluate(m); a != nil {
			return s, a
		}
	}
	return nil, nil
}

// Of returns what a trigger of the type is compared with, "" if the subscriber has none.
func (t TriggerType) Of(sub *network.Subscriber) string {
	if of, everywhere := t.Attribute(); everywhere {
		return of.Of(sub)
	}
	switch t {
	case IPAddress:
		return sub.Address.String()
	case Username:
		return sub.Name
	}
	return ""
}

// blocked reports whether interface-specific mirroring has taken the place of
// any other of a family on the subscriber's interface.
func (sub *subscriber) blocked(f family) bool { return sub.lower != nil && sub.lower.specific(f) }

// newSubscriber is a login as it comes from the network.
func (c *change) newSubscriber(l network.Login) *subscriber {
	return &subscriber{Login: l, router: c.m.routers[l.Router], lower: c.m.ifaces[l.Lower]}
}

// login begins with a subscriber that has logged in.
func (c *change) login(sub *subscriber, mirroring *Attributes) {
	c.m.subs.Set(sub.Number, sub)
	c.m.dynamic[sub.Index] = sub
	c.atLogin(sub, mirroring)
	c.startAccess(sub)
}

// atLogin attaches what mirrors a subscriber from its login on: the RADIUS
// configuration if it asks for mirroring, else the first rule of each family that
// matches.
func (c *change) atLogin(sub *subscriber, mirroring *Attributes) {
	if mirroring.enables() {
		c.attachRADIUS(sub, RADIUSLogin, AcctSessionID, sub.AcctSessionID, mirroring)
		return
	}
	for f := range family(families) {
		if ru := c.m.match(sub, f); ru != nil {
			c.attachRule(sub, ru)
		}
	}
}

// startAccess starts the access session of a subscriber that is mirrored.
func (c *change) startAccess(sub *subscriber) {
	if s, a := sub.mirrors(c.m); a != nil {
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

// connect is for when the IP interface of a subscriber has come up.
func (c *change) connect(sub *subscriber) {
	for _, s := range sub.sessions {
		if s == nil {
			continue
		}
		if a, _ := s.evaluate(c.m); a != nil {
			c.begin(s, a, started)
		}
	}
}

// logout ends a subscriber: packet sessions, then the access session. That is
// reported for every subscriber that is mirrored, also where mirroring began
// after the login.
func (c *change) logout(sub *subscriber, as opening, why network.TerminationReason) {
	if open := sub.open(); len(open) > 0 {
		v := *open[0].open
		for _, s := range open {
			c.close(s, as)
		}
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
func (c *change) breakOff(sub *subscriber, why network.TerminationReason) {
	as, access := failed(why), failed(why)
	for _, s := range sub.open() {
		if sub.access != nil && s.open.alike(&sub.access.values) {
			access = nil
		}
		c.close(s, as)
	}
	c.closeAccess(sub, access)
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
	c.release(sub)
	delete(c.m.dynamic, sub.Index)
	c.m.subs.Delete(sub.Number)
}

// release detaches what a subscriber is mirrored by.
func (c *change) release(sub *subscriber) {
	for f, s := range sub.sessions {
		sub.pending[f] = nil
		if s != nil {
			c.detach(s)
		}
	}
	if sub.lower != nil {
		delete(sub.lower.on, sub)
	}
}

// attempt reports a login that comes to nothing, if it is one to mirror.
func (c *change) attempt(l network.Login, mirroring *Attributes, as opening) {
	sub := c.newSubscriber(l)
	c.atLogin(sub, mirroring)
	if s, a := sub.mirrors(c.m); a != nil {
		c.raise(sub.router, as(s.values(c, a, noTarget())))
	}
	c.release(sub)
}

// adopt attaches a list that has just been made to the subscribers whose rule
// named it in vain.
func (c *change) adopt(l *list) {
	f, waiting := l.Protocol.family(), map[*subscriber]struct{}{}
	for _, ru := range c.m.rules {
		if ru.list != l.ListKey {
			continue
		}
		for _, sub := range c.m.having(ru.ruleKey) {
			if sub.pending[f] == ru && sub.sessions[f] == nil {
				waiting[sub] = struct{}{}
			}
		}
	}
	for _, sub := range ordered(waiting) {
		c.attachRule(sub, sub.pending[f])
	}
}

// having returns the subscribers that have the value of a trigger, in the order of
// their logins.
func (m *Machine) having(k ruleKey) (all []*subscriber) {
	id, ok := k.identification()
	if !ok {
		return nil
	}
	for _, number := range m.net.Matching(id) {
		sub, _ := m.subs.Get(number)
		all = append(all, sub)
	}
	return all
}

// concerned notes on the interface of a subscriber that it is mirrored, or is to be.
func (sub *subscriber) concerned() {
	if sub.lower != nil {
		if sub.lower.on == nil {
			sub.lower.on = map[*subscriber]struct{}{}
		}
		sub.lower.on[sub] = struct{}{}
	}
}

// ordered returns a set of subscribers in the order of their logins.
func ordered(set map[*subscriber]struct{}) []*subscriber {
	return slices.SortedFunc(maps.Keys(set), func(a, b *subscriber) int { return cmp.Compare(a.Number, b.Number) })
}
