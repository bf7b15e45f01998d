package config

import (
	"time"

	"mirrorsh/trapcore/side"
)

// SaveSoon has changes saved within [Interval], and at most once in it. Nobody
// waits for it: a later save says what went wrong.
func (s *Saver) SaveSoon(c side.Clearance) {
	if s.changes.Load() == s.seen.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes.Load() == s.seen.Load() {
		return // saved meanwhile
	}
	at := time.Now()
	if next := s.at.Add(Interval); next.After(at) {
		at = next
	}
	again, before := asked(c), s.next()
	for i := range s.parts {
		// A failed side that is not to be tried again has its own time.
		if p := &s.parts[i]; again[i] || p.state != Failed {
			p.by(at)
		}
	}
	if !s.next().Equal(before) {
		s.schedule()
	}
}

// by has the part saved by a moment.
func (p *part) by(at time.Time) {
	if p.due.IsZero() || at.Before(p.due) {
		p.due = at
	}
}

// reschedule sets when the part is to be saved next, once it has been looked at.
// A failed one that was not tried keeps its time.
func (p *part) reschedule(retry time.Duration, tried bool) {
	switch now := time.Now(); {
	case p.state != Failed:
		p.due = time.Time{}
	case tried, p.due.IsZero(), !p.due.After(now):
		p.due = now.Add(retry)
	}
}

// next is when a part is due, zero if none is.
func (s *Saver) next() (at time.Time) {
	for i := range s.parts {
		if due := s.parts[i].due; at.IsZero() || !due.IsZero() && due.Before(at) {
			at = due
		}
	}
	return at
}

// schedule makes the scheduler look at the times again. The caller holds mu.
func (s *Saver) schedule() {
	if s.closed || !s.started && s.next().IsZero() {
		return
	}
	if !s.started {
		s.started = true
		s.scheduler.Go(s.run)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run is the scheduler.
func (s *Saver) run() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		s.mu.Lock()
		at := s.next()
		s.mu.Unlock()
		var due <-chan time.Time
		if !at.IsZero() {
			timer.Reset(time.Until(at))
			due = timer.C
		}
		select {
		case <-s.stop:
			return
		case <-s.wake:
		case <-due:
			s.tick()
		}
	}
}

// tick saves what is due.
func (s *Saver) tick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var again sides
	now, any := time.Now(), false
	for i := range s.parts {
		if p := &s.parts[i]; !p.due.IsZero() && !p.due.After(now) {
			again[i], any = true, true
			p.due = time.Time{}
		}
	}
	if any {
		s.save(s.request(again))
	}
}
