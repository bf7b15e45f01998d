package receiver

import (
	"fmt"
	"maps"
	"net/netip"
	"sync"
	"time"

	"mirrorsh/trapcore/snmp"
)

// Counts are of datagrams: Datagrams is the sum of all others but Engines.
type Counts struct {
	Datagrams uint64
	// Lost are datagrams that the system has dropped, most for want of room while the
	// receiver did not read; 0 where it does not tell.
	Lost    uint64
	Traps   uint64
	Informs uint64
	// Repeated are informs that had come before, octet by octet; they are
	// answered again and not returned again.
	Repeated uint64
	// Discoveries are messages that ask for the engine ID, or for boots and time,
	// of this engine (RFC 3414 section 4).
	Discoveries uint64
	Refused     map[snmp.Reason]uint64
	// Engines is how many senders of traps have authenticated themselves.
	Engines int
}

// ReasonDecoder is that of a message which gosnmp does not decode.
const ReasonDecoder snmp.Reason = "notDecoded"

// screening is all of a receiver but its socket. handle is for one goroutine;
// mu guards tally.
type screening struct {
	screen      *snmp.Screen
	clock       *snmp.Engine
	communities map[string]bool
	refused     func(Refusal)
	buf, list   snmp.Buffer

	mu    sync.Mutex
	tally Counts
}

func newScreening(o Options) (*screening, error) {
	id := o.EngineID
	if id == "" {
		id = randomEngineID()
	}
	// As of any engine that keeps nothing, boots come from the clock.
	clock := snmp.NewEngine(int32(min(time.Now().Unix(), snmp.MaxEngineTime-1)), nil)
	screen, err := snmp.NewScreen(id, clock, o.Users)
	if err != nil {
		return nil, err
	}
	s := &screening{screen: screen, clock: clock, communities: map[string]bool{}, refused: o.Refused}
	if len(o.Communities) > maxCommunities {
		return nil, fmt.Errorf("communities: %w", snmp.ErrFull)
	}
	for _, c := range o.Communities {
		s.communities[c] = true
	}
	s.tally.Refused = map[snmp.Reason]uint64{}
	return s, nil
}

func (s *screening) counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.tally
	c.Refused = maps.Clone(c.Refused)
	return c
}

func (s *screening) count(f func(*Counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.tally)
}

// refuse counts a refusal and returns the new count.
func (s *screening) refuse(r Refusal) (n uint64) {
	s.count(func(c *Counts) {
		c.Refused[r.Reason]++
		n = c.Refused[r.Reason]
	})
	if s.refused != nil {
		s.refused(r)
	}
	return n
}

func reason(s snmp.Stat) snmp.Reason { return snmp.Reason(s.String()) }

// handle takes a datagram. It returns the notification, nil if there is none to
// be returned, and the answer, nil for none, which is valid until the next call.
func (s *screening) handle(in []byte, from netip.AddrPort, now time.Time) (*Notification, []byte) {
	s.count(func(c *Counts) { c.Datagrams++ })
	d, err := snmp.ParseDatagram(in)
	if err != nil {
		s.refuse(Refusal{From: from, Reason: reason(snmp.StatInASNParseErrs)})
		return nil, nil
	}
	n := &Notification{At: now, From: from, Version: d.Version}
	switch d.Version {
	case snmp.Version1, snmp.Version2c:
		return s.community(n, in, &d)
	case snmp.Version3:
		return s.secured(n, in, &d)
	}
	s.refuse(Refusal{From: from, Reason: reason(snmp.StatInBadVersions)})
	return nil, nil
}

// community takes a message of SNMPv1 or SNMPv2c.
func (s *screening) community(n *Notification, in []byte, d *snmp.Datagram) (*Notification, []byte) {
	refuse := func(why snmp.Reason) (*Notification, []byte) {
		s.refuse(Refusal{From: n.From, Reason: why})
		return nil, nil
	}
	m, err := d.Community()
	if err != nil {
		return refuse(reason(snmp.StatInASNParseErrs))
	}
	if !s.communities[string(m.Community)] {
		return refuse(reason(snmp.StatInBadCommunityNames))
	}
	pdu, err := m.PDU()
	switch {
	case err != nil:
		return refuse(reason(snmp.StatInASNParseErrs))
	case pdu.Type != snmp.PDUInform && pdu.Type != snmp.PDUTrap && pdu.Type != snmp.PDUTrapV1,
		(pdu.Type == snmp.PDUTrapV1) != (n.Version == snmp.Version1):
		return refuse(reason(snmp.StatUnknownPDUHandlers))
	}
	if err := n.decode(in, nil); err != nil {
		return refuse(ReasonDecoder)
	}
	if pdu.Type != snmp.PDUInform {
		s.count(func(c *Counts) { c.Traps++ })
		return n, nil
	}
	n.Inform = true
	s.count(func(c *Counts) { c.Informs++ })
	out, err := snmp.EncodeReply(&s.buf, n.Version, m.Community, pdu.RequestID, s.response(&pdu))
	if err != nil {
		out = nil // cannot be: it is no longer than the inform
	}
	return n, out
}

// secured takes a message of SNMPv3.
func (s *screening) secured(n *Notification, in []byte, d *snmp.Datagram) (*Notification, []byte) {
	m, err := d.V3()
	if err != nil {
		s.refuse(Refusal{From: n.From, Reason: reason(snmp.StatInASNParseErrs)})
		return nil, nil
	}
	o, no := s.screen.Open(m, n.At)
	if no != nil {
		return nil, s.reject(n.From, no)
	}
	engines := s.screen.Engines()
	refusal := Refusal{From: n.From, User: o.User, Engine: o.Engine}
	if o.PDU.Type != snmp.PDUInform && o.PDU.Type != snmp.PDUTrap {
		refusal.Reason = reason(snmp.StatUnknownPDUHandlers)
		count := s.refuse(refusal)
		if !snmp.Confirmed(o.PDU.Type) {
			return nil, nil
		}
		return nil, s.report(o.Return, snmp.StatUnknownPDUHandlers, count)
	}
	if err := n.decode(in, o); err != nil {
		refusal.Reason = ReasonDecoder
		s.refuse(refusal)
		return nil, nil
	}
	if o.PDU.Type == snmp.PDUTrap {
		s.count(func(c *Counts) { c.Traps++; c.Engines = engines })
		return n, nil
	}
	n.Inform = true
	answer := s.acknowledge(o)
	if o.Repeated {
		s.count(func(c *Counts) { c.Repeated++ })
		return nil, answer
	}
	s.count(func(c *Counts) { c.Informs++ })
	return n, answer
}

// reject counts a refusal and returns the Report, nil for none.
func (s *screening) reject(from netip.AddrPort, no *snmp.Rejected) []byte {
	if no.To != nil && no.Discovery {
		var count uint64
		s.count(func(c *Counts) { c.Discoveries++; count = c.Discoveries + c.Refused[no.Reason] })
		return s.report(no.To, no.Stat, count)
	}
	count := s.refuse(Refusal{From: from, Reason: no.Reason, User: no.User, Engine: no.Engine})
	if no.To == nil {
		return nil
	}
	return s.report(no.To, no.Stat, count)
}

// report makes a Report of a counter.
func (s *screening) report(to *snmp.Return, stat snmp.Stat, count uint64) []byte {
	s.list.Reset()
	s.list.PutVarbind(stat.OID().Sub(0), snmp.Counter(uint32(count)))
	out, err := to.Seal(&s.buf, s.clock.Now(), &snmp.Reply{
		Type: snmp.PDUReport, Varbinds: s.list.Bytes(), ContextEngine: s.screen.ID(),
	})
	if err != nil || len(out) > int(to.MaxSize) {
		return nil
	}
	return out
}

// acknowledge makes the Response to an inform, or one that says tooBig where the
// sender does not take as much (RFC 3416 section 4.2.7).
func (s *screening) acknowledge(o *snmp.Screened) []byte {
	reply := s.response(&o.PDU)
	reply.ContextEngine, reply.Context = o.ContextEngine, o.Context
	out, err := o.Return.Seal(&s.buf, s.clock.Now(), reply)
	if err != nil || len(out) > int(o.Return.MaxSize) {
		reply.ErrorStatus, reply.Varbinds = int32(snmp.TooBig), nil
		if out, err = o.Return.Seal(&s.buf, s.clock.Now(), reply); err != nil || len(out) > int(o.Return.MaxSize) {
			return nil
		}
	}
	return out
}

func (s *screening) response(pdu *snmp.PDU) *snmp.Reply {
	s.list.Reset()
	s.list.PutVarbinds(pdu.Varbinds)
	return &snmp.Reply{Type: snmp.PDUResponse, Varbinds: s.list.Bytes()}
}
