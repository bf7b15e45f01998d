package trapcore

import "time"

// wall is how the router's clock is set. A clock that is held stands at a time, so that
// a script has the same times in every run; it goes on from there.
type wall struct {
	offset time.Duration // to the source
	held   bool
	at     time.Time // where it stands
}

// Now reads the router's clock in its location.
func (r *Router) Now() time.Time {
	w := r.wall.Load()
	if w.held {
		return w.at.In(r.opts.Location)
	}
	return r.opts.Clock().Add(w.offset).In(r.opts.Location)
}

// SetClock makes the router's clock show t now. Engine time and what else
// measures how long something took do not change.
func (r *Router) SetClock(t time.Time) { r.wall.Store(&wall{offset: r.ahead(t)}) }

// HoldClock is SetClock of a clock that stands at t until ReleaseClock.
func (r *Router) HoldClock(t time.Time) { r.wall.Store(&wall{held: true, at: t}) }

// PassClock makes a clock that is held show a time that is later by d.
func (r *Router) PassClock(d time.Duration) {
	if w := r.wall.Load(); w.held {
		r.wall.CompareAndSwap(w, &wall{held: true, at: w.at.Add(d)}) // or it was set meanwhile
	}
}

// ReleaseClock lets a clock go on that is held.
func (r *Router) ReleaseClock() {
	if w := r.wall.Load(); w.held {
		r.wall.CompareAndSwap(w, &wall{offset: r.ahead(w.at)})
	}
}

// ClockHeld reports whether the clock stands.
func (r *Router) ClockHeld() bool { return r.wall.Load().held }

// ClockOffset is how far the router's clock is ahead of its source.
func (r *Router) ClockOffset() time.Duration {
	if w := r.wall.Load(); !w.held {
		return w.offset
	}
	return r.ahead(r.Now())
}

func (r *Router) ahead(t time.Time) time.Duration { return t.Sub(r.opts.Clock().Round(0)) }
