package radius

import (
	"slices"

	"mirrorsh/trapcore/side"
)

// ClientStatus is a client and the state of its port.
type ClientStatus struct {
	Client
	Open bool // the port it needs is open
}

// Clients returns the clients of a virtual router by address.
func (s *Server) Clients(router string) []ClientStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ClientStatus
	for _, c := range s.members(router) {
		p := s.ports[c.Port]
		all = append(all, ClientStatus{c.Client, p != nil && p.conn != nil})
	}
	return all
}

// Statistics returns the counters of a virtual router as a reader sees them, since
// the baseline if delta is set.
func (s *Server) Statistics(router string, reader side.Clearance, delta bool) Statistics {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Statistics{InvalidClients: s.invalid}
	if g := s.groups[router]; g != nil && delta {
		st.InvalidClients -= g.baselineInvalid
	}
	for _, c := range s.members(router) {
		v := c.stats
		if delta {
			v = v.since(&c.baseline)
		}
		v.Address, v.Port = c.Address, c.Port
		st.Clients = append(st.Clients, v.as(reader))
	}
	return st
}

// Baseline makes the counters that a reader sees the baseline of a virtual router.
func (s *Server) Baseline(router string, reader side.Clearance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.group(router).baselineInvalid = s.invalid
	for _, c := range s.members(router) {
		was := c.baseline.mirroring
		c.baseline = c.stats
		if !reader.Sees(side.Secure) {
			c.baseline.mirroring = was
		}
	}
}

func (s *Server) members(router string) []*client {
	g := s.groups[router]
	if g == nil {
		return nil
	}
	all := make([]*client, 0, len(g.clients))
	for _, c := range g.clients {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *client) int { return a.Address.Compare(b.Address) })
	return all
}
