package policy

import "slices"

// protocols are those that have lists, in the order of their names.
var protocols = [...]Protocol{IP, IPv6, L2TP}

// Named returns the policy lists of a name, by protocol.
func (ls *Lists) Named(name string) (all []List) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, p := range protocols {
		if l := ls.lists[ListKey{p, name}]; l != nil {
			all = append(all, l.copy())
		}
	}
	return all
}

// ClassifiersNamed returns the classifier lists of a name, by protocol.
func (ls *Lists) ClassifiersNamed(name string) (all []ClassifierList) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, p := range protocols {
		if c := ls.classifiers[ListKey{p, name}]; c != nil {
			one := *c
			one.Entries = slices.Clone(c.Entries)
			all = append(all, one)
		}
	}
	return all
}
