package notify

import (
	"net/netip"
	"sync/atomic"

	"mirrorsh/securelog"
	"mirrorsh/trapcore/side"
)

// Fate is what became of a trap at a host that it was meant for.
type Fate int

const (
	Sent         Fate = iota // a trap: it left
	UnderWay                 // an inform: it left for the first time, its end follows
	Acknowledged             // an inform
	GivenUp                  // an inform: no answer in spite of all retries
	Rejected                 // an inform: the host answers with an error
	QueueFull
	NoAnswer    // the host answered no ping within pingTimeOut
	BadEncoding // a value does not fit its object, or the message no datagram
	NotSent     // the system refuses to send it
	NoUser      // the user is gone, or not authorised any more
	OutsideView
	Filtered
	AgentOff
	HostRemoved
	fates
)

var fateTable = [fates]struct {
	state  securelog.State
	reason string // "": the state says it all
}{
	Sent:         {securelog.Sent, ""},
	UnderWay:     {securelog.Sent, ""},
	Acknowledged: {securelog.Acknowledged, ""},
	GivenUp:      {securelog.GivenUp, ""},
	Rejected:     {securelog.GivenUp, "the host answers with an error"},
	QueueFull:    {securelog.Discarded, "queue full"},
	NoAnswer:     {securelog.Discarded, "host does not answer"},
	BadEncoding:  {securelog.Discarded, "bad encoding"},
	NotSent:      {securelog.Discarded, "the system does not send it"},
	NoUser:       {securelog.Discarded, "user not authorized"},
	OutsideView:  {securelog.Discarded, "notify view"},
	Filtered:     {securelog.Discarded, "trapFilters of the host"},
	AgentOff:     {securelog.Discarded, "agent off"},
	HostRemoved:  {securelog.Discarded, "host removed"},
}

// String says it in a word or two, and why.
func (f Fate) String() string {
	if f < 0 || f >= fates {
		return "?"
	}
	if r := fateTable[f]; r.reason != "" {
		return r.state.String() + " (" + r.reason + ")"
	}
	return fateTable[f].state.String()
}

// Losses counts informs and traps that were given up since their host did not
// answer, by side. It outlives hosts and virtual routers.
type Losses [side.Count]atomic.Uint64

// tell says what became of a secure trap to the secure log, and to the command
// that raised it. Whoever drops, sends or settles a trap calls it, before the
// queue forgets the trap.
func (h *host) tell(t *trap, f Fate) {
	h.o.opts.Watches.note(h, t, f)
	if !t.n.Secure() {
		return
	}
	if t.tally != nil {
		t.tally.count(h, f)
	}
	// What a filter of the host keeps out was never meant for it.
	if f != Filtered {
		h.audit(t, f, "")
	}
}

// drop tells of traps taken from the queue that are lost.
func (h *host) drop(traps []*trap, f Fate) {
	for _, t := range traps {
		h.tell(t, f)
		t.release()
	}
	h.q.done(len(traps))
}

// gaveUp counts traps and informs that a silent host has lost.
func (h *host) gaveUp(n int) {
	h.c.noResponse.Add(uint32(n))
	h.o.opts.Losses[h.side].Add(uint64(n))
}

// audit writes a secure trap to the secure log; fault is what is wrong with it.
func (h *host) audit(t *trap, f Fate, fault string) {
	log := h.o.opts.SecureLog
	if log == nil || !log.Captures(securelog.SNMPTrap, securelog.Severity(t.n.Severity)) {
		return
	}
	rec := h.rec.Load()
	log.AppendTrap(&securelog.Trap{
		Header:   securelog.Header{Time: h.o.opts.Now(), Router: h.o.opts.Router},
		Severity: securelog.Severity(t.n.Severity),
		State:    fateTable[f].state,
		Reason:   fateTable[f].reason,
		To:       netip.AddrPortFrom(h.addr, rec.Port),
		Version:  rec.Version,
		User:     rec.SecurityString,
		Name:     t.n.Name,
		Varbinds: t.list[t.own:],
		Fault:    fault,
	})
}
