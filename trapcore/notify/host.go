package notify

import (
	"context"
	"net/netip"
	"sync/atomic"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// host is one trap host at work: its record, queue and counters. The record is
// replaced as a whole under the originator's mutex; whoever reads it takes it once.
type host struct {
	o    *Originator
	addr netip.Addr
	side side.Side
	rec  atomic.Pointer[record]
	may  atomic.Pointer[permit]
	q    queue
	c    hostCounters
	acks ackTimes
	base atomic.Pointer[HostCounters]
	// ids are the host's own: what one host is sent says nothing about another,
	// least of all about one of the other side.
	ids  *snmp.IDs
	down atomic.Bool // it did not answer when it was tried last

	done <-chan struct{}
	ctx  context.Context // ends with the host; for probes
	stop func()
}

// record is the configuration of a host; it never changes.
type record struct {
	Host
	Queue
}

// newHost returns a host whose worker is not running yet.
func newHost(o *Originator, of side.Side, line Host, off bool) *host {
	h := &host{o: o, addr: line.Address, side: of, ids: snmp.NewIDs(o.opts.IDSeed)}
	h.rec.Store(&record{Host: line, Queue: DefaultQueue()})
	h.q.init(MinQueueSize, DropLastIn)
	h.q.off = off
	ctx, cancel := context.WithCancel(context.Background())
	h.ctx, h.done = ctx, ctx.Done()
	h.stop = func() {
		cancel()
		h.drop(h.q.close(), HostRemoved)
	}
	return h
}

// accepts is the host stage: category, filter, user and view. Secure traps do
// not exist for ordinary records.
func (h *host) accepts(t *trap) bool {
	if t.n.Secure() && h.side != side.Secure {
		return false
	}
	if t.tally != nil {
		t.tally.offer(h)
	}
	rec := h.rec.Load()
	switch {
	case !rec.wants(t.n.Category), !t.n.Severity.Passes(rec.Filter):
		h.c.discards.Add(1)
		h.tell(t, Filtered)
	case rec.Version == snmp.Version3 && !h.permit(rec).allows(t.n):
		h.c.discards.Add(1)
		h.tell(t, h.permit(rec).refusal())
	case t.bad:
		h.c.badEncoding.Add(1)
		h.tell(t, BadEncoding)
	default:
		return true
	}
	return false
}

// offer puts a trap that the host accepts into its queue, by way of the
// notification log if the host has one.
func (h *host) offer(t *trap) {
	if !h.accepts(t) {
		return
	}
	// Logs belong to the ordinary record: the other must leave no trace in them.
	if h.side == side.Ordinary && h.o.log.on.Load() {
		if oldest, out, ok := h.o.log.push(h, t); ok {
			h.settle(t, oldest, out)
			return
		}
	}
	oldest, out := h.q.push(t)
	h.settle(t, oldest, out)
}

// settle counts what a full queue, or one that is switched off, has dropped.
func (h *host) settle(t, oldest *trap, out outcome) {
	switch out {
	case droppedThis:
		h.queueFull(1)
		h.tell(t, QueueFull)
	case droppedOldest:
		h.queueFull(1)
		h.tell(oldest, QueueFull)
		oldest.release()
	case refused:
		h.tell(t, h.closing())
	}
}

// closing is the fate of what a queue that takes nothing more drops.
func (h *host) closing() Fate {
	if h.ctx.Err() != nil {
		return HostRemoved
	}
	return AgentOff
}

func (h *host) queueFull(n int) {
	h.c.queueFull.Add(uint32(n))
	h.o.agent[h.side].noQueue.Add(uint32(n))
}

// permit is what the users and views of one moment let a record's user have.
type permit struct {
	users   *snmp.Snapshot
	name    string
	user    *snmp.User // nil: no such user on the record's side, or not authorised
	allowed []bool     // by notification.index
}

func (p *permit) allows(n *notification) bool { return p.allowed[n.index] }

// refusal is the fate of a trap that is not allowed.
func (p *permit) refusal() Fate {
	if p.user == nil {
		return NoUser
	}
	return OutsideView
}

// permit returns the permit for now; it is worked out again only when the
// users, views or the record have changed.
func (h *host) permit(rec *record) *permit {
	users := h.o.opts.Users.Snapshot()
	if p := h.may.Load(); p != nil && p.users == users && p.name == rec.SecurityString {
		return p
	}
	p := newPermit(users, rec.SecurityString, h.side)
	h.may.Store(p)
	return p
}

func newPermit(users *snmp.Snapshot, name string, of side.Side) *permit {
	p := &permit{users: users, name: name, allowed: make([]bool, len(notifications))}
	u, ok := users.User(name)
	if !ok || u.Side() != of || of == side.Secure && !users.MirrorAuthorised(name) {
		return p
	}
	p.user = u
	for i, n := range notifications {
		if of == side.Secure && !n.Secure() {
			// mirrorAdmin holds the mirror MIB alone, but hosts of secure traps have
			// other categories too: Policy Management 7.2, show snmp trap.
			p.allowed[i] = true
			continue
		}
		p.allowed[i] = users.NotifyAccess(name, n.OID)
		for _, o := range n.Objects {
			p.allowed[i] = p.allowed[i] && users.NotifyAccess(name, o.Instance0())
		}
	}
	return p
}
