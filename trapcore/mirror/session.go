package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/network"
)

// session is a secure policy list attached to a subscriber or to one direction
// of an interface. What mirrors is in open and in the subscriber's access.
type session struct {
	list        *list
	source      ConfigurationSource
	triggerType TriggerType
	trigger     string
	rule        *rule // of a trigger rule, else nil
	sub         *subscriber
	iface       *iface // of interface-specific mirroring, else nil
	directions  []Direction
	statistics  Statistics

	open    *Session // as the packet sessions were started; nil while there are none
	failure *Failure // why the policy cannot be applied; nil: it is

	counts [2]Counts             // of all rules it ever had
	rules  map[*group]*[2]Counts // of those that have mirrored
	unsent string                // why a packet could not be sent last
}

func (s *session) family() family { return s.list.Protocol.family() }

var bothWays = []Direction{Ingress, Egress}

func (s *session) router() *router {
	if s.sub != nil {
		return s.sub.router
	}
	return s.iface.router
}

// lower is the interface that carries the session, nil for a subscriber that
// came in over none.
func (s *session) lower() *iface {
	if s.sub != nil {
		return s.sub.lower
	}
	return s.iface
}

func (s *session) origin(c *change) Origin {
	return Origin{Time: c.at, Source: s.source, TriggerType: s.triggerType, Trigger: s.trigger, RouterID: s.router().UID()}
}

// evaluate returns what the session does now: mirror by an action, nothing
// (nil, nil), or fail.
func (s *session) evaluate(m *Machine) (*Action, *Failure) {
	a := s.list.effective
	home := s.router()
	if s.list.Protocol == L2TP {
		home = m.def
	}
	switch lower := s.lower(); {
	case a == nil, m.ended:
		return nil, nil
	case lower != nil && lower.analyzer:
		return nil, &Failure{FeatureNotSupported, "interface is an analyzer interface"}
	case a.Router != "" && a.Router != home.Name():
		return nil, &Failure{RouterMismatch, "analyzer is in another virtual router than the mirrored interface"}
	case s.iface != nil && !s.iface.Address.IsValid():
		return nil, nil // it has no packets
	}
	return a, nil
}

// values is what the session's events say, without a direction.
func (s *session) values(c *change, a *Action, target netip.Addr) Session {
	return Session{
		Attachment: Attachment{
			Origin:   s.origin(c),
			Identity: a.Identity,
			Policy:   Policy{Name: s.list.Name, ID: s.list.id},
		},
		Target:   target,
		Analyzer: a.Analyzer,
	}
}

func noTarget() netip.Addr { return netip.IPv4Unspecified() }

// target is the address of the mirrored interface.
func (s *session) target() netip.Addr {
	if s.sub != nil {
		return s.sub.Address
	}
	if a := s.iface.Address; a.IsValid() {
		return a.Addr()
	}
	return noTarget()
}

func (c *change) attach(s *session) {
	l, r := s.list, s.router()
	l.sessions[s] = struct{}{}
	c.m.named.addSession(1, s)
	l.attached[r]++
	if s.rule != nil {
		s.rule.sessions++
	}
	if s.sub != nil {
		s.sub.sessions[s.family()], s.sub.pending[s.family()] = s, nil
		s.sub.concerned()
	}
	if l.attached[r] == 1 {
		c.attachedIn(l, r)
	}
}

func (c *change) detach(s *session) {
	l, r := s.list, s.router()
	delete(l.sessions, s)
	c.m.named.addSession(-1, s)
	if s.rule != nil {
		s.rule.sessions--
	}
	if s.sub != nil && s.sub.sessions[s.family()] == s {
		s.sub.sessions[s.family()] = nil
	}
	if l.attached[r]--; l.attached[r] == 0 {
		delete(l.attached, r)
		c.attachedIn(l, r)
	}
	c.tidy(l)
}

// opening and closing turn values into the event of one direction.
type opening func(Session) Event

func started(s Session) Event   { return &SessionStart{s} }
func activated(s Session) Event { return &InterfaceSessionActivated{s} }

func deactivated(s Session) Event { return &InterfaceSessionDeactivated{s} }
func deleted(s Session) Event     { return &InterfaceDeleted{s.Attachment} }

func ended(why network.TerminationReason) opening {
	return func(s Session) Event { return &SessionEnd{s, why} }
}

func failed(why network.TerminationReason) opening {
	return func(s Session) Event { return &SessionFailed{s, why} }
}

// begin starts the packet sessions.
func (c *change) begin(s *session, a *Action, as opening) {
	v := s.values(c, a, s.target())
	s.open = &v
	c.each(s, as)
}

// close ends the packet sessions, if there are any.
func (c *change) close(s *session, as opening) {
	if s != nil && s.open != nil {
		c.each(s, as)
		s.open = nil
	}
}

func (c *change) each(s *session, as opening) {
	for _, d := range s.directions {
		v := *s.open
		v.Time, v.Direction = c.at, d
		c.raise(s.router(), as(v))
	}
}

// refresh brings a session in line with its list and its interface after one
// of them has changed.
func (c *change) refresh(s *session) {
	if s == nil {
		return
	}
	a, failure := s.evaluate(c.m)
	if s.open != nil && (a == nil || a.Analyzer != s.open.Analyzer || a.Identity != s.open.Identity || s.target() != s.open.Target) {
		c.close(s, deactivated)
	}
	if failure != nil && (s.failure == nil || *s.failure != *failure) {
		c.fail(s, failure)
	}
	s.failure = failure
	if a != nil && s.open == nil && (s.sub == nil || s.sub.Up) {
		c.begin(s, a, activated)
	}
}

// stop ends the mirroring of something that stays.
func (c *change) stop(s *session) {
	c.close(s, deactivated)
	c.detach(s)
}

// textBlocked is the text of a failure where interface-specific mirroring is in
// the way, which it is for good.
const textBlocked = "interface has a secure policy of its own"

// attachRule mirrors a logged-in subscriber, or one that is logging in, by a
// trigger rule.
func (c *change) attachRule(sub *subscriber, ru *rule) {
	s := &session{
		source: CLITrigger, triggerType: ru.trigger, trigger: ru.value, rule: ru,
		sub: sub, directions: bothWays, list: c.m.lists[ru.list],
	}
	if s.list == nil {
		c.failRule(s, ru.list, &Failure{NoSuchName, "secure policy list does not exist"})
		if f := ru.family; sub.sessions[f] == nil && !sub.blocked(f) {
			sub.pending[f] = ru
			sub.concerned()
		}
		return
	}
	if sub.blocked(ru.family) {
		c.fail(s, &Failure{NoResourcesAvailable, textBlocked})
		return
	}
	c.replace(s)
}

// replace attaches s to its subscriber in place of what mirrored it before,
// unless it fails where something else works.
func (c *change) replace(s *session) (failure *Failure) {
	sub, old := s.sub, s.sub.sessions[s.family()]
	var a *Action
	if a, failure = s.evaluate(c.m); failure != nil {
		c.fail(s, failure)
		if old != nil || s.list.radius {
			c.tidy(s.list)
			return failure
		}
	}
	s.failure = failure
	c.attach(s)
	if old != nil {
		c.close(old, deactivated)
		c.detach(old)
	}
	if a != nil && sub.Up {
		c.begin(s, a, activated)
	}
	return failure
}

// fail reports that the policy of a session cannot be applied.
func (c *change) fail(s *session, f *Failure) {
	switch s.source {
	case RADIUSLogin, RADIUSCoA:
		c.failRADIUS(s.sub.router, s.origin(c), s.list.effective.Identity, s.sub.Name, f)
	default:
		c.failCLI(s, Policy{Name: s.list.Name, ID: s.list.id}, f)
	}
}

// failRule is fail for a list that does not exist, and so has no number.
func (c *change) failRule(s *session, k ListKey, f *Failure) { c.failCLI(s, Policy{Name: k.Name}, f) }

func (c *change) failCLI(s *session, p Policy, f *Failure) {
	o, r, name := s.origin(c), s.router(), ""
	if s.sub != nil {
		name = s.sub.Name
	}
	var id Identity
	if s.list != nil && s.list.effective != nil {
		id = s.list.effective.Identity
	}
	c.raise(r, &CliTriggerBasedMirroringFailure{Origin: o, Policy: p, Failure: *f})
	c.out = append(c.out, raised{router: r, failed: &FailedPolicy{Origin: o, Identity: id, UserName: name, Failure: *f}})
}

func (c *change) failRADIUS(r *router, o Origin, id Identity, user string, f *Failure) {
	c.raise(r, &RadiusBasedMirroringFailure{Origin: o, Identity: id, UserName: user, Failure: *f})
	c.out = append(c.out, raised{router: r, failed: &FailedPolicy{Origin: o, Identity: id, UserName: user, Failure: *f}})
}

// place is where a session stands among others: interfaces by ifIndex, then
// subscribers by login.
type place struct {
	of        *session
	number    uint64
	family    family
	direction Direction
}

func (s *session) place() place {
	p := place{of: s, family: s.family(), direction: s.directions[0]}
	if s.sub != nil {
		p.number = 1<<32 + s.sub.Number
	} else {
		p.number = uint64(s.iface.Index)
	}
	return p
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.number, o.number), cmp.Compare(p.family, o.family), cmp.Compare(p.direction, o.direction))
}

// orderedSessions sorts sessions.
func orderedSessions(set map[*session]struct{}) []*session {
	return slices.SortedFunc(maps.Keys(set), func(a, b *session) int { return a.place().compare(b.place()) })
}
