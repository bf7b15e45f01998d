package command

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// What the biggest chassis has.
const (
	fullInterfaces  = 48_000
	fullMirrored    = 2_400
	fullRoutes      = 100_000
	fullRouters     = trapcore.MaxVirtualRouters - 1
	fullRules       = 100
	fullSubscribers = network.MaxSubscribers
)

// fullScript configures a chassis, or a part of it.
func fullScript(part int) string {
	var b strings.Builder
	b.WriteString("snmp-server community boss view everything\nsecure ip policy-list q\n" + mirrored)
	for i := range fullRules - 1 {
		fmt.Fprintf(&b, "mirror username jw%d@isptheatre.com ip secure-policy-list p\n", i)
	}
	for i := range fullInterfaces/part - 1 {
		fmt.Fprintf(&b, "interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\n", i, dotted(30<<24+4*i+1))
		if i < fullMirrored/part {
			b.WriteString("ip policy secure-input q\n")
		}
		b.WriteString("exit\n")
	}
	for i := range fullRoutes / part {
		fmt.Fprintf(&b, "ip route %s 255.255.255.252 192.168.99.2\n", dotted(40<<24+4*i))
	}
	for i := range fullRouters / part {
		fmt.Fprintf(&b, "virtual-router vr%d\n", i)
	}
	b.WriteString("virtual-router default\n")
	return b.String()
}

func (c *crowd) logIn(from, to int) {
	r := c.shell.Router.Default().Network()
	for i := from; i < to; i++ {
		if err := r.Login(network.Subscriber{Name: fmt.Sprint("sub", i), CallingStationID: "6175551212"}, nil); err != nil {
			c.t.Fatal(err)
		}
	}
}

// BenchmarkChassis has the biggest chassis full. Times are what somebody waits.
func BenchmarkChassis(b *testing.B) {
	grammar := newCrowd(b, nil, nil)
	defer grammar.close()
	store, err := state.Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	first := newCrowd(b, grammar.shell, store)
	first.run(fullScript(*shrunk))
	first.close()
	before := heapOf()
	c := newCrowd(b, grammar.shell, store)
	defer c.close()
	measure := func(unit string, scale float64, f func()) {
		runtime.GC()
		from := time.Now()
		f()
		b.ReportMetric(float64(time.Since(from))/scale, unit)
	}
	measure("restart-s", 1e9, func() {
		if err := c.shell.Restore(b.Context(), func(_ string, line int, reason string, _ side.Side) { b.Fatal(line, reason) }); err != nil {
			b.Fatal(err)
		}
	})
	n := fullSubscribers / *shrunk
	c.logIn(0, n)
	b.ReportMetric((heapOf()-before)/1e6, "MB")

	o := operatorOf(b, c.shell, "mirror-enable", "configure terminal")
	defer o.Close()
	const times = 8
	measure("key-ms", 3*times*1e6, func() {
		for range times {
			_ = o.Help("interface gigabitEthernet 1/0.77")
			_, _ = o.Complete("interface gigabitEthernet 1/0.77")
			_ = o.Suggest("interface gigabitEthernet 1/0.77")
		}
	})
	if err := o.Save(b.Context()); err != nil {
		b.Fatal(err)
	}
	measure("change-ms", times*1e6, func() {
		for i := range times {
			o.do(b, fmt.Sprintf("interface gigabitEthernet 1/0.%d", i+77))
			o.do(b, fmt.Sprintf("description port %d", i))
			if err := o.Save(b.Context()); err != nil { // as after each line that is typed
				b.Fatal(err)
			}
		}
	})
	from := time.Now()
	rows := walk(b, c.shell, mib.MustOID("1.3.6.1.2.1.2.2.1.10")) // a column of it
	b.ReportMetric(float64(rows)/time.Since(from).Seconds(), "rows/s")

	from = time.Now()
	r := c.shell.Router.Default().Network()
	for i := range n {
		if err := r.Logout(fmt.Sprint("sub", i), network.UserRequest); err != nil {
			b.Fatal(err)
		}
	}
	c.logIn(0, n)
	b.ReportMetric(float64(n)/time.Since(from).Seconds(), "logins/s")
	b.ReportMetric(0, "ns/op")
}
