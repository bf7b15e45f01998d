package notify

import (
	"context"
	"net/netip"
	"sync/atomic"

	"mirrorsh/securelog"
	"mirrorsh/trapcore/snmp"
)

// host is one trap host at work: its record, queue and counters. The record is
// replaced as a whole under the originator's mutex; whoever reads it takes it once.
type host struct {
	o    *Originator
	addr netip.Addr
	side Side
	rec  atomic.Pointer[record]
	may  atomic.Pointer[permit]
	q    queue
	c    hostCounters
	base atomic.Pointer[HostCounters]
	// ids are the host's own: what one host is sent says nothing about another,
	// least of all about one of the other side.
	ids *snmp.IDs
	// receiver is the engine that acknowledges informs, nil while it is not known.
	receiver atomic.Pointer[Engine]

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
func newHost(o *Originator, side Side, line Host, off bool) *host {
	h := &host{o: o, addr: line.Address, side: side, ids: snmp.NewIDs(o.opts.IDSeed)}
	h.rec.Store(&record{Host: line, Queue: DefaultQueue()})
	h.q.init(MinQueueSize, DropLastIn)
	h.q.off = off
	ctx, cancel := context.WithCancel(context.Background())
	h.ctx, h.done = ctx, ctx.Done()
	h.stop = func() { h.q.close(); cancel() }
	return h
}

// accepts is the host stage: category, filter, user and view. Secure traps do
// not exist for ordinary records.
func (h *host) accepts(t *trap, bad bool) bool {
	if t.n.Secure() && h.side != Secure {
		return false
	}
	rec := h.rec.Load()
	switch {
	case !rec.wants(t.n.Category), !t.n.Severity.Passes(rec.Filter):
		h.c.discards.Add(1)
	case rec.Version == V3 && !h.permit(rec).allows(t.n):
		h.c.discards.Add(1)
	case bad:
		h.c.badEncoding.Add(1)
	default:
		return true
	}
	return false
}

// offer puts a trap that the host accepts into its queue, by way of the
// notification log if the host has one.
func (h *host) offer(t *trap, bad bool) {
	if !h.accepts(t, bad) {
		return
	}
	// Logs belong to the ordinary record: the other must leave no trace in them.
	if h.side == Ordinary && h.o.log.on.Load() {
		if out, ok := h.o.log.push(h, t); ok {
			h.settle(t, out)
			return
		}
	}
	h.settle(t, h.q.push(t))
}

// settle counts what became of a trap at the queue and writes the audit.
func (h *host) settle(t *trap, out outcome) {
	switch out {
	case droppedThis:
		h.queueFull(1)
		return
	case droppedOldest:
		h.queueFull(1)
	case refused:
		return
	}
	h.audit(t, "")
}

// audit writes a secure trap to the secure log; fault is what is wrong with it.
func (h *host) audit(t *trap, fault string) {
	log := h.o.opts.SecureLog
	if !t.n.Secure() || log == nil || !log.Captures(securelog.SNMPTrap, securelog.Severity(t.n.Severity)) {
		return
	}
	rec := h.rec.Load()
	log.AppendTrap(&securelog.Trap{
		Header:   securelog.Header{Time: h.o.opts.Now(), Router: h.o.opts.Router},
		Severity: securelog.Severity(t.n.Severity),
		To:       netip.AddrPortFrom(h.addr, rec.Port),
		Version:  securelog.Version(rec.Version),
		User:     rec.SecurityString,
		Name:     t.n.Name,
		Varbinds: t.list[t.own:],
		Fault:    fault,
	})
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

func newPermit(users *snmp.Snapshot, name string, side Side) *permit {
	p := &permit{users: users, name: name, allowed: make([]bool, len(notifications))}
	u, ok := users.User(name)
	if !ok || u.Side() != side || side == Secure && !users.MirrorAuthorised(name) {
		return p
	}
	p.user = u
	for i, n := range notifications {
		if side == Secure && !n.Secure() {
			// mirrorAdmin holds the mirror MIB alone, but the documented hosts of
			// secure traps list other categories too (reference snmp.md 4.3).
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
