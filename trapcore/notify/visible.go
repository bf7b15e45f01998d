package notify

import (
	"net/netip"

	"mirrorsh/trapcore/side"
)

// Visible is an originator for a reader: the hosts and counters that exist for
// it, and what it may change of them. What it does not see looks as though it
// did not exist.
type Visible struct {
	o *Originator
	c side.Clearance
}

// As opens the originator to a reader.
func (o *Originator) As(c side.Clearance) Visible { return Visible{o, c} }

// Hosts returns the hosts in the order they were made.
func (v Visible) Hosts() []HostStatus {
	var all []HostStatus
	for _, h := range v.hosts() {
		rec := h.rec.Load()
		all = append(all, HostStatus{
			Host: rec.Host, Queue: rec.Queue, Side: h.side, Pending: h.q.pending(),
			Counters: h.c.values(), Base: h.baseline(),
		})
	}
	return all
}

func (v Visible) hosts() []*host {
	var all []*host
	for _, h := range v.o.current.Load().hosts {
		if v.c.Sees(h.side) {
			all = append(all, h)
		}
	}
	return all
}

// SetHost makes the record of the line's address and side, or replaces it: the
// queue with what is in it, its limits and the counters stay. Errors are the
// refusals of this package.
//
// An ordinary v3 record may name a user that does not exist, or not on the
// ordinary side, which looks the same: its traps are discarded and counted as
// long as that is so. The user of a secure record must be authorised now, and
// is asked for again with every trap.
func (v Visible) SetHost(line Host) error {
	if !v.c.Sees(line.Side()) {
		return ErrPacketMirrorUser
	}
	return v.o.setHost(line)
}

// RemoveHost removes the records of an address with their queues. The error is
// [errNoHost].
func (v Visible) RemoveHost(addr netip.Addr) error { return v.o.remove(v.at(addr)) }

// RemoveSecureHost removes the secure record of an address. The error is [errNoHost].
func (v Visible) RemoveSecureHost(addr netip.Addr) error { return v.o.remove(v.secureAt(addr)) }

// SetQueue changes queue and ping settings of the records of an address. Errors
// are [errNoHost] or a [rangeError].
func (v Visible) SetQueue(addr netip.Addr, change QueueChange) error {
	return v.o.setQueue(change, v.at(addr))
}

// SetSecureQueue is SetQueue for the secure record of an address alone.
func (v Visible) SetSecureQueue(addr netip.Addr, change QueueChange) error {
	return v.o.setQueue(change, v.secureAt(addr))
}

func (v Visible) at(addr netip.Addr) func(*host) bool {
	return func(h *host) bool { return h.addr == addr.Unmap() && v.c.Sees(h.side) }
}

func (v Visible) secureAt(addr netip.Addr) func(*host) bool {
	at := v.at(addr)
	return func(h *host) bool { return h.side == side.Secure && at(h) }
}

// Traps are the counters of a side.
type Traps struct {
	Side     side.Side
	Counters Counters
	Base     Counters // at the last baseline
}

// Traps returns the counters of the sides that the reader sees, the ordinary one
// first.
func (v Visible) Traps() []Traps {
	var all []Traps
	for _, of := range side.Both {
		if !v.c.Sees(of) {
			continue
		}
		t := Traps{Side: of, Counters: v.o.agent[of].values()}
		if b := v.o.agent[of].base.Load(); b != nil {
			t.Base = *b
		}
		all = append(all, t)
	}
	return all
}

// Counters returns the counters of a side, zero for one that is not seen.
func (v Visible) Counters(of side.Side) (c Counters) {
	if v.c.Sees(of) {
		c = v.o.agent[of].values()
	}
	return c
}

// Baseline keeps the counters as they are, for [Traps] and [HostStatus].
func (v Visible) Baseline() {
	for _, of := range side.Both {
		if v.c.Sees(of) {
			c := v.Counters(of)
			v.o.agent[of].base.Store(&c)
		}
	}
	for _, h := range v.hosts() {
		c := h.c.values()
		h.base.Store(&c)
	}
}
