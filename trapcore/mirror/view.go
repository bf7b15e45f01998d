package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// Snapshots for output: the caller's own, never changed afterwards. Fields of
// the secure side are for who may see them.

// InterfaceView is an interface.
type InterfaceView struct {
	ID         InterfaceID
	Index      int32 // ifIndex
	AdminUp    bool
	Up         bool
	Address    netip.Prefix // zero: none
	Subscriber string       // whose dynamic interface it is, "" for a configured one

	Policies        [2]AttachmentView // secure side: by direction; of a subscriber, what mirrors it
	Analyzer        bool              // secure side
	DefaultAnalyzer bool              // secure side
}

// AttachmentView is a secure policy attached to one direction; List is "" if
// there is none.
type AttachmentView struct {
	Protocol   Protocol
	List       string
	Statistics Statistics
}

func (i *iface) view() InterfaceView {
	v := InterfaceView{
		ID: i.id, Index: i.index, AdminUp: i.up(), Up: i.up(), Address: i.address,
		Analyzer: i.analyzer, DefaultAnalyzer: i.router.defaultAnalyzer == i,
	}
	for d, s := range i.policies {
		if s != nil {
			v.Policies[d] = AttachmentView{s.list.Protocol, s.list.Name, s.statistics}
		}
	}
	if i.sub != nil {
		v.AdminUp, v.Subscriber = true, i.sub.Name
		if s := i.sub.session; s != nil {
			a := AttachmentView{Protocol: s.list.Protocol, List: s.list.Name}
			v.Policies = [2]AttachmentView{a, a}
		}
	}
	return v
}

// Interfaces returns the interfaces of a virtual router by ifIndex, those of
// subscribers included.
func (m *Machine) Interfaces(vr string) (all []InterfaceView) {
	m.view(vr, func(r *router) {
		for _, i := range r.byIndex {
			all = append(all, i.view())
		}
	})
	return all
}

// CountInterfaces returns how many Interfaces would list.
func (m *Machine) CountInterfaces(vr string) (n int) {
	m.view(vr, func(r *router) { n = len(r.byIndex) })
	return n
}

// Interface finds an interface.
func (m *Machine) Interface(vr string, id InterfaceID) (v InterfaceView, ok bool) {
	m.view(vr, func(r *router) {
		if i := r.interfaces[id]; i != nil {
			v, ok = i.view(), true
		}
	})
	return v, ok
}

// NextInterface returns the interface with the smallest ifIndex above after,
// for a walk of IF-MIB; -1 begins with the first.
func (m *Machine) NextInterface(vr string, after int32) (v InterfaceView, ok bool) {
	m.view(vr, func(r *router) {
		at, found := r.find(after)
		if found {
			at++
		}
		if at < len(r.byIndex) {
			v, ok = r.byIndex[at].view(), true
		}
	})
	return v, ok
}

// InterfaceByIndex finds an interface by its ifIndex.
func (m *Machine) InterfaceByIndex(vr string, index int32) (v InterfaceView, ok bool) {
	m.view(vr, func(r *router) {
		if at, found := r.find(index); found {
			v, ok = r.byIndex[at].view(), true
		}
	})
	return v, ok
}

// RouteType says where a route comes from.
type RouteType uint8

const (
	Connected RouteType = iota
	Static
	Access // to a subscriber
)

// String is how show ip route writes the type.
func (t RouteType) String() string { return [...]string{"Connect", "Static", "Access"}[t] }

// RouteView is a route that works.
type RouteView struct {
	Prefix  netip.Prefix
	Type    RouteType
	NextHop netip.Addr // zero: directly connected
	Out     InterfaceID
}

// Routes returns the static routes as configured, in the order of their
// configuration.
func (m *Machine) Routes(vr string) (all []Route) {
	m.view(vr, func(r *router) { all = slices.Clone(r.routes) })
	return all
}

// RoutingTable returns the routes that work, by prefix.
func (m *Machine) RoutingTable(vr string) (all []RouteView) {
	m.view(vr, func(r *router) {
		for _, i := range r.byIndex {
			t := Connected
			if i.sub != nil {
				t = Access
			}
			if i.up() && i.address.IsValid() {
				all = append(all, RouteView{Prefix: i.address.Masked(), Type: t, Out: i.id})
			}
		}
		for _, rt := range r.routes {
			if out := r.resolve(r.table, rt); len(out) > 0 && !r.table[rt.Prefix].connected {
				all = append(all, RouteView{rt.Prefix, Static, rt.NextHop, out[0].id})
			}
		}
	})
	slices.SortStableFunc(all, func(a, b RouteView) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()), cmp.Compare(a.Type, b.Type))
	})
	return all
}

// SubscriberView is a subscriber that is logged in.
type SubscriberView struct {
	Subscriber              // as it logged in, with the Acct-Session-Id it has
	Router     string       // virtual router
	Address    netip.Addr   // that it has
	Dynamic    InterfaceID  // its IP interface
	Up         bool         // of that interface
	Session    *SessionView // secure side: what mirrors it, nil if nothing does
}

// Subscribers returns the subscribers of all virtual routers in the order of
// their logins.
func (m *Machine) Subscribers() (all []SubscriberView) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, sub := range m.everyone() {
		v := SubscriberView{Subscriber: sub.Subscriber, Router: sub.router.Name, Address: sub.address, Dynamic: sub.dynamic.id, Up: sub.connected}
		if s := sub.session; s != nil {
			sv := s.view(m)
			v.Session = &sv
		}
		all = append(all, v)
	}
	return all
}

// SessionView is a mirror session of the secure side.
type SessionView struct {
	Router      string
	Subscriber  string      // "" for an interface
	Interface   InterfaceID // the mirrored one
	Source      ConfigurationSource
	TriggerType TriggerType
	Trigger     string
	Policy      Policy
	Protocol    Protocol
	Directions  []Direction
	Mirroring   bool // packets are mirrored while the analyzer can be reached
	Access      bool // an access session is open
	Failure     string
	Identity
	Target    netip.Addr
	Analyzer  netip.Addr // zero: mirroring is disabled in the policy
	Port      uint16     // 0: no prepended header
	Reachable bool       // of the analyzer
}

func (s *session) view(m *Machine) SessionView {
	v := SessionView{
		Router: s.router().Name, Source: s.source, TriggerType: s.triggerType, Trigger: s.trigger,
		Policy: Policy{s.list.Name, s.list.id}, Protocol: s.list.Protocol,
		Directions: slices.Clone(s.directions), Mirroring: s.open != nil, Target: s.target(),
	}
	if s.sub != nil {
		v.Subscriber, v.Interface, v.Access = s.sub.Name, s.sub.dynamic.id, s.sub.access != nil
	} else {
		v.Interface = s.iface.id
	}
	if s.failure != nil {
		v.Failure = s.failure.Text
	}
	if a := s.list.effective; a != nil {
		v.Identity, v.Analyzer, v.Port = a.Identity, a.Analyzer, a.Port
		v.Reachable = s.reachable(m, a)
	}
	return v
}

// reachable reports whether the analyzer of an action is, for that session.
func (s *session) reachable(m *Machine, a *Action) bool {
	r := s.router()
	switch {
	case a.Router != "":
		r = m.routers[a.Router]
	case s.list.Protocol == L2TP:
		r = m.def
	}
	return r != nil && r.analyzers[a.Analyzer] != nil && r.analyzers[a.Analyzer].reachable
}

// Sessions returns the attachments of all virtual routers: interfaces by
// ifIndex, then subscribers in the order of their logins.
func (m *Machine) Sessions() (all []SessionView) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	set := map[*session]struct{}{}
	for _, l := range m.lists {
		maps.Copy(set, l.sessions)
	}
	for _, s := range orderedSessions(set) {
		all = append(all, s.view(m))
	}
	return all
}

// RuleView is a trigger rule of the secure side.
type RuleView struct {
	TriggerType TriggerType
	Value       string
	Router      string // scope, "" for the whole router
	Protocol    Protocol
	List        string
	Exists      bool // the list does
	Sessions    int  // that it started and that are attached
}

// Rules returns the trigger rules by scope, precedence and value.
func (m *Machine) Rules() (all []RuleView) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	count := map[*rule]int{}
	for _, l := range m.lists {
		for s := range l.sessions {
			count[s.rule]++
		}
	}
	for _, ru := range m.orderedRules() {
		all = append(all, RuleView{
			TriggerType: ru.trigger, Value: ru.value, Router: ru.router,
			Protocol: ru.list.Protocol, List: ru.list.Name, Exists: m.lists[ru.list] != nil, Sessions: count[ru],
		})
	}
	return all
}

// PolicyListView is a secure policy list.
type PolicyListView struct {
	Protocol   Protocol
	Name       string
	ID         uint32
	RADIUS     bool // made by RADIUS
	References int  // attachments
	Groups     []GroupView
	// Unreachable are the analyzers that cannot be reached, in any of the
	// virtual routers where that matters.
	Unreachable []netip.Addr
}

// GroupView is a classifier group of a list.
type GroupView struct {
	Classifier string
	Precedence int
	Action     *Action // nil: no mirror rule
}

// PolicyLists returns the secure policy lists by protocol and name.
func (m *Machine) PolicyLists() (all []PolicyListView) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, l := range m.lists {
		v := PolicyListView{Protocol: l.Protocol, Name: l.Name, ID: l.id, RADIUS: l.radius, References: len(l.sessions)}
		for _, g := range l.groups {
			gv := GroupView{g.classifier, g.precedence, nil}
			if g.action != nil {
				a := *g.action
				gv.Action = &a
				if !a.Disabled && !l.idle() && !m.hasRoute(l, &a) {
					v.Unreachable = append(v.Unreachable, a.Analyzer)
				}
			}
			v.Groups = append(v.Groups, gv)
		}
		all = append(all, v)
	}
	slices.SortFunc(all, func(a, b PolicyListView) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// hasRoute reports whether the analyzer of an action can be reached wherever
// the list watches it.
func (m *Machine) hasRoute(l *list, a *Action) bool {
	in := l.where(m, a)
	return len(in) > 0 && !slices.ContainsFunc(in, func(r *router) bool {
		an := r.analyzers[a.Analyzer]
		return an == nil || !an.reachable
	})
}

// ClassifierListView is a secure classifier list.
type ClassifierListView struct {
	ClassifierList
	References int // policy lists with a group of it
}

// ClassifierLists returns the secure classifier lists by name.
func (m *Machine) ClassifierLists() (all []ClassifierListView) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for name, l := range m.classifiers {
		all = append(all, ClassifierListView{ClassifierList{name, slices.Clone(l.Entries)}, m.references(name)})
	}
	slices.SortFunc(all, func(a, b ClassifierListView) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// PolicyListExists reports whether there is a secure policy list of that name.
func (m *Machine) PolicyListExists(p Protocol, name string) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.lists[listKey{p, name}] != nil
}
