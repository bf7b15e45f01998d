package fleet

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"mirrorsh/cli"
	"mirrorsh/trapcore/notify"
)

// Repeat is commands that every router runs again and again. The routers take
// turns.
type Repeat struct {
	Commands []string
	Times    int     // by each router
	Rate     float64 // runs a second in all, 0: as fast as they go
	PerHost  float64 // runs a second by each router, 0 for no limit
}

// runs counts and times what Repeat has run. mu guards all.
type runs struct {
	mu    sync.Mutex
	times *hdrhistogram.Histogram // microseconds
	took  time.Duration
	last  time.Duration // of took, the last Repeat
}

// longestRun is the longest that is told apart, in microseconds.
const longestRun = int64(time.Hour / time.Microsecond)

func (r *runs) add(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.times == nil {
		r.times = hdrhistogram.New(1, longestRun, 3)
	}
	_ = r.times.RecordValue(min(max(d.Microseconds(), 1), longestRun)) // which is in its range
}

// due is when the k-th run of router i of n may begin.
func (r *Repeat) due(k, i, n int) time.Duration {
	at := 0.0
	if r.Rate > 0 {
		at = float64(k*n+i) / r.Rate
	}
	if r.PerHost > 0 {
		at = max(at, (float64(k)+float64(i)/float64(n))/r.PerHost)
	}
	return time.Duration(at * float64(time.Second))
}

// Repeat runs commands on all routers. Errors are [cli.ErrRefused] if a command was
// refused, after which the others go on, and that of ctx.
func (f *Fleet) Repeat(ctx context.Context, r Repeat) error {
	began, before, n := time.Now(), f.refused.count(), len(f.members)
	f.done.Store(0)
	f.total.Store(int64(r.Times) * int64(n))
	for _, m := range f.members {
		m.begin()
	}
	work := make(chan *member)
	var workers sync.WaitGroup
	failed := make(chan error, 1) // the first one
	for range min(atOnce, n) {
		workers.Go(func() {
			for m := range work {
				if err := f.run(ctx, m, r.Commands); err != nil {
					select {
					case failed <- err:
					default:
					}
				}
			}
		})
	}
	err := f.deal(ctx, &r, began, work)
	close(work)
	workers.Wait()
	f.runs.last = time.Since(began)
	f.runs.took += f.runs.last
	select {
	case other := <-failed:
		err = errors.Join(err, other)
	default:
	}
	if err == nil && f.refused.count() > before {
		return cli.ErrRefused
	}
	return err
}

// deal hands out the routers when they are due.
func (f *Fleet) deal(ctx context.Context, r *Repeat, began time.Time, work chan<- *member) error {
	for k := range r.Times {
		for i, m := range f.members {
			// Shorter waits than a timer can keep are made up for by the next one.
			if wait := time.Until(began.Add(r.due(k, i, len(f.members)))); wait > time.Millisecond {
				t := time.NewTimer(wait)
				select {
				case <-t.C:
				case <-ctx.Done():
					t.Stop()
				}
			}
			select {
			case work <- m:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// run runs the commands once on one router.
func (f *Fleet) run(ctx context.Context, m *member, commands []string) error {
	defer m.take()()
	began := time.Now()
	for _, line := range commands {
		err := m.execute(ctx, line)
		var no *cli.Refusal
		if errors.As(err, &no) {
			f.refused.add(m.name, no.Said())
			break
		}
		if err != nil {
			return err
		}
	}
	f.runs.add(time.Since(began))
	m.pace.add(began)
	f.done.Add(1)
	return nil
}

// execute runs a command with the variables of the router; the caller has the turn.
func (m *member) execute(ctx context.Context, line string) error {
	line, err := m.environ.Expand(line)
	if err != nil {
		return &cli.Refusal{Text: "% " + err.Error()}
	}
	return m.session.Execute(ctx, line)
}

// begin begins another Repeat.
func (m *member) begin() {
	defer m.take()()
	m.pace = pace{}
	for c := range m.counters() {
		m.pace.before += uint64(c.Sent)
	}
}

// Percentiles are of times and counts, or of rates.
type Percentiles[T int64 | float64] struct {
	Min  T `json:"min"`
	P50  T `json:"p50"`
	P90  T `json:"p90"`
	P99  T `json:"p99"`
	P999 T `json:"p999"`
	Max  T `json:"max"`
}

// percentiles are those of a histogram, in so many of its units.
func percentiles[T int64 | float64](h *hdrhistogram.Histogram, unit T) Percentiles[T] {
	if h == nil || h.TotalCount() == 0 {
		return Percentiles[T]{}
	}
	of := func(v int64) T { return T(v) / unit }
	return Percentiles[T]{
		Min: of(h.Min()), P50: of(h.ValueAtQuantile(50)), P90: of(h.ValueAtQuantile(90)), P99: of(h.ValueAtQuantile(99)),
		P999: of(h.ValueAtQuantile(99.9)), Max: of(h.Max()),
	}
}

// Stats are what a fleet has done, as far as its sessions see it.
type Stats struct {
	Routers      int                `json:"routers"`
	Refused      uint64             `json:"refused"` // commands
	Runs         int64              `json:"runs"`
	Took         time.Duration      `json:"tookNanoseconds"`
	RunTime      Percentiles[int64] `json:"runTimeMicroseconds"`
	Sent         uint64             `json:"sent"` // traps and informs
	Acknowledged uint64             `json:"acknowledged"`
	Discarded    uint64             `json:"discarded"` // by filters, full queues and the like
	GivenUp      uint64             `json:"givenUp"`
	PerRouter    Percentiles[int64] `json:"sentByRouter"`
	// Rates are what each router sent a second, of the last Repeat.
	Rates Percentiles[float64] `json:"sentByRouterPerSecond"`
}

// maxSent is the most traps of one router that are told apart.
const maxSent = 1 << 32

// Stats adds up counters of all hosts.
func (f *Fleet) Stats() Stats {
	s := Stats{Routers: len(f.members), Refused: f.refused.count()}
	f.runs.mu.Lock()
	if f.runs.times != nil {
		s.Runs = f.runs.times.TotalCount()
	}
	last := f.runs.last
	s.Took, s.RunTime = f.runs.took, percentiles[int64](f.runs.times, 1)
	f.runs.mu.Unlock()
	sent, rates := hdrhistogram.New(1, maxSent, 3), hdrhistogram.New(1, maxSent, 3)
	for _, m := range f.members {
		own, rate := m.count(&s, last)
		_ = sent.RecordValue(int64(min(own, maxSent))) // which is in its range
		_ = rates.RecordValue(int64(min(rate*rateUnit, maxSent)))
	}
	s.PerRouter, s.Rates = percentiles[int64](sent, 1), percentiles[float64](rates, rateUnit)
	return s
}

// rateUnit is how many units of the histogram a rate of one a second is.
const rateUnit = 1000

// count adds the counters of a router, and returns what it has sent, and at which rate.
func (m *member) count(s *Stats, last time.Duration) (sent uint64, rate float64) {
	defer m.take()()
	for c := range m.counters() {
		sent += uint64(c.Sent)
		s.Acknowledged += uint64(c.Acknowledged)
		s.Discarded += uint64(c.Discards) + uint64(c.QueueFull) + uint64(c.BadEncoding)
		s.GivenUp += uint64(c.NoResponse)
	}
	s.Sent += sent
	return sent, m.pace.rate(sent, last)
}

// counters are those of the hosts that the session sees; the caller has the turn.
func (m *member) counters() iter.Seq[notify.HostCounters] {
	return func(yield func(notify.HostCounters) bool) {
		for _, v := range m.router.VirtualRouters() {
			for _, h := range v.Traps().As(m.session.Clearance()).Hosts() {
				if !yield(h.Counters) {
					return
				}
			}
		}
	}
}

// pace is when a router ran the commands of Repeat.
type pace struct {
	before      uint64 // sent before the first
	runs        int
	first, last time.Time // when they began
}

func (p *pace) add(began time.Time) {
	if p.runs == 0 {
		p.first = began
	}
	p.runs, p.last = p.runs+1, began
}

// rate is how many a second have been sent, each run as many: a run lasts until the
// next one begins, the only one as long as those of all routers.
func (p *pace) rate(sent uint64, all time.Duration) float64 {
	if sent <= p.before {
		return 0
	}
	seconds := all.Seconds()
	if p.runs > 1 {
		seconds = p.last.Sub(p.first).Seconds() * float64(p.runs) / float64(p.runs-1)
	}
	return float64(sent-p.before) / max(seconds, time.Microsecond.Seconds())
}
