package notify

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
)

// maxBatch is how many traps a worker hands to the system at once.
const maxBatch = 64

// worker empties the queue of one host. Only its own goroutine touches it.
type worker struct {
	*host
	conn   Conn
	to     netip.AddrPort
	from   netip.Addr // of the trap source, not valid if there is none
	ears   *listener  // of conn, nil when nothing is to be answered
	inf    *informer  // nil until the host takes informs
	sealer *snmp.Sealer
	user   *snmp.User // whose keys the sealer has

	batch [maxBatch]*trap
	bufs  [maxBatch]snmp.Buffer
	wire  [maxBatch][]byte
	group [sealed]snmp.Message

	next time.Time // when the drain rate lets the next trap go
	win  window
}

func newWorker(h *host) *worker { return &worker{host: h} }

// run ends when the host is stopped.
func (w *worker) run() {
	defer w.stop()
	for w.await() {
		if !w.reachable() {
			continue
		}
		if w.rec.Load().Informs {
			w.inform()
			continue
		}
		w.endInforms()
		n := w.pace()
		if n == 0 {
			continue
		}
		if batch := w.batch[:w.q.pop(w.batch[:n])]; len(batch) > 0 {
			w.send(batch)
			clear(batch)
		}
	}
}

// await returns true when a trap is queued, false when the host is stopped.
func (w *worker) await() bool {
	for w.q.pending() == 0 {
		select {
		case <-w.q.ready:
		case <-w.done:
			return false
		}
	}
	return w.ctx.Err() == nil
}

// sleep returns false when the host is stopped meanwhile.
func (w *worker) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.done:
		return false
	}
}

// catchUp is how far behind its rate a worker may make up for waking late.
const catchUp = 10 * time.Millisecond

// pace returns how many traps the drain rate lets go now, waiting for the
// first; 0 when the host is stopped.
func (w *worker) pace() int {
	if w.rec.Load().DrainRate == 0 {
		return maxBatch
	}
	for {
		n, wait := w.allowance(time.Now(), min(maxBatch, max(1, w.q.pending())))
		if n > 0 {
			return n
		}
		if !w.sleep(wait) {
			return 0
		}
	}
}

// allowance returns how many traps, at most most, the drain rate lets go now,
// and takes them as gone; if none, how long to wait.
func (w *worker) allowance(now time.Time, most int) (int, time.Duration) {
	rate := w.rec.Load().DrainRate
	if rate == 0 {
		return most, 0
	}
	if d := w.next.Sub(now); d > 0 {
		return 0, d
	}
	interval := time.Second / time.Duration(rate)
	if w.next.IsZero() || now.Sub(w.next) > catchUp {
		w.next = now
	}
	n := 1
	if interval > 0 {
		n += int(now.Sub(w.next) / interval)
	} else {
		n = most
	}
	n = min(n, most)
	w.next = w.next.Add(time.Duration(n) * interval)
	return n, 0
}

// send encodes and sends popped traps; each is counted once, or goes back
// into the queue when the host cannot be reached.
func (w *worker) send(batch []*trap) {
	rec := w.rec.Load()
	if err := w.dial(rec, false); err != nil {
		w.failed(batch, err)
		return
	}
	all := len(batch)
	ready := w.encodeAll(rec, batch)
	wire := w.wire[:len(ready)]
	for len(ready) > 0 {
		n, err := w.conn.Send(wire)
		w.sent(ready[:n])
		ready, wire = ready[n:], wire[n:]
		if errors.Is(err, net.ErrClosed) { // the port was given up: from another one
			w.hangUp()
			if err := w.dial(rec, false); err != nil {
				w.q.done(all - len(ready))
				w.failed(ready, err)
				return
			}
			continue
		}
		if unreachable(err) {
			w.q.done(all - len(ready))
			w.failed(ready, err)
			return
		}
		if err != nil && len(ready) > 0 {
			w.lost(ready[0], err)
			ready, wire = ready[1:], wire[1:]
		}
	}
	w.q.done(all)
}

func (w *worker) sent(traps []*trap) {
	if len(traps) == 0 {
		return
	}
	w.left(traps...)
	for _, t := range traps {
		w.tell(t, Sent)
		t.release()
	}
	w.answers()
}

// answers ends the ping window.
func (w *worker) answers() {
	w.win.closed()
	w.down.Store(false)
}

// silent opens the ping window, unless it is open already.
func (w *worker) silent() {
	w.win.opened(time.Now())
	w.down.Store(true)
}

// left counts traps that have left.
func (w *worker) left(traps ...*trap) {
	n := uint32(len(traps))
	w.c.sent.Add(n)
	w.o.agent[w.side].out.Add(n)
	proxied := uint32(0)
	for _, t := range traps {
		if t.from != w.o {
			proxied++
		}
	}
	if proxied > 0 {
		w.o.agent[w.side].proxyOut.Add(proxied)
	}
}

// failed puts traps back and opens the ping window if the host cannot be
// reached; any other error of dialling loses them.
func (w *worker) failed(traps []*trap, err error) {
	if !unreachable(err) {
		for _, t := range traps {
			w.lost(t, err)
		}
		w.q.done(len(traps))
		return
	}
	w.silent()
	w.putBack(traps)
}

// putBack returns traps to the queue.
func (w *worker) putBack(traps []*trap) {
	lost, fate := w.q.putBack(traps), QueueFull
	if w.q.isOff() {
		fate = w.closing()
	} else {
		w.queueFull(len(lost))
	}
	w.drop(lost, fate)
}

// lost counts a trap that could not be sent, by why it was not.
func (w *worker) lost(t *trap, err error) {
	fate := NotSent
	switch {
	case errors.Is(err, errNoUser):
		fate = NoUser
		w.c.discards.Add(1)
	case errors.Is(err, syscall.EMSGSIZE), errors.Is(err, snmp.ErrTooBig):
		fate = BadEncoding
		w.c.badEncoding.Add(1)
	case errors.Is(err, syscall.ENOBUFS), errors.Is(err, syscall.ENOMEM):
		w.o.agent[w.side].noMemory.Add(1)
	default:
		w.o.agent[w.side].notAble.Add(1)
	}
	w.tell(t, fate)
	t.release()
}
