package ppp

import (
	"context"
	"slices"
	"sync"
	"time"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
)

// Servers are the RADIUS servers of a virtual router: a [client.Client].
type Servers interface {
	Authenticate(context.Context, client.Request) (*client.Answer, error)
	Account(context.Context, func() client.Request) (*client.Answer, error)
	Enter(client.Request)
	Accounts() bool // there is one to account to
}

// Method is a way to decide on a login, or to account for a session.
type Method uint8

const (
	RADIUS Method = iota
	None          // whoever comes is let in; nothing is accounted for
)

// Settings are those of a virtual router.
type Settings struct {
	Authentication []Method // tried in order until one decides
	Accounting     []Method
	Interim        time.Duration // between records of a session, unless its Access-Accept says; 0: none

	StopOnFailure bool // a login that a server has accepted and that fails is accounted for
	StopOnDeny    bool // so is one that a server refuses

	Session     time.Duration // a session may last, unless its Access-Accept says; 0: without end
	Idle        time.Duration // it may be without packets, unless its Access-Accept says; 0: without end
	IngressOnly bool          // packets to the subscriber do not count
}

// accounts reports whether servers account for sessions.
func (s *Settings) accounts() bool { return slices.Contains(s.Accounting, RADIUS) }

// DefaultSettings are what a virtual router begins with.
func DefaultSettings() Settings {
	return Settings{Authentication: []Method{RADIUS}, Accounting: []Method{RADIUS}, StopOnFailure: true}
}

// Bounds of the interim interval (JunosE Broadband Access 10.0, "Configuring Service
// Interim Accounting"; RFC 2869 section 5.16).
const (
	MinInterim = 10 * time.Minute
	MaxInterim = 24 * time.Hour
)

// Bounds of time-outs (JunosE Command Reference 15.1, "aaa timeout"). Those of servers
// that lie outside are moved to the nearest, but for a session that is to be shorter
// (Broadband Access 11.1, "aaa timeout").
const (
	MinIdle    = 300 * time.Second
	MaxIdle    = 24 * time.Hour
	MinSession = time.Minute
	MaxSession = 366 * 24 * time.Hour
)

// Options are what AAA works with.
type Options struct {
	Network  *network.Network
	Default  string                        // name of the default virtual router
	Servers  func(*network.Router) Servers // nil: the virtual router is gone
	Hostname func() string                 // NAS-Identifier
	Now      func() time.Time              // the router's clock; nil: time.Now
}

// AAA is that of a router. Its methods may be called from any goroutine. mu guards
// all state; nothing of another package is called under it, but timers.
type AAA struct {
	opts Options
	ctx  context.Context // of what waits for a server
	stop context.CancelFunc
	done sync.WaitGroup // senders, and sessions that time ends

	mu       sync.Mutex
	settings map[*network.Router]Settings
	sessions map[uint64]*session // by the number of the login
	ready    []*session          // that have records and no sender
	senders  int
	unsent   map[*network.Router]int // records
	sent     chan struct{}           // closed when one is
}

// New returns AAA of a network, which it follows. [AAA.Close] ends it.
func New(o Options) *AAA {
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &AAA{
		opts: o, settings: map[*network.Router]Settings{}, sessions: map[uint64]*session{},
		unsent: map[*network.Router]int{}, sent: make(chan struct{}),
	}
	a.ctx, a.stop = context.WithCancel(context.Background())
	o.Network.Listen(a)
	return a
}

// Settings returns those of a virtual router.
func (a *AAA) Settings(r *network.Router) Settings {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.of(r)
}

func (a *AAA) of(r *network.Router) Settings {
	if s, ok := a.settings[r]; ok {
		return s
	}
	return DefaultSettings()
}

// Set changes the settings of a virtual router, for logins to come. Servers that are to
// account for them are told before the first one; change may run twice.
func (a *AAA) Set(r *network.Router, change func(*Settings)) {
	if a.set(r, change, false) {
		return
	}
	if servers := a.opts.Servers(r); servers != nil {
		servers.Enter(a.accountingOn())
	}
	a.set(r, change, true)
}

// set does so; false: it has not, as accounting would begin with it.
func (a *AAA) set(r *network.Router, change func(*Settings), begin bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.of(r)
	before := s.accounts()
	s.Authentication, s.Accounting = slices.Clone(s.Authentication), slices.Clone(s.Accounting)
	change(&s)
	if !before && s.accounts() && !begin {
		return false
	}
	a.settings[r] = s
	return true
}

// Settle waits until the records of a virtual router, nil for all, have been sent or
// given up, or ctx ends.
func (a *AAA) Settle(ctx context.Context, r *network.Router) {
	for {
		sent, left := a.left(r)
		if left == 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-a.ctx.Done():
			return
		case <-sent:
		}
	}
}

// left counts the records that wait, and returns what says that one has left.
func (a *AAA) left(r *network.Router) (sent <-chan struct{}, count int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r != nil {
		return a.sent, a.unsent[r]
	}
	for _, n := range a.unsent {
		count += n
	}
	return a.sent, count
}

// Reboot ends all sessions for the servers, for a router that another one goes on for.
func (a *AAA) Reboot() {
	all := a.opts.Network.Subscribers()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range all {
		if s := a.sessions[l.Number]; s != nil {
			a.end(s, l, network.AdminReboot, true)
		}
	}
}

// Close drops what waits for a server, and what it would do later.
func (a *AAA) Close() {
	a.stop()
	a.mu.Lock()
	for _, s := range a.sessions {
		a.cancel(s)
	}
	a.mu.Unlock()
	a.done.Wait()
}
