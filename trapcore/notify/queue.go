package notify

import (
	"context"
	"sync"
)

// queue is the bounded queue of one host. Many goroutines push, the host's
// worker alone pops. mu guards all fields and is held for a few instructions
// only; nothing is locked under it.
type queue struct {
	mu     sync.Mutex
	ring   []*trap // length a power of two, grows as needed, shrinks when drained
	first  int
	n      int
	taken  int // popped by the worker and neither done nor put back yet
	off    bool
	closed bool
	size   int
	full   Full

	ready chan struct{} // capacity 1: a trap arrived; the worker waits on it
	room  chan struct{} // closed when there is room again; nil if nobody waits
	idle  chan struct{} // closed when nothing is queued or taken; nil if nobody waits
}

// keepRing is the capacity an empty queue keeps.
const keepRing = 1024

type outcome int

const (
	queued outcome = iota
	droppedThis
	droppedOldest
	refused // switched off or closed
)

func (q *queue) init(size int, full Full) {
	q.size, q.full = min(size, maxQueued), full
	q.ready = make(chan struct{}, 1)
}

// push adds t and takes a reference to it, unless t itself is dropped. The
// reference of the oldest, if that is dropped, goes to the caller.
func (q *queue) push(t *trap) (oldest *trap, _ outcome) {
	q.mu.Lock()
	if q.off || q.closed {
		q.mu.Unlock()
		return nil, refused
	}
	if q.n >= q.size {
		if q.full == DropLastIn {
			q.mu.Unlock()
			return nil, droppedThis
		}
		oldest = q.shift()
	}
	first := q.n == 0
	q.add(t)
	q.mu.Unlock()
	if first {
		q.wake()
	}
	if oldest != nil {
		return oldest, droppedOldest
	}
	return nil, queued
}

// pushWait is push that waits for room. Waiters go on when the queue is down
// to half, so that a flood runs in strides instead of one by one.
func (q *queue) pushWait(ctx context.Context, t *trap) (outcome, error) {
	for {
		q.mu.Lock()
		if q.off || q.closed {
			q.mu.Unlock()
			return refused, nil
		}
		if q.n < q.size {
			first := q.n == 0
			q.add(t)
			q.mu.Unlock()
			if first {
				q.wake()
			}
			return queued, nil
		}
		if q.room == nil {
			q.room = make(chan struct{})
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return droppedThis, ctx.Err()
		}
	}
}

// wake is called when the queue stops being empty: the worker looks at the
// queue before it waits.
func (q *queue) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

func (q *queue) add(t *trap) {
	t.retain()
	if q.n == len(q.ring) {
		ring := make([]*trap, max(32, 2*len(q.ring)))
		for i := range q.n {
			ring[i] = q.ring[(q.first+i)&(len(q.ring)-1)]
		}
		q.ring, q.first = ring, 0
	}
	q.ring[(q.first+q.n)&(len(q.ring)-1)] = t
	q.n++
}

func (q *queue) shift() *trap {
	t := q.ring[q.first]
	q.ring[q.first] = nil
	q.first = (q.first + 1) & (len(q.ring) - 1)
	q.n--
	return t
}

// pop takes up to len(into) of the oldest traps. They count as pending until [queue.done].
func (q *queue) pop(into []*trap) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(into), q.n)
	for i := range n {
		into[i] = q.shift()
	}
	q.taken += n
	q.signal()
	return n
}

// done says that n of what was popped have left, or are lost.
func (q *queue) done(n int) {
	q.mu.Lock()
	q.taken -= n
	q.signal()
	q.mu.Unlock()
}

// putBack returns popped traps, with their references, to the front. It returns
// those lost because the queue has filled up meanwhile; its method decides
// which. They count as pending until [queue.done].
func (q *queue) putBack(back []*trap) (lost []*trap) {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := make([]*trap, 0, len(back)+q.n)
	all = append(all, back...)
	for q.n > 0 {
		all = append(all, q.shift())
	}
	keep := all
	switch over := len(all) - q.size; {
	case q.off || q.closed:
		keep, lost = nil, all
	case over > 0 && q.full == DropFirstIn:
		lost, keep = all[:over], all[over:]
	case over > 0:
		keep, lost = all[:q.size], all[q.size:]
	}
	for _, t := range keep {
		q.add(t)
		t.release() // the reference it came with
	}
	q.taken += len(lost) - len(back)
	q.signal()
	return lost
}

// takeAll pops everything.
func (q *queue) takeAll() []*trap {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.takeAllLocked()
}

func (q *queue) takeAllLocked() []*trap {
	all := make([]*trap, q.n)
	for i := range all {
		all[i] = q.shift()
	}
	q.taken += len(all)
	q.signal()
	return all
}

// signal wakes those who wait for room or for the end. The caller holds mu.
func (q *queue) signal() {
	if q.room != nil && (q.n <= q.size/2 || q.off || q.closed) {
		close(q.room)
		q.room = nil
	}
	if q.n+q.taken > 0 {
		return
	}
	if len(q.ring) > keepRing {
		q.ring, q.first = nil, 0
	}
	if q.idle != nil {
		close(q.idle)
		q.idle = nil
	}
}

// setLimits takes the limits that current returns: asked for under the lock, so
// that of two changes at a time the later one stays. What is beyond a smaller
// size is sent, nothing is added until there is room.
func (q *queue) setLimits(current func() (size int, full Full)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	size, full := current()
	q.size, q.full = min(size, maxQueued), full
	q.signal()
}

// isOff reports whether the queue refuses traps.
func (q *queue) isOff() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.off || q.closed
}

// setOff refuses traps while off, and pops what is queued.
func (q *queue) setOff(off bool) []*trap {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.off = off
	if !off {
		return nil
	}
	q.wake() // for what the worker holds
	return q.takeAllLocked()
}

// close refuses traps from now on, and pops what is queued.
func (q *queue) close() []*trap {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	return q.takeAllLocked()
}

// pending returns how many traps have not left yet.
func (q *queue) pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n + q.taken
}

// wait returns when nothing is pending or ctx ends.
func (q *queue) wait(ctx context.Context) {
	q.mu.Lock()
	if q.n+q.taken == 0 {
		q.mu.Unlock()
		return
	}
	if q.idle == nil {
		q.idle = make(chan struct{})
	}
	idle := q.idle
	q.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}
