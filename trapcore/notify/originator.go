package notify

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Options are what an originator works with. All fields are needed unless said
// otherwise.
type Options struct {
	Router      string // name of the virtual router, for the secure log
	Local       *snmp.LocalEngine
	Context     string // contextName
	Engine      *snmp.Engine
	Users       *snmp.LCD
	IDSeed      uint32         // where the message and request identifiers of each host start
	MirrorTraps *atomic.Bool   // juniPacketMirrorTrapEnable of the router
	SecureLog   *securelog.Log // nil: no audit
	// Audit is told of each ordinary trap that the global stage lets pass, with
	// its encoded varbinds, and keeps neither; nil: nobody is. It must not wait.
	Audit  func(ev Event, n *mib.Notification, varbinds []byte)
	Now    func() time.Time // for the secure log; nil: time.Now
	Clock  func() time.Time // what ages go by, with a monotonic reading; nil: time.Now
	Prober Prober           // nil: no ICMP, send errors alone open a ping window
	Dial   Dialer           // nil: [DialUDP]

	// Source returns the address of an interface of the virtual router; nil:
	// there are no interfaces. It must not wait for anything that raises traps.
	Source func(id network.InterfaceID) (netip.Addr, bool)
	// SourceRefused is told once of a trap source that this machine cannot send
	// from, so that the system chooses; nil: nobody is.
	SourceRefused func(id network.InterfaceID, addr netip.Addr)
	// Proxy returns the originator of the default virtual router, to whose hosts
	// trap proxy sends; nil in that one itself.
	Proxy func() *Originator
	Logs  *LogPool // room of the notification log; nil: all is its own
	Ports *Ports   // where the sockets of secure hosts are known; nil: nowhere
	// CountSecure is told of the addresses of secure hosts as they come and go, under
	// the lock of the originator; nil: nobody is.
	CountSecure func(by int, name string)

	Watches *Watches // who waits for what becomes of notifications; nil: nobody
	Losses  *Losses  // where what silent hosts have lost is counted; nil: nowhere else
}

// Originator is the notification originator of one virtual router. Its methods
// may be called from any goroutine. mu serialises changes of the configuration,
// which are published as a snapshot. Lock order: mu, then the mu of a queue;
// nothing is waited for under either.
type Originator struct {
	opts    Options
	mu      sync.Mutex
	current atomic.Pointer[snapshot]
	changes atomic.Uint64 // of records of hosts, counted once they are made
	closed  bool          // guarded by mu
	draft   Settings      // likewise: what a change makes of the settings
	workers sync.WaitGroup
	agent   [side.Count]agentCounters
	log     *NotificationLog
	faults  faults
	refused atomic.Pointer[netip.Addr] // the trap source told of last
}

// snapshot is the configuration at one moment; it never changes.
type snapshot struct {
	settings *Settings
	hosts    []*host // in the order they were made
	leaving  []*host // that only empty their queues, see [Originator.Leave]
}

// New returns an originator with default settings and no hosts, and its secure
// side, for the router alone. [Originator.Close] ends both.
func New(opts Options) (*Originator, Secure) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Dial == nil {
		opts.Dial = DialUDP
	}
	if opts.Logs == nil {
		opts.Logs = NewLogPool()
	}
	if opts.Ports == nil {
		opts.Ports = new(Ports)
	}
	if opts.Losses == nil {
		opts.Losses = new(Losses)
	}
	o := &Originator{opts: opts, log: opts.Logs.add(opts.Now, opts.Clock)}
	o.current.Store(&snapshot{settings: defaultSettings()})
	return o, Secure{o}
}

// Raise turns an ordinary event into traps. It never waits.
func (o *Originator) Raise(ev Event) {
	n := notificationOf(ev)
	s := o.admit(n)
	if s == nil {
		return
	}
	t := newTrap(o, n, o.opts.Engine.Now().UpTime)
	t.fill(ev)
	if o.opts.Audit != nil {
		o.opts.Audit(ev, n.Notification, t.list[t.own:])
	}
	o.spread(s, t)
	t.release()
}

// spread offers a trap to the hosts, and by trap proxy to those of the default
// virtual router.
func (o *Originator) spread(s *snapshot, t *trap) {
	for _, h := range s.hosts {
		h.offer(t)
	}
	for _, h := range o.proxied(t) {
		h.offer(t)
	}
}

// admit is the global stage. It returns the configuration to go on with, nil
// if the trap is discarded or the event was none.
func (o *Originator) admit(n *notification) *snapshot {
	if n == nil {
		return nil
	}
	of := side.Of(n.Secure())
	c := &o.agent[of]
	c.local.Add(1)
	s := o.current.Load()
	switch {
	case s.settings.Off:
		c.notAble.Add(1)
	case !s.settings.passes(n.Notification), of == side.Secure && !o.opts.MirrorTraps.Load():
		c.globalDiscards.Add(1)
	default:
		return s
	}
	return nil
}

func (o *Originator) setHost(line Host) error {
	line.Address = line.Address.Unmap()
	if !line.Informs {
		line.Retries, line.Timeout = DefaultRetries, DefaultTimeout
	}
	if err := line.validate(); err != nil {
		return err
	}
	of := line.Side()
	if of == side.Secure && (line.Version != snmp.Version3 || !o.opts.Users.Snapshot().MirrorAuthorised(line.SecurityString)) {
		return ErrPacketMirrorUser
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return errClosed
	}
	old := o.current.Load()
	if h := old.find(line.Address, of); h != nil {
		was := h.rec.Load()
		if was.Host == line {
			return nil
		}
		h.rec.Store(&record{Host: line, Queue: was.Queue})
		o.changes.Add(1)
		h.q.wake() // the worker may have informs on their way as the old line says
		return nil
	}
	if old.count(of) >= MaxHosts {
		return ErrTooManyHosts
	}
	h := newHost(o, of, line, old.settings.Off)
	o.current.Store(&snapshot{settings: old.settings, hosts: append(slices.Clip(old.hosts), h)})
	o.changes.Add(1)
	o.countSecure(1, h)
	o.workers.Go(newWorker(h).run)
	return nil
}

func (o *Originator) remove(which func(*host) bool) error {
	o.mu.Lock()
	old := o.current.Load()
	var gone, kept []*host
	for _, h := range old.hosts {
		if which(h) {
			gone = append(gone, h)
		} else {
			kept = append(kept, h)
		}
	}
	o.current.Store(&snapshot{settings: old.settings, hosts: kept, leaving: old.leaving})
	o.changes.Add(1)
	o.countSecure(-1, gone...)
	o.mu.Unlock()
	for _, h := range gone {
		h.stop()
	}
	if gone == nil {
		return errNoHost
	}
	return nil
}

func (o *Originator) countSecure(by int, hosts ...*host) {
	for _, h := range hosts {
		if h.side == side.Secure && o.opts.CountSecure != nil {
			o.opts.CountSecure(by, h.addr.String())
		}
	}
}

func (o *Originator) setQueue(change QueueChange, which func(*host) bool) error {
	if err := change.validate(); err != nil {
		return err
	}
	o.mu.Lock()
	var changed []*host
	for _, h := range o.current.Load().hosts {
		if which(h) {
			rec := *h.rec.Load()
			rec.Queue = change.apply(rec.Queue)
			h.rec.Store(&rec)
			o.changes.Add(1)
			changed = append(changed, h)
		}
	}
	o.mu.Unlock()
	if changed == nil {
		return errNoHost
	}
	for _, h := range changed {
		h.q.setLimits(func() (int, Full) { q := h.rec.Load().Queue; return q.Size, q.Full })
	}
	return nil
}

// Version counts the changes of records of hosts.
func (o *Originator) Version() uint64 { return o.changes.Load() }

// Drain waits until every queue is empty, its last trap has left and its last
// inform is acknowledged or given up, or ctx ends. It returns how many traps are still pending.
func (o *Originator) Drain(ctx context.Context) (pending side.Sum) {
	s := o.current.Load()
	hosts := append(slices.Clip(s.hosts), s.leaving...)
	for _, h := range hosts {
		h.q.wait(ctx)
	}
	for _, h := range hosts {
		pending.Add(h.side, uint64(h.q.pending()))
	}
	return pending
}

// Leave is for an originator that is to be closed once its last traps have
// left: from now on events reach none of its hosts, and its notification log is
// gone, however long the queues of either side take.
func (o *Originator) Leave() {
	o.mu.Lock()
	o.closed = true
	s := o.current.Load()
	o.current.Store(&snapshot{settings: s.settings, leaving: s.hosts})
	o.countSecure(-1, s.hosts...)
	o.mu.Unlock()
	o.log.close()
}

// Finish ends an originator that leaves: each host, with its socket, as soon as
// its own queue is empty or ctx ends.
func (o *Originator) Finish(ctx context.Context) {
	var hosts sync.WaitGroup
	for _, h := range o.current.Load().leaving {
		hosts.Go(func() {
			h.q.wait(ctx)
			h.stop()
		})
	}
	hosts.Wait()
	o.Close()
}

// Close drops what is queued and stops all workers. Events raised later go nowhere.
func (o *Originator) Close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	_ = o.remove(func(*host) bool { return true })
	for _, h := range o.current.Load().leaving {
		h.stop()
	}
	o.workers.Wait()
	o.log.close()
}

func (s *snapshot) find(addr netip.Addr, of side.Side) *host {
	for _, h := range s.hosts {
		if h.addr == addr && h.side == of {
			return h
		}
	}
	return nil
}

func (s *snapshot) count(of side.Side) (n int) {
	for _, h := range s.hosts {
		if h.side == of {
			n++
		}
	}
	return n
}
