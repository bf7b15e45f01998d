package cli

import (
	"context"
	"time"

	"mirrorsh/trapcore/notify"
)

// watching notes what becomes of notifications while the outermost script runs, as far
// as the session sees them then.
func (s *Session) watching() (stop func()) {
	if s.scripts.watch != nil {
		return func() {}
	}
	w := s.Router().Watch(s.Clearance())
	s.scripts.watch = w
	return func() {
		w.Close()
		s.scripts.watch = nil
	}
}

// Await returns when done reports true of what has become of notifications since the
// script began, or after a time. Meanwhile what is scheduled runs.
func (s *Session) Await(ctx context.Context, within time.Duration, done func(*notify.Watch) bool) (bool, error) {
	w := s.scripts.watch
	if w == nil {
		return false, errNotScript
	}
	return s.Wait(ctx, within, w.Changed(), func() bool { return done(w) })
}
