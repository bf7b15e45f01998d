package network

import "sync"

// edits note which things of a kind have been edited since somebody who keeps
// a copy of them has last asked. Nothing is noted until somebody has.
type edits[K comparable] struct {
	mu    sync.Mutex
	taken bool
	keys  map[K]struct{}
}

// maxEdits is how many are told apart.
const maxEdits = 1 << 16

func (e *edits[K]) note(k K) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.taken {
		return
	}
	if e.keys[k] = struct{}{}; len(e.keys) > maxEdits {
		e.taken, e.keys = false, nil
	}
}

// take returns what has been edited; all says that everything may have been.
func (e *edits[K]) take() (keys []K, all bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all = !e.taken
	for k := range e.keys {
		keys = append(keys, k)
	}
	e.taken, e.keys = true, map[K]struct{}{}
	return keys, all
}

// NoteEdit notes that something about an interface has been configured.
func (r *Router) NoteEdit(index int32) { r.editedIfs.note(index) }

// TakeEditedInterfaces returns the ifIndexes of the interfaces that have been made,
// configured or removed since it was last called; all says that all may have been.
// It is for one caller, who keeps what it has made of them.
func (r *Router) TakeEditedInterfaces() (indexes []int32, all bool) { return r.editedIfs.take() }

// TakeEditedRoutes is TakeEditedInterfaces for static routes, by their numbers.
func (r *Router) TakeEditedRoutes() (numbers []uint64, all bool) { return r.editedRoutes.take() }

// StaticRoute returns the static route of a number; numbers are in the order of
// configuration.
func (r *Router) StaticRoute(number uint64) (rt Route, ok bool) {
	r.read(func() {
		if s, found := r.routes.static.Get(number); found {
			rt, ok = s.Route, true
		}
	})
	return rt, ok
}

// RouteNumbers returns the numbers of the static routes, in order.
func (r *Router) RouteNumbers() (all []uint64) {
	r.read(func() { all = r.routes.static.Keys() })
	return all
}

// ConfiguredIndexes returns the ifIndexes of the interfaces that are not those of
// subscribers, in order.
func (r *Router) ConfiguredIndexes() (all []int32) {
	r.read(func() {
		r.byIndex.Scan(func(index int32, i *iface) bool {
			if i.login == nil {
				all = append(all, index)
			}
			return true
		})
	})
	return all
}

// Specifiers returns those of the interfaces of a type, by ifIndex.
func (r *Router) Specifiers(t InterfaceType) (all []string) {
	r.read(func() {
		r.byIndex.Scan(func(_ int32, i *iface) bool {
			if i.id.Type == t {
				all = append(all, i.id.Spec)
			}
			return true
		})
	})
	return all
}

// ConfiguredAt returns the interface of an ifIndex, unless it is a subscriber's.
func (r *Router) ConfiguredAt(index int32) (s Interface, ok bool) {
	r.read(func() {
		if i, found := r.byIndex.Get(index); found && i.login == nil {
			s, ok = i.snapshot(), true
		}
	})
	return s, ok
}
