package policy

import "mirrorsh/trapcore/internal/lists"

// protocols are those that have lists, in the order of their names.
var protocols = [...]Protocol{IP, IPv6, L2TP}

// Named returns the policy lists of a name, by protocol.
func (ls *Lists) Named(name string) (all []List) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	for _, p := range protocols {
		if l := ls.lists[lists.KeyOf(p, name)]; l != nil {
			all = append(all, l.copy())
		}
	}
	return all
}

// ClassifiersNamed returns the classifier lists of a name, by protocol.
func (ls *Lists) ClassifiersNamed(name string) (all []ClassifierList) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	for _, p := range protocols {
		if c := ls.classifiers[lists.KeyOf(p, name)]; c != nil {
			all = append(all, c.copy())
		}
	}
	return all
}

// EachName gives out the names of the policy lists, each once: all that may need quotes,
// then those with a prefix, in their order, until visit says that it has enough; left is
// how many there would have been besides. visit must not use the lists.
func (ls *Lists) EachName(prefix string, visit func(name string) (more bool)) (left int) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	return ls.names.Each(prefix, visit)
}

// EachClassifierName is EachName of the classifier lists.
func (ls *Lists) EachClassifierName(prefix string, visit func(name string) (more bool)) (left int) {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	return ls.classifierNames.Each(prefix, visit)
}
