package command

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// crowd is a router with many things of a kind.
type crowd struct {
	b     *testing.B
	n     int
	shell *cli.Shell
	store state.Store
	close func()
}

// many are the kinds of things there can be many of. Each is configured with a
// script, from which all other work with them follows.
type many struct {
	name  string
	n     int // 2n and 4n are measured, too
	setup string
	each  func(i int) string
	show  string // commands whose output has them all, by semicolons
}

var crowds = []many{
	{"static routes", 4000, "interface fastEthernet 9/0\nip address 10.0.0.1 255.0.0.0\nexit\n", func(i int) string {
		return fmt.Sprintf("ip route 20.%d.%d.0 255.255.255.252 10.0.0.2\nip route 21.%d.%d.0 255.255.255.252 10.0.0.3\n", i>>8, i&255, i>>8, i&255)
	}, "show ip route"},
	{"interfaces", 2000, "", func(i int) string {
		return fmt.Sprintf("interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\nexit\n", i, dotted(30<<24+4*i+1))
	}, "show interfaces;show ip interface"},
	{"interfaces, mirrored", 600, "secure ip policy-list p\n", func(i int) string {
		return fmt.Sprintf("interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\nip policy secure-input p\nip policy secure-output p\nexit\n", i, dotted(30<<24+4*i+1))
	}, "show mirror sessions;show interfaces"},
	{"subscribers", 4000, "", func(i int) string { return fmt.Sprintf("do test subscriber login sub%d\n", i) }, "show subscribers"},
	{"subscribers, mirrored", 4000, mirrored, func(i int) string {
		return fmt.Sprintf("do test subscriber login sub%d calling-station-id 6175551212\n", i)
	}, "show subscribers;show mirror sessions;show mirror subscribers"},
	{"secure policies, analyzers, rules", 200, analyzed, func(i int) string {
		s := fmt.Sprintf("secure ip classifier-list c%d ip any any\nsecure ip policy-list p%d\nclassifier-group c%d\nmirror analyzer-ip-address %s\nexit\nexit\n", i, i, i, dotted(40<<24+i+1))
		if i%8 == 0 {
			s += fmt.Sprintf("mirror username sub%d ip secure-policy-list p%d\n", i, i)
		}
		return s
	}, "show secure policy-list;show secure classifier-list;show mirror rules"},
	{"classifier groups of a list", 120, "secure ip policy-list p\nexit\n", func(i int) string {
		return fmt.Sprintf("secure ip classifier-list c%d ip any any\nsecure ip policy-list p\nclassifier-group c%d precedence %d\nmirror analyzer-ip-address %s\nexit\nexit\n", i, i, i+1, dotted(40<<24+i+1))
	}, "show secure policy-list"},
	{"policy lists", 1000, "", func(i int) string {
		return fmt.Sprintf("ip classifier-list c%d ip any any\nip policy-list p%d\nclassifier-group c%d\nforward\nexit\nexit\n", i, i, i)
	}, "show policy-list;show classifier-list"},
	{"virtual routers", 200, "", func(i int) string { return fmt.Sprintf("virtual-router vr%d\n", i) }, "show virtual-router"},
	{"access lists", 200, "", func(i int) string { return fmt.Sprintf("access-list a%d permit host 10.0.0.1\n", i) }, "show access-list"},
	{"rules of an access list", 240, "", func(i int) string { return fmt.Sprintf("access-list a permit host %s\n", dotted(50<<24+i)) }, "show access-list"},
	{"views and families", 8 * 50, "", func(i int) string {
		return fmt.Sprintf("snmp-server view v%d 1.3.6.1.4.1.%d included\n", i%8, i)
	}, "show snmp view"},
	{"SNMP users, groups, hosts", 8 * 4, "", func(i int) string {
		vr, n := i%4, i/4
		return fmt.Sprintf("virtual-router v%d\nsnmp-server group g%d priv\nsnmp-server user u%d group public\nsnmp-server host 127.0.1.%d version v2c public\n", vr, n, n, n%8+1)
	}, "show snmp user;show snmp group"},
	{"ARP entries", 1000, "interface fastEthernet 9/0\nip address 60.0.0.1 255.0.0.0\nexit\n", func(i int) string {
		return fmt.Sprintf("arp %s fastEthernet 9/0 0090.1a00.0001\n", dotted(60<<24+i+2))
	}, "show arp"},
}

const (
	mirrored = `interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
secure ip policy-list p
classifier-group *
mirror analyzer-ip-address 192.168.99.2
exit
exit
mirror calling-station-id 6175551212 ip secure-policy-list p
`
	analyzed = `interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
ip route 0.0.0.0 0.0.0.0 192.168.99.2
`
)

func dotted(n int) string { return fmt.Sprintf("%d.%d.%d.%d", n>>24&255, n>>16&255, n>>8&255, n&255) }

// newCrowd is a router without anybody.
func newCrowd(b *testing.B, like *cli.Shell, store state.Store) *crowd {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Clock: stopped})
	if err != nil {
		b.Fatal(err)
	}
	if store == nil {
		store = state.NewMemory(stopped)
	}
	shell, err := cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Habits: Habits(), Store: store, Like: like})
	if err != nil {
		b.Fatal(err)
	}
	return &crowd{b: b, shell: shell, store: store, close: func() {
		_ = shell.Close()
		_ = router.Close()
	}}
}

// run is a batch; the configuration is saved at its end.
func (c *crowd) run(script string) {
	out := bufio.NewWriter(io.Discard)
	s := c.shell.NewSession(cli.SessionOptions{Level: 15, Out: out})
	defer s.Close()
	batch := cli.Batch{Session: s, Out: out, Errors: io.Discard, Quiet: true}
	script = "mirror-enable\nconfigure terminal\n" + script
	if err := batch.Run(c.b.Context(), cli.Source{Name: "crowd", R: strings.NewReader(script)}); err != nil {
		c.b.Fatal(err)
	}
}

func (m *many) script(n int) string {
	var b strings.Builder
	b.WriteString(m.setup)
	for i := range n {
		b.WriteString(m.each(i))
	}
	return b.String()
}

// fill makes n things.
func (c *crowd) fill(m *many, n int) {
	c.n = n
	c.run(m.script(n))
}

// spent is the processor time of the process.
func spent() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heapOf() float64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&s)
	return float64(s.HeapAlloc)
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
type works struct{ configure, memory, change, configuration, show, restore growth }

func (m *many) measure(b *testing.B, like *cli.Shell) {
	w := works{newGrowth(), newGrowth(), newGrowth(), newGrowth(), newGrowth(), newGrowth()}
	for range *rounds {
		for size := range 3 {
			w.round(b, m, size, like)
		}
	}
	n := m.n / *shrunk
	for _, g := range []struct {
		name string
		of   *growth
		n    int
		unit string
	}{
		{"configure", &w.configure, 4 * n, "ns/one"}, {"memory", &w.memory, 4 * n, "B/one"}, {"change", &w.change, 1, "ns/one"},
		{"configuration", &w.configuration, 4 * n, "ns/one"}, {"show", &w.show, 4 * n, "ns/one"}, {"restore", &w.restore, 4 * n, "ns/one"},
	} {
		b.Run(g.name, func(b *testing.B) {
			for b.Loop() {
			}
			g.of.report(b, g.n, g.unit)
		})
	}
}

const changes = 24

// often is how often work is done with a size. That of all sizes together is the same,
// and so is how often its garbage is collected.
func often(size, times int) int { return times * (4 >> size) }

// enough is how long work with a size is measured at least. A millisecond of it, which a
// small crowd takes, has one collection or none, and what the rest of the process does
// meanwhile: by instructions (callgrind) such work had exponents of 0.93 to 1.07, where
// those by time were 0.6 to 1.4 from run to run.
const enough = 100 * time.Millisecond

// several measures work with a size; before and after are not measured. How often is
// found out with the first size.
func (g *growth) several(size int, before, work, after func()) {
	once := func() time.Duration {
		before()
		from := spent()
		work()
		took := spent() - from
		after()
		return took
	}
	if g.times == 0 {
		g.times = 1 + int(enough/(4*max(once(), time.Microsecond)))
	}
	runtime.GC()
	var took time.Duration
	for range often(size, g.times) {
		took += once()
	}
	g.note(size, float64(took)/float64(often(size, g.times)))
}

func nothing() {}

// round measures one size once.
func (w *works) round(b *testing.B, m *many, size int, like *cli.Shell) {
	n := m.n / *shrunk << size
	script := m.script(n)
	heap := heapOf()
	c := newCrowd(b, like, nil)
	c.n = n
	defer c.close()
	c.run(script)
	w.memory.note(size, heapOf()-heap)
	var other *crowd
	w.configure.several(size, func() { other = newCrowd(b, like, nil) }, func() { other.run(script) }, func() { other.close() })

	o := &operator{Session: c.shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})}
	defer o.Close()
	o.do(b, "mirror-enable")
	w.configuration.several(size, nothing, func() { o.do(b, "show configuration") }, nothing)
	w.show.several(size, nothing, func() {
		for line := range strings.SplitSeq(m.show, ";") {
			o.do(b, line)
		}
	}, nothing)
	o.do(b, "configure terminal")
	w.change.note(size, c.change(o))
	w.restore.several(size, func() { other = newCrowd(b, like, c.store) }, func() {
		if err := other.shell.Restore(b.Context(), func(_ string, _ int, reason string, _ side.Side) { b.Error(reason) }); err != nil {
			b.Fatal(err)
		}
	}, func() { other.close() })
}

// change is what an interactive change takes: a line, and the save that the next
// prompt waits for.
func (c *crowd) change(o *operator) float64 {
	runtime.GC()
	from := spent()
	for i := range changes {
		o.do(c.b, fmt.Sprintf("snmp-server contact Joe %d", i))
		if err := o.Save(c.b.Context()); err != nil {
			c.b.Fatal(err)
		}
	}
	return float64(spent()-from) / changes
}
