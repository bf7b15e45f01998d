package notify

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// FaultTest is what to send.
type FaultTest struct {
	Faults  []*Fault
	All     bool // leaves out faults for which [Fault.All] is false
	Seconds int  // of faults that take them
	Count   int  // how often, to each host
	// Samples returns the n-th event of each kind, from 0, that messages tell of.
	Samples func(n int) []mirror.Event
}

// FaultReport says what was sent and what came of it.
type FaultReport struct {
	Messages int
	Verdicts Verdicts // of faults, not messages
	LeftOut  []string // faults that could not be had, and why
}

func (r *FaultReport) leaveOut(why string) {
	if !slices.Contains(r.LeftOut, why) {
		r.LeftOut = append(r.LeftOut, why)
	}
}

// FaultStatus says what was sent to a host and what came back.
type FaultStatus struct {
	Fault    *Fault
	Seconds  int // of a fault that takes them
	To       netip.AddrPort
	User     string
	Informs  bool
	Messages uint64 // datagrams
	Answers  Answers
	Verdicts Verdicts
	Last     time.Time
}

func (v *FaultStatus) same(w *FaultStatus) bool {
	return v.Fault == w.Fault && v.Seconds == w.Seconds && v.To == w.To && v.User == w.User && v.Informs == w.Informs
}

// maxFaultStatuses is how many are remembered: the oldest goes.
const maxFaultStatuses = 4096

// faults is what wrong messages need of their own, so that they use nothing of
// the engine's.
type faults struct {
	once  sync.Once // makes the next two
	ids   *snmp.IDs
	local *snmp.Engine

	mu   sync.Mutex // guards sent
	sent []FaultStatus
}

func (f *faults) start(e *snmp.Engine) {
	f.once.Do(func() {
		f.ids = snmp.NewIDs(binary.BigEndian.Uint32(random(4)))
		f.local = e.Forger()
	})
}

func (f *faults) count(v *FaultStatus) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.sent, func(s FaultStatus) bool { return s.same(v) })
	if i < 0 {
		if len(f.sent) == maxFaultStatuses {
			f.sent = slices.Delete(f.sent, 0, 1)
		}
		f.sent = append(f.sent, *v)
		return
	}
	s := &f.sent[i]
	s.Messages += v.Messages
	s.Answers = s.Answers.plus(v.Answers)
	s.Verdicts = s.Verdicts.plus(v.Verdicts)
	s.Last = v.Last
}

// errNoReceiverEngine is the error of wrong informs to a host that answers no
// discovery, so that its engine ID is not known.
var errNoReceiverEngine = errors.New("no answer to the discovery of its engine")

// SendFault sends wrong messages to the secure hosts that would get the right
// ones, past their queues and counters, and waits for what comes back. Errors are
// [ErrSecureTrapsOff], [ErrNoSecureHost], those that wrap [errNoReceiverEngine],
// a [notApplicableError] if nothing could be sent, that of ctx, or of the network.
func (x Secure) SendFault(ctx context.Context, test FaultTest) (FaultReport, error) {
	o := x.o
	var report FaultReport
	s := o.current.Load()
	if s.settings.Off || !o.opts.MirrorTraps.Load() || !slices.ContainsFunc(test.Samples(0), func(ev mirror.Event) bool {
		return s.settings.passes(notificationOf(ev).Notification)
	}) {
		return report, ErrSecureTrapsOff
	}
	o.faults.start(o.opts.Engine)
	found := false
	var cannot error
	for _, h := range s.hosts {
		rec := h.rec.Load()
		if h.side != side.Secure || !slices.ContainsFunc(test.Samples(0), func(ev mirror.Event) bool { return h.gets(s, rec, notificationOf(ev)) }) {
			continue
		}
		found = true
		if err := o.faultsTo(ctx, s, h, rec, &test, &report); err != nil {
			var no *notApplicableError
			if !errors.As(err, &no) {
				return report, err
			}
			cannot = err
		}
	}
	switch {
	case !found:
		return report, ErrNoSecureHost
	case report.Messages == 0 && cannot != nil:
		return report, cannot
	}
	return report, nil
}

// gets reports whether a host would get a notification.
func (h *host) gets(s *snapshot, rec *record, n *notification) bool {
	return s.settings.passes(n.Notification) && rec.wants(n.Category) && n.Severity.Passes(rec.Filter) && h.permit(rec).allows(n)
}

// faultsTo sends the messages of one host. A [notApplicableError] is that of the
// last fault that could not be had.
func (o *Originator) faultsTo(ctx context.Context, s *snapshot, h *host, rec *record, test *FaultTest, report *FaultReport) error {
	x, err := o.exchange(h, rec)
	if err != nil {
		return err
	}
	defer x.close()
	if rec.Informs {
		if err := x.discover(ctx); err != nil {
			return fmt.Errorf("%v: %w", x.to, err)
		}
	}
	var cannot error
	for n := range test.Count {
		for _, fault := range test.Faults {
			if test.All && !fault.All(rec.Informs) {
				if !fault.seconds {
					report.leaveOut(fault.String() + ": a correct receiver refuses all traps that follow")
				}
				continue
			}
			for _, ev := range test.Samples(n) {
				if !h.gets(s, rec, notificationOf(ev)) {
					continue
				}
				err := x.send(ctx, fault, test.Seconds, ev, report)
				var no *notApplicableError
				if errors.As(err, &no) {
					report.leaveOut(no.Error())
					cannot = err
				} else if err != nil {
					x.settle(ctx, report, false)
					return err
				}
			}
		}
	}
	x.settle(ctx, report, true)
	if err := ctx.Err(); err != nil {
		return err
	}
	return cannot
}
