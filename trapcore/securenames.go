package trapcore

import (
	"iter"
	"slices"
	"sync"
)

// secureNames counts the secure names of SNMP in all virtual routers: of users, groups,
// views and communities, and addresses of hosts.
type secureNames struct {
	mu     sync.RWMutex
	counts map[string]int
}

func (n *secureNames) count(by int, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.counts[name] += by; n.counts[name] == 0 {
		delete(n.counts, name)
	}
}

func (n *secureNames) hasAny(names []string) bool {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return slices.ContainsFunc(names, func(name string) bool { return n.counts[name] > 0 })
}

// Named reports whether one of the names is of something that only the secure side has.
func (x *Secure) Named(names iter.Seq[string]) bool {
	all := slices.Collect(names)
	return x.mirroring.Named(slices.Values(all)) || x.names.hasAny(all)
}
