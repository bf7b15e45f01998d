package mirror

import (
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/network"
)

// What mirrors, for output: the caller's own, never changed afterwards.

// InterfaceStatus is what mirrors an interface.
type InterfaceStatus struct {
	Policies        []AttachedPolicy // by family and direction; of a subscriber, what mirrors it
	Analyzer        bool
	DefaultAnalyzer bool
}

// AttachedPolicy is a secure policy attached to one direction.
type AttachedPolicy struct {
	Protocol   Protocol
	Direction  Direction
	List       string
	Statistics Statistics
}

// Interface returns what mirrors an interface.
func (m *Machine) Interface(i network.Interface) (st InterfaceStatus) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	add := func(s *session) {
		if s == nil {
			return
		}
		for _, d := range s.directions {
			st.Policies = append(st.Policies, AttachedPolicy{s.list.Protocol, d, s.list.Name, s.statistics})
		}
	}
	if sub := m.dynamic[i.Index]; sub != nil {
		for _, s := range sub.sessions {
			add(s)
		}
	}
	if p := m.ifaces[i.Index]; p != nil {
		st.Analyzer, st.DefaultAnalyzer = p.analyzer, p.router.defaultAnalyzer == p
		for _, s := range p.attached() {
			add(s)
		}
	}
	return st
}

// SessionStatus is a mirror session of the secure side.
type SessionStatus struct {
	Router      string
	Subscriber  string              // "" for an interface
	Interface   network.InterfaceID // the mirrored one
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
	Counts    [2]Counts  // by direction
	Rules     []RuleCounts
	Unsent    string // why the system has refused a packet last
}

// RuleCounts is what a classifier group has mirrored of a session, by direction.
type RuleCounts struct {
	Classifier string
	Counts     [2]Counts
}

// Copied returns the packets of all sessions, those that have ended included, by
// direction.
func (m *Machine) Copied() [2]Counts {
	m.counting.Lock()
	defer m.counting.Unlock()
	return m.copied
}

// counted returns the counts of a session, those of rules that have mirrored in
// the order of the list.
func (s *session) counted(m *Machine) (all [2]Counts, rules []RuleCounts, unsent string) {
	m.counting.Lock()
	defer m.counting.Unlock()
	for _, g := range s.list.groups.All {
		if of := s.rules[g]; of != nil {
			rules = append(rules, RuleCounts{g.classifier, *of})
		}
	}
	return s.counts, rules, s.unsent
}

// counted returns the counts of a classifier group.
func (g *group) counted(m *Machine) [2]Counts {
	m.counting.Lock()
	defer m.counting.Unlock()
	return g.counts
}

func (s *session) status(m *Machine) SessionStatus {
	v := SessionStatus{
		Router: s.router().Name(), Source: s.source, TriggerType: s.triggerType, Trigger: s.trigger,
		Policy: Policy{s.list.Name, s.list.id}, Protocol: s.list.Protocol,
		Directions: slices.Clone(s.directions), Mirroring: s.open != nil, Target: s.target(),
	}
	if s.sub != nil {
		v.Subscriber, v.Interface, v.Access = s.sub.Name, s.sub.Dynamic, s.sub.access != nil
	} else {
		v.Interface = s.iface.InterfaceID
	}
	if s.failure != nil {
		v.Failure = s.failure.Text
	}
	if a := s.list.effective; a != nil {
		v.Identity, v.Analyzer, v.Port = a.Identity, a.Analyzer, a.Port
		v.Reachable = s.reachable(m, a)
	}
	v.Counts, v.Rules, v.Unsent = s.counted(m)
	return v
}

// reachable reports whether the analyzer of an action is, for that session.
func (s *session) reachable(m *Machine, a *Action) bool {
	r := s.router()
	switch {
	case a.Router != "":
		r = m.routerNamed(a.Router)
	case s.list.Protocol == L2TP:
		r = m.def
	}
	if r == nil {
		return false
	}
	an := r.analyzers[a.Analyzer]
	return an != nil && an.reachable()
}

// Sessions returns the attachments of all virtual routers: interfaces by
// ifIndex, then subscribers in the order of their logins.
func (m *Machine) Sessions() (all []SessionStatus) {
	m.mu.RLock()
	var places []place
	for _, l := range m.lists {
		for s := range l.sessions {
			places = append(places, s.place())
		}
	}
	m.mu.RUnlock()
	slices.SortFunc(places, place.compare)
	all = make([]SessionStatus, 0, len(places))
	m.inParts(len(places), func(i int) {
		s := places[i].of
		if _, attached := s.list.sessions[s]; attached { // still
			all = append(all, s.status(m))
		}
	})
	return all
}

// RuleStatus is a trigger rule of the secure side.
type RuleStatus struct {
	TriggerType TriggerType
	Value       string
	Router      string // scope, "" for the whole router
	Protocol    Protocol
	List        string
	Exists      bool // the list does
	Sessions    int  // that it started and that are attached
}

// Rules returns the trigger rules by scope, precedence and value.
func (m *Machine) Rules() (all []RuleStatus) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, ru := range m.orderedRules() {
		all = append(all, RuleStatus{
			TriggerType: ru.trigger, Value: ru.value, Router: ru.scope(),
			Protocol: ru.list.Protocol, List: ru.list.Name, Exists: m.lists[ru.list] != nil, Sessions: ru.sessions,
		})
	}
	return all
}

// PolicyListStatus is a secure policy list.
type PolicyListStatus struct {
	Protocol   Protocol
	Name       string
	ID         uint32
	RADIUS     bool // made by RADIUS
	References int  // attachments
	Groups     []GroupStatus
	// Unreachable are the analyzers that cannot be reached, in any of the
	// virtual routers where that matters.
	Unreachable []netip.Addr
}

// GroupStatus is a classifier group of a list.
type GroupStatus struct {
	Classifier string
	Precedence int
	Action     *Action // nil: no mirror rule
	Counts     [2]Counts
}

// PolicyListsNamed returns those of a name, by protocol.
func (m *Machine) PolicyListsNamed(name string) (all []PolicyListStatus) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for p := range Protocol(protocols) {
		if l := m.lists[lists.KeyOf(p, name)]; l != nil {
			all = append(all, l.status(m))
		}
	}
	return all
}

// PolicyLists returns the secure policy lists by protocol and name.
func (m *Machine) PolicyLists() (all []PolicyListStatus) {
	m.mu.RLock()
	keys := slices.Collect(maps.Keys(m.lists))
	m.mu.RUnlock()
	slices.SortFunc(keys, ListKey.Compare)
	all = make([]PolicyListStatus, 0, len(keys))
	m.inParts(len(keys), func(i int) {
		if l := m.lists[keys[i]]; l != nil {
			all = append(all, l.status(m))
		}
	})
	return all
}

// PolicyList returns one of them.
func (m *Machine) PolicyList(p Protocol, name string) (st PolicyListStatus, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.lists[lists.KeyOf(p, name)]
	if l == nil {
		return st, false
	}
	return l.status(m), true
}

func (l *list) status(m *Machine) PolicyListStatus {
	v := PolicyListStatus{Protocol: l.Protocol, Name: l.Name, ID: l.id, RADIUS: l.radius, References: len(l.sessions)}
	for _, g := range l.groups.All {
		gv := g.status(m)
		if a := gv.Action; a != nil && !a.Disabled && !l.idle() && !m.hasRoute(l, a) {
			v.Unreachable = append(v.Unreachable, a.Analyzer)
		}
		v.Groups = append(v.Groups, gv)
	}
	return v
}

func (g *group) status(m *Machine) GroupStatus {
	v := GroupStatus{Classifier: g.classifier, Precedence: g.Precedence, Counts: g.counted(m)}
	if g.action != nil {
		a := *g.action
		v.Action = &a
	}
	return v
}

// Group returns a classifier group of a policy list.
func (m *Machine) Group(p Protocol, name, classifier string) (st GroupStatus, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	l := m.lists[lists.KeyOf(p, name)]
	if l == nil {
		return st, false
	}
	g := l.find(classifier)
	if g == nil {
		return st, false
	}
	return g.status(m), true
}

// hasRoute reports whether the analyzer of an action can be reached wherever
// the list watches it.
func (m *Machine) hasRoute(l *list, a *Action) bool {
	in := l.where(m, a)
	return len(in) > 0 && !slices.ContainsFunc(in, func(r *router) bool {
		an := r.analyzers[a.Analyzer]
		return an == nil || !an.reachable()
	})
}

// ClassifierListStatus is a secure classifier list.
type ClassifierListStatus struct {
	ClassifierList
	References int // policy lists with a group of it
}

// ClassifierLists returns the secure classifier lists by protocol and name.
func (m *Machine) ClassifierLists() (all []ClassifierListStatus) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, k := range slices.SortedFunc(maps.Keys(m.classifiers), ListKey.Compare) {
		all = append(all, m.classifiers[k].status(k))
	}
	return all
}

// ClassifierListsNamed returns those of a name, by protocol.
func (m *Machine) ClassifierListsNamed(name string) (all []ClassifierListStatus) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for p := range Protocol(protocols) {
		k := lists.KeyOf(p, name)
		if l := m.classifiers[k]; l != nil {
			all = append(all, l.status(k))
		}
	}
	return all
}

func (l *classifiers) status(k ListKey) ClassifierListStatus {
	return ClassifierListStatus{ClassifierList{k.Protocol, k.Name, slices.Clone(l.entries)}, l.groups}
}
