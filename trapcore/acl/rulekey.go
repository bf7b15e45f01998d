package acl

import (
	"cmp"
	"slices"
)

// RuleKey is the key of a rule among those of all lists: it goes with the rule.
type RuleKey struct {
	List   string
	number uint64 // in the order in which rules were added
}

// Compare is the order of the rules in [Lists.All].
func (k RuleKey) Compare(o RuleKey) int {
	return cmp.Or(cmp.Compare(k.List, o.List), cmp.Compare(k.number, o.number))
}

// TakeEdited returns the keys of the rules that have been added or removed since it
// was last called; all says that all may have been. It is for one caller, who keeps
// what it has made of them.
func (ls *Lists) TakeEdited() (keys []RuleKey, all bool) { return ls.edited.Take() }

// Keys returns the keys of all rules, in no order.
func (ls *Lists) Keys() (all []RuleKey) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	for name, l := range ls.lists {
		for _, n := range l.numbers {
			all = append(all, RuleKey{name, n})
		}
	}
	return all
}

// Rule returns the rule of a key, false if there is none any more.
func (ls *Lists) Rule(k RuleKey) (r Rule, ok bool) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	l := ls.lists[k.List]
	i, ok := slices.BinarySearch(l.numbers, k.number)
	if ok {
		r = l.rules[i]
	}
	return r, ok
}
