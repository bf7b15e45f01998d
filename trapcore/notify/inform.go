package notify

import (
	"errors"
	"net"
	"slices"
	"time"

	"mirrorsh/trapcore/snmp"
)

// informWindow is how many informs may be on their way to a host. The first
// that is not acknowledged and the last one sent are never further apart, so
// that what a lost datagram can disorder is bounded too.
const informWindow = 64

// Limits of what answers may cause for one inform.
const (
	overtaken  = 3 // acknowledgements of later ones after which it counts as lost
	maxResends = 4 // before its time is over
)

// informer is the state of a worker whose host takes informs. Its goroutine
// alone touches it.
//
// The first sending of informs is in order, and so is every repetition. When
// the first one waiting gets no answer in time the host counts as silent: from
// then on only that one is sent again, until the host answers or it is given
// up and the next one is tried. So a host that is down for a while costs
// the informs whose retries it outlasts, one after the other, and no others.
type informer struct {
	*worker
	host   Host         // as of the record
	out    []sentInform // not acknowledged, oldest first
	seq    uint64       // of the next one
	silent bool
	peer   peer
}

type sentInform struct {
	t        *trap
	seq      uint64
	request  int32
	message  int32 // msgID of the last sending, v3
	asks     bool  // and that only asks for the host's engine
	told     bool  // that it has left
	attempts int
	due      bool // to be sent (again)
	free     bool // and that is no attempt, since the host has answered
	resends  int
	passed   int // acknowledgements of later ones
	deadline time.Time
	first    time.Time // it was sent, by the clock of ages; zero once it was sent again
}

// inform sends what is queued and sees to it that it is acknowledged. It
// returns when nothing is left to do, the record has changed or the host cannot
// be reached.
func (w *worker) inform() {
	rec := w.rec.Load()
	if w.inf == nil || w.inf.host != rec.Host {
		w.endInforms()
		w.inf = &informer{worker: w, host: rec.Host}
	}
	in := w.inf
	for w.ctx.Err() == nil && w.q.pending() > 0 {
		rec := w.rec.Load()
		switch {
		case rec.Host != in.host:
			in.putBack()
			return
		case w.q.isOff():
			in.drop()
			continue
		}
		if err := w.dial(rec, true); err != nil {
			in.cannot(err)
			return
		}
		now := time.Now()
		in.expire(now)
		wait, ok := in.send(rec, now)
		if !ok {
			return
		}
		in.wait(wait)
	}
}

// endInforms forgets the host as a receiver of informs.
func (w *worker) endInforms() {
	if w.inf != nil {
		w.inf.putBack()
		w.inf.peer.forget(w)
		w.inf = nil
	}
}

// wait returns after an answer, a trap, a change of the record or, at the
// latest, after d or when an inform is due.
func (in *informer) wait(d time.Duration) {
	for i := range in.out {
		if s := &in.out[i]; !s.due {
			d = min(d, time.Until(s.deadline))
		}
	}
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case b := <-in.ears.in:
		in.answer(b)
		for range len(in.ears.in) {
			in.answer(<-in.ears.in)
		}
	case <-in.ears.moved:
		in.move()
	case <-in.q.ready:
	case <-t.C:
	case <-in.done:
	}
}

// expire looks for informs that were not acknowledged in time.
func (in *informer) expire(now time.Time) {
	for i := 0; i < len(in.out); i++ {
		s := &in.out[i]
		if s.due || now.Before(s.deadline) {
			continue
		}
		if i == 0 {
			in.silent = true
			in.down.Store(true)
		}
		if s.attempts <= in.host.Retries {
			s.due = true
			continue
		}
		in.gaveUp(1)
		in.settled(i, GivenUp)
		i--
	}
}

// settled takes an inform out of the window, whatever became of it.
func (in *informer) settled(i int, f Fate) {
	s := in.out[i]
	in.out = slices.Delete(in.out, i, i+1)
	if s.attempts > 0 {
		in.left(s.t)
	}
	in.tell(s.t, f)
	s.t.release()
	in.q.done(1)
}

// limit is how many informs may be on their way.
func (in *informer) limit() int {
	if in.silent || in.host.Version == snmp.Version3 && !in.peer.ready() {
		return 1
	}
	return informWindow
}

// idle is how long a worker waits that has nothing to wait for but events.
const idle = time.Hour

// send sends what is due and then what is queued, as far as window and drain
// rate permit. It returns how long the drain rate keeps it from sending more,
// and false if the host cannot be reached.
func (in *informer) send(rec *record, now time.Time) (time.Duration, bool) {
	limit := in.limit()
	wait := in.take(limit, now)
	var going [maxBatch]int
	n := in.encodeDue(rec, limit, now, &going)
	return in.transmit(rec, now, going[:n], wait)
}

// take moves traps from the queue into the window, and returns how long the drain
// rate keeps it from taking more.
func (in *informer) take(limit int, now time.Time) time.Duration {
	room := limit - len(in.out)
	if len(in.out) > 0 {
		room = min(room, limit-int(in.seq-in.out[0].seq))
	}
	if room = min(room, in.q.pending()-len(in.out)); room <= 0 {
		return idle
	}
	n, wait := in.allowance(now, room)
	if n > 0 {
		wait = idle
	}
	for _, t := range in.batch[:in.q.pop(in.batch[:n])] {
		in.out = append(in.out, sentInform{t: t, seq: in.seq, request: in.ids.Request(), due: true})
		in.seq++
	}
	clear(in.batch[:])
	return wait
}

// encodeDue makes messages of what is due, in wire, and returns how many; going has
// the index of the inform of each.
func (in *informer) encodeDue(rec *record, limit int, now time.Time, going *[maxBatch]int) (n int) {
	for i := 0; i < min(limit, len(in.out)) && n < maxBatch; i++ {
		s := &in.out[i]
		if !s.due {
			continue
		}
		msg, err := in.encodeInform(&in.bufs[n], rec, s, now)
		if err != nil {
			in.refuse(i, err)
			i--
			continue
		}
		going[n], in.wire[n] = i, msg
		n++
	}
	return n
}

// transmit sends the messages of the informs at those indexes. It returns wait, or 0
// if they are to be made again, and false if the host cannot be reached.
func (in *informer) transmit(rec *record, now time.Time, going []int, wait time.Duration) (time.Duration, bool) {
	wire, timeout := in.wire[:len(going)], time.Duration(rec.Timeout)*time.Second
	for first := 0; first < len(wire); {
		at := in.o.opts.Clock()
		n, err := in.conn.Send(wire[first:])
		for _, i := range going[first : first+n] {
			s := &in.out[i]
			if !s.free {
				s.attempts++
			}
			s.due, s.free, s.passed, s.deadline = false, false, 0, now.Add(timeout)
			if s.first = (time.Time{}); !s.told && !s.asks {
				s.told, s.first = true, at
				in.tell(s.t, UnderWay)
			}
		}
		first += n
		switch {
		case err == nil:
		case errors.Is(err, net.ErrClosed):
			in.move()
			return 0, true
		case unreachable(err) || first == len(wire):
			in.cannot(err)
			return 0, false
		default:
			in.refuse(going[first], err)
			for k := first + 1; k < len(wire); k++ {
				going[k]--
			}
			first++
		}
	}
	return wait, true
}

// move goes on from another port: what is on its way is sent again, since the
// answers to it go nowhere, and that is no attempt.
func (in *informer) move() {
	in.hangUp()
	for i := range in.out {
		if s := &in.out[i]; !s.due {
			s.due, s.free = true, true
		}
	}
}

// refuse counts an inform that cannot be sent.
func (in *informer) refuse(i int, err error) {
	t := in.out[i].t
	in.out = slices.Delete(in.out, i, i+1)
	in.lost(t, err)
	in.q.done(1)
}

// cannot puts back what is on its way when the host cannot be reached, which
// opens the ping window; any other error of dialling loses what is queued.
func (in *informer) cannot(err error) {
	in.putBack()
	if unreachable(err) {
		in.worker.silent()
		return
	}
	for n := in.q.pop(in.batch[:]); n > 0; n = in.q.pop(in.batch[:]) {
		for _, t := range in.batch[:n] {
			in.lost(t, err)
		}
		clear(in.batch[:])
		in.q.done(n)
	}
}

// putBack returns what is on its way to the queue.
func (in *informer) putBack() {
	back := make([]*trap, len(in.out))
	for i := range in.out {
		back[i] = in.out[i].t
	}
	in.out = nil
	if len(back) > 0 {
		in.worker.putBack(back)
	}
}

// drop gives up what is on its way since the agent was switched off.
func (in *informer) drop() {
	for len(in.out) > 0 {
		in.settled(0, in.closing())
	}
}

// acknowledged settles an inform that the host has answered with a Response.
func (in *informer) acknowledged(i int, status snmp.ErrorStatus) {
	for k := range in.out[:i] {
		s := &in.out[k]
		if s.passed++; s.passed >= overtaken && !s.due {
			in.resend(s)
		}
	}
	fate := Acknowledged
	if status == snmp.NoError {
		in.c.acknowledged.Add(1)
		if first := in.out[i].first; !first.IsZero() {
			in.acks.add(in.o.opts.Clock().Sub(first))
		}
	} else {
		fate = Rejected
		in.c.badEncoding.Add(1) // it came, and the host can do nothing with it
	}
	in.settled(i, fate)
	in.answered()
}

// resend lets an inform be sent once more, which is no attempt.
func (in *informer) resend(s *sentInform) {
	if s.resends < maxResends {
		s.resends++
		s.due, s.free = true, true
	}
}

// answered: the host is there.
func (in *informer) answered() {
	in.silent = false
	in.answers()
}
