package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/coreos/go-systemd/v22/daemon"

	"mirrorsh/cli"
)

// startError is what keeps a router from starting, found after it has booted.
type startError struct{ error }

func (e startError) Unwrap() error { return e.error }

// serve runs the scripts and then listens until ctx ends. A refused line stops
// the start.
func (m *machine) serve(ctx context.Context, shell *cli.Shell) (session *cli.Session, err error) {
	if len(m.in) > 0 {
		session, m.in, err = runBatch(ctx, shell, m.config, m.in)
		if ctx.Err() != nil {
			return session, nil // asked to stop, or to reload
		}
		if err != nil && !(errors.Is(err, cli.ErrRefused) && m.keepGoing) {
			return session, err
		}
	}
	if err := shell.Load(); err != nil { // before somebody waits
		return session, startError{err}
	}
	stop, serr := m.services.start(ctx, shell)
	if serr != nil {
		return session, startError{serr}
	}
	m.services.say(func(service) bool { return true })
	say("ready")
	notifyManager(daemon.SdNotifyReady)
	<-ctx.Done()
	notifyManager(daemon.SdNotifyStopping)
	stop()
	return session, err
}

// notifyManager tells the service manager that started the program, if one did
// (sd_notify(3)).
func notifyManager(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		slog.Warn("the service manager is not told", "state", state, "error", err)
	}
}
