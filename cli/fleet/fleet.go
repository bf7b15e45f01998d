// Package fleet runs many routers in one process, for receivers that have to know
// thousands of engine IDs: it starts them, runs scripts on each, and commands at a
// rate. Each is a whole router with a shell, a session and an identity of its own;
// the grammar and the keys of passphrases are shared.
//
// It knows no flags and no terminal. What a router tells of itself goes by the
// clearance of its session.
package fleet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/state"
)

// MaxRouters is how many routers there can be.
const MaxRouters = state.MaxFleet

// atOnce is how many routers run commands at the same time: most commands wait
// for something.
const atOnce = 64

// Script is text that every router runs. The variable ROUTER is the number of the
// router, from 1.
type Script struct {
	Name, Text string
	Beside     fs.FS // as of [cli.Source]
}

// Options say what a fleet is made of.
type Options struct {
	Routers  int
	Identity string // with the number of a router, it makes its MAC address and engine ID
	Hostname string // with the number of a router, its host name
	Boots    int32  // of every engine; 0: from the clock, as of any router that keeps nothing
	// Source is the address that the first router sends from, the next one having
	// the next address; the zero Addr lets the system choose.
	Source  netip.Addr
	Release cli.Release
	Dial    notify.Dialer // nil: notify.DialUDP
	// Errors takes a line for each command that is refused: HOSTNAME: FILE:LINE: %
	// REASON, as far as there are not too many.
	Errors    io.Writer
	KeepGoing bool        // with the script, after a command that was refused
	Environ   cli.Environ // has the other variables that scripts and commands name; nil: none
}

// Fleet is routers that run. Its methods are for one goroutine, but Progress.
type Fleet struct {
	opts    Options
	members []*member
	keys    *keyring
	refused refusals
	done    atomic.Int64 // of what Progress tells
	total   atomic.Int64
	runs    runs
}

// member is a router with its session, which belongs to the goroutine whose turn
// it is.
type member struct {
	name    string
	router  *trapcore.Router
	shell   *cli.Shell
	turn    chan struct{} // holds one while it is somebody's
	session *cli.Session
	out     *bufio.Writer
	environ cli.Environ
	pace    pace
}

// take waits for one's turn, which ends with the func it returns.
func (m *member) take() (end func()) {
	m.turn <- struct{}{}
	return func() { <-m.turn }
}

// Start starts the routers. [Fleet.Close] ends them. The error is that of ctx, of
// the options, or of the first router that could not start.
func Start(ctx context.Context, o Options) (*Fleet, error) {
	if o.Routers < 1 || o.Routers > MaxRouters {
		return nil, fmt.Errorf("a fleet has 1 to %d routers", MaxRouters)
	}
	if o.Dial == nil {
		o.Dial = notify.DialUDP
	}
	f := &Fleet{opts: o, members: make([]*member, o.Routers), keys: newKeyring(), refused: refusals{out: o.Errors}}
	f.total.Store(int64(o.Routers))
	var err error
	if f.members[0], err = f.start(0, nil); err == nil {
		err = f.each(ctx, runtime.GOMAXPROCS(0), func(i int) error {
			if i == 0 {
				return nil
			}
			var err error
			f.members[i], err = f.start(i, f.members[0].shell)
			return err
		})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// start starts one router; like has what shells share, nil for the first.
func (f *Fleet) start(i int, like *cli.Shell) (*member, error) {
	store, boots := state.NewMemory(time.Now), f.opts.Boots
	if boots == 0 {
		var err error
		if boots, err = store.NextBoots(); err != nil {
			return nil, err
		}
	}
	m := &member{name: f.opts.Hostname + strconv.Itoa(i+1), turn: make(chan struct{}, 1), environ: f.environ(i + 1)}
	mac := [6]byte(state.IdentityMAC(f.opts.Identity, i+1))
	o := trapcore.Options{Hostname: m.name, MAC: mac, Boots: boots, Release: f.opts.Release, Dial: f.opts.Dial}
	if f.opts.Source.IsValid() {
		own := nth(f.opts.Source, i)
		o.RADIUS = own
		o.Dial = func(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
			if !from.IsValid() {
				from = own
			}
			return f.opts.Dial(from, to)
		}
	}
	var err error
	if m.router, err = trapcore.New(o); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	shell := cli.Options{Router: m.router, Release: f.opts.Release, Store: store, Like: like, MasterKey: f.keys.masterKey}
	if like == nil {
		shell.Commands, shell.Sections = command.All(), command.Sections()
	}
	m.shell, err = cli.New(shell)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", m.name, err), m.router.Close())
	}
	m.out = bufio.NewWriterSize(io.Discard, 16)
	m.session = m.shell.NewSession(cli.SessionOptions{Level: cli.LevelSecrets, Out: m.out})
	return m, nil
}

// environ has the variables of a router.
func (f *Fleet) environ(number int) cli.Environ {
	return func(name string) (string, bool) {
		if name == "ROUTER" {
			return strconv.Itoa(number), true
		}
		if f.opts.Environ == nil {
			return "", false
		}
		return f.opts.Environ(name)
	}
}

// nth is the address i addresses after one.
func nth(a netip.Addr, i int) netip.Addr {
	b := a.As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]) + uint32(i)
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

// each calls do with the number of each router, some at a time, until one fails or
// ctx ends.
func (f *Fleet) each(ctx context.Context, workers int, do func(i int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	f.done.Store(0)
	for range min(workers, len(f.members)) {
		all.Go(func() {
			for i := int(next.Add(1) - 1); i < len(f.members) && ctx.Err() == nil; i = int(next.Add(1) - 1) {
				if err := do(i); err != nil {
					stop(err)
				}
				f.done.Add(1)
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// Progress is how much of the step that goes on is done. Any goroutine may call it.
func (f *Fleet) Progress() (done, total int) { return int(f.done.Load()), int(f.total.Load()) }

// Run runs a script on every router. Errors are [cli.ErrRefused] if some router has
// refused a command, and that of ctx.
func (f *Fleet) Run(ctx context.Context, s Script) error {
	f.total.Store(int64(len(f.members)))
	before := f.refused.count()
	err := f.each(ctx, atOnce, func(i int) error {
		m := f.members[i]
		defer m.take()()
		batch := cli.Batch{
			Session: m.session, Out: m.out, Quiet: true, KeepGoing: f.opts.KeepGoing,
			Errors: f.refused.of(m.name), Environ: m.environ,
		}
		err := batch.Run(ctx, cli.Source{Name: s.Name, R: strings.NewReader(s.Text), Beside: s.Beside})
		m.session = batch.Session
		if errors.Is(err, cli.ErrRefused) {
			return nil // the others go on
		}
		return err
	})
	if err == nil && f.refused.count() > before {
		return cli.ErrRefused
	}
	return err
}

// Receivers returns the configuration that makes a receiver take the traps of all
// routers, in one of [command.ReceiverForms].
func (f *Fleet) Receivers(form string) (string, error) {
	var all command.Receivers
	for _, m := range f.members {
		if err := all.Add(m.session); err != nil {
			return "", fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return all.Configuration(form)
}

// Drain waits until what is queued has left, or ctx ends.
func (f *Fleet) Drain(ctx context.Context) {
	for _, m := range f.members {
		m.router.Drain(ctx)
	}
}

// Close ends all routers, and drops what is queued.
func (f *Fleet) Close() error {
	var failed []error
	for _, m := range f.members {
		if m != nil {
			m.session.Close()
			failed = append(failed, m.shell.Close(), m.router.Close())
		}
	}
	return errors.Join(failed...)
}

// Shells returns the shells in the order of the routers, for what listens.
func (f *Fleet) Shells() []*cli.Shell {
	all := make([]*cli.Shell, 0, len(f.members))
	for _, m := range f.members {
		all = append(all, m.shell)
	}
	return all
}
