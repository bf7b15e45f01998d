package notify

import (
	"net/netip"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"mirrorsh/trapcore/side"
)

// ackTimes are how long a host takes to acknowledge informs. mu guards all.
type ackTimes struct {
	mu    sync.Mutex
	times *hdrhistogram.Histogram // in microseconds; nil: none yet
}

// longestAck is longer than any inform waits, in microseconds.
const longestAck = int64(time.Duration(MaxTimeout) * time.Second / time.Microsecond)

// ackDigits is how many digits of a time are kept: one takes 4 KB, two take 26.
const ackDigits = 1

func (a *ackTimes) add(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times == nil {
		a.times = hdrhistogram.New(1, longestAck, ackDigits)
	}
	_ = a.times.RecordValue(min(max(d.Microseconds(), 0), longestAck)) // which is in its range
}

// AckTimes are the times a host took to acknowledge informs that were sent once:
// of one that was sent again nobody knows which sending was answered.
type AckTimes struct {
	Address            netip.Addr
	Side               side.Side
	Count              int64
	Sum                time.Duration // as exact as the others
	Min, P50, P99, Max time.Duration
}

// AckTimes returns the hosts that have acknowledged informs.
func (v Visible) AckTimes() []AckTimes {
	var all []AckTimes
	for _, h := range v.hosts() {
		if t, ok := h.acks.view(); ok {
			t.Address, t.Side = h.addr, h.side
			all = append(all, t)
		}
	}
	return all
}

func (a *ackTimes) view() (AckTimes, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.times == nil {
		return AckTimes{}, false
	}
	of := func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
	return AckTimes{
		Count: a.times.TotalCount(), Sum: of(int64(a.times.Mean() * float64(a.times.TotalCount()))), Min: of(a.times.Min()), P50: of(a.times.ValueAtQuantile(50)),
		P99: of(a.times.ValueAtQuantile(99)), Max: of(a.times.Max()),
	}, true
}
