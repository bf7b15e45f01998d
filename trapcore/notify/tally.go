package notify

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Tally counts what becomes of the traps that one command raises. The zero
// value is ready; mu guards all fields.
type Tally struct {
	mu      sync.Mutex
	raised  int
	barred  []BarredTraps
	at      []*host
	of      []HostTally   // of each
	settled chan struct{} // closed when no trap waits; nil if nobody waits for that
}

// BarredTraps are traps that no host was offered, and why.
type BarredTraps struct {
	Reasons string
	Count   int
}

// HostTally is what became of the traps at one host.
type HostTally struct {
	To      netip.AddrPort
	Informs bool
	Down    bool       // the host does not answer now
	Waiting int        // queued, or informs on their way
	Fates   [fates]int // of all others; UnderWay are those of either that left at all
}

// Left is how many left the router: informs whether they were answered or not.
func (t *HostTally) Left() int {
	// An inform that went back into the queue leaves anew.
	return t.Fates[Sent] + min(t.Fates[UnderWay], t.Waiting+t.Fates[Acknowledged]+t.Fates[GivenUp]+t.Fates[Rejected])
}

// Offered is how many traps the host was offered.
func (t *HostTally) Offered() int {
	n := t.Waiting - t.Fates[UnderWay]
	for _, k := range t.Fates {
		n += k
	}
	return n
}

// Raised returns how many traps were raised, and those that no host was offered.
func (y *Tally) Raised() (n int, barred []BarredTraps) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.raised, slices.Clone(y.barred)
}

// Hosts returns what became of the traps so far, by host.
func (y *Tally) Hosts() []HostTally {
	y.mu.Lock()
	defer y.mu.Unlock()
	var all []HostTally
	for i, h := range y.at {
		y.of[i].Down = h.down.Load()
		all = append(all, y.of[i])
	}
	return all
}

// Wait returns when the fate of every trap is known, but of those that wait for
// a host which does not answer, or ctx ends.
func (y *Tally) Wait(ctx context.Context) {
	y.mu.Lock()
	open := 0
	for i, h := range y.at {
		if !h.down.Load() {
			open += y.of[i].Waiting
		}
	}
	if open == 0 {
		y.mu.Unlock()
		return
	}
	y.settled = make(chan struct{})
	settled := y.settled
	y.mu.Unlock()
	select {
	case <-settled:
	case <-ctx.Done():
	}
}

// raise counts a trap that was raised; without reasons it is offered to hosts.
func (y *Tally) raise(reasons string) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.raised++
	if reasons == "" {
		return
	}
	i := slices.IndexFunc(y.barred, func(b BarredTraps) bool { return b.Reasons == reasons })
	if i < 0 {
		i, y.barred = len(y.barred), append(y.barred, BarredTraps{Reasons: reasons})
	}
	y.barred[i].Count++
}

// offer notes that a trap is offered to a host; its fate there follows.
func (y *Tally) offer(h *host) {
	y.mu.Lock()
	y.host(h).Waiting++
	y.mu.Unlock()
}

func (y *Tally) host(h *host) *HostTally {
	i := slices.Index(y.at, h)
	if i < 0 {
		rec := h.rec.Load()
		i, y.at = len(y.at), append(y.at, h)
		y.of = append(y.of, HostTally{To: netip.AddrPortFrom(h.addr, rec.Port), Informs: rec.Informs})
	}
	return &y.of[i]
}

// count notes the fate of a trap.
func (y *Tally) count(h *host, f Fate) {
	y.mu.Lock()
	defer y.mu.Unlock()
	of := y.host(h)
	if of.Fates[f]++; f == UnderWay {
		return
	}
	of.Waiting--
	if y.settled != nil && !slices.ContainsFunc(y.of, func(t HostTally) bool { return t.Waiting > 0 }) {
		close(y.settled)
		y.settled = nil
	}
}

// barred is why the global stage lets no secure trap of that kind pass, "" if it does.
func (o *Originator) barred(s *snapshot, n *notification) string {
	filter, _ := s.settings.CategoryFilter(n.Category)
	var all []string
	for _, r := range []struct {
		holds  bool
		reason string
	}{
		{s.settings.Off, "snmp-server is off"},
		{!s.settings.Enabled.Has(n.Category), "category packetMirror is not enabled"},
		{!o.opts.MirrorTraps.Load(), "mirror trap-enable is off"},
		{!n.Severity.Passes(filter), "trapFilters of packetMirror"},
	} {
		if r.holds {
			all = append(all, r.reason)
		}
	}
	return strings.Join(all, ", ")
}
