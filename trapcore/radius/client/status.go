package client

// ServerStatus is a server and whether it is left alone now.
type ServerStatus struct {
	Server
	Dead bool
}

// Servers returns the servers of a kind in the order they are asked.
func (c *Client) Servers(k Kind) []ServerStatus {
	c.mu.Lock()
	defer c.mu.Unlock()
	all, now := []ServerStatus{}, c.opts.Now()
	for _, s := range c.groups[k].servers {
		all = append(all, ServerStatus{s.Server, now.Before(s.dead)})
	}
	return all
}

// ServerStatistics are the counters of a server.
type ServerStatistics struct {
	Server
	Statistics
}

// Statistics returns the counters of the servers of a kind, since the baseline if
// delta is set; and how many packets came from addresses that are no server's.
func (c *Client) Statistics(k Kind, delta bool) (all []ServerStatistics, invalid uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.groups[k]
	invalid = g.invalid
	if delta {
		invalid -= g.baseline
	}
	for _, s := range g.servers {
		st := s.stats
		if delta {
			st = st.since(&s.baseline)
		}
		all = append(all, ServerStatistics{s.Server, st})
	}
	return all, invalid
}

// Baseline lets the counters of a kind count from now on.
func (c *Client) Baseline(k Kind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.groups[k]
	g.baseline = g.invalid
	for _, s := range g.servers {
		s.baseline = s.stats
	}
}

// since returns the counters less those at a baseline. What waits and how long the
// last answer took are no counters.
func (st Statistics) since(b *Statistics) Statistics {
	of, at := st.counters(), b.counters()
	for i := range of {
		*of[i] -= *at[i]
	}
	return st
}

// counters are all that count.
func (st *Statistics) counters() []*uint64 {
	all := []*uint64{
		&st.Requests, &st.Rollovers, &st.Retransmissions, &st.Timeouts, &st.Malformed, &st.BadAuthenticators, &st.UnknownTypes, &st.Dropped,
		&st.Answers.Accepts, &st.Answers.Rejects, &st.Answers.Challenges,
	}
	for _, by := range []*ByStatus{&st.Accounted.Requests, &st.Accounted.Responses} {
		all = append(all, &by.Starts, &by.Interims, &by.Stops, &by.Others)
	}
	return all
}
