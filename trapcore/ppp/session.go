package ppp

import (
	"cmp"
	"time"

	"layeh.com/radius/rfc2866"

	"mirrorsh/trapcore/network"
)

// session is one of a subscriber that is logged in. AAA.mu guards it, but for login
// and grant.
type session struct {
	login   network.Login
	grant   *grant
	began   time.Time // with a monotonic reading
	ended   bool
	told    bool        // servers know of it
	unborn  bool        // it is of a login that failed
	over    *time.Timer // when it has lasted as long as it may; nil: never
	interim *time.Timer // when the next interim record is due; nil: never
	every   time.Duration
	idle    idle

	records []record // that wait, in order
	busy    bool     // it has a sender, or waits for one
}

// record is something to account for.
type record struct {
	status  rfc2866.AcctStatusType
	at      time.Time       // with a monotonic reading
	stamp   time.Time       // by the router's clock
	lasted  time.Duration   // the session, up to then
	in, out network.Traffic // up to then
	cause   network.TerminationReason
}

// Changed follows the network.
func (a *AAA) Changed(ch network.Change) {
	switch ch := ch.(type) {
	case network.LoggedIn:
		a.begin(ch)
	case network.LoggedOut:
		served := a.served(ch.Router)
		a.mu.Lock()
		defer a.mu.Unlock()
		if s := a.sessions[ch.Number]; s != nil {
			a.end(s, ch.Login, ch.Reason, served)
		}
	case network.RouterRemoved:
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.settings, ch.Router)
	}
}

// begin follows a login.
func (a *AAA) begin(in network.LoggedIn) {
	g, _ := in.Authorization.(*grant)
	if g == nil {
		g = ungranted
	}
	served := a.served(in.Router)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		return
	}
	set := a.of(in.Router)
	over, quiet := cmp.Or(g.timeout, set.Session), cmp.Or(g.idle, set.Idle)
	if over <= 0 && quiet <= 0 && !set.accounts() {
		return // nothing will be done with it
	}
	s := &session{login: in.Login, grant: g, began: time.Now(), every: cmp.Or(g.interim, set.Interim)}
	if g.noInterim {
		s.every = 0
	}
	a.sessions[in.Number] = s
	if over > 0 {
		s.over = a.after(over, func() { a.expire(s) })
	}
	if quiet > 0 {
		s.idle = idle{limit: quiet, ingress: set.IngressOnly, quiet: s.began}
		s.idle.next = a.after(min(quiet, idlePoll), func() { a.look(s) })
	}
	if !set.accounts() {
		s.every = 0
		return
	}
	s.told = true
	if served {
		a.account(s, in.Login, rfc2866.AcctStatusType_Value_Start, 0)
	}
	if s.every > 0 {
		s.interim = a.after(s.every, func() { a.goOn(s) })
	}
}

// after runs f later, unless [AAA.Close] comes first. mu is held.
func (a *AAA) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		if a.enter() {
			defer a.done.Done()
			f()
		}
	})
}

// enter lets what a timer starts be waited for; false: it is too late for it.
func (a *AAA) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx.Err() != nil {
		return false
	}
	a.done.Add(1)
	return true
}

// expire ends a session whose time is over.
func (a *AAA) expire(s *session) {
	// It may have ended meanwhile.
	_ = a.opts.Network.LogoutNumber(s.login.Number, network.SessionTimeout)
}

// current is the login of a session as it is now; false: it has ended.
func (a *AAA) current(s *session) (network.Login, bool) {
	now, ok := a.opts.Network.NextSubscriber(s.login.Number - 1)
	return now, ok && now.Number == s.login.Number
}

// goOn accounts for a session that goes on.
func (a *AAA) goOn(s *session) {
	now, ok := a.current(s)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.ended {
		return
	}
	a.account(s, now, rfc2866.AcctStatusType_Value_InterimUpdate, 0)
	s.interim.Reset(s.every)
}

// end accounts for a session that has ended as it was last, unless nobody serves. mu is
// held.
func (a *AAA) end(s *session, last network.Login, why network.TerminationReason, served bool) {
	a.cancel(s)
	if s.told && served {
		a.account(s, last, rfc2866.AcctStatusType_Value_Stop, why)
	}
}

// cancel forgets a session. mu is held.
func (a *AAA) cancel(s *session) {
	s.ended = true
	delete(a.sessions, s.login.Number)
	for _, t := range []*time.Timer{s.over, s.interim, s.idle.next} {
		if t != nil {
			t.Stop()
		}
	}
}
