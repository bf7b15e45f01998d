package terminal

import (
	"context"
	"sync"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
)

// timed is an editor on which exec-timeout applies: the session ends when the
// line has waited too long for input, or for a terminal that takes no output.
// A command that is at work is not idle.
type timed struct {
	Editor
	limit  func() time.Duration // 0: no limit
	expire func(error)
}

// limited is an editor with the exec-timeout of the session's line. That is looked
// up with each wait, so that a change holds from the next one.
func limited(ed Editor, s *cli.Session) Editor {
	user := s.User()
	return &timed{ed, func() time.Duration {
		l, err := s.Shell().Access().Line(user.Line)
		if err != nil {
			return 0 // the line was removed; who is on it stays
		}
		return l.ExecTimeout
	}, user.Close}
}

func (t *timed) ReadLine(ctx context.Context) (string, error) {
	defer t.watch()()
	return t.Editor.ReadLine(ctx)
}

func (t *timed) ReadSecret(ctx context.Context, prompt string) (string, error) {
	defer t.watch()()
	return t.Editor.ReadSecret(ctx, prompt)
}

func (t *timed) ReadName(ctx context.Context, prompt string) (string, error) {
	defer t.watch()()
	return t.Editor.ReadName(ctx, prompt)
}

func (t *timed) ReadKey(ctx context.Context) (Key, error) {
	defer t.watch()()
	return t.Editor.ReadKey(ctx)
}

func (t *timed) Write(p []byte) (int, error) {
	defer t.watch()()
	return t.Editor.Write(p)
}

// watch begins a wait; stop ends it.
func (t *timed) watch() (stop func()) {
	limit := t.limit()
	if limit == 0 {
		return func() {}
	}
	w := &wait{timed: t, limit: limit, since: time.Now()}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(limit, w.check)
	return w.stop
}

// wait is one wait of a timed editor; mu guards over and timer.
type wait struct {
	*timed
	limit time.Duration
	since time.Time

	mu    sync.Mutex
	over  bool
	timer *time.Timer
}

// check ends the session, or waits on if something was typed meanwhile.
func (w *wait) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	since := w.since
	if in, ok := w.Editor.(interface{ LastInput() time.Time }); ok && in.LastInput().After(since) {
		since = in.LastInput()
	}
	if left := w.limit - time.Since(since); left > 0 {
		w.timer.Reset(left)
		return
	}
	w.expire(access.ErrIdle)
}

func (w *wait) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	w.timer.Stop()
}
