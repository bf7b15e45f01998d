package policy

import "mirrorsh/trapcore/internal/lists"

// protocols are those that have lists, in the order of their names.
var protocols = [...]Protocol{IP, IPv6, L2TP}

// Named returns the policy lists of a name, by protocol.
func (ls *Lists) Named(name string) (all []List) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, p := range protocols {
		if l := ls.lists[lists.KeyOf(p, name)]; l != nil {
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
		if c := ls.classifiers[lists.KeyOf(p, name)]; c != nil {
			all = append(all, c.copy())
		}
	}
	return all
}
