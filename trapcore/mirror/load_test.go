package mirror

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"mirrorsh/trapcore/network"
)

// counter counts events by type and reads the machine, as a sink may.
type counter struct {
	m    *Machine
	seen map[string]int
	open map[string]int
	bad  []string
}

func (c *counter) Secure(_ *network.Router, ev Event) {
	c.seen[typeName(ev)]++
	switch e := ev.(type) {
	case *SessionStart:
		c.open[e.Trigger]++
	case *SessionEnd:
		if c.open[e.Trigger]--; c.open[e.Trigger] < 0 {
			c.bad = append(c.bad, e.Trigger)
		}
		if c.open[e.Trigger] == 0 {
			delete(c.open, e.Trigger)
		}
	}
	if c.seen[typeName(ev)]%1024 == 0 {
		c.m.PolicyLists()
	}
}

func (c *counter) Failed(*network.Router, *FailedPolicy) { c.bad = append(c.bad, "failed") }

const crowd = 2000

func heap() uint64 {
	var s runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

// TestCrowd logs 2000 mirrored subscribers in and out over and over, from
// several goroutines: every event is there, in the order of its session, and
// nothing grows.
func TestCrowd(t *testing.T) {
	c := &counter{seen: map[string]int{}, open: map[string]int{}}
	n, m := newMachine(t, c, nil)
	def := m.def
	c.m = m
	const workers = 4
	round := func() {
		var all sync.WaitGroup
		for w := range workers {
			all.Go(func() {
				for n := w; n < crowd; n += workers {
					if err := def.Login(Subscriber{Name: fmt.Sprint("sub", n)}, li("40000010")); err != nil {
						t.Error(err)
					}
				}
				for n := w; n < crowd; n += workers {
					if err := def.Logout(fmt.Sprint("sub", n), UserRequest); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
	}
	round()
	before := heap()
	const rounds = 5
	for range rounds {
		round()
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("heap grew from %d to %d", before, after)
	}
	want := (rounds + 1) * crowd * 3
	if c.seen["SessionStart"] != want || c.seen["SessionEnd"] != want || len(c.open) != 0 || c.bad != nil {
		t.Errorf("%d starts and %d ends, want %d each; open %d, out of order %d", c.seen["SessionStart"], c.seen["SessionEnd"], want, len(c.open), len(c.bad))
	}
	if len(n.Subscribers()) != 0 || m.subs.Len() != 0 || len(m.dynamic) != 0 || len(m.lists) != 0 || def.InterfaceCount() != 0 || m.radiusLists != 0 || len(def.analyzers) != 0 {
		t.Error("something is left")
	}
}

func BenchmarkLoginLogout(b *testing.B) {
	_, m := newMachine(b, nil, nil)
	def := m.def
	for n := range crowd {
		if err := def.Login(Subscriber{Name: fmt.Sprint("sub", n)}, li("40000010")); err != nil {
			b.Fatal(err)
		}
	}
	attrs := li("40000010")
	b.ReportAllocs()
	for b.Loop() {
		if err := def.Login(Subscriber{Name: "one"}, attrs); err != nil {
			b.Fatal(err)
		}
		if err := def.Logout("one", UserRequest); err != nil {
			b.Fatal(err)
		}
	}
}
