package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
)

// Bounds of what is scheduled.
const (
	MaxDelay     = time.Hour
	MaxTimes     = 1_000_000
	maxScheduled = 1000 // commands of a script at once
)

var (
	errScheduled  = fmt.Errorf("more than %d commands are scheduled", maxScheduled)
	errLeads      = errors.New("commands that ask, or lead to another place, cannot be scheduled")
	errUnattended = errors.New("a scheduled command needs an answer")
)

// timeline has the commands that a script has scheduled. They run, in the order of
// their times, while the script waits and at its end, one after the other, in the
// goroutine of the session. What is left when the session or its context ends never runs.
//
// Times are those of the script, which pass while it waits: what its commands take is
// none of them, so that the order is the same on a machine that is slow.
type timeline struct {
	now   time.Duration    // since the script began
	clock *trapcore.Router // whose clock, while it is held, shows that time pass; nil: none
	items []item           // by time, then in the order scheduled
	busy  bool             // one of them runs
	line  func() int
	shown func(line string) // shows a line that is about to run
	// refused is told of one that was refused; an error ends the script. nil: it ends.
	refused func(*Refusal) error
}

// item is a command to come.
type item struct {
	due   time.Duration // by the time of the script
	every time.Duration
	left  int // times, this one included
	line  int // of the script, which scheduled it
	text  string
	at    position
}

// At schedules a command, and again after each interval, times in all. At a terminal
// it is a script of its own.
func (s *Session) At(ctx context.Context, after, interval time.Duration, times int, command string) error {
	i := item{due: after, every: interval, left: times, text: command, at: s.position}
	i.at.modes = slices.Clone(s.modes)
	if t := s.scripts.timeline; t != nil {
		if len(t.items) >= maxScheduled {
			return errScheduled
		}
		i.due, i.line = t.now+after, t.line()
		t.add(i)
		return nil
	}
	t := &timeline{}
	t.add(i)
	s.scripts.timeline = t
	defer func() { s.scripts.timeline = nil }()
	return s.runScheduled(ctx)
}

func (t *timeline) add(i item) {
	at, _ := slices.BinarySearchFunc(t.items, i, func(have, new item) int {
		if have.due > new.due {
			return 1
		}
		return -1
	})
	t.items = slices.Insert(t.items, at, i)
}

// mayLater refuses to schedule what would change where the lines after it are.
func mayLater(m *grammar.Match[Handler]) error {
	c, leads := m.Command, m.Args.Has("exit") || m.Args.Has("end")
	if leads || c.Asks || m.Args.Form == grammar.Affirmative && (c.Enters != "" || c.Switches) {
		return errLeads
	}
	return nil
}

// ever is longer than anything is waited for.
const ever = 1 << 60 * time.Nanosecond

// runScheduled runs all that is scheduled.
func (s *Session) runScheduled(ctx context.Context) error {
	t := s.scripts.timeline
	if t == nil || len(t.items) == 0 || t.busy {
		return nil
	}
	_, err := s.Wait(ctx, ever, nil, func() bool { return len(t.items) == 0 })
	return err
}

// Wait returns when done reports true, which is asked again whenever changed tells, or
// after a time. Meanwhile what is scheduled runs.
func (s *Session) Wait(ctx context.Context, within time.Duration, changed <-chan struct{}, done func() bool) (bool, error) {
	if err := s.Flush(ctx); err != nil {
		return false, err
	}
	t := s.scripts.timeline
	if t == nil {
		t = &timeline{}
	}
	began, from := time.Now(), t.now
	until := from + within
	for !s.done {
		if done != nil && done() {
			if !s.Router().ClockHeld() { // else what is waited for takes no time, as in every run
				t.pass(from + min(time.Since(began), within))
			}
			return true, nil
		}
		wake := until
		run := !t.busy && len(t.items) > 0 && t.items[0].due <= until
		if run {
			wake = t.items[0].due
		}
		switch told, err := pause(ctx, began.Add(wake-from), changed); {
		case err != nil:
			return false, err
		case told:
		case !run:
			t.pass(until)
			return done != nil && done(), nil
		default:
			t.pass(wake)
			if err := s.runItem(ctx, t); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// pass lets time pass up to a moment, if it is not later already.
func (t *timeline) pass(to time.Duration) {
	if to <= t.now {
		return
	}
	if t.clock != nil {
		t.clock.PassClock(to - t.now)
	}
	t.now = to
}

// pause waits until a time, or until changed tells.
func pause(ctx context.Context, until time.Time, changed <-chan struct{}) (told bool, _ error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	d := time.Until(until)
	if d <= 0 {
		return false, nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false, nil
	case <-changed:
		return true, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// runItem runs the command that is due, in the place where it was scheduled, and with
// the rights that the session has now.
func (s *Session) runItem(ctx context.Context, t *timeline) error {
	i := t.items[0]
	t.items = slices.Delete(t.items, 0, 1)
	if i.left > 1 {
		again := i
		again.left, again.due = i.left-1, i.due+i.every
		t.add(again)
	}
	t.busy = true
	defer func(at position, d Dialog) { t.busy, s.position, s.dialog = false, at, d }(s.position, s.dialog)
	s.position, s.dialog = i.at, unattended{}
	s.modes = slices.Clone(i.at.modes)
	if t.shown != nil {
		t.shown(i.text)
	}
	err := s.Execute(ctx, i.text)
	s.saveSoon()
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	refusal.At = i.line
	if t.refused != nil {
		return t.refused(refusal)
	}
	return refusal
}

// unattended answers for a scheduled command.
type unattended struct{}

func (unattended) ReadSecret(context.Context, string) (string, error) { return "", errUnattended }
func (unattended) ReadText(context.Context) (string, error)           { return "", errUnattended }
func (unattended) Confirm(context.Context, string) (bool, error)      { return true, nil }
