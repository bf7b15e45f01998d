package notify

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// Prober asks whether a host is up.
type Prober interface {
	// Probe returns nil when the host answered, [ErrNoProbe] when this machine
	// does not let us ask, any other error when no answer came in time.
	Probe(ctx context.Context, e Echo) error
}

// Echo is an echo request (RFC 792, RFC 4443).
type Echo struct {
	To      netip.Addr
	Data    int           // octets
	Timeout time.Duration // how long it may stay unanswered
}

// Of the echo requests of a ping window.
const (
	probeData    = 16
	probeTimeout = time.Second
)

// ErrNoProbe is the error of a Prober that may not ask.
var ErrNoProbe = errors.New("icmp echo is not permitted")

// ProbeInterval is how often a host in a ping window is asked, or sent to where
// ICMP is not permitted.
const ProbeInterval = time.Second

// window is the ping window of a host. It opens before the first trap ever
// sent and when a send fails, and closes with the first trap that leaves.
type window struct {
	up     bool
	since  time.Time // when it opened; zero: not yet
	failed bool      // a send failed in it
}

func (w *window) closed() { *w = window{up: true} }

func (w *window) opened(now time.Time) {
	w.up, w.failed = false, true
	if w.since.IsZero() {
		w.since = now
	}
}

// reachable returns true when a trap may be tried. While the ping window is
// open it waits for the host to answer, and discards what is queued when
// pingTimeOut has passed; the next trap then opens a new window.
func (w *worker) reachable() bool {
	win := &w.win
	if win.up || w.addr.IsLoopback() && !win.failed {
		return true
	}
	if win.since.IsZero() {
		win.since = time.Now()
	}
	for pause := win.failed; w.ctx.Err() == nil && w.q.pending() > 0; pause = true {
		left := time.Until(win.since.Add(time.Duration(w.rec.Load().PingTimeout) * time.Minute))
		if left <= 0 {
			lost := w.q.takeAll()
			w.gaveUp(len(lost))
			w.drop(lost, NoAnswer)
			*win = window{}
			return false
		}
		if pause {
			if !w.sleep(min(ProbeInterval, left)) {
				return false
			}
			if left <= ProbeInterval {
				continue
			}
		}
		if err := w.probe(); err == nil || errors.Is(err, ErrNoProbe) {
			return true
		}
		w.down.Store(true)
	}
	*win = window{} // nothing left to wait with
	return false
}

func (w *worker) probe() error {
	if w.addr.IsLoopback() {
		return nil
	}
	if w.o.opts.Prober == nil {
		return ErrNoProbe
	}
	return w.o.opts.Prober.Probe(w.ctx, Echo{w.addr, probeData, probeTimeout})
}
