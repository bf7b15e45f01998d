package metrics

import (
	"math"
	"runtime"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
)

// fleet reads many routers for an ordinary reader.
type fleet struct{ all []*cli.Shell }

var (
	fleetRouters = gauge("fleet_routers", "Routers, by whether notifications wait for their hosts (waiting) or not (settled).", "state")

	// spreads are how routers differ, by what is added up of each.
	spreads = map[*family]*family{
		notificationsSent: gauge("fleet_router_notifications_sent", "Traps that left of each router, and informs that were acknowledged or given up."),
		hostPending:       gauge("fleet_router_notifications_pending", "Notifications of each router that wait for hosts."),
		subscribers:       gauge("fleet_router_subscribers", "Subscribers that are logged in at each router."),
	}
	quantiles = []float64{0, 0.5, 0.9, 0.99, 1}
)

// Describe tells nothing beforehand: what there is, is configured.
func (fleet) Describe(chan<- *prometheus.Desc) {}

// Collect is for package prometheus to call. As many values come out as one router
// has at most, however many there are.
func (x fleet) Collect(out chan<- prometheus.Metric) {
	s := newSums()
	for _, sh := range x.all {
		page{side.Clearance{}, s}.whole(sh)
		s.next()
	}
	p := page{side.Clearance{}, metrics(out)}
	first := x.all[0]
	p.add(buildInfo, 1, first.Router.Release().Version, runtime.Version())
	p.add(started, seconds(first.Started()))
	waiting := 0
	for _, n := range s.routers[hostPending] {
		if n > 0 {
			waiting++
		}
	}
	p.add(fleetRouters, float64(waiting), "waiting")
	p.add(fleetRouters, float64(len(x.all)-waiting), "settled")
	s.tell(p)
}

// sums adds up values of routers.
type sums struct {
	values  map[sum]float64
	took    map[sum]times
	own     map[*family]float64   // of the router that is read
	routers map[*family][]float64 // of those that were
}

// sum is what is added up: a family, and its labels that are kept, with a NUL
// between them. It has no side, so that it is for ordinary readers.
type sum struct {
	f      *family
	labels string
}

func newSums() *sums {
	return &sums{map[sum]float64{}, map[sum]times{}, map[*family]float64{}, map[*family][]float64{}}
}

func (s *sums) value(f *family, _ *prometheus.Desc, v float64, labels []string) {
	if f.fleet == nil {
		return
	}
	s.values[f.sum(labels)] += v
	if _, ok := spreads[f]; ok {
		s.own[f] += v
	}
}

// times adds up what can be: quantiles cannot.
func (s *sums) times(f *family, _ *prometheus.Desc, t times, labels []string) {
	k := f.sum(labels)
	was := s.took[k]
	s.took[k] = times{was.count + t.count, was.sum + t.sum, nil}
}

func (f *family) sum(labels []string) sum {
	switch len(f.kept) {
	case 0:
		return sum{f, ""}
	case 1:
		return sum{f, labels[f.kept[0]]}
	}
	kept := make([]string, len(f.kept))
	for i, at := range f.kept {
		kept[i] = labels[at]
	}
	return sum{f, strings.Join(kept, "\x00")}
}

// next ends a router.
func (s *sums) next() {
	for f := range spreads {
		s.routers[f] = append(s.routers[f], s.own[f])
	}
	clear(s.own)
}

// tell adds the sums to a page, and how routers differ.
func (s *sums) tell(p page) {
	for k, v := range s.values {
		p.to.value(k.f, k.f.fleet, v, k.kept())
	}
	for k, t := range s.took {
		p.to.times(k.f, k.f.fleet, t, k.kept())
	}
	for f, as := range spreads {
		p.to.times(as, as.plain, spread(s.routers[f]), nil)
	}
}

func (k sum) kept() []string {
	if len(k.f.kept) == 0 {
		return nil
	}
	return strings.Split(k.labels, "\x00")
}

// spread says how values differ, each quantile by its nearest rank.
func spread(values []float64) times {
	slices.Sort(values)
	t := times{count: uint64(len(values)), quantiles: map[float64]float64{}}
	for _, v := range values {
		t.sum += v
	}
	for _, q := range quantiles {
		t.quantiles[q] = values[max(int(math.Ceil(q*float64(len(values)))), 1)-1]
	}
	return t
}
