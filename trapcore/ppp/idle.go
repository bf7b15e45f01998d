package ppp

import (
	"time"

	"mirrorsh/trapcore/network"
)

// idle is what becomes of a session without packets. AAA.mu guards it.
type idle struct {
	limit   time.Duration // 0: nothing
	ingress bool          // packets to the subscriber do not count
	quiet   time.Time     // since then none was seen
	packets uint64        // that have been
	next    *time.Timer   // when it is looked at; nil: never
}

// idlePoll is how often a session is looked at: it ends up to that much later than it
// may, and never before.
const idlePoll = time.Minute

// look ends a session that has been without packets for long enough.
func (a *AAA) look(s *session) {
	now, ok := a.current(s)
	if ok && a.idled(s, now) {
		// It may have ended meanwhile.
		_ = a.opts.Network.LogoutNumber(s.login.Number, network.IdleTimeout)
	}
}

// idled reports whether a session has been; if not, it is looked at again.
func (a *AAA) idled(s *session, now network.Login) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.ended {
		return false
	}
	packets := now.In.Packets()
	if !s.idle.ingress {
		packets += now.Out.Packets()
	}
	if packets != s.idle.packets {
		s.idle.packets, s.idle.quiet = packets, time.Now()
	}
	left := s.idle.limit - time.Since(s.idle.quiet)
	if left > 0 {
		s.idle.next.Reset(min(left, idlePoll))
	}
	return left <= 0
}
