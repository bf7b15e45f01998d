package notify

import "mirrorsh/trapcore/side"

// Baseline keeps the counters that the viewer sees as they are, for
// [Originator.BaselineOf] and [HostView].
func (o *Originator) Baseline(viewer side.Side) {
	for of := side.Ordinary; of <= viewer; of++ {
		c := o.Counters(of)
		o.agent[of].base.Store(&c)
	}
	for _, h := range o.current.Load().hosts {
		if h.side <= viewer {
			c := h.c.values()
			h.base.Store(&c)
		}
	}
}

// BaselineOf returns the counters of a side at the last baseline, zero before.
func (o *Originator) BaselineOf(of side.Side) (c Counters) {
	if b := o.agent[of].base.Load(); b != nil {
		c = *b
	}
	return c
}

// Since returns what has been counted since b.
func (c Counters) Since(b Counters) Counters {
	return Counters{
		Received:       c.Received - b.Received,
		Local:          c.Local - b.Local,
		Proxied:        c.Proxied - b.Proxied,
		GlobalDiscards: c.GlobalDiscards - b.GlobalDiscards,
		NoMemory:       c.NoMemory - b.NoMemory,
		NoQueue:        c.NoQueue - b.NoQueue,
		NotAble:        c.NotAble - b.NotAble,
		Discarded:      c.Discarded - b.Discarded,
		Out:            c.Out - b.Out,
		ProxyOut:       c.ProxyOut - b.ProxyOut,
	}
}

// Since returns what has been counted since b.
func (c HostCounters) Since(b HostCounters) HostCounters {
	return HostCounters{
		Sent:         c.Sent - b.Sent,
		Discards:     c.Discards - b.Discards,
		BadEncoding:  c.BadEncoding - b.BadEncoding,
		QueueFull:    c.QueueFull - b.QueueFull,
		NoResponse:   c.NoResponse - b.NoResponse,
		Acknowledged: c.Acknowledged - b.Acknowledged,
		Reports:      c.Reports - b.Reports,
	}
}
