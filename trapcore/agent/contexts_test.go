package agent

import (
	"fmt"
	"runtime"
	"testing"

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
