package notify

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Bounds and defaults of the notification log (RFC 3014; System Basics 11.3,
// "Configuring Trap Notification Logs").
const (
	MaxLogEntries = 500       // of all virtual routers together
	MaxAgeOut     = 214748364 // minutes
	DefaultAgeOut = 1440
	maxLogs       = 2 * MaxHosts // of a virtual router
)

// LogPool is the room that the notification logs of all virtual routers share.
// mu guards all of every log; only the mutex of a queue is taken under it.
type LogPool struct {
	mu      sync.Mutex
	made    int                           // logs there ever were
	limits  int                           // the entry limits of all logs together
	shared  int                           // entries of the logs without a limit
	holding map[*NotificationLog]struct{} // the logs with entries
	due     time.Time                     // nothing ages out before
}

// NewLogPool returns a pool of [MaxLogEntries].
func NewLogPool() *LogPool { return &LogPool{} }

func (p *LogPool) add(now, clock func() time.Time) *NotificationLog {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made++
	return &NotificationLog{pool: p, number: p.made, now: now, clock: clock, ageOut: DefaultAgeOut}
}

// never is later than anything ages out.
var never = time.Unix(1<<40, 0)

// age drops what has aged out of any log.
func (p *LogPool) age() {
	p.due = never
	for l := range p.holding {
		l.age()
		l.expect()
	}
}

// NotificationLog is the notification log of a virtual router (RFC 3014): a log
// for each trap host that has one, named by its address. It holds what was on
// its way to the ordinary record of the host and nothing of the secure side.
// Entries that have aged out are gone for whoever looks, and for the room that
// the others leave. Its methods may be called from any goroutine.
type NotificationLog struct {
	pool   *LogPool
	number int              // in the order they were made
	now    func() time.Time // the time shown
	clock  func() time.Time // of ages
	on     atomic.Bool      // whether a log is enabled

	// Guarded by pool.mu.
	closed         bool   // it takes no room any more
	limit          int    // 0: what the others leave
	ageOut         uint32 // minutes, 0: never
	logs           []*namedLog
	entries        []logged // oldest first
	logged, bumped uint32
	content        *LogContent // nil: to be made again
}

type namedLog struct {
	addr             netip.Addr
	enabled, include bool
	last             uint32 // index given last
	logged, bumped   uint32
}

// logged is an entry.
type logged struct {
	log    *namedLog
	index  uint32
	uptime uint32
	time   time.Time // of the router's clock
	at     time.Time // by what ages go by
	n      *notification
	own    []byte
	vbs    *[]snmp.Varbind // what own is, once somebody has asked
}

// Log returns the notification log.
func (o *Originator) Log() *NotificationLog { return o.log }

// lock locks the pool and drops what has aged out of any log: when a log was
// last used, and by whom, must make no difference to the room of another.
func (l *NotificationLog) lock() (unlock func()) {
	l.pool.mu.Lock()
	if len(l.pool.holding) > 0 && !l.clock().Before(l.pool.due) {
		l.pool.age()
	}
	return l.pool.mu.Unlock
}

// hold makes entries those of the log.
func (l *NotificationLog) hold(entries []logged) {
	p := l.pool
	if l.closed {
		entries = nil
	}
	if l.limit == 0 {
		p.shared += len(entries) - len(l.entries)
	}
	l.entries, l.content = entries, nil
	switch {
	case len(entries) == 0:
		delete(p.holding, l)
	case p.holding == nil:
		p.holding = map[*NotificationLog]struct{}{l: {}}
	default:
		p.holding[l] = struct{}{}
	}
}

// maxWait is the most minutes that the pool waits for something to age out: a
// [time.Duration] has no more than twice as many.
const maxWait = 146 * 365 * 24 * 60

// expect has the pool look again when the oldest entry ages out.
func (l *NotificationLog) expect() {
	if l.ageOut == 0 || len(l.entries) == 0 {
		return
	}
	if due := l.entries[0].at.Add(time.Duration(min(l.ageOut, maxWait)) * time.Minute); due.Before(l.pool.due) {
		l.pool.due = due
	}
}

func (l *NotificationLog) age() {
	if l.ageOut == 0 || len(l.entries) == 0 {
		return
	}
	now, n := l.clock(), 0
	for n < len(l.entries) && int64(now.Sub(l.entries[n].at)/time.Minute) >= int64(l.ageOut) {
		n++
	}
	if n > 0 {
		l.hold(slices.Delete(l.entries, 0, n))
	}
}

func (l *NotificationLog) find(addr netip.Addr) *namedLog {
	for _, n := range l.logs {
		if n.addr == addr {
			return n
		}
	}
	return nil
}

// Set makes the log of a trap host, which need not exist yet, or changes it.
// Enabled is adminStatus; includeVarbinds adds name and index of the log to the
// traps of the host. The error is [errHostAddress] for an address that no host
// has, or [errTooManyLogs].
func (l *NotificationLog) Set(addr netip.Addr, enabled, includeVarbinds bool) error {
	if !HostAddress(addr) {
		return errHostAddress
	}
	defer l.lock()()
	n := l.find(addr)
	if n == nil {
		if len(l.logs) == maxLogs {
			return errTooManyLogs
		}
		n = &namedLog{addr: addr}
		l.logs = append(l.logs, n)
	}
	n.enabled, n.include = enabled, includeVarbinds
	l.turn()
	return nil
}

// Remove removes a log with its entries. The error is [ErrNoLog].
func (l *NotificationLog) Remove(addr netip.Addr) error {
	defer l.lock()()
	n := l.find(addr)
	if n == nil {
		return ErrNoLog
	}
	l.logs = slices.DeleteFunc(l.logs, func(o *namedLog) bool { return o == n })
	l.hold(slices.DeleteFunc(l.entries, func(e logged) bool { return e.log == n }))
	l.turn()
	return nil
}

func (l *NotificationLog) turn() {
	l.content = nil
	l.on.Store(slices.ContainsFunc(l.logs, func(n *namedLog) bool { return n.enabled }))
}

// SetAgeOut sets after how many minutes entries go, 0 for never. The error is a
// [rangeError].
func (l *NotificationLog) SetAgeOut(minutes uint32) error {
	if err := inRange("ageOut", int64(minutes), 0, MaxAgeOut); err != nil {
		return err
	}
	defer l.lock()()
	l.ageOut, l.pool.due = minutes, time.Time{}
	return nil
}

// AgeOut returns after how many minutes entries go.
func (l *NotificationLog) AgeOut() uint32 {
	defer l.lock()()
	return l.ageOut
}

// SetEntryLimit sets how many entries this virtual router may hold, which no
// other one can have then; 0 leaves it with what the others leave. The error is
// a [rangeError] or, when they leave nothing, [errEntryLimit].
func (l *NotificationLog) SetEntryLimit(n uint32) error {
	defer l.lock()()
	left := l.left()
	switch {
	case n > 0 && left == 0:
		return errEntryLimit
	case n > 0 && int64(n) > int64(left):
		return &rangeError{What: "entryLimit", Min: 1, Max: int64(left)}
	}
	l.bound(int(n))
	holding := slices.SortedFunc(maps.Keys(l.pool.holding), func(a, b *NotificationLog) int { return cmp.Compare(a.number, b.number) })
	for _, other := range holding {
		other.shrink(other.room())
	}
	return nil
}

// left is what the limits of the others leave.
func (l *NotificationLog) left() int { return MaxLogEntries - (l.pool.limits - l.limit) }

// bound sets the limit.
func (l *NotificationLog) bound(limit int) {
	if l.closed {
		return
	}
	p, entries := l.pool, l.entries
	l.hold(nil) // who has no limit shares the room
	p.limits += limit - l.limit
	l.limit = limit
	l.hold(entries)
}

// EntryLimit returns how many entries this virtual router may hold.
func (l *NotificationLog) EntryLimit() uint32 {
	defer l.lock()()
	if l.limit > 0 {
		return uint32(l.limit)
	}
	return uint32(l.left())
}

// ConfiguredLimit returns what SetEntryLimit has set.
func (l *NotificationLog) ConfiguredLimit() uint32 {
	defer l.lock()()
	return uint32(l.limit)
}

// room is how many entries the log may hold now.
func (l *NotificationLog) room() int {
	if l.limit > 0 {
		return l.limit
	}
	return max(l.left()-(l.pool.shared-len(l.entries)), 0)
}

// shrink drops the oldest entries beyond n, and counts them.
func (l *NotificationLog) shrink(n int) {
	over := max(len(l.entries)-n, 0)
	for _, e := range l.entries[:over] {
		e.log.bumped++
		l.bumped++
	}
	if over > 0 {
		l.hold(slices.Delete(l.entries, 0, over))
	}
}

// push logs a trap for a host and pushes it to its queue; false if the host has
// no log that is on. Both happen under one lock, so that indexes arrive in order.
func (l *NotificationLog) push(h *host, t *trap) (oldest *trap, out outcome, ok bool) {
	defer l.lock()()
	n := l.find(h.addr)
	if n == nil || !n.enabled {
		return nil, queued, false
	}
	n.last = max(n.last+1, 1) // 0 is no index
	n.logged++
	l.logged++
	l.hold(append(l.entries, logged{
		log: n, index: n.last, uptime: t.uptime, time: l.now(), at: l.clock(), n: t.n, own: slices.Clone(t.list[t.own:]),
	}))
	l.expect()
	l.shrink(l.room())
	if n.include {
		t = t.logged(n)
		defer t.release()
	}
	oldest, out = h.q.push(t)
	return oldest, out, true
}

var (
	nlmLogName  = mib.MustOID("1.3.6.1.2.1.92.1.1.3.1.1")
	nlmLogIndex = mib.MustOID("1.3.6.1.2.1.92.1.3.1.1.1")
)

// logged is the trap with nlmLogName and nlmLogIndex of its entry behind its
// own varbinds.
func (t *trap) logged(n *namedLog) *trap {
	name := HostName(n.addr)
	instance := mib.OID{uint32(len(name))}
	for _, c := range []byte(name) {
		instance = append(instance, uint32(c))
	}
	c := newTrap(t.from, t.n, t.uptime)
	c.buf.Reset()
	c.buf.PutVarbind(nlmLogIndex.Sub(instance...).Sub(n.last), snmp.Unsigned(n.last))
	c.buf.PutVarbind(nlmLogName.Sub(instance...), snmp.OctetString(name))
	c.buf.PutRaw(t.list)
	c.list, c.own = c.buf.Bytes(), t.own
	return c
}

// close takes the log out of the pool.
func (l *NotificationLog) close() {
	defer l.lock()()
	l.hold(nil)
	l.bound(0)
	l.closed, l.logs = true, nil
	l.turn()
}
