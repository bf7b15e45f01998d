package remote

import (
	"net/netip"
	"time"
)

// guesses are the wrong passwords that have come from a source.
type guesses struct {
	count int
	last  time.Time
}

// Wrong passwords are forgotten with a right one and after a while; so are the
// oldest of very many sources.
const (
	forgetAfter = 10 * time.Minute
	maxGuessers = 4096
	maxCount    = 5
)

// penalty is how long a password from an address has to wait.
func (s *Server) penalty(from netip.Addr) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.wrong[source(from)]
	if time.Since(g.last) > forgetAfter {
		return 0
	}
	return time.Duration(g.count) * s.Penalty
}

// forgive forgets the wrong passwords of whoever knows the right one.
func (s *Server) forgive(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wrong, source(from))
}

// guessed notes a wrong password. If very many sources guess, the one that has
// waited longest since makes room.
func (s *Server) guessed(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := source(from)
	g, known := s.wrong[at]
	if !known && len(s.wrong) >= maxGuessers {
		oldest := at
		for other, since := range s.wrong {
			if oldest == at || since.last.Before(s.wrong[oldest].last) {
				oldest = other
			}
		}
		delete(s.wrong, oldest)
	}
	now := time.Now()
	if now.Sub(g.last) > forgetAfter {
		g = guesses{}
	}
	s.wrong[at] = guesses{min(g.count+1, maxCount), now}
}
