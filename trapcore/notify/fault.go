package notify

import (
	"context"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Fault is what is deliberately wrong with a message.
type Fault int

const (
	BadDigest Fault = iota
	ShortDigest
	WrongKey
	UnknownUser
	UnknownEngine
	BootsRollback
	TimeSkew
	Replay
	DuplicateID
	Truncated
	BadLength
	Reorder
	Unencrypted
	Oversize
)

var faultTable = []struct{ name, help string }{
	BadDigest:     {"bad-digest", "One bit of the MAC is wrong"},
	ShortDigest:   {"short-digest", "The MAC is one octet short"},
	WrongKey:      {"wrong-key", "Authenticated and encrypted with other keys"},
	UnknownUser:   {"unknown-user", "The user does not exist"},
	UnknownEngine: {"unknown-engine", "The authoritative engine does not exist"},
	BootsRollback: {"boots-rollback", "Engine boots are one less"},
	TimeSkew:      {"time-skew", "Engine time is ahead, or behind if the number is negative"},
	Replay:        {"replay", "A right message, and the same one again"},
	DuplicateID:   {"duplicate-id", "Two messages with the same identifiers"},
	Truncated:     {"truncated", "The second half is missing"},
	BadLength:     {"bad-length", "The outer length goes beyond the end"},
	Reorder:       {"reorder", "Three messages, the last one first"},
	Unencrypted:   {"unencrypted", "Authenticated, but in the clear"},
	Oversize:      {"oversize", "As long as a datagram can be"},
}

// Faults lists them in the order of the help.
func Faults() []Fault {
	all := make([]Fault, len(faultTable))
	for i := range all {
		all[i] = Fault(i)
	}
	return all
}

// String returns the keyword.
func (f Fault) String() string { return faultTable[f].name }

// Help says in a few words what is wrong.
func (f Fault) Help() string { return faultTable[f].help }

// FaultByName finds a fault by its keyword in any case.
func FaultByName(name string) (Fault, bool) {
	i := slices.IndexFunc(faultTable, func(r struct{ name, help string }) bool { return strings.EqualFold(r.name, name) })
	return Fault(i), i >= 0
}

// FaultTest is what to send.
type FaultTest struct {
	Fault Fault
	Skew  int // seconds, of TimeSkew
	Count int // how often, to each host
	// Sample returns the n-th event, from 0, that the messages tell of.
	Sample func(n int) mirror.Event
}

// FaultView says what was sent to a host.
type FaultView struct {
	Fault    Fault
	To       netip.AddrPort
	User     string
	Informs  bool
	Messages uint64 // datagrams
	Last     time.Time
}

// faults is what wrong messages need of their own, so that they use nothing of
// the engine's.
type faults struct {
	once  sync.Once // makes the next two
	ids   *snmp.IDs
	local *snmp.Engine

	mu   sync.Mutex // guards sent
	sent []FaultView
}

func (f *faults) start(e *snmp.Engine) {
	f.once.Do(func() {
		f.ids = snmp.NewIDs(binary.BigEndian.Uint32(random(4)))
		f.local = e.Forger()
	})
}

// ErrNoReceiverEngine is the error of a wrong inform to a host of which nothing
// is known yet.
var ErrNoReceiverEngine = errors.New("the engine of a host that takes informs is known only after its first inform")

// SendFault sends wrong messages to the secure hosts that would get the right
// ones, past their queues and counters. It returns how many datagrams left.
// Errors are [ErrSecureTrapsOff], [ErrNoSecureHost], [ErrNoReceiverEngine], that
// of ctx, or of the network.
func (x Secure) SendFault(ctx context.Context, test FaultTest) (sent int, err error) {
	o := x.o
	s := o.current.Load()
	n := notificationOf(test.Sample(0))
	if !s.settings.passes(n.Notification) || !o.opts.MirrorTraps.Load() {
		return 0, ErrSecureTrapsOff
	}
	o.faults.start(o.opts.Engine)
	err = ErrNoSecureHost
	for _, h := range s.hosts {
		rec := h.rec.Load()
		if h.side != side.Secure || !rec.wants(n.Category) || !n.Severity.Passes(rec.Filter) || !h.permit(rec).allows(n) {
			continue
		}
		var k int
		if k, err = o.faultsTo(ctx, h, rec, &test); err != nil {
			return sent + k, err
		}
		sent += k
	}
	if sent > 0 {
		err = nil
	}
	return sent, err
}

// faultsTo sends the messages of one host.
func (o *Originator) faultsTo(ctx context.Context, h *host, rec *record, test *FaultTest) (sent int, err error) {
	f := forger{o: o, user: h.permit(rec).user, engine: o.opts.Local.Identity().ID}
	if rec.Informs {
		peer := h.receiver.Load()
		if peer == nil {
			return 0, ErrNoReceiverEngine
		}
		f.engine, f.clock = peer.ID, peer.Clock
	}
	to := netip.AddrPortFrom(h.addr, rec.Port)
	conn, err := o.opts.Dial(netip.Addr{}, to)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	for i := range test.Count {
		if err := ctx.Err(); err != nil {
			return sent, err
		}
		ev := test.Sample(i)
		t := newTrap(o, notificationOf(ev), o.opts.Engine.Now().UpTime)
		t.fill(ev)
		wire, err := f.make(test, t)
		if err == nil {
			h.audit(t, Sent, test.Fault.String())
			var n int
			n, err = conn.Send(wire)
			sent += n
			o.faults.count(FaultView{
				Fault: test.Fault, To: to, User: rec.SecurityString, Informs: rec.Informs,
				Messages: uint64(n), Last: o.opts.Now(),
			})
		}
		t.release()
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

func (f *faults) count(v FaultView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.sent {
		if s := &f.sent[i]; s.Fault == v.Fault && s.To == v.To && s.User == v.User && s.Informs == v.Informs {
			s.Messages += v.Messages
			s.Last = v.Last
			return
		}
	}
	f.sent = append(f.sent, v)
}
