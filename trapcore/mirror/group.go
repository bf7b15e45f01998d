package mirror

import (
	"cmp"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/network"
)

// group is a classifier group of a list.
type group struct {
	lists.Place
	classifier string
	action     *Action // nil: no mirror rule
	counts     [2]Counts
}

func (g *group) sends() bool { return sends(g.action) }

// sends reports whether an action, nil for none, has packets sent.
func sends(a *Action) bool { return a != nil && !a.Disabled }

// find finds a classifier group, nil if there is none.
func (l *list) find(classifier string) *group {
	if l.named != nil {
		return l.named[classifier]
	}
	if i := slices.IndexFunc(l.groups.All, func(g *group) bool { return g.classifier == classifier }); i >= 0 {
		return l.groups.All[i]
	}
	return nil
}

// SetGroup makes a classifier group, or changes the precedence of one: 1 to
// [MaxPrecedence], the smallest first; 0 keeps it, and means
// [DefaultPrecedence] for a new one. The classifier is [AllTraffic] or the name
// of a secure classifier list of the protocol; L2TP has those of IP.
func (m *Machine) SetGroup(p Protocol, name, classifier string, precedence int) error {
	return m.editList(p, name, func(c *change, l *list) error {
		g := l.find(classifier)
		switch {
		case classifier != AllTraffic && m.classifiers[classifiersOf(p, classifier)] == nil:
			return ErrNoClassifier
		case g == nil && len(l.groups.All) == maxGroups:
			return errTooManyGroups
		case g != nil && (precedence == 0 || precedence == g.Precedence):
			return nil
		case g == nil:
			g = &group{Place: lists.At(cmp.Or(precedence, DefaultPrecedence)), classifier: classifier}
			l.named[classifier] = g
			m.noteGroup(1, l, g)
			l.groups.Insert(g, true)
		default:
			c.reordered(l, g, l.groups.Move(g, precedence))
		}
		m.edited.lists.Note(l.ListKey)
		return nil
	})
}

// RemoveGroup removes a classifier group with its mirror rule.
func (m *Machine) RemoveGroup(p Protocol, name, classifier string) error {
	return m.editList(p, name, func(c *change, l *list) error {
		g := l.find(classifier)
		if g == nil {
			return errNoGroup
		}
		delete(l.named, classifier)
		c.act(l, g, nil)
		m.noteGroup(-1, l, g)
		c.reordered(l, g, l.groups.Remove(g))
		m.forget(l, g)
		m.edited.lists.Note(l.ListKey)
		return nil
	})
}

// SetAction sets the mirror rule of a classifier group. That of an L2TP list
// needs what the prepended header has.
func (m *Machine) SetAction(p Protocol, name, classifier string, a Action) error {
	return m.editList(p, name, func(c *change, l *list) error {
		g := l.find(classifier)
		switch {
		case g == nil:
			return errNoGroup
		case a.Disabled:
			a = Action{Disabled: true}
		case !network.Unicast(a.Analyzer):
			return errAnalyzerAddress
		case p == L2TP && (a.Port == 0 || !a.Identified):
			return errL2TPHeader
		}
		c.act(l, g, &a)
		c.reordered(l, g, l.groups.Index(g))
		m.edited.lists.Note(l.ListKey)
		return nil
	})
}

// RemoveAction removes the mirror rule of a classifier group: the one that
// disables, or the one that sends to an analyzer (zero: whichever).
func (m *Machine) RemoveAction(p Protocol, name, classifier string, disabled bool, to netip.Addr) error {
	return m.editList(p, name, func(c *change, l *list) error {
		g := l.find(classifier)
		if g == nil {
			return errNoGroup
		}
		if g.action == nil || g.action.Disabled != disabled || to.IsValid() && g.action.Analyzer != to {
			return errNoMirrorRule
		}
		c.act(l, g, nil)
		c.reordered(l, g, l.groups.Index(g))
		m.edited.lists.Note(l.ListKey)
		return nil
	})
}

// act gives a group an action, nil for none, and watches its analyzer. Who leads is
// for the caller to look at.
func (c *change) act(l *list, g *group, a *Action) {
	was := g.action
	c.m.noteGroup(-1, l, g)
	g.action = a
	c.m.noteGroup(1, l, g)
	if g.sends() {
		c.m.name(l, a.Router, 1)
		for _, r := range l.where(c.m, a) {
			c.watchOne(l, r, a.Analyzer, 1)
		}
	}
	if sends(was) {
		c.m.name(l, was.Router, -1)
		for _, r := range l.where(c.m, was) {
			c.watchOne(l, r, was.Analyzer, -1)
		}
	}
}

// reordered finds the group that leads after one has another action or another place,
// which was from, or is gone, and brings the sessions in line if that is another one.
func (c *change) reordered(l *list, g *group, from int) {
	switch {
	case l.lead == g: // what was in front of it does not mirror
		l.lead = nil
		if here := l.groups.Index(g); here < len(l.groups.All) && l.groups.All[here] == g {
			from = min(from, here)
		}
		for _, next := range l.groups.All[from:] {
			if next.sends() {
				l.lead = next
				break
			}
		}
	case g.sends() && (l.lead == nil || g.Compare(&l.lead.Place) < 0):
		l.lead = g
	}
	var effective *Action
	if l.lead != nil {
		effective = l.lead.action
	}
	if effective == l.effective {
		return
	}
	l.effective = effective
	for _, s := range orderedSessions(l.sessions) {
		c.refresh(s)
	}
}

// forget drops what sessions have counted for a group that is gone.
func (m *Machine) forget(l *list, g *group) {
	m.counting.Lock()
	defer m.counting.Unlock()
	if g.counts == [2]Counts{} {
		return
	}
	for s := range l.sessions {
		delete(s.rules, g)
	}
}
