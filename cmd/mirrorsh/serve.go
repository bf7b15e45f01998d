package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"mirrorsh/cli"
	"mirrorsh/cli/sshd"
)

// defaultSSH is where serve listens unless told otherwise; off says that
// something does not listen at all.
const (
	defaultSSH = "127.0.0.1:2222"
	off        = "off"
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
	stop, lerr := m.listen(ctx, shell)
	if lerr != nil {
		return session, startError{lerr}
	}
	<-ctx.Done()
	stop()
	return session, err
}

// listen opens what the router answers on besides its console. stop ends it,
// and returns when its sessions have ended. Whatever else listens is opened
// here, too, before anything is served.
func (m *machine) listen(ctx context.Context, shell *cli.Shell) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	stop = func() { cancel(); all.Wait() }
	// The router goes on trying a port for dynamic requests that is taken.
	if err := shell.Router.RADIUS().Open(); err != nil {
		slog.Warn("dynamic requests", "error", err)
	}
	if err := m.listenSNMP(ctx, shell, &all); err != nil {
		stop()
		return nil, err
	}
	addr := m.ssh
	if m.isServe {
		addr = cmp.Or(addr, defaultSSH)
	}
	if addr == "" || addr == off {
		return stop, nil
	}
	keys, err := m.keys(shell)
	if err != nil {
		stop()
		return nil, err
	}
	hosts, err := sshd.HostKeys(m.store)
	if err != nil {
		stop()
		return nil, err
	}
	listener, err := sshd.Listen(ctx, addr)
	if err != nil {
		stop()
		return nil, fmt.Errorf("%w: give --ssh another address, or off", err)
	}
	fmt.Fprintf(os.Stderr, "mirrorsh: SSH on %v\n", listener.Addr())
	server := sshd.New(sshd.Options{Shell: shell, HostKeys: hosts, Keys: keys})
	all.Go(func() {
		if err := server.Serve(ctx, listener); err != nil {
			slog.Error("SSH no longer listens", "error", err)
		}
	})
	return stop, nil
}

var errNobody = errors.New("nobody could log in over SSH: put a key into ~/.ssh/authorized_keys, name a file of keys with " +
	"--ssh-authorized-keys, or set a password in a script (line vty 0 4, then password TEXT)")

// keys returns the authorized keys, nil for none, and makes sure that somebody
// can log in to serve.
func (m *machine) keys(shell *cli.Shell) (*sshd.Keys, error) {
	var keys *sshd.Keys
	some := false
	if path := cmp.Or(m.sshKeys, sshd.DefaultKeys()); path != "" {
		var err error
		if keys, some, err = sshd.OpenKeys(path); err != nil {
			if m.sshKeys != "" {
				return nil, err
			}
			slog.Warn("authorized keys are not used", "error", err)
		}
	}
	if !some && !shell.Access().Usable() {
		if m.isServe {
			return nil, errNobody
		}
		slog.Warn("SSH: nobody can log in until a vty line has a password")
	}
	return keys, nil
}
