package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"mirrorsh/cli/internal/config"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// Touched notes that an Exec command has changed the configuration, wherever.
func (s *Session) Touched() { s.touch() }

// touch notes that the session has configured something in virtual routers, or in all.
func (s *Session) touch(in ...*trapcore.VirtualRouter) {
	s.shell.touch(in...)
	s.unsaved, s.told = true, ""
}

// touch notes that something has been configured in virtual routers, or in all.
func (sh *Shell) touch(in ...*trapcore.VirtualRouter) {
	sh.kept.touch(in...) // first: who saves then finds it
	sh.saver.Touch()
}

// savedShell is the shell as the source of what is saved.
type savedShell struct{ *Shell }

func (s savedShell) Head() string         { return s.head() }
func (s savedShell) Store() state.Store   { return s.Shell.Store }
func (s savedShell) Retry() time.Duration { return cmp.Or(s.SaveRetry, config.Interval) }

func (s savedShell) Lines(of side.Side) (config.Text, error) {
	s.kept.refresh(s.Shell)
	return s.kept.text(of)
}

func (s savedShell) Anew() { s.kept.forget() }

func (s savedShell) NotSaved(err error) {
	s.event(eventlog.Error, notSaved(err).Error())
}

func notSaved(err error) error { return fmt.Errorf("configuration not saved: %w", err) }

// Changed tells the shell that the configuration was changed from elsewhere, by
// somebody of a side, in some virtual routers or in all, and saves it. The error is
// for that side.
func (sh *Shell) Changed(by side.Side, in ...string) error {
	var routers []*trapcore.VirtualRouter
	for _, name := range in {
		vr, ok := sh.Router.VirtualRouter(name)
		if !ok { // its lines go with it, whatever else there was
			routers = nil
			break
		}
		routers = append(routers, vr)
	}
	sh.touch(routers...)
	return sh.saver.Save(keeper(by))
}

// keeper is the clearance of the process itself, which keeps the files and the
// logs of both sides, each apart.
func keeper(of side.Side) side.Clearance { return side.Clear(of == side.Secure) }

// Close makes a last attempt at what could not be saved, and returns why the
// ordinary part cannot be.
func (sh *Shell) Close() error {
	_ = sh.CancelReload() // there may be none
	sh.aaa.Close()
	if err := sh.saver.Close(); err != nil {
		return notSaved(err)
	}
	return nil
}

// Save saves what the session has changed, and all others by then; a session that
// has changed nothing does not wait for them. Why something could not be saved is
// shown to a session that may know, unless SaveNow has, and is the *Refusal returned.
func (s *Session) Save(ctx context.Context) error {
	if !s.unsaved && s.shell.saver.Well(s.Clearance()) {
		return nil
	}
	s.unsaved = false
	err := s.shell.saver.Save(s.Clearance())
	if err == nil || s.told == err.Error() {
		return nil
	}
	refusal := &Refusal{Text: "% " + notSaved(err).Error()}
	if err := s.say(ctx, refusal.Text+"\n"); err != nil {
		return err
	}
	return refusal
}

// SaveNow writes the configuration to disk, changed or not, and reports whether
// it outlives the process.
func (s *Session) SaveNow() (kept bool, err error) {
	s.touch()
	if err := s.shell.saver.Write(s.Clearance()); err != nil {
		s.told = err.Error()
		return false, notSaved(err)
	}
	_, inMemory := s.shell.Store.(*state.Memory)
	return !inMemory, nil
}

// Startup returns the lines that the router starts with, as the session may see
// them. What waits to be saved is saved first, so that they do not tell when
// something was.
func (s *Session) Startup() (string, error) {
	_ = s.shell.saver.Save(s.Clearance()) // why not is said after the command
	text := s.shell.saver.Saved(s.Clearance())
	if text == "" {
		if _, err := s.shell.Store.ReadFile(config.StartupFile); errors.Is(err, fs.ErrNotExist) {
			return "", errSaved
		}
	}
	return config.Begin + text + config.End, nil
}

// saveSoon saves what the line of a script has changed, with others of the same
// second. The save at the end reports what goes wrong.
func (s *Session) saveSoon() { s.shell.saver.SaveSoon(s.Clearance()) }
