package notify

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/snmp"
)

const (
	// faultBatch is how many faults, and octets of them, go before their answers are
	// waited for: as much as a socket holds that nobody reads meanwhile.
	faultBatch       = 64
	faultBatchOctets = 64 << 10
	// tries is how often a receiver is asked for its engine.
	tries = 2
	// lateness is how much later than that to a discovery the answer to a message
	// may come that was sent before it.
	lateness = 50 * time.Millisecond
	// quiet is how long something may take to come back for a trap.
	quiet = 100 * time.Millisecond
)

// exchange is a host being sent wrong messages. Its goroutine receives; all else
// belongs to the command.
type exchange struct {
	forger
	o     *Originator
	h     *host
	rec   *record
	to    netip.AddrPort
	conn  Conn
	clock *snmp.RemoteClock // of the receiver, whose engine is authoritative for informs

	in       chan arrival
	closed   chan struct{}
	receives sync.WaitGroup

	shots  []*shot // whose answers are not waited for yet
	octets int     // of them
}

// arrival is a datagram from the receiver, or an ICMP message if that is nil.
type arrival []byte

// shot is a fault that was sent.
type shot struct {
	*forgery
	messages int
	answered []int32
	answers  Answers
}

func (o *Originator) exchange(h *host, rec *record) (*exchange, error) {
	to := netip.AddrPortFrom(h.addr, rec.Port)
	conn, err := o.opts.Dial(netip.Addr{}, to)
	if err != nil {
		return nil, err
	}
	o.opts.Ports.Add(conn)
	own := o.opts.Local.Identity().ID
	x := &exchange{
		forger: forger{
			ids: o.faults.ids, local: o.faults.local, own: own, context: o.opts.Context,
			user: h.permit(rec).user, engine: own, informs: rec.Informs,
		},
		o: o, h: h, rec: rec, to: to, conn: conn, in: make(chan arrival, 16), closed: make(chan struct{}),
	}
	x.receives.Go(x.receive)
	return x, nil
}

func (x *exchange) close() {
	close(x.closed)
	x.o.opts.Ports.Remove(x.conn)
	_ = x.conn.Close()
	x.receives.Wait()
}

func (x *exchange) receive() {
	buf := make([]byte, snmp.MaxMessageSize)
	for {
		n, err := x.conn.Receive(buf)
		if err != nil && !passing(err) {
			return
		}
		var a arrival
		if err == nil {
			a = append(arrival{}, buf[:n]...)
		}
		select {
		case x.in <- a:
		case <-x.closed:
			return
		}
	}
}

// patience is how long an answer of a receiver may take.
func (x *exchange) patience() time.Duration { return time.Duration(x.rec.Timeout) * time.Second }

// now is the clock of the authoritative engine.
func (x *exchange) now() snmp.Stamp {
	if x.informs {
		boots, t, _ := x.clock.At(time.Now())
		return snmp.Stamp{Boots: boots, Time: t}
	}
	return x.o.opts.Local.Identity().Of(x.o.opts.Engine.Now())
}

// send sends the messages of one fault.
func (x *exchange) send(ctx context.Context, fault *Fault, seconds int, ev mirror.Event, report *FaultReport) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := newTrap(x.o, notificationOf(ev), x.o.opts.Engine.Now().UpTime)
	defer t.release()
	t.fill(ev)
	if !fault.seconds {
		seconds = 0
	}
	made, wire, err := x.make(fault, seconds, t, x.now())
	if err != nil {
		return err
	}
	x.h.audit(t, Sent, fault.String())
	n, err := x.conn.Send(wire)
	report.Messages += n
	x.shots = append(x.shots, &shot{forgery: made, messages: n})
	made.trap, made.msg.Varbinds = nil, nil // which are not ours for longer
	for _, b := range wire[:n] {
		x.octets += len(b)
	}
	if len(x.shots) >= faultBatch || x.octets >= faultBatchOctets {
		x.settle(ctx, report, x.informs)
	}
	return err
}

// settle waits for answers to what was sent, if there may be some yet, and tells
// of them.
func (x *exchange) settle(ctx context.Context, report *FaultReport, wait bool) {
	if len(x.shots) == 0 {
		return
	}
	heard, unreachable := x.collect(ctx, wait)
	for _, s := range x.shots {
		unanswered := 0
		for _, id := range slices.Compact(slices.Sorted(slices.Values(s.ids))) {
			if !slices.Contains(s.answered, id) {
				unanswered++
			}
		}
		if none := uint64(max(0, s.messages-len(s.answered))); unreachable {
			s.answers.Unreachable = none
		} else {
			s.answers.Nothing = none
		}
		v := s.fault.dueOf(x.informs, s.seconds).judge(x.informs, &s.answers, unanswered, heard)
		view := FaultStatus{
			Fault: s.fault, Seconds: s.seconds, To: x.to, User: x.rec.SecurityString, Informs: x.informs,
			Messages: uint64(s.messages), Answers: s.answers, Last: x.o.opts.Now(),
		}
		view.Verdicts[v]++
		report.Verdicts[v]++
		x.o.faults.count(&view)
	}
	x.shots, x.octets = nil, 0
}

// collect takes answers as long as some may come. heard tells that the receiver
// of informs has answered a discovery that was sent after all else, so that
// silence means something; unreachable that nobody is there.
func (x *exchange) collect(ctx context.Context, wait bool) (heard, unreachable bool) {
	limit := quiet
	var probe int32
	switch {
	case !wait:
		limit = 0
	case x.informs:
		limit = x.patience()
		probe = x.ids.Message()
		if err := x.ask(probe); err != nil {
			limit = 0
		}
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case a := <-x.in:
			if a == nil {
				return false, true
			}
			m := a.message()
			if m == nil {
				continue
			}
			if probe != 0 && m.ID == probe {
				heard = true
				timer.Reset(lateness)
			}
			x.answer(m)
			if heard && x.allAnswered() {
				return true, false
			}
		case <-timer.C:
			return heard, false
		case <-ctx.Done():
			return false, false
		case <-x.h.done:
			return false, false
		}
	}
}

func (x *exchange) allAnswered() bool {
	return !slices.ContainsFunc(x.shots, func(s *shot) bool { return len(s.answered) < s.messages })
}

// answer finds the shot that a message answers.
func (x *exchange) answer(m *snmp.MessageV3) {
	i := slices.IndexFunc(x.shots, func(s *shot) bool { return slices.Contains(s.ids, m.ID) })
	if i < 0 || len(x.shots[i].answered) >= x.shots[i].messages {
		return
	}
	s := x.shots[i]
	s.answered = append(s.answered, m.ID)
	switch pdu, counter := x.read(m, s.keys, x.right.keys); pdu {
	case snmp.PDUResponse:
		s.answers.Responses++
	case snmp.PDUReport:
		s.answers.report(counter, 1)
	default:
		s.answers.Other++
	}
}

// read opens an answer with the first keys that do; 0 is one that cannot be read.
func (x *exchange) read(m *snmp.MessageV3, keys ...*snmp.LocalKeys) (pdu snmp.Tag, counter string) {
	for _, k := range keys {
		if s, err := k.Look(m); err == nil {
			if s.PDU.Type == snmp.PDUReport && len(s.PDU.Varbinds) > 0 {
				counter = counterName(s.PDU.Varbinds[0].Name)
			}
			return s.PDU.Type, counter
		}
	}
	if h, err := m.ReportHint(); err == nil {
		return snmp.PDUReport, counterName(h.Stat)
	}
	return 0, ""
}

// message reads the head of an answer, nil if it has none.
func (a arrival) message() *snmp.MessageV3 {
	d, err := snmp.ParseDatagram(a)
	if err != nil || d.Version != snmp.Version3 {
		return nil
	}
	m, err := d.V3()
	if err != nil {
		return nil
	}
	return m
}

// counterName names the counter of a Report; only those of the standards have a
// name.
func counterName(instance mib.OID) string {
	for _, s := range snmp.AllStats() {
		if instance.Compare(s.OID().Sub(0)) == 0 {
			return s.String()
		}
	}
	return "of another counter"
}

// ask sends a discovery.
func (x *exchange) ask(id int32) error {
	var buf snmp.Buffer
	msg, err := snmp.EncodeDiscovery(&buf, id, x.ids.Request())
	if err != nil {
		return err
	}
	_, err = x.conn.Send([][]byte{msg})
	return err
}

// discover finds the engine that is authoritative for informs, and its clock (RFC
// 3414 section 4). A receiver that does not tell its clock is taken to have none.
func (x *exchange) discover(ctx context.Context) error {
	m, err := x.until(ctx, x.ask)
	if err != nil {
		return err
	}
	hint, err := m.ReportHint()
	if err != nil {
		return fmt.Errorf("%w: %w", errNoReceiverEngine, err)
	}
	x.engine, x.clock = hint.Engine, new(snmp.RemoteClock)
	first := &forgery{forger: &x.forger, user: x.user, engine: x.engine, msg: snmp.Message{ContextEngine: x.engine, PDU: snmp.PDUGet}}
	if err := first.rekey(); err != nil {
		return err
	}
	m, err = x.until(ctx, func(id int32) error {
		first.msg.ID, first.msg.RequestID = id, x.ids.Request()
		msg, err := first.sealer.Seal(&first.buf, &first.msg)
		if err == nil {
			_, err = x.conn.Send([][]byte{bytes.Clone(msg)})
		}
		return err
	})
	if err == nil {
		// The clock learns from it. That of a receiver which does not tell is unknown.
		_, _, _ = first.keys.Open(m, x.clock, time.Now())
	}
	return ctx.Err()
}

// until sends a question, with an identifier, until it is answered.
func (x *exchange) until(ctx context.Context, question func(id int32) error) (*snmp.MessageV3, error) {
	id := x.ids.Message()
	for range tries {
		if err := question(id); err != nil {
			return nil, err
		}
		timer := time.NewTimer(x.patience())
		defer timer.Stop()
		for waiting := true; waiting; {
			select {
			case a := <-x.in:
				if a == nil {
					return nil, fmt.Errorf("%w: unreachable", errNoReceiverEngine)
				}
				if m := a.message(); m != nil && m.ID == id {
					return m, nil
				}
			case <-timer.C:
				waiting = false
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-x.h.done:
				return nil, errNoHost
			}
		}
	}
	return nil, errNoReceiverEngine
}
