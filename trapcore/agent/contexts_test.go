package agent

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// crowdOf are agents as far as contexts know them.
func crowdOf(n int) (all []*Agent) {
	for i := range n {
		all = append(all, &Agent{cfg: Config{Context: snmp.ContextName(uint32(i + 1)), Local: snmp.NewLocalEngine(snmp.EngineID(fmt.Sprint("engine", i)))}})
	}
	return all
}

// TestContextsGrow: making four times as many virtual routers reachable, and
// unreachable again, takes some four times the memory, and not sixteen.
func TestContextsGrow(t *testing.T) {
	taken := func(n int) uint64 {
		agents := crowdOf(n)
		var r Responder
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, a := range agents {
			r.Add(a)
		}
		for _, a := range agents {
			r.Remove(a)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := taken(500), taken(2000); many > 8*few {
		t.Errorf("%d octets for 500, %d for 2000", few, many)
	}
}

// TestInContext: who is found under which engine ID and name, also after an ID has
// changed and a virtual router has gone.
func TestInContext(t *testing.T) {
	var r Responder
	agents := crowdOf(4)
	for _, a := range agents[:3] {
		r.Add(a)
	}
	name := func(i int) string { return agents[i].cfg.Context }
	check := func(what string, id snmp.EngineID, context string, want *Agent, known bool) {
		t.Helper()
		if got, ok := r.inContext(id, context); got != want || ok != known {
			t.Errorf("%s: %v, %t", what, got, ok)
		}
	}
	check("default", "engine0", "", agents[0], true)
	check("default by name", "engine0", name(0), agents[0], true)
	check("another through it", "engine0", name(2), agents[2], true)
	check("none through it", "engine0", "other", nil, true)
	check("another by its ID", "engine1", "", agents[1], true)
	check("another by both", "engine1", name(1), agents[1], true)
	check("one through another", "engine1", name(2), nil, true)
	check("unknown", "engine3", "", nil, false)

	agents[1].cfg.Local.Set(snmp.Identity{ID: "new"})
	r.Renamed(agents[1], "engine1")
	check("old ID", "engine1", "", nil, false)
	check("new ID", "new", "", agents[1], true)

	r.Remove(agents[1])
	check("gone", "new", "", nil, false)
	check("gone by name", "engine0", name(1), nil, true)
	r.Renamed(agents[1], "new")
	check("renamed when gone", "new", "", nil, false)
	if a := r.Holder("engine2"); a != agents[2] {
		t.Error("no holder")
	}
}

// countingSubscribers counts how often it is asked for a virtual router, of many.
type countingSubscribers struct {
	fakeSubscribers
	many, asked int
}

func (f *countingSubscribers) NextRouter(from uint32) (RouterCount, bool) {
	f.asked++
	return RouterCount{max(from, 1), 0}, int(from) <= f.many
}

// TestRouterSummary: a walk asks for one virtual router to find one, and for one to
// get it, however many there are.
func TestRouterSummary(t *testing.T) {
	g := newRig(t)
	f := &countingSubscribers{many: 300}
	g.r.opts.Subscribers = f
	column := mib.MustOID("1.3.6.1.4.1.4874.2.2.20.1.8.5.1.2")
	g.must(g.lcd().As(side.Clearance{}).SetView("summary", snmp.Family{Subtree: column, Included: true}))
	if rows := len(g.walk(t, "summary", false)); rows != f.many || f.asked > 2*f.many+2 {
		t.Errorf("%d rows, asked %d times for one of %d", rows, f.asked, f.many)
	}
	for _, from := range []mib.OID{{}, {0}, {7}, {7, 0}, {300}, {300, 0}, {math.MaxUint32}, {math.MaxUint32, 0}} {
		var want mib.OID
		for i := range uint32(f.many) {
			if at := (mib.OID{i + 1}); at.Compare(from) >= 0 {
				want = at
				break
			}
		}
		got, ok := findRouterCount(&scope{r: g.r}, 0, from)
		if ok != (want != nil) || ok && got.index.Compare(want) != 0 {
			t.Errorf("from %v: %v, want %v", from, got.index, want)
		}
	}
}
