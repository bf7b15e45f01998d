package notify

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
