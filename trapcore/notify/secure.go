package notify

import (
	"context"
	"slices"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
)

// Secure is the secure side of an originator: it raises secure traps and tells of
// them. [New] hands it to the router, and nothing leads to it from an [Originator].
type Secure struct{ o *Originator }

// Raise turns a mirror event into traps, and counts what becomes of them if y is
// not nil. It never waits, and keeps nothing of ev.
func (x Secure) Raise(ev mirror.Event, y *Tally) {
	t, s := x.trap(ev, y)
	if t == nil {
		return
	}
	x.o.spread(s, t)
	t.release()
}

// RaiseWait is Raise that waits for room in full queues. The error is that of
// ctx; hosts not served by then have counted a full queue.
func (x Secure) RaiseWait(ctx context.Context, ev mirror.Event, y *Tally) error {
	t, s := x.trap(ev, y)
	if t == nil {
		return ctx.Err()
	}
	var failed error
	for _, hosts := range [][]*host{s.hosts, x.o.proxied(t)} {
		for _, h := range hosts {
			if !h.accepts(t) {
				continue
			}
			out, err := h.q.pushWait(ctx, t)
			if err != nil {
				failed = err
			}
			h.settle(t, nil, out)
		}
	}
	t.release()
	return failed
}

// trap makes the trap of an event, nil if the global stage discards it.
func (x Secure) trap(ev mirror.Event, y *Tally) (*trap, *snapshot) {
	o, n := x.o, notificationOf(ev)
	if y != nil && n != nil {
		y.raise(o.barred(o.current.Load(), n))
	}
	s := o.admit(n)
	if s == nil {
		return nil, nil
	}
	t := newTrap(o, n, o.opts.Engine.Now().UpTime)
	t.tally = y
	t.fill(ev)
	return t, s
}

// Settle waits until the secure traps have left and the secure informs are
// settled, but those to hosts that do not answer, or ctx ends. It returns how
// many are still pending.
func (x Secure) Settle(ctx context.Context) (pending int) {
	for _, h := range x.o.current.Load().hosts {
		if h.side != side.Secure {
			continue
		}
		if !h.down.Load() {
			h.q.wait(ctx)
		}
		pending += h.q.pending()
	}
	return pending
}

// SentFaults returns what SendFault has sent, by fault and host in the order of
// the first time.
func (x Secure) SentFaults() []FaultStatus {
	f := &x.o.faults
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}
