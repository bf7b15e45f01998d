package notify

import (
	"slices"
	"sync"
	"sync/atomic"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// maxNoted is how many notifications a watch remembers.
const maxNoted = 4096

// Watches are those of a router. The zero value is ready; mu is held while one comes
// or goes.
type Watches struct {
	mu   sync.Mutex
	list atomic.Pointer[[]*Watch]
}

// Watch notes what becomes of the notifications that its reader sees from now on, for
// who waits for it. mu guards all but seen and changed.
type Watch struct {
	of      *Watches
	seen    atomic.Pointer[side.Clearance]
	changed chan struct{} // has one if something was noted

	mu    sync.Mutex
	left  [side.Count][fates]int // not yet counted by anybody, by what became of them
	noted []noted                // the newest, oldest first
	spare []noted                // with room for more
}

// noted is a notification that left.
type noted struct {
	side     side.Side
	n        *notification
	varbinds []byte
}

// Open begins to watch for a reader.
func (w *Watches) Open(c side.Clearance) *Watch {
	o := &Watch{of: w, changed: make(chan struct{}, 1)}
	o.seen.Store(&c)
	w.mu.Lock()
	defer w.mu.Unlock()
	list := append(slices.Clip(w.all()), o)
	w.list.Store(&list)
	return o
}

func (w *Watches) all() []*Watch {
	if list := w.list.Load(); list != nil {
		return *list
	}
	return nil
}

// Close ends it.
func (o *Watch) Close() {
	o.of.mu.Lock()
	list := slices.DeleteFunc(slices.Clone(o.of.all()), func(other *Watch) bool { return other == o })
	o.of.list.Store(&list)
	o.of.mu.Unlock()
	o.See(side.Clearance{})
}

// See sets what the reader sees from now on. What it does not see any more is forgotten.
func (o *Watch) See(c side.Clearance) {
	if *o.seen.Load() == c {
		return
	}
	o.seen.Store(&c)
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, of := range side.Both {
		if !c.Sees(of) {
			o.left[of] = [fates]int{}
		}
	}
	o.forget(func(i int) bool { return !c.Sees(o.noted[i].side) })
}

// forget forgets what is noted at some places. The caller holds mu.
func (o *Watch) forget(gone func(i int) bool) {
	kept := o.noted[:0]
	for i, n := range o.noted {
		if gone(i) {
			clear(n.varbinds)
			o.spare = append(o.spare, n)
		} else {
			kept = append(kept, n)
		}
	}
	clear(o.noted[len(kept):])
	o.noted = kept
}

// Changed tells that something was noted since it told last.
func (o *Watch) Changed() <-chan struct{} { return o.changed }

// note notes a fate at a host.
func (w *Watches) note(h *host, t *trap, f Fate) {
	if w == nil {
		return
	}
	for _, o := range w.all() {
		if o.seen.Load().Sees(h.side) {
			o.note(h, t, f)
		}
	}
}

func (o *Watch) note(h *host, t *trap, f Fate) {
	o.mu.Lock()
	if !o.seen.Load().Sees(h.side) {
		o.mu.Unlock()
		return
	}
	o.left[h.side][f]++
	// An inform is noted when it is settled: until then it may leave again.
	if f == Sent || f == Acknowledged || f == GivenUp || f == Rejected {
		if len(o.noted) == maxNoted {
			o.forget(func(i int) bool { return i < maxNoted/4 })
		}
		n := noted{}
		if last := len(o.spare) - 1; last >= 0 {
			n, o.spare = o.spare[last], o.spare[:last]
		}
		n.side, n.n, n.varbinds = h.side, t.n, append(n.varbinds[:0], t.list[t.own:]...)
		o.noted = append(o.noted, n)
	}
	o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
}

// Count takes n notifications that left and were acknowledged, or that left at all, if
// there are as many; have is how many there are.
func (o *Watch) Count(n int, acknowledged bool) (have int, ok bool) {
	kinds := []Fate{Acknowledged}
	if !acknowledged {
		kinds = []Fate{Sent, Acknowledged, GivenUp, Rejected}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for of := range o.left {
		for _, f := range kinds {
			have += o.left[of][f]
		}
	}
	if have < n {
		return have, false
	}
	for of := range o.left {
		for _, f := range kinds {
			take := min(n, o.left[of][f])
			o.left[of][f] -= take
			n -= take
		}
	}
	return have, true
}

// Take takes the first notification of a name, without the prefix of its module, that
// left and has all of the values; false if there is none.
func (o *Watch) Take(short string, values []mib.Assignment) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.noted, func(n noted) bool { return n.n.Short() == short && n.has(values) })
	if i < 0 {
		return false
	}
	o.forget(func(at int) bool { return at == i })
	return true
}

// has reports whether a notification has values.
func (n *noted) has(values []mib.Assignment) bool {
	for _, want := range values {
		found := false
		for r := snmp.NewReader(n.varbinds); !r.Empty() && !found; {
			vb, err := r.Varbind()
			if err != nil {
				break
			}
			found = vb.Name.HasPrefix(want.Object.OID) && vb.Value == snmp.ValueOf(want)
		}
		if !found {
			return false
		}
	}
	return true
}
