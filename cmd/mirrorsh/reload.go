package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/pcap"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// machine is what outlives a reload of the router: the store, the services with
// their ports, and what is left of the scripts. mu guards next and restart.
type machine struct {
	*config
	store    state.Store
	capture  *pcap.File // nil: none
	batch    bool
	in       []cli.Source
	services services
	remotes  remotes
	shared   bool           // the engine ID is that of every ephemeral router
	refused  bool           // a command, before a reload
	saw      side.Clearance // of the sessions together
	lost     side.Sum       // given up or dropped before a reload

	mu      sync.Mutex
	next    *boot  // the router that a reload starts; nil: none
	restart func() // ends the router that runs, for next
}

// boot is a router with its shell, and what it starts with.
type boot struct {
	router  *trapcore.Router
	shell   *cli.Shell
	startup cli.Startup
	warm    bool // after a reload
}

// prepare makes a router that does nothing yet. Whatever can fail when a router
// is started is done here, or by its services.
func (m *machine) prepare() (*boot, error) {
	boots, err := m.store.NextBoots()
	if err != nil {
		return nil, err
	}
	if err := m.keepMAC(); err != nil {
		return nil, err
	}
	if m.model, err = modelOf(m.store, m.model); err != nil {
		return nil, err
	}
	dial := notify.DialUDP
	if m.noOffload {
		dial = notify.DialPlainUDP
	}
	release := cli.Release{Version: version, Built: built()}
	router, err := trapcore.New(trapcore.Options{
		Hostname: m.hostname, MAC: [6]byte(m.mac), Model: m.model, Release: release,
		Boots: boots, NextBoots: m.nextBoots, BootsBefore: m.store.BootsBefore,
		Dial: dial, Prober: notify.ICMP{}, Files: m.store, RADIUS: m.radius, Analyzer: m.analyzer, Capture: m.capture, Seed: m.seed,
	})
	if err != nil {
		return nil, err
	}
	shell, err := cli.New(cli.Options{
		Router:   router,
		Commands: command.All(),
		Sections: command.Sections(),
		Habits:   command.Habits(),
		Release:  release,
		Store:    m.store,
		Reload:   m.reload,
		Resolve:  resolveHost,
	})
	if err != nil {
		return nil, errors.Join(err, router.Close())
	}
	return &boot{router: router, shell: shell}, nil
}

// resolveHost finds the addresses of a host of the network of this machine.
func resolveHost(ctx context.Context, name string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", name)
}

// nextBoots counts up the boots of the router that runs, unless the next one has
// its own already.
func (m *machine) nextBoots() (int32, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next != nil {
		return 0, errors.New("the router is being reloaded")
	}
	return m.store.NextBoots()
}

// reload prepares the next router while this one runs.
func (m *machine) reload(st cli.Startup) (restart func(), err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next == nil { // by an operator who was faster
		if m.next, err = m.prepare(); err != nil {
			return nil, err
		}
		m.next.warm = true
	}
	m.next.startup = st
	return m.restart, nil
}

// run runs routers until the process is to end, and returns the exit status. The
// error is what kept the first one from starting.
func (m *machine) run(ctx context.Context) (status int, err error) {
	b, err := m.prepare()
	if err != nil {
		return exitStart, err
	}
	defer func() { m.services.close() }()
	if b.startup, err = b.shell.Startup(); err != nil {
		return exitStart, errors.Join(err, b.router.Close())
	}
	for b != nil {
		b, status, err = m.runOne(ctx, b)
	}
	return status, err
}

// runOne runs a router until it ends, and returns the next one, if it reloads.
func (m *machine) runOne(ctx context.Context, b *boot) (next *boot, status int, err error) {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	m.mu.Lock()
	m.restart = func() { stop(cli.ErrReload) }
	m.mu.Unlock()
	defer b.router.Close()
	defer func() { m.abandon(next) }()
	if err := b.shell.Run(running, b.startup, reportSkipped); err != nil {
		return nil, exitStart, err
	}
	if b.warm {
		b.router.WarmStart()
	} else {
		b.router.ColdStart()
	}
	session, err := m.operate(running, b.shell)
	if cerr := b.shell.Close(); cerr != nil && !m.batch { // of a batch it has been said
		slog.Error("the router ends", "error", cerr)
	}
	if start := (startError{}); errors.As(err, &start) {
		return nil, exitStart, start.error
	}
	var saw side.Clearance
	if session != nil {
		saw = session.Saw()
	}
	m.saw = m.saw.Or(saw)
	m.refused = m.refused || errors.Is(err, cli.ErrRefused)
	if errors.Is(context.Cause(running), cli.ErrReload) {
		return m.leave(b), exitDone, nil
	}
	if err == nil && m.refused {
		err = cli.ErrRefused
	}
	if m.isServe {
		ctx = context.WithoutCancel(ctx) // a signal is how serve is asked to stop
	}
	m.warnShared(b.router, saw)
	return nil, m.finish(ctx, b.router, err), nil
}

// abandon closes a router that was prepared and is not the next one after all.
func (m *machine) abandon(next *boot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.next != nil && m.next != next {
		_ = m.next.router.Close() // it holds nothing yet
	}
	m.next = nil
}

// operate runs the console or the scripts, or serves.
func (m *machine) operate(ctx context.Context, shell *cli.Shell) (session *cli.Session, err error) {
	if m.isServe {
		return m.serve(ctx, shell)
	}
	stop, err := m.services.start(ctx, shell)
	if err != nil {
		return nil, startError{err}
	}
	defer stop()
	// Beside a console or a script, only what nobody could know.
	_, port, _ := net.SplitHostPort(m.snmp)
	m.services.say(func(s service) bool {
		_, remote := s.(*remoteService)
		_, metrics := s.(*metricsService)
		return remote || metrics || s.Name() == snmpName && port == "0"
	})
	if m.batch {
		session, m.in, err = runBatch(ctx, shell, m.config, m.in)
		return session, err
	}
	return runConsole(ctx, shell, m.config)
}

// leave ends what is mirrored, lets the traps leave, and returns the router that
// goes on from here.
func (m *machine) leave(b *boot) *boot {
	m.mu.Lock()
	next := m.next
	m.mu.Unlock()
	next.startup = b.shell.Handover(next.startup)
	b.router.Reboot()
	waiting, stop := patient(m.drain)
	defer stop()
	pending, lost := b.router.Drain(waiting), b.router.Losses()
	m.lost = m.lost.Plus(lost).Plus(pending)
	next.router.Follow(b.router)
	return next
}

// reportSkipped says which line of the saved configuration was skipped, unless
// it is of the secure side.
func reportSkipped(file string, line int, reason string, of side.Side) {
	if of == side.Ordinary {
		slog.Error("saved configuration: line skipped", "file", file, "line", line, "reason", reason)
	}
}
