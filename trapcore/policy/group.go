package policy

import (
	"cmp"
	"slices"
)

// list is a policy list.
type list struct {
	ListKey
	references int
	groups     []*group // in their order
	named      map[string]*group
	ranks      struct{ first, last int }
}

// group is a classifier group of a list.
type group struct {
	Group
	rank int // among those of the precedence
}

// compare is the order of groups: that of precedence, then of making.
func (g *group) compare(o *group) int {
	return cmp.Or(cmp.Compare(g.Precedence, o.Precedence), cmp.Compare(g.rank, o.rank))
}

func (g *group) copy() Group {
	c := g.Group
	c.Rules = slices.Clone(g.Rules)
	return c
}

// insert puts a group in its place, behind all of its precedence or in front of them.
func (l *list) insert(g *group, behind bool) {
	if behind {
		l.ranks.last++
		g.rank = l.ranks.last
	} else {
		l.ranks.first--
		g.rank = l.ranks.first
	}
	l.groups = slices.Insert(l.groups, l.at(g), g)
}

// at is the place of a group.
func (l *list) at(g *group) int {
	at, _ := slices.BinarySearchFunc(l.groups, g, (*group).compare)
	return at
}

// remove takes a group out of its place.
func (l *list) remove(g *group) {
	at := l.at(g)
	l.groups = slices.Delete(l.groups, at, at+1)
}

// add makes a group.
func (l *list) add(g Group) {
	made := &group{Group: g}
	l.named[g.Classifier] = made
	l.insert(made, true)
}

// edit runs f on a list. What it changes is for f to note.
func (ls *Lists) edit(p Protocol, name string, f func(*list) error) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[ListKey{p, name}]
	if l == nil {
		return ErrNoList
	}
	return f(l)
}

// editGroup runs f on a classifier group.
func (ls *Lists) editGroup(p Protocol, name, classifier string, f func(*list, *group) error) error {
	return ls.edit(p, name, func(l *list) error {
		g := l.named[classifier]
		if g == nil {
			return errNoGroup
		}
		return f(l, g)
	})
}

// SetGroup makes a classifier group of a policy list, or changes the precedence of
// one: 1 to [maxPrecedence], or 0 for the one it has, which is [DefaultPrecedence]
// at first.
func (ls *Lists) SetGroup(p Protocol, name, classifier string, precedence int) error {
	return ls.edit(p, name, func(l *list) error {
		g := l.named[classifier]
		switch {
		case classifier != All && ls.classifiers[ListKey{p, classifier}] == nil:
			return ErrNoClassifier
		case g == nil && len(l.groups) == maxGroups:
			return errTooManyLists
		case g != nil && (precedence == 0 || precedence == g.Precedence):
			return nil
		case g == nil:
			ls.refer(p, classifier, 1)
			l.add(Group{Classifier: classifier, Precedence: cmp.Or(precedence, DefaultPrecedence)})
		default:
			was := g.Precedence
			l.remove(g)
			g.Precedence = precedence
			l.insert(g, precedence < was)
		}
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// RemoveGroup removes a classifier group with its rules.
func (ls *Lists) RemoveGroup(p Protocol, name, classifier string) error {
	return ls.editGroup(p, name, classifier, func(l *list, g *group) error {
		ls.refer(p, classifier, -1)
		delete(l.named, classifier)
		l.remove(g)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// SetRule gives a classifier group a rule, in place of one of the same kind.
func (ls *Lists) SetRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.editGroup(p, name, classifier, func(l *list, g *group) error {
		g.Rules = append(slices.DeleteFunc(g.Rules, func(r Rule) bool { return r.kind() == rule.kind() }), rule)
		slices.Sort(g.Rules)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// RemoveRule takes a rule away from a classifier group.
func (ls *Lists) RemoveRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.editGroup(p, name, classifier, func(l *list, g *group) error {
		i := slices.Index(g.Rules, rule)
		if i < 0 {
			return errNoRule
		}
		g.Rules = slices.Delete(g.Rules, i, i+1)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// All returns the policy lists by protocol and name.
func (ls *Lists) All() (all []List) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.lists {
		all = append(all, l.copy())
	}
	slices.SortFunc(all, func(a, b List) int { return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name)) })
	return all
}

// List returns a policy list.
func (ls *Lists) List(p Protocol, name string) (List, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[ListKey{p, name}]
	if l == nil {
		return List{}, ErrNoList
	}
	return l.copy(), nil
}

// Has reports whether there is a policy list.
func (ls *Lists) Has(p Protocol, name string) bool {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.lists[ListKey{p, name}] != nil
}

// Group returns a classifier group of a policy list.
func (ls *Lists) Group(p Protocol, name, classifier string) (g Group, ok bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[ListKey{p, name}]
	if l == nil || l.named[classifier] == nil {
		return g, false
	}
	return l.named[classifier].copy(), true
}

func (l *list) copy() List {
	c := List{Protocol: l.Protocol, Name: l.Name, References: l.references}
	for _, g := range l.groups {
		c.Groups = append(c.Groups, g.copy())
	}
	return c
}
