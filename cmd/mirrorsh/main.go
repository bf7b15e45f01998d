// Command mirrorsh is a JUNOSe-style router shell with an embedded SNMPv3 trap
// engine: flags and wiring, nothing else.
//
// Rules of its interface. Standard output carries what the session prints;
// standard error carries what is about the program, one line each, beginning
// with "mirrorsh:", and the refused lines of a batch as FILE:LINE: % REASON.
// Messages are in lower case, without a full stop, and say what to do.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// Exit statuses, as README.md has them; 128 + n is signal n.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
	exitPending = 3
	exitStart   = 4
	exitSignal  = 128
)

func main() {
	collectLater()
	if s := subcommandOf(os.Args[1:]); s != nil {
		os.Exit(s.main(os.Args[2:]))
	}
	c, err := parse(os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		os.Exit(exitDone)
	case err != nil:
		say("%v", err)
		os.Exit(exitUsage)
	case c.version:
		fmt.Println(versionLine(buildInfo()))
		return
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.logLevel})))
	os.Exit(run(c))
}

// collectLater has the collector begin with a heap that is larger than what the start
// makes, which is grammar and stays: it would go through that for nothing while somebody
// waits for the prompt. After the first time it does as always.
func collectLater() {
	if usual := debug.SetGCPercent(-1); usual >= 0 {
		runtime.SetFinalizer(new([64]byte), func(*[64]byte) { debug.SetGCPercent(usual) })
		debug.SetGCPercent(4 * usual)
	}
}

// run does what c asks and returns the exit status.
func run(c *config) int {
	if err := securelog.NoCoreDumps(); err != nil {
		slog.Warn("core dumps are not turned off", "error", err)
	}
	ctx, stop := untilSignal(context.Background())
	defer stop()
	in, err := openInput(ctx, c)
	var sig signalError
	if errors.As(err, &sig) {
		return exitSignal + int(sig.Signal)
	}
	ephemeral := c.isEphemeral(in != nil && !c.isServe)
	if err != nil {
		say("%v", err)
		return exitUsage
	}
	m := &machine{config: c, batch: in != nil, in: in}
	m.services = services{&snmpService{machine: m}, &radiusService{machine: m}, &remoteService{machine: m, protocol: m.ssh()}, &remoteService{machine: m, protocol: m.telnet()},
		&metricsService{machine: m, metricsPage: m.metrics()}, &metricsService{machine: m, metricsPage: m.secureMetrics()}}
	err = c.identify(ephemeral)
	switch {
	case err != nil:
	case ephemeral:
		m.store, m.shared = state.NewMemory(time.Now), c.mac == nil
	default:
		m.store, err = openStore(c)
	}
	if err != nil {
		say("%v", err)
		return exitStart
	}
	defer m.store.Close()
	stopCapture, err := m.record()
	if err != nil {
		say("%v", err)
		return exitStart
	}
	defer stopCapture()
	status, err := m.run(ctx)
	switch {
	case err == nil:
		return status
	case errors.As(context.Cause(ctx), &sig): // asked to end while it started
		return exitSignal + int(sig.Signal)
	}
	say("%v", err)
	return status
}

func openStore(c *config) (state.Store, error) {
	dir := c.state
	if dir == "" {
		var err error
		if dir, err = state.DefaultDir(); err != nil {
			return nil, fmt.Errorf("%w: give --state DIR, or --ephemeral", err)
		}
	}
	slog.Debug("state directory", "path", dir)
	d, err := state.Open(dir)
	var locked *state.LockedError
	var damaged *state.DamagedError
	var foreign *state.ForeignError
	if err != nil && !errors.As(err, &locked) && !errors.As(err, &damaged) && !errors.As(err, &foreign) {
		return nil, fmt.Errorf("%w: give --state another directory, or --ephemeral", err)
	}
	if err != nil {
		return nil, err
	}
	// Which files those were is not said: some are of the secure side.
	switch repaired, err := d.Repaired(); {
	case err != nil:
		slog.Warn("state directory: modes other than 0600, and 0700 of directories, cannot be changed: give its files to the user who runs the router", "path", dir, "error", err)
	case repaired:
		slog.Warn("state directory: modes were changed to 0600, and to 0700 of directories", "path", dir)
	}
	return d, nil
}

// finish lets queued traps leave and says how the run ended.
func (m *machine) finish(ctx context.Context, router *trapcore.Router, err error) int {
	waiting, stop := patient(m.drain)
	defer stop()
	pending := router.Drain(waiting)
	var sig signalError
	switch {
	case errors.As(context.Cause(ctx), &sig), errors.As(context.Cause(waiting), &sig):
		return exitSignal + int(sig.Signal)
	case errors.Is(err, cli.ErrRefused), errors.Is(err, access.ErrPasswords), errors.Is(err, aaa.ErrExec): // as the session has shown
		return exitRefused
	case err != nil:
		say("%v", err)
		return exitRefused
	}
	return m.undelivered(pending.As(m.saw), m.lost.Plus(router.Losses()).As(m.saw))
}

// undelivered says what did not get to its host in the whole run, as far as its
// sessions could know, and returns the exit status.
func (m *machine) undelivered(left, gone uint64) int {
	if !m.batch {
		gone = 0 // of a router that runs for long the counters tell
	}
	if left > 0 {
		say("traps still queued or informs unacknowledged after %v: %d", m.drain, left)
	}
	if gone > 0 {
		say("traps and informs given up since their host did not answer: %d", gone)
	}
	if left > 0 || gone > 0 {
		return exitPending
	}
	return exitDone
}

// stdinIsTerminal reports whether standard input is a terminal.
func stdinIsTerminal() bool { return term.IsTerminal(int(os.Stdin.Fd())) }
