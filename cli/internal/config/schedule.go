package config

import (
	"errors"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
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
	again := asked(c)
	if s.waits(again) {
		return // as for most lines of a script
	}
	at := time.Now()
	if next := s.at.Add(Interval); next.After(at) {
		at = next
	}
	before := s.next()
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

// waits reports whether all that SaveSoon would have saved is to be saved already, and
// no later.
func (s *Saver) waits(again sides) bool {
	for i := range s.parts {
		if p := &s.parts[i]; p.state == Failed && again[i] || p.state != Failed && p.due.IsZero() {
			return false
		}
	}
	return true
}

// rewriting is when a file that has been edited is written whole: [Interval] after
// the last edit, and not later than rewriteWithin after the first.
type rewriting struct {
	rewrite time.Time // zero: it has not been edited
	first   time.Time // when it was
}

// rewriteWithin bounds how long a file is not written whole while it is edited
// again and again.
const rewriteWithin = 30 * time.Second

// edited notes an edit. The scheduler is told once the part is rescheduled.
func (s *rewriting) edited() {
	now := time.Now()
	if s.rewrite.IsZero() {
		s.first = now
	}
	s.rewrite = now.Add(Interval)
	if last := s.first.Add(rewriteWithin); s.rewrite.After(last) {
		s.rewrite = last
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

// next is when a part is due, or to be written whole, zero if none is.
func (s *Saver) next() (at time.Time) {
	for i := range s.parts {
		for _, due := range []time.Time{s.parts[i].due, s.parts[i].rewrite} {
			if at.IsZero() || !due.IsZero() && due.Before(at) {
				at = due
			}
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

// tick saves what is due, and has files written whole.
func (s *Saver) tick() {
	for _, of := range s.saveDue() {
		s.rewrite(of)
	}
}

// rewrite has the file of a side written whole, without the lock, so that who changes
// something meanwhile does not wait. One that somebody else has changed under its
// edits is written anew; any other that cannot be written is tried again.
func (s *Saver) rewrite(of side.Side) {
	err := s.source.Store().Rewrite(File(of))
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &s.parts[of]
	if damaged := (*state.DamagedError)(nil); errors.As(err, &damaged) {
		p.forced = true
		s.save(s.request(sides{of == side.Ordinary, of == side.Secure}))
		return
	}
	p.edited()
}

// saveDue saves what is due, and returns whose files are to be written whole.
func (s *Saver) saveDue() (rewrite []side.Side) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var again sides
	now, any := time.Now(), false
	passed := func(at *time.Time) bool {
		if at.IsZero() || at.After(now) {
			return false
		}
		*at = time.Time{}
		return true
	}
	for _, of := range side.Both {
		p := &s.parts[of]
		again[of] = passed(&p.due)
		any = any || again[of]
		if passed(&p.rewrite) {
			rewrite = append(rewrite, of)
		}
	}
	if any {
		s.save(s.request(again))
	}
	return rewrite
}
