package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
)

// ErrReload is the cause of a context that ends because the router reloads.
var ErrReload = errors.New("router reloads")

// errNoReload refuses a reload where nobody can start the router again.
var errNoReload = errors.New("router cannot be reloaded here")

// Handover returns the configuration for the router that follows, once no
// session is left: st, unless something has changed since it was taken. What
// could not be saved goes along.
func (sh *Shell) Handover(st Startup) Startup { return sh.saver.Handover(st) }

// Reload makes the process start the router anew, with the configuration that is
// saved first. Whatever can fail is tried before anything ends; an error means
// that the router goes on as though nobody had asked. Else the session has
// ended: engine boots count up, everything volatile is gone.
func (s *Session) Reload(ctx context.Context) error {
	prepare := s.shell.Options.Reload
	if prepare == nil {
		return errNoReload
	}
	st, err := s.shell.saver.Prepare(s.Clearance())
	var restart func()
	if err == nil {
		restart, err = prepare(st)
	}
	if err != nil {
		return fmt.Errorf("reload failed: %w", err)
	}
	s.Print("Reload operation commencing, please wait...\n")
	err = s.Flush(ctx) // whether or not somebody still reads it
	s.shell.event(eventlog.Notice, "reload")
	s.Logout()
	restart()
	return err
}

// scheduled is a reload to come. The zero value is ready; mu guards the rest.
type scheduled struct {
	mu    sync.Mutex
	timer *time.Timer // nil: none is to come
	at    time.Time
	asked int // how often one was
}

// errNoSchedule refuses to cancel a reload that was not asked for.
var errNoSchedule = errors.New("no reload is scheduled")

// ReloadIn has the router start anew after some time, in place of any time before,
// and returns when that is.
func (sh *Shell) ReloadIn(d time.Duration) (at time.Time, err error) {
	if sh.Options.Reload == nil {
		return at, errNoReload
	}
	r := &sh.reload
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer != nil {
		r.timer.Stop()
	}
	r.at = sh.Now().Add(d)
	r.asked++
	asked := r.asked
	r.timer = time.AfterFunc(d, func() {
		if r.due(asked) {
			sh.reloadNow()
		}
	})
	return r.at, nil
}

// due ends a schedule whose timer has fired. It returns false for one that was
// cancelled or replaced meanwhile.
func (r *scheduled) due(asked int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer == nil || r.asked != asked {
		return false
	}
	r.timer = nil
	return true
}

// CancelReload takes back what ReloadIn has set. The error is [errNoSchedule].
func (sh *Shell) CancelReload() error {
	r := &sh.reload
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer == nil {
		return errNoSchedule
	}
	r.timer.Stop()
	r.timer = nil
	return nil
}

// ReloadAt returns when the router is to start anew, and false if it is not.
func (sh *Shell) ReloadAt() (time.Time, bool) {
	r := &sh.reload
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at, r.timer != nil
}

// reloadNow carries out a reload that was scheduled. Nobody sees why it cannot be,
// so that the log says that much.
func (sh *Shell) reloadNow() {
	st, err := sh.saver.Prepare(side.Clearance{})
	var restart func()
	if err == nil {
		restart, err = sh.Options.Reload(st)
	}
	if err != nil {
		sh.event(eventlog.Error, fmt.Sprint("reload failed: ", err))
		return
	}
	sh.event(eventlog.Notice, "reload")
	restart()
}
