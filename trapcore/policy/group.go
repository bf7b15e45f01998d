package policy

import (
	"cmp"
	"maps"
	"slices"

	"mirrorsh/trapcore/internal/lists"
)

// list is a policy list.
type list struct {
	ListKey
	references int
	groups     lists.Groups[*group]
	named      map[string]*group
}

// group is a classifier group of a list.
type group struct {
	lists.Place
	classifier string
	rules      []Rule
}

func (g *group) copy() Group {
	return Group{Classifier: g.classifier, Precedence: g.Precedence, Rules: slices.Clone(g.rules)}
}

// add makes a group.
func (l *list) add(classifier string, precedence int, rules ...Rule) {
	g := &group{Place: lists.At(precedence), classifier: classifier, rules: rules}
	l.named[classifier] = g
	l.groups.Insert(g, true)
}

// edit runs f on a list. What it changes is for f to note.
func (ls *Lists) edit(p Protocol, name string, f func(*list) error) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[lists.KeyOf(p, name)]
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
		case classifier != All && ls.classifiers[lists.KeyOf(p, classifier)] == nil:
			return ErrNoClassifier
		case g == nil && len(l.groups.All) == maxGroups:
			return errTooManyLists
		case g != nil && (precedence == 0 || precedence == g.Precedence):
			return nil
		case g == nil:
			ls.refer(p, classifier, 1)
			l.add(classifier, cmp.Or(precedence, DefaultPrecedence))
		default:
			l.groups.Move(g, precedence)
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
		l.groups.Remove(g)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// SetRule gives a classifier group a rule, in place of one of the same kind.
func (ls *Lists) SetRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.editGroup(p, name, classifier, func(l *list, g *group) error {
		g.rules = append(slices.DeleteFunc(g.rules, func(r Rule) bool { return r.kind() == rule.kind() }), rule)
		slices.Sort(g.rules)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// RemoveRule takes a rule away from a classifier group.
func (ls *Lists) RemoveRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.editGroup(p, name, classifier, func(l *list, g *group) error {
		i := slices.Index(g.rules, rule)
		if i < 0 {
			return errNoRule
		}
		g.rules = slices.Delete(g.rules, i, i+1)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

// All returns the policy lists by protocol and name.
func (ls *Lists) All() (all []List) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	all = make([]List, 0, len(ls.lists))
	for _, k := range slices.SortedFunc(maps.Keys(ls.lists), ListKey.Compare) {
		all = append(all, ls.lists[k].copy())
	}
	return all
}

// List returns a policy list.
func (ls *Lists) List(p Protocol, name string) (List, error) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	l := ls.lists[lists.KeyOf(p, name)]
	if l == nil {
		return List{}, ErrNoList
	}
	return l.copy(), nil
}

// Has reports whether there is a policy list.
func (ls *Lists) Has(p Protocol, name string) bool {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	return ls.lists[lists.KeyOf(p, name)] != nil
}

// Group returns a classifier group of a policy list.
func (ls *Lists) Group(p Protocol, name, classifier string) (g Group, ok bool) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	l := ls.lists[lists.KeyOf(p, name)]
	if l == nil || l.named[classifier] == nil {
		return g, false
	}
	return l.named[classifier].copy(), true
}

func (l *list) copy() List {
	c := List{Protocol: l.Protocol, Name: l.Name, References: l.references}
	for _, g := range l.groups.All {
		c.Groups = append(c.Groups, g.copy())
	}
	return c
}
