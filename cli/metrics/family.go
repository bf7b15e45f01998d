package metrics

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"mirrorsh/trapcore/side"
)

// namespace begins every name.
const namespace = "mirrorsh"

// sideLabel tells the sides apart, for a reader that sees both.
const sideLabel = "side"

// family is a metric with its labels. Where records of both sides have it, a
// reader that sees both is given the side, too.
type family struct {
	kind  prometheus.ValueType
	plain *prometheus.Desc
	sided *prometheus.Desc
	fleet *prometheus.Desc // of sums over a fleet; nil: there is none
	kept  []int            // the labels that a sum has, by their places in plain
}

func counter(name, help string, labels ...string) *family {
	return newFamily(prometheus.CounterValue, name, help, labels)
}

func gauge(name, help string, labels ...string) *family {
	return newFamily(prometheus.GaugeValue, name, help, labels)
}

// each is a gauge of which values of several routers make no sum.
func each(name, help string, labels ...string) *family {
	f := gauge(name, help, labels...)
	f.fleet = nil
	return f
}

// parts are labels that tell parts of a router and its neighbours apart. A fleet
// would have as many values as it has routers, so that its sums are without them.
var parts = []string{inRouter, "host", "client", "server"}

func newFamily(kind prometheus.ValueType, name, help string, labels []string) *family {
	name = prometheus.BuildFQName(namespace, "", name)
	f := &family{kind: kind, plain: prometheus.NewDesc(name, help, labels, nil)}
	f.sided = prometheus.NewDesc(name, help, append(labels[:len(labels):len(labels)], sideLabel), nil)
	var kept []string
	for i, label := range labels {
		if !slices.Contains(parts, label) {
			f.kept, kept = append(f.kept, i), append(kept, label)
		}
	}
	f.fleet = prometheus.NewDesc(name, help, kept, nil)
	return f
}

// sink takes the values of a page.
type sink interface {
	value(f *family, d *prometheus.Desc, v float64, labels []string)
	times(f *family, d *prometheus.Desc, t times, labels []string)
}

// times is how long something took: how often, seconds in all, and quantiles.
type times struct {
	count     uint64
	sum       float64
	quantiles map[float64]float64
}

// metrics takes values as they are.
type metrics chan<- prometheus.Metric

func (out metrics) value(f *family, d *prometheus.Desc, v float64, labels []string) {
	out <- prometheus.MustNewConstMetric(d, f.kind, v, labels...)
}

func (out metrics) times(_ *family, d *prometheus.Desc, t times, labels []string) {
	out <- prometheus.MustNewConstSummary(d, t.count, t.sum, t.quantiles, labels...)
}

// page is what one reader is given at one moment.
type page struct {
	c  side.Clearance
	to sink
}

// add adds a value that has no side of its own.
func (p page) add(f *family, v float64, labels ...string) {
	p.to.value(f, f.plain, v, labels)
}

// addOf adds a value of a side that the reader sees.
func (p page) addOf(of side.Side, f *family, v float64, labels ...string) {
	d, labels := p.desc(of, f, labels)
	p.to.value(f, d, v, labels)
}

// addTimes adds how long something took.
func (p page) addTimes(of side.Side, f *family, t times, labels ...string) {
	d, labels := p.desc(of, f, labels)
	p.to.times(f, d, t, labels)
}

func (p page) desc(of side.Side, f *family, labels []string) (*prometheus.Desc, []string) {
	if !p.c.Sees(side.Secure) {
		return f.plain, labels
	}
	return f.sided, append(labels[:len(labels):len(labels)], of.String())
}
