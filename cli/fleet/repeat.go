package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
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
	f.runs.took += time.Since(began)
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
		err := m.session.Execute(ctx, line)
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
	f.done.Add(1)
	return nil
}

// Percentiles are of times, or of counts.
type Percentiles struct {
	Min  int64 `json:"min"`
	P50  int64 `json:"p50"`
	P90  int64 `json:"p90"`
	P99  int64 `json:"p99"`
	P999 int64 `json:"p999"`
	Max  int64 `json:"max"`
}

func percentiles(h *hdrhistogram.Histogram) Percentiles {
	if h == nil || h.TotalCount() == 0 {
		return Percentiles{}
	}
	return Percentiles{
		Min: h.Min(), P50: h.ValueAtQuantile(50), P90: h.ValueAtQuantile(90), P99: h.ValueAtQuantile(99),
		P999: h.ValueAtQuantile(99.9), Max: h.Max(),
	}
}

// Stats are what a fleet has done, as far as its sessions see it.
type Stats struct {
	Routers      int           `json:"routers"`
	Refused      uint64        `json:"refused"` // commands
	Runs         int64         `json:"runs"`
	Took         time.Duration `json:"tookNanoseconds"`
	RunTime      Percentiles   `json:"runTimeMicroseconds"`
	Sent         uint64        `json:"sent"` // traps and informs
	Acknowledged uint64        `json:"acknowledged"`
	Discarded    uint64        `json:"discarded"` // by filters, full queues and the like
	GivenUp      uint64        `json:"givenUp"`
	PerRouter    Percentiles   `json:"sentByRouter"`
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
	s.Took, s.RunTime = f.runs.took, percentiles(f.runs.times)
	f.runs.mu.Unlock()
	sent := hdrhistogram.New(1, maxSent, 3)
	for _, m := range f.members {
		own := uint64(0)
		for _, v := range m.router.VirtualRouters() {
			for _, h := range v.Traps().As(m.clearance()).Hosts() {
				c := h.Counters
				own += uint64(c.Sent)
				s.Acknowledged += uint64(c.Acknowledged)
				s.Discarded += uint64(c.Discards) + uint64(c.QueueFull) + uint64(c.BadEncoding)
				s.GivenUp += uint64(c.NoResponse)
			}
		}
		s.Sent += own
		_ = sent.RecordValue(int64(min(own, maxSent))) // which is in its range
	}
	s.PerRouter = percentiles(sent)
	return s
}

func (m *member) clearance() side.Clearance {
	defer m.take()()
	return m.session.Clearance()
}
