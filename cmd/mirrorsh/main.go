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
	"flag"
	"fmt"
	"log/slog"
	"os"
	"time"

	"golang.org/x/term"

	"mirrorsh/cli"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/state"
)

// version is the release, as show version has it.
const version = "0.1.0"

// Exit statuses (contract, product.md); 128 + n is signal n.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
	exitPending = 3
	exitStart   = 4
	exitSignal  = 128
)

func main() {
	c, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(exitDone)
	case err != nil:
		os.Exit(exitUsage)
	case c.version:
		fmt.Println("mirrorsh", version)
		return
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.logLevel})))
	os.Exit(run(c))
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
	if err != nil {
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitUsage
	}
	store, err := openStore(c, in != nil && !c.isServe)
	if err != nil {
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitStart
	}
	defer store.Close()
	m := &machine{config: c, store: store, batch: in != nil, in: in}
	for {
		status, err := m.boot(ctx)
		switch {
		case errors.Is(err, cli.ErrReload):
			continue
		case err != nil:
			fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		}
		return status
	}
}

func openStore(c *config, batch bool) (state.Store, error) {
	if c.ephemeral || batch && c.state == "" {
		return state.NewMemory(time.Now), nil
	}
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
	if err != nil && !errors.As(err, &locked) && !errors.As(err, &damaged) {
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

func startRouter(c *config, store state.Store, events []eventlog.Entry) (*trapcore.Router, error) {
	boots, err := store.NextBoots()
	if err != nil {
		return nil, err
	}
	mac := c.mac
	if mac == nil {
		if mac, err = store.ChassisMAC(); err != nil {
			return nil, err
		}
	}
	return trapcore.New(trapcore.Options{Hostname: c.hostname, MAC: [6]byte(mac), Boots: boots, NextBoots: store.NextBoots, Prober: notify.ICMP{}, Files: store, Events: events, RADIUS: c.radius})
}

// finish lets queued traps leave and says how the run ended.
func finish(ctx context.Context, router *trapcore.Router, session *cli.Session, drain time.Duration, err error) int {
	waiting, stop := patient(drain)
	defer stop()
	pending := router.Drain(waiting)
	var sig signalError
	switch {
	case errors.As(context.Cause(ctx), &sig), errors.As(context.Cause(waiting), &sig):
		return exitSignal + int(sig.Signal)
	case errors.Is(err, cli.ErrRefused):
		return exitRefused
	case err != nil:
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitRefused
	}
	left := pending[0]
	if session != nil && session.SawSecure() {
		left += pending[1]
	}
	if left > 0 {
		fmt.Fprintf(os.Stderr, "mirrorsh: traps still queued or informs unacknowledged after %v: %d\n", drain, left)
		return exitPending
	}
	return exitDone
}

// stdinIsTerminal reports whether standard input is a terminal.
func stdinIsTerminal() bool { return term.IsTerminal(int(os.Stdin.Fd())) }
