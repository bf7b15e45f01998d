package cli

import (
	"context"
	"errors"
	"fmt"

	"mirrorsh/trapcore/eventlog"
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
