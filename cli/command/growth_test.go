package command

import (
	"flag"
	"fmt"
	"io"
	"math"
	"net/netip"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// spent is the processor time of the process.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heapOf() float64 {
	runtime.GC()
	runtime.GC()
	return float64(inUse())
}

// inUse is how much is allocated and was not found to be garbage, in octets.
func inUse() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// growth is what n, 2n and 4n took, the least of several times.
type growth struct {
	took  [3]float64
	times int // how often 4n are worked with, see [growth.several]
}

func newGrowth() growth { return growth{took: [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}} }

// note notes what a size has taken, size being 0 to 2.
func (g *growth) note(size int, took float64) { g.took[size] = min(g.took[size], max(took, 1)) }

// exponent is p where the time goes with n to the power of p.
func (g *growth) exponent() float64 { return math.Log2(g.took[2]/g.took[0]) / 2 }

// report reports how it grows and what one of the last n takes.
func (g *growth) report(b *testing.B, n int, unit string) {
	b.ReportMetric(g.exponent(), "exponent")
	b.ReportMetric(g.took[1]/g.took[0], "x2")
	b.ReportMetric(g.took[2]/g.took[0], "x4")
	b.ReportMetric(g.took[2]/float64(n), unit)
	b.ReportMetric(0, "ns/op")
}

var (
	rounds = flag.Int("growth-rounds", 3, "how often BenchmarkGrowth measures each size")
	shrunk = flag.Int("growth-shrink", 1, "by how much BenchmarkGrowth has fewer of each kind")
)

// BenchmarkGrowth says how what work takes grows with the number of things there
// are: the exponent of the time for all of them, or of one change among them.
// -benchtime 1x is enough.
func BenchmarkGrowth(b *testing.B) {
	grammar := newCrowd(b, nil, nil)
	defer grammar.close()
	for i := range crowds {
		m := &crowds[i]
		b.Run(m.name, func(b *testing.B) { m.measure(b, grammar.shell) })
	}
}

// works is all that is measured of a kind.
type works struct{ configure, memory, change, configuration, show, restore, remove growth }

func (m *many) measure(b *testing.B, like *cli.Shell) {
	n := m.n / *shrunk
	m.removed(b, like, 4*n)
	w := works{newGrowth(), newGrowth(), newGrowth(), newGrowth(), newGrowth(), newGrowth(), newGrowth()}
	for range *rounds {
		w.round(b, m, like)
	}
	for _, g := range []struct {
		name string
		of   *growth
		n    int
		unit string
	}{
		{"configure", &w.configure, 4 * n, "ns/one"}, {"memory", &w.memory, 4 * n, "B/one"}, {"change", &w.change, 1, "ns/one"},
		{"configuration", &w.configuration, 4 * n, "ns/one"}, {"show", &w.show, 4 * n, "ns/one"}, {"restore", &w.restore, 4 * n, "ns/one"},
		{"remove", &w.remove, 4 * n, "ns/one"},
	} {
		b.Run(g.name, func(b *testing.B) {
			for b.Loop() {
			}
			g.of.report(b, g.n, g.unit)
		})
	}
}

// enough is how long work with a size is measured at least: in a millisecond, which a small
// crowd takes, there is also what the rest of the process does meanwhile.
const enough = 100 * time.Millisecond

// garbage is how much is left lying before it is collected, in octets.
const garbage = 32 << 20

// collector collects only when it is told to: work of which some sees one or two of its
// cycles cannot be compared, since whose turn it is then is chance or, where all allocate
// alike, always the same one's.
type collector struct {
	took  time.Duration // by its cycles
	inUse uint64        // that these have found, in octets
	last  uint64        // what had been allocated
}

// collect learns the price.
func (c *collector) collect() {
	runtime.GC()
	from := spent()
	runtime.GC()
	c.took += spent() - from
	c.inUse += max(inUse(), 4<<20)
	c.last = allocated()
}

// price is that of an octet that is allocated, in nanoseconds: by default a cycle comes
// when as much as is in use has been allocated, and at least 4 MB.
func (c *collector) price() float64 { return float64(c.took) / float64(c.inUse) }

// allocated is what the process has allocated so far, in octets.
func allocated() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// several measures work with each size, each as long as the others and in turns, so that
// what else there is, such as the heap, and whoever has the caches of this machine, is
// the same for all of them. Each pays the collector for what it allocates. before and
// after are not measured.
func (g *growth) several(before, work, after func(size int)) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	var c collector
	c.collect()
	var took [3]time.Duration
	var octets [3]uint64
	once := func(size int) {
		before(size)
		if allocated()-c.last > garbage {
			c.collect()
		}
		had, from := allocated(), spent()
		work(size)
		took[size] += spent() - from
		octets[size] += allocated() - had
		after(size)
	}
	once(2) // the most memory is the process's from then on
	if g.times == 0 {
		g.times = 1 + int(enough/max(took[2], 1))
	}
	took[2], octets[2] = 0, 0
	for range g.times {
		for size := range took {
			for range 4 >> size {
				once(size)
			}
		}
	}
	for size := range took {
		all := float64(took[size]) + c.price()*float64(octets[size])
		g.note(size, all/float64(g.times*(4>>size)))
	}
}

func nothing(int) {}

// round measures each size once. That with which a kind is configured and restored is
// made for it, so is that from which it is removed; the rest is done with routers that stay.
func (w *works) round(b *testing.B, m *many, like *cli.Shell) {
	var scripts, removals [3]string
	var all [3]*crowd
	var operators [3]*operator
	for size := range all {
		n := m.n / *shrunk << size
		scripts[size], removals[size] = m.script(n), m.removal(n)
		heap := heapOf()
		c := newCrowd(b, like, nil)
		defer c.close()
		c.run(scripts[size])
		w.memory.note(size, heapOf()-heap)
		all[size], operators[size] = c, &operator{Session: c.shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})}
		defer operators[size].Close()
		operators[size].do(b, "mirror-enable")
	}
	var other *crowd
	gone := func(int) { other.close() }
	w.configure.several(func(int) { other = newCrowd(b, like, nil) }, func(size int) { other.run(scripts[size]) }, gone)
	w.remove.several(func(size int) {
		other = newCrowd(b, like, nil)
		other.run(scripts[size])
	}, func(size int) { other.run(removals[size]) }, gone)
	w.configuration.several(nothing, func(size int) { operators[size].do(b, "show configuration") }, nothing)
	w.show.several(nothing, func(size int) {
		for line := range strings.SplitSeq(m.show, ";") {
			operators[size].do(b, line)
		}
	}, nothing)
	for _, o := range operators {
		o.do(b, "configure terminal")
	}
	changes := 0
	w.change.several(nothing, func(size int) {
		changes++
		operators[size].change(b, changes)
	}, nothing)
	w.restore.several(func(size int) { other = newCrowd(b, like, all[size].store) }, func(int) {
		if err := other.shell.Restore(b.Context(), func(_ string, _ int, reason string, _ side.Side) { b.Error(reason) }); err != nil {
			b.Fatal(err)
		}
	}, gone)
}

// change is an interactive change: a line, and the save that the next prompt waits for.
func (o *operator) change(t testing.TB, n int) {
	o.do(t, fmt.Sprintf("snmp-server contact Joe %d", n))
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkWalk walks the large tables, all columns of them: GETBULK from one name to
// the next.
func BenchmarkWalk(b *testing.B) {
	grammar := newCrowd(b, nil, nil)
	defer grammar.close()
	for _, w := range []struct{ name, table, of string }{
		{"ifTable", "1.3.6.1.2.1.2.2.1", "interfaces"},
		{"ifXTable", "1.3.6.1.2.1.31.1.1.1", "interfaces"},
		{"ipAddrTable", "1.3.6.1.2.1.4.20.1", "interfaces"},
		{"juniAaaSubscriberTable", "1.3.6.1.4.1.4874.2.2.20.1.8.4.1", "subscribers"},
		{"vacmContextTable", "1.3.6.1.6.3.16.1.1.1", "virtual routers"},
		{"juniAaaSubscriberRouterSummaryTable", "1.3.6.1.4.1.4874.2.2.20.1.8.5.1", "virtual routers"},
		{"vacmViewTreeFamilyTable", "1.3.6.1.6.3.16.1.5.2.1", "views and families"},
	} {
		b.Run(w.name, func(b *testing.B) {
			for b.Loop() {
				crowds[slices.IndexFunc(crowds, func(m many) bool { return m.name == w.of })].walk(b, grammar.shell, mib.MustOID(w.table))
			}
		})
	}
}

// walk measures the walk of a table that has a row for each of a kind.
func (m *many) walk(b *testing.B, like *cli.Shell, table mib.OID) {
	g, n, variables := newGrowth(), m.n / *shrunk, 0
	for range *rounds {
		var all [3]*crowd
		for size := range all {
			all[size] = newCrowd(b, like, nil)
			all[size].run(m.script(n << size))
			all[size].run("snmp-server community boss view everything\n")
		}
		g.several(nothing, func(size int) { variables = walk(b, all[size].shell, table) }, nothing)
		for _, c := range all {
			c.close()
		}
	}
	g.report(b, 4*n, "ns/row")
	b.ReportMetric(float64(variables), "variables")
	b.ReportMetric(float64(variables)/g.took[2]*1e9, "variables/s")
}

// walk returns how many variables are below a name.
func walk(t testing.TB, shell *cli.Shell, root mib.OID) (n int) {
	t.Helper()
	var list, in, out snmp.Buffer
	for name, id := root, int32(1); ; id++ {
		list.Reset()
		list.PutVarbinds([]snmp.Varbind{{Name: name}})
		msg, err := snmp.EncodeReply(&in, snmp.Version2c, []byte("boss"), id, &snmp.Reply{Type: snmp.PDUGetBulk, ErrorIndex: 50, Varbinds: list.Bytes()})
		if err != nil {
			t.Fatal(err)
		}
		d, err := snmp.ParseDatagram(shell.Router.Responder().Handle(&out, netip.MustParseAddrPort("127.0.0.1:9"), msg))
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Community()
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.PDU()
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Varbinds) == 0 {
			t.Fatalf("no answer after %v: %v", name, snmp.ErrorStatus(p.ErrorStatus))
		}
		for _, vb := range p.Varbinds {
			if !vb.Name.HasPrefix(root) || vb.Value.Exception() {
				return n
			}
			name = vb.Name
			n++
		}
	}
}
