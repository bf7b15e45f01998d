package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/state"
)

// machine is what outlives a reload of the router: the store, the clock's
// setting, the messages logged, and what is left of the scripts.
type machine struct {
	*config
	store   state.Store
	batch   bool
	in      []cli.Source
	booted  bool
	refused bool // a command, before a reload
	offset  time.Duration
	events  []eventlog.Entry
}

// boot starts a router and runs it until the process is to end, and returns the
// exit status. The error is what kept it from starting, or cli.ErrReload.
func (m *machine) boot(ctx context.Context) (int, error) {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	router, err := startRouter(m.config, m.store, m.events)
	if err != nil {
		return exitStart, err
	}
	defer router.Close()
	if m.offset != 0 {
		router.SetClock(router.Now().Add(m.offset))
	}
	shell, err := startShell(running, router, m.store, func() { stop(cli.ErrReload) })
	if err != nil {
		return exitStart, err
	}
	if m.booted {
		router.WarmStart()
	} else {
		router.ColdStart()
	}
	m.booted = true
	session, err := m.operate(running, shell)
	if cerr := shell.Close(); cerr != nil && !m.batch { // of a batch it has been said
		slog.Error("the router ends", "error", cerr)
	}
	if start := (startError{}); errors.As(err, &start) {
		return exitStart, start.error
	}
	m.refused = m.refused || errors.Is(err, cli.ErrRefused)
	if errors.Is(context.Cause(running), cli.ErrReload) {
		m.leave(router)
		return exitDone, cli.ErrReload
	}
	if err == nil && m.refused {
		err = cli.ErrRefused
	}
	if m.isServe {
		ctx = context.WithoutCancel(ctx) // a signal is how serve is asked to stop
	}
	return finish(ctx, router, session, m.drain, err), nil
}

// operate runs the console or the scripts, or serves.
func (m *machine) operate(ctx context.Context, shell *cli.Shell) (session *cli.Session, err error) {
	if m.isServe {
		return m.serve(ctx, shell)
	}
	stop, err := m.listen(ctx, shell)
	if err != nil {
		return nil, startError{err}
	}
	defer stop()
	if m.batch {
		session, m.in, err = runBatch(ctx, shell, m.config, m.in)
		return session, err
	}
	return runConsole(ctx, shell, m.config)
}

// leave ends what is mirrored and lets the traps leave before a reload, and
// takes along what outlives it.
func (m *machine) leave(router *trapcore.Router) {
	router.Mirror().Shutdown(network.AdminReboot)
	waiting, stop := patient(m.drain)
	defer stop()
	router.Drain(waiting)
	m.offset = router.ClockOffset()
	m.events, _ = router.EventLog().Entries()
}
