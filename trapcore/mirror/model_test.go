package mirror

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// The reference model keeps plain records and no sessions at all: what is
// mirrored follows from them by a function (flows), and the events of a change
// are the difference between the flows before and after it.

type modelSub struct {
	Subscriber
	vr   string
	up   bool
	by   [families]*modelBy // what mirrors it, if the list does
	acc  *modelFlow         // access session, as it was started
	want [families]string   // key of the rule that named an unknown list
	seq  int
}

type modelBy struct {
	f      family
	list   string // ip/p, or its spl name
	rule   string // key of the rule, "" for RADIUS
	source ConfigurationSource
	tt     TriggerType
	value  string
	broken string // failure that was reported last
}

type modelIf struct {
	vr            string
	seq           int
	addr          netip.Prefix
	down, an, def bool
	pol           [families][2]*modelBy
}

type modelList struct {
	id     uint32
	groups []modelGroup // in the order they were made
}

type modelGroup struct {
	name string
	prec int
	act  *Action
}

type modelRule struct {
	tt        TriggerType
	value, vr string
	p         Protocol
	list      string
}

// modelFlow is one direction that is mirrored, as its events say.
type modelFlow struct {
	vr   string
	list string
	rule string // key of the rule, "" for RADIUS
	s    Session
}

type model struct {
	vrs     map[string]bool
	ifs     map[string]*modelIf // by vr and name
	routes  map[string][]Route
	lists   map[string]*modelList // by protocol/name, or spl name
	rules   map[string]modelRule
	subs    map[string]*modelSub // by vr and name
	open    map[string]modelFlow // by subject and direction
	seq     int
	ids     [2]uint32
	events  []string
	touched string // lists that existed at any time of the step
	made    uint32 // lists made by hand
}

func newModel() *model {
	return &model{
		vrs: map[string]bool{"default": true}, ifs: map[string]*modelIf{}, routes: map[string][]Route{},
		lists: map[string]*modelList{}, rules: map[string]modelRule{}, subs: map[string]*modelSub{}, open: map[string]modelFlow{},
	}
}

var modelVRs = map[string]Router{"default": {"default", 1}, "isp": {"isp", 2}}

func (m *model) say(vr string, ev Event) { m.events = append(m.events, describe(modelVRs[vr], ev)) }

func (l *modelList) action() *Action {
	gs := slices.Clone(l.groups)
	slices.SortStableFunc(gs, func(a, b modelGroup) int { return cmp.Compare(a.prec, b.prec) })
	for _, g := range gs {
		if g.act != nil && !g.act.Disabled {
			return g.act
		}
	}
	return nil
}

// does says what a list does for a subject: an action, or why not.
func (m *model) does(by *modelBy, vr string, l2tp bool, lower *modelIf) (*Action, *Failure) {
	a := m.lists[by.list].action()
	home := vr
	if l2tp {
		home = "default"
	}
	if a == nil {
		return nil, nil
	}
	if lower != nil && lower.an {
		return nil, &Failure{FeatureNotSupported, "interface is an analyzer interface"}
	}
	if a.Router != "" && a.Router != home {
		return nil, &Failure{RouterMismatch, "analyzer is in another virtual router than the mirrored interface"}
	}
	return a, nil
}

func (m *model) values(by *modelBy, vr string, a *Action, target netip.Addr, d Direction) modelFlow {
	name := by.list[strings.Index(by.list, "/")+1:]
	return modelFlow{vr, by.list, by.rule, Session{
		Attachment: Attachment{
			Origin:   Origin{noon, by.source, by.tt, by.value, modelVRs[vr].UID},
			Identity: a.Identity, Policy: Policy{name, m.lists[by.list].id}, Direction: d,
		}, Target: target, Analyzer: a.Analyzer,
	}}
}

func (m *model) lower(s *modelSub) *modelIf {
	if s.Interface.Spec == "" {
		return nil
	}
	return m.ifs[s.vr+" "+s.Interface.Command()]
}

func (s *modelSub) does(m *model, f family) (*Action, *Failure) {
	return m.does(s.by[f], s.vr, s.L2TP, m.lower(s))
}

// first is the first family of which something mirrors.
func (s *modelSub) first(m *model) (by *modelBy, a *Action) {
	for f, by := range s.by {
		if by != nil {
			if a, _ := s.does(m, family(f)); a != nil {
				return by, a
			}
		}
	}
	return nil, nil
}

// flows is the function.
func (m *model) flows() map[string]modelFlow {
	all := map[string]modelFlow{}
	for k, s := range m.subs {
		for f, by := range s.by {
			if by == nil || !s.up {
				continue
			}
			if a, _ := s.does(m, family(f)); a != nil {
				for _, d := range bothWays {
					all[flowKey(k, family(f), d)] = m.values(by, s.vr, a, s.Address, d)
				}
			}
		}
	}
	for k, i := range m.ifs {
		i.each(func(f family, d Direction, by *modelBy) {
			if a, _ := m.does(by, i.vr, false, i); a != nil && i.addr.IsValid() {
				all[flowKey(k, f, d)] = m.values(by, i.vr, a, i.addr.Addr(), d)
			}
		})
	}
	return all
}

func flowKey(subject string, f family, d Direction) string { return fmt.Sprint(subject, f, d) }

// each calls f for what is attached to an interface.
func (i *modelIf) each(f func(family, Direction, *modelBy)) {
	for of, ways := range i.pol {
		for d, by := range ways {
			if by != nil {
				f(family(of), Direction(d), by)
			}
		}
	}
}

// settle raises the difference between what was open and what is mirrored now.
func (m *model) settle(gone, new func(subject string, s Session) Event) {
	now := m.flows()
	for k, f := range m.open {
		if n, ok := now[k]; !ok || f != n {
			m.say(f.vr, gone(k, f.s))
			delete(m.open, k)
		}
	}
	for k, f := range now {
		if _, ok := m.open[k]; !ok {
			m.say(f.vr, new(k, f.s))
			m.open[k] = f
		}
	}
}

func goneStays(_ string, s Session) Event { return &InterfaceSessionDeactivated{s} }
func newLater(_ string, s Session) Event  { return &InterfaceSessionActivated{s} }
func newLogin(_ string, s Session) Event  { return &SessionStart{s} }

func (m *model) plain() { m.settle(goneStays, newLater) }

// sorted returns subscribers in the order of their logins.
func (m *model) sorted() []*modelSub {
	return slices.SortedFunc(maps.Values(m.subs), func(a, b *modelSub) int { return cmp.Compare(a.seq, b.seq) })
}

func (m *model) blocked(s *modelSub, f family) bool {
	l := m.lower(s)
	return l != nil && (l.pol[f][0] != nil || l.pol[f][1] != nil)
}

// modelRoute is a route with the interfaces it leads out of.
type modelRoute struct {
	prefix netip.Prefix
	static bool
	via    []*modelIf
}

func lookUp(table []modelRoute, a netip.Addr) (best []*modelIf) {
	longest, connected := -1, false
	for _, r := range table {
		if r.prefix.Contains(a) && r.prefix.Bits() > longest {
			longest, connected = r.prefix.Bits(), false
		}
		connected = connected || r.prefix.Contains(a) && r.prefix.Bits() == longest && !r.static
	}
	for _, r := range table {
		if r.prefix.Contains(a) && r.prefix.Bits() == longest && r.static != connected {
			best = append(best, r.via...)
		}
	}
	return best
}

// table adds in each round the routes whose next hop the table of the round
// before can reach.
func (m *model) table(vr string) (table []modelRoute) {
	for _, i := range m.ifs {
		if i.vr == vr && !i.down && i.addr.IsValid() {
			table = append(table, modelRoute{i.addr.Masked(), false, []*modelIf{i}})
		}
	}
	done := map[Route]bool{}
	for range 8 {
		before := slices.Clone(table)
		for _, r := range m.routes[vr] {
			if done[r] {
				continue
			}
			via := lookUp(before, r.NextHop)
			if i := m.ifs[vr+" "+r.Out.Command()]; !r.NextHop.IsValid() && i != nil && !i.down {
				via = []*modelIf{i}
			}
			if via != nil {
				done[r] = true
				table = append(table, modelRoute{r.Prefix, true, via})
			}
		}
	}
	return table
}

// has reports whether a subscriber is mirrored by a list.
func (s *modelSub) has(list string) bool {
	return slices.ContainsFunc(s.by[:], func(by *modelBy) bool { return by != nil && by.list == list })
}

// analyzers returns which analyzers are watched, and whether they are reached.
func (m *model) analyzers() map[string]bool {
	all, tables := map[string]bool{}, map[string][]modelRoute{}
	for key, l := range m.lists {
		in := map[string]bool{}
		for _, s := range m.subs {
			if s.has(key) {
				in[s.vr] = true
				if s.L2TP {
					in = map[string]bool{"default": true}
				}
			}
		}
		for _, i := range m.ifs {
			i.each(func(_ family, _ Direction, by *modelBy) {
				if by.list == key {
					in[i.vr] = true
				}
			})
		}
		if len(in) == 0 && strings.HasPrefix(key, "spl_") {
			continue // only an access session names it
		}
		if len(in) == 0 {
			in["default"] = true
		}
		for _, g := range l.groups {
			if g.act == nil || g.act.Disabled {
				continue
			}
			where := in
			if g.act.Router != "" {
				where = map[string]bool{g.act.Router: true}
			}
			for vr := range where {
				if !m.vrs[vr] {
					continue
				}
				if tables[vr] == nil {
					tables[vr] = m.table(vr)
				}
				out := lookUp(tables[vr], g.act.Analyzer)
				ok := slices.ContainsFunc(out, func(i *modelIf) bool { return i.an })
				if out == nil {
					for _, i := range m.ifs {
						ok = ok || i.vr == vr && i.def && !i.down
					}
				}
				all[vr+" "+g.act.Analyzer.String()] = ok
			}
		}
	}
	return all
}

// lost raises what is reached no more, and returns what is now.
func (m *model) lost(before map[string]bool) map[string]bool {
	now := m.analyzers()
	for k, was := range before {
		if is, watched := now[k]; was && watched && !is {
			vr, a, _ := strings.Cut(k, " ")
			m.say(vr, &AnalyzerUnreachable{noon, netip.MustParseAddr(a), modelVRs[vr].UID})
		}
	}
	return now
}
