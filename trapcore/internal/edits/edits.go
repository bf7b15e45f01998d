// Package edits notes which things of a kind have been edited, so that somebody who
// keeps a copy of what all of them say need only look at these. It imports nothing of ours.
package edits

import (
	"maps"
	"slices"
	"sync"
)

// Log has the keys of what has been edited since it was last taken. Nothing is noted
// until somebody takes it. The zero value is ready; methods may be called from any
// goroutine.
type Log[K comparable] struct {
	mu    sync.Mutex
	taken bool
	keys  []K
}

// most is how many things are told apart. So many more notes may wait until it is
// found out which are of the same.
const most = 1 << 16

// Note notes that something has been made, edited or removed. It is called once that
// has happened, or under the lock that readers of it take.
func (l *Log[K]) Note(k K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.keys) - 1
	if !l.taken || last >= 0 && l.keys[last] == k { // as where several things of it are edited
		return
	}
	l.keys = append(l.keys, k)
	if len(l.keys) <= 2*most {
		return
	}
	all := make(map[K]struct{}, most)
	for _, k := range l.keys {
		all[k] = struct{}{}
	}
	if l.keys = slices.Collect(maps.Keys(all)); len(l.keys) > most {
		l.taken, l.keys = false, nil
	}
}

// Take returns what has been edited since it was last called, some of it twice; all
// says that everything may have been. It is for one caller, who keeps what it has made
// of them.
func (l *Log[K]) Take() (keys []K, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys, all = l.keys, !l.taken
	l.taken, l.keys = true, nil
	return keys, all
}
