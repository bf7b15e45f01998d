package cli

import (
	"context"
	"errors"
	"fmt"

	"mirrorsh/trapcore/eventlog"
)

// ErrReload is the cause of a context that ends because the router reloads.
var ErrReload = errors.New("router reloads")

// ErrNoReload refuses a reload where nobody can start the router again.
var ErrNoReload = errors.New("router cannot be reloaded here")

// Reload saves the configuration and makes the process start the router anew.
// The session has ended then. The configuration is what is left: engine boots
// count up, everything volatile is gone.
func (s *Session) Reload(ctx context.Context) error {
	if s.shell.Options.Reload == nil {
		return ErrNoReload
	}
	if err := s.shell.attempt(s.SeesSecure(), true); err != nil {
		return fmt.Errorf("configuration not saved: %w", err)
	}
	s.Print("Reload operation commencing, please wait...\n")
	if err := s.Flush(ctx); err != nil {
		return err
	}
	s.shell.event(eventlog.Notice, "reload")
	s.Logout()
	s.shell.Options.Reload()
	return nil
}
