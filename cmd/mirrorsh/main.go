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
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"mirrorsh/cli"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
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

// signalError is the cause of a context that a signal has ended.
type signalError struct{ syscall.Signal }

func (e signalError) Error() string { return e.String() }

// untilSignal returns a context that SIGINT, SIGTERM or SIGHUP ends.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case s := <-signals:
			cancel(signalError{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// run does what c asks and returns the exit status.
func run(c *config) int {
	if err := securelog.NoCoreDumps(); err != nil {
		slog.Warn("core dumps are not turned off", "error", err)
	}
	ctx, stop := untilSignal()
	defer stop()
	in, err := openInput(c)
	if err != nil {
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitUsage
	}
	router, store, err := start(c, in != nil)
	if err != nil {
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitStart
	}
	defer store.Close()
	defer router.Close()
	shell, err := startShell(ctx, router, store)
	if err != nil {
		fmt.Fprintf(os.Stderr, "mirrorsh: %v\n", err)
		return exitStart
	}
	router.ColdStart()
	var session *cli.Session
	if in != nil {
		session, err = runBatch(ctx, shell, c, in)
	} else {
		session, err = runConsole(ctx, shell, c)
	}
	return finish(ctx, router, session, c.drain, err)
}

// start opens the state and starts the router.
func start(c *config, batch bool) (*trapcore.Router, state.Store, error) {
	store, err := openStore(c, batch)
	if err != nil {
		return nil, nil, err
	}
	router, err := startRouter(c, store)
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return router, store, nil
}

func openStore(c *config, batch bool) (state.Store, error) {
	if c.ephemeral || batch && c.state == "" {
		return state.NewMemory(time.Now), nil
	}
	dir := c.state
	if dir == "" {
		var err error
		if dir, err = state.DefaultDir(); err != nil {
			return nil, fmt.Errorf("%w: give -state DIR, or -ephemeral", err)
		}
	}
	slog.Debug("state directory", "path", dir)
	return state.Open(dir)
}

func startRouter(c *config, store state.Store) (*trapcore.Router, error) {
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
	return trapcore.New(trapcore.Options{Hostname: c.hostname, MAC: [6]byte(mac), Boots: boots, Prober: notify.ICMP{}})
}

// finish lets queued traps leave and says how the run ended.
func finish(ctx context.Context, router *trapcore.Router, session *cli.Session, drain time.Duration, err error) int {
	waiting, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	pending := router.Drain(waiting)
	var sig signalError
	switch {
	case errors.As(context.Cause(ctx), &sig):
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
		fmt.Fprintf(os.Stderr, "mirrorsh: %d traps were still queued after %v\n", left, drain)
		return exitPending
	}
	return exitDone
}

// stdinIsTerminal reports whether standard input is a terminal.
func stdinIsTerminal() bool { return term.IsTerminal(int(os.Stdin.Fd())) }
