package metrics

import (
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
}

func counter(name, help string, labels ...string) *family {
	return newFamily(prometheus.CounterValue, name, help, labels)
}

func gauge(name, help string, labels ...string) *family {
	return newFamily(prometheus.GaugeValue, name, help, labels)
}

func newFamily(kind prometheus.ValueType, name, help string, labels []string) *family {
	name = prometheus.BuildFQName(namespace, "", name)
	return &family{kind, prometheus.NewDesc(name, help, labels, nil), prometheus.NewDesc(name, help, append(labels[:len(labels):len(labels)], sideLabel), nil)}
}

// page is what one reader is given at one moment.
type page struct {
	c   side.Clearance
	out chan<- prometheus.Metric
}

// add adds a value that has no side of its own.
func (p page) add(f *family, v float64, labels ...string) {
	p.out <- prometheus.MustNewConstMetric(f.plain, f.kind, v, labels...)
}

// addOf adds a value of a side that the reader sees.
func (p page) addOf(of side.Side, f *family, v float64, labels ...string) {
	d, labels := p.desc(of, f, labels)
	p.out <- prometheus.MustNewConstMetric(d, f.kind, v, labels...)
}

// addTimes adds how long something took: how often, seconds in all, and quantiles.
func (p page) addTimes(of side.Side, f *family, count uint64, sum float64, quantiles map[float64]float64, labels ...string) {
	d, labels := p.desc(of, f, labels)
	p.out <- prometheus.MustNewConstSummary(d, count, sum, quantiles, labels...)
}

func (p page) desc(of side.Side, f *family, labels []string) (*prometheus.Desc, []string) {
	if !p.c.Sees(side.Secure) {
		return f.plain, labels
	}
	return f.sided, append(labels[:len(labels):len(labels)], of.String())
}
