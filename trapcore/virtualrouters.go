package trapcore

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/network"
)

// Create makes a virtual router. Its index was never given before. Errors are
// the refusals of this package.
func (r *Router) Create(name string) (*VirtualRouter, error) {
	if !validName(name) {
		return nil, errVirtualRouterName
	}
	index, err := r.nextIndex(name)
	if err != nil {
		return nil, err
	}
	handle, err := r.network.Add(name, uidBit|index)
	if err != nil {
		return nil, errVirtualRouterExists
	}
	v := newVirtualRouter(r, handle, index)
	if err := r.enter(v); err != nil {
		v.users.CountSecureNames(nil)
		v.traps.Close()
		return nil, errors.Join(err, v.servers.Close(), r.network.Remove(handle))
	}
	return v, nil
}

// nextIndex gives out an index for a virtual router.
func (r *Router) nextIndex(name string) (uint32, error) {
	_, exists := r.network.Router(name)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return 0, errClosed
	case exists:
		return 0, errVirtualRouterExists
	case len(r.routers) >= MaxVirtualRouters:
		return 0, errTooManyRouters
	case r.last == maxIndex:
		return 0, errNoMoreIndexes
	}
	r.last++
	return r.last, nil
}

// enter makes a virtual router known.
func (r *Router) enter(v *VirtualRouter) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return errClosed
	case len(r.routers) >= MaxVirtualRouters: // others were made meanwhile
		return errTooManyRouters
	}
	r.routers[v.network] = v
	r.byNumber.Set(v.index, v)
	r.responder.Add(v.agent)
	return nil
}

// lastTraps is how long the traps of a virtual router, and what it accounts for, may
// leave after it was removed.
const lastTraps = 5 * time.Second

// Remove ends a virtual router: first its subscribers and interfaces, with
// their traps, then its hosts and queues, once these are empty or after a while.
// Errors are [ErrNoVirtualRouter] and [errDefaultRouter].
func (r *Router) Remove(name string) error {
	if name == DefaultName {
		return errDefaultRouter
	}
	v, ok := r.VirtualRouter(name)
	if !ok {
		return ErrNoVirtualRouter
	}
	r.radius.RemoveRouter(name)
	if r.network.Remove(v.network) != nil {
		return ErrNoVirtualRouter
	}
	if !r.detach(v) {
		v.traps.Close() // waits for its workers
		return v.servers.Close()
	}
	return nil
}

// detach takes a virtual router out of the table and lets its last traps leave;
// false: the router is closed, and they cannot.
func (r *Router) detach(v *VirtualRouter) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.routers, v.network)
	r.byNumber.Delete(v.index)
	r.responder.Remove(v.agent)
	v.users.CountSecureNames(nil)
	if r.closed {
		return false
	}
	v.traps.Leave()
	r.removed = append(r.removed, v)
	r.leaving.Go(func() { r.leave(v) })
	return true
}

// leave lets the queues of a removed virtual router run empty.
func (r *Router) leave(v *VirtualRouter) {
	ctx, cancel := context.WithTimeout(context.Background(), lastTraps)
	defer cancel()
	var told sync.WaitGroup
	told.Go(func() {
		r.ppp.Settle(ctx, v.network)
		v.servers.Leave(ctx)
	})
	v.traps.Finish(ctx)
	told.Wait()
	_ = v.servers.Close() // it cannot fail
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed = slices.DeleteFunc(r.removed, func(o *VirtualRouter) bool { return o == v })
}

// existing are the virtual routers, those that are still leaving included.
func (r *Router) existing() []*VirtualRouter {
	all := r.VirtualRouters()
	r.mu.RLock()
	defer r.mu.RUnlock()
	return append(all, r.removed...)
}

// VirtualRouter finds a virtual router by its exact name.
func (r *Router) VirtualRouter(name string) (*VirtualRouter, bool) {
	handle, ok := r.network.Router(name)
	if !ok {
		return nil, false
	}
	v := r.virtualRouter(handle)
	return v, v != nil
}

// virtualRouter finds a virtual router by its handle, nil if there is none.
func (r *Router) virtualRouter(handle *network.Router) *VirtualRouter {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.routers[handle]
}

// Default returns the virtual router that always exists.
func (r *Router) Default() *VirtualRouter { return r.def }

// VirtualRouters returns all of them by index.
func (r *Router) VirtualRouters() []*VirtualRouter {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.byNumber.Values()
}

func validName(s string) bool {
	return 1 <= len(s) && len(s) <= MaxVirtualRouterName && ascii.Visible(s)
}
