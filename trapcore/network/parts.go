package network

import (
	"cmp"
	"sync"

	"github.com/tidwall/btree"
)

// part is how many things are looked at while a lock is held.
const part = 256

// inParts gives out what a tree has, in order. The lock is free between parts, so
// that nobody waits for a look at all there is; what changes meanwhile is given out
// as it was or as it is.
func inParts[K cmp.Ordered, V any](mu *sync.RWMutex, of *btree.Map[K, V], visit func(V)) {
	var from K // no key is less
	for more := true; more; {
		from, more = onePart(mu, of, from, visit)
	}
}

func onePart[K cmp.Ordered, V any](mu *sync.RWMutex, of *btree.Map[K, V], from K, visit func(V)) (next K, more bool) {
	mu.RLock()
	defer mu.RUnlock()
	n := 0
	of.Ascend(from, func(k K, v V) bool {
		if n++; n > part {
			next, more = k, true
			return false
		}
		visit(v)
		return true
	})
	return next, more
}
