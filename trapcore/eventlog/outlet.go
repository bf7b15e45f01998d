package eventlog

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// queueSize is how many messages a destination may be behind.
const queueSize = 512

// pause is the least time between two rounds of a sink that asks for one: the
// nv-file is written at most so often.
const pause = time.Second

// sink hands messages over; only the goroutine of its outlet calls it.
type sink interface {
	// deliver takes a batch, nil for one more try, and says how many messages
	// it delivered and lost. again: the rest, or more to come, after a pause.
	deliver(batch []Entry) (sent, failed int, again bool)
	close()
}

// outlet is a destination at work: a bounded queue and the goroutine that
// empties it. severity is guarded by the mu of the log, the rest that changes
// by its own.
type outlet struct {
	to       Destination
	severity Severity
	facility atomic.Uint32 // a Facility
	sink     sink
	wake     chan struct{} // holds a token when there is something to look at
	hurry    chan struct{} // holds a token when somebody waits

	mu      sync.Mutex
	queue   []Entry
	busy    bool // a batch is with the sink
	ended   bool
	waiting []chan struct{}
	counts  Destination
	done    chan struct{}
}

func newOutlet(to Destination, s sink) *outlet {
	o := &outlet{
		to: to, severity: to.Severity, sink: s,
		wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), done: make(chan struct{}),
	}
	o.facility.Store(uint32(to.Facility))
	return o
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (o *outlet) put(e Entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) >= queueSize {
		o.counts.Dropped++
		return
	}
	o.queue = append(o.queue, e)
	signal(o.wake)
}

// describe returns the destination with its counts; the caller holds the mu of
// the log.
func (o *outlet) describe() Destination {
	o.mu.Lock()
	defer o.mu.Unlock()
	d := o.to
	d.Severity, d.Facility = o.severity, Facility(o.facility.Load())
	d.Sent, d.Dropped, d.Failed = o.counts.Sent, o.counts.Dropped, o.counts.Failed
	return d
}

// take returns all that is queued.
func (o *outlet) take() (batch []Entry, ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch, o.queue = o.queue, nil
	o.busy = true
	return batch, o.ended
}

// settle counts a round, and tells who waits if nothing is left.
func (o *outlet) settle(sent, failed int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts.Sent += uint64(sent)
	o.counts.Failed += uint64(failed)
	o.busy = false
	if len(o.queue) == 0 {
		for _, c := range o.waiting {
			close(c)
		}
		o.waiting = nil
	}
}

// run empties the queue until the outlet has ended.
func (o *outlet) run() {
	defer close(o.done)
	defer o.sink.close()
	again := false
	for {
		batch, ended := o.take()
		var sent, failed int
		if len(batch) > 0 || again {
			sent, failed, again = o.sink.deliver(batch)
		}
		o.settle(sent, failed)
		if ended {
			return
		}
		if again {
			t := time.NewTimer(pause)
			select {
			case <-t.C:
			case <-o.hurry:
			}
			t.Stop()
			continue
		}
		select {
		case <-o.wake:
		case <-o.hurry:
		}
	}
}

// flush waits until nothing is queued, or ctx ends.
func (o *outlet) flush(ctx context.Context) error {
	c := make(chan struct{})
	o.mu.Lock()
	if o.ended {
		o.mu.Unlock()
		return nil
	}
	o.waiting = append(o.waiting, c)
	o.mu.Unlock()
	signal(o.hurry)
	select {
	case <-c:
		return nil
	case <-o.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// end makes the goroutine hand over what is queued and stop.
func (o *outlet) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	signal(o.hurry)
}

// abandon is end without what is queued.
func (o *outlet) abandon() {
	o.mu.Lock()
	o.queue = nil
	o.mu.Unlock()
	o.end()
}

// close ends the outlet and waits for its goroutine.
func (o *outlet) close() {
	o.end()
	<-o.done
}
