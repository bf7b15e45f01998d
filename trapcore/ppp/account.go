package ppp

import (
	"encoding/binary"
	"net/netip"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
)

// maxSenders is how many records wait for a server at once; the others wait for
// these. One server may have fewer sessions.
const maxSenders = 64

// served reports whether a virtual router has a server to account to. Without one no
// record is queued: to queue and drop it was a third of a login. mu is not held.
func (a *AAA) served(r *network.Router) bool {
	servers := a.opts.Servers(r)
	return servers != nil && servers.Accounts()
}

// account queues a record of a session. An interim record takes the place of one that
// still waits, so that a session has three at most. is has what has passed. mu is held.
func (a *AAA) account(s *session, is network.Login, status rfc2866.AcctStatusType, cause network.TerminationReason) {
	now := time.Now()
	r := record{status: status, at: now, stamp: a.opts.Now(), lasted: now.Sub(s.began), in: is.In, out: is.Out, cause: cause}
	if n := len(s.records); n > 0 && status == rfc2866.AcctStatusType_Value_InterimUpdate && s.records[n-1].status == status {
		s.records[n-1] = r
		return
	}
	s.records = append(s.records, r)
	a.unsent[s.login.Router]++
	if s.busy {
		return
	}
	s.busy = true
	a.ready = append(a.ready, s)
	if a.senders < maxSenders && a.ctx.Err() == nil {
		a.senders++
		a.done.Go(a.send)
	}
}

// send sends records until none waits.
func (a *AAA) send() {
	for {
		s, r, ok := a.next()
		if !ok {
			return
		}
		a.tell(s, r)
		a.finish(s)
	}
}

// next takes the first record of the session that waits longest; false: none does,
// and the sender ends.
func (a *AAA) next() (s *session, r record, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.ready) == 0 || a.ctx.Err() != nil {
		a.senders--
		return nil, r, false
	}
	s, a.ready[0] = a.ready[0], nil
	a.ready = a.ready[1:]
	if r, s.records = s.records[0], s.records[1:]; len(s.records) == 0 {
		s.records = nil // the session lasts, what has been sent need not
	}
	return s, r, true
}

// finish is for when a record has been sent or given up.
func (a *AAA) finish(s *session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	of := s.login.Router
	if a.unsent[of]--; a.unsent[of] == 0 {
		delete(a.unsent, of)
	}
	close(a.sent)
	a.sent = make(chan struct{})
	if s.busy = len(s.records) > 0; s.busy {
		a.ready = append(a.ready, s)
	}
}

// tell sends a record. One that no server takes is dropped (JunosE Broadband Access
// 12.0, "Configuring RADIUS Authentication and Accounting Servers"); the counters of
// the servers and the log have that.
func (a *AAA) tell(s *session, r record) {
	servers := a.opts.Servers(s.login.Router)
	if servers == nil {
		return
	}
	_, _ = servers.Account(a.ctx, func() client.Request { return client.Request{Attributes: a.record(s, r)} })
}

// record makes the attributes of a record.
func (a *AAA) record(s *session, r record) radius.Attributes {
	var to radius.Attributes
	number := func(t radius.Type, n uint32) { to.Add(t, radius.NewInteger(n)) }
	number(rfc2866.AcctStatusType_Type, uint32(r.status))
	to = append(to, a.about(s.login.Subscriber)...)
	for _, class := range s.grant.class {
		to.Add(classType, class)
	}
	number(rfc2866.AcctAuthentic_Type, uint32(s.grant.authentic()))
	number(rfc2866.AcctDelayTime_Type, uint32(time.Since(r.at)/time.Second))
	to.Add(rfc2869.EventTimestamp_Type, binary.BigEndian.AppendUint32(nil, uint32(r.stamp.Unix())))
	if r.status == rfc2866.AcctStatusType_Value_Stop {
		number(rfc2866.AcctTerminateCause_Type, terminateCause(r.cause))
	}
	if r.status == rfc2866.AcctStatusType_Value_Start || s.unborn {
		return to
	}
	number(rfc2866.AcctSessionTime_Type, uint32(r.lasted/time.Second))
	number(rfc2866.AcctInputOctets_Type, uint32(r.in.Octets))
	number(rfc2866.AcctOutputOctets_Type, uint32(r.out.Octets))
	number(rfc2866.AcctInputPackets_Type, packets(r.in))
	number(rfc2866.AcctOutputPackets_Type, packets(r.out))
	number(rfc2869.AcctInputGigawords_Type, uint32(r.in.Octets>>32))
	number(rfc2869.AcctOutputGigawords_Type, uint32(r.out.Octets>>32))
	return to
}

// packets wrap as octets do, but have no gigawords.
func packets(t network.Traffic) uint32 { return uint32(t.Packets()) }

// accountFailure accounts for a login that came to nothing after a server has decided
// on it, if that is set. Nothing was counted of it, and it had no address (JunosE
// Broadband Access 11.0, "Subscriber AAA Accounting Messages").
func (a *AAA) accountFailure(r *network.Router, with network.Subscriber, g *grant, cause network.TerminationReason, of func(*Settings) bool) {
	with.Address = netip.Addr{}
	a.mu.Lock()
	defer a.mu.Unlock()
	set := a.of(r)
	if !of(&set) || !set.accounts() {
		return
	}
	s := &session{login: network.Login{Subscriber: with, Router: r}, grant: g, began: time.Now(), ended: true, unborn: true}
	a.account(s, s.login, rfc2866.AcctStatusType_Value_Stop, cause)
}

// none is the number of no session, in the Acct-Session-Id of what is about all.
const none = "erx 0000000000"

// Announcement makes what says that a virtual router begins to account for sessions, or
// has ended all; false: it begins with none. Who has been told of the beginning is told
// of the end, whatever is accounted for by then.
func (a *AAA) Announcement(r *network.Router, on bool) (client.Request, bool) {
	if !on {
		return a.announcement(rfc2866.AcctStatusType_Value_AccountingOff), true
	}
	s := a.Settings(r)
	return a.accountingOn(), s.accounts()
}

func (a *AAA) accountingOn() client.Request {
	return a.announcement(rfc2866.AcctStatusType_Value_AccountingOn)
}

// announcement is about a virtual router as a whole.
func (a *AAA) announcement(status rfc2866.AcctStatusType) client.Request {
	var to radius.Attributes
	number := func(t radius.Type, n uint32) { to.Add(t, radius.NewInteger(n)) }
	number(rfc2866.AcctStatusType_Type, uint32(status))
	if status == rfc2866.AcctStatusType_Value_AccountingOff {
		number(rfc2866.AcctTerminateCause_Type, uint32(network.AdminReboot))
	}
	to.Add(rfc2866.AcctSessionID_Type, radius.Attribute(none))
	if name := a.opts.Hostname(); name != "" {
		to.Add(rfc2865.NASIdentifier_Type, radius.Attribute(name))
	}
	to.Add(rfc2869.EventTimestamp_Type, binary.BigEndian.AppendUint32(nil, uint32(a.opts.Now().Unix())))
	return client.Request{Attributes: to}
}

// terminateCause is Acct-Terminate-Cause, which has no generic failure.
func terminateCause(why network.TerminationReason) uint32 {
	if why == network.ReasonGenericFailure {
		why = network.NASError
	}
	return uint32(why)
}
