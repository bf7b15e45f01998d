// Package edits notes which things of a kind have been edited, so that somebody who
// keeps a copy of what all of them say need only look at these. It imports nothing of ours.
package edits

import "sync"

// Log has the keys of what has been edited since it was last taken. Nothing is noted
// until somebody takes it. The zero value is ready; methods may be called from any
// goroutine.
type Log[K comparable] struct {
	mu    sync.Mutex
	taken bool
	keys  map[K]struct{}
}

// most is how many things are told apart.
const most = 1 << 16

// Note notes that something has been made, edited or removed. It is called once that
// has happened, or under the lock that readers of it take.
func (l *Log[K]) Note(k K) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.taken {
		return
	}
	if l.keys[k] = struct{}{}; len(l.keys) > most {
		l.taken, l.keys = false, nil
	}
}

// Take returns what has been edited since it was last called; all says that everything
// may have been. It is for one caller, who keeps what it has made of them.
func (l *Log[K]) Take() (keys []K, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all = !l.taken
	for k := range l.keys {
		keys = append(keys, k)
	}
	if !l.taken || len(l.keys) > 0 {
		l.taken, l.keys = true, map[K]struct{}{}
	}
	return keys, all
}
