package agent

import (
	"slices"
	"sort"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// contexts are the agents by what selects them, so that finding one takes as long
// among many.
type contexts struct {
	first    *Agent // that of the default virtual router
	byName   map[string]*Agent
	byEngine map[snmp.EngineID]*Agent
	names    []string // in the order of their indexes
}

func (x *contexts) add(a *Agent) {
	if x.first == nil {
		*x = contexts{first: a, byName: map[string]*Agent{}, byEngine: map[snmp.EngineID]*Agent{}}
	}
	x.byName[a.cfg.Context] = a
	x.byEngine[a.cfg.Local.Identity().ID] = a
	at, _ := slices.BinarySearchFunc(x.names, a.cfg.Context, byCount)
	x.names = slices.Insert(x.names, at, a.cfg.Context)
}

func (x *contexts) remove(a *Agent) {
	if x.byName[a.cfg.Context] != a {
		return
	}
	delete(x.byName, a.cfg.Context)
	x.forget(a, a.cfg.Local.Identity().ID)
	if at, ok := slices.BinarySearchFunc(x.names, a.cfg.Context, byCount); ok {
		x.names = slices.Delete(x.names, at, at+1)
	}
}

func (x *contexts) forget(a *Agent, id snmp.EngineID) {
	if x.byEngine[id] == a {
		delete(x.byEngine, id)
	}
}

// next returns the first name with an index at or after one.
func (x *contexts) next(from mib.OID) (string, bool) {
	at := sort.Search(len(x.names), func(i int) bool { return counted(x.names[i]).Compare(from) >= 0 })
	if at == len(x.names) {
		return "", false
	}
	return x.names[at], true
}

// Add makes an agent reachable; the first is that of the default virtual router.
func (r *Responder) Add(a *Agent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.contexts.add(a)
}

// Remove makes an agent unreachable.
func (r *Responder) Remove(a *Agent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.contexts.remove(a)
}

// Renamed is for who has given the engine of an agent another ID.
func (r *Responder) Renamed(a *Agent, was snmp.EngineID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.contexts.byName[a.cfg.Context] == a {
		r.contexts.forget(a, was)
		r.contexts.byEngine[a.cfg.Local.Identity().ID] = a
	}
}

// Holder returns the agent that has an engine ID, nil for none.
func (r *Responder) Holder(id snmp.EngineID) *Agent {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.contexts.byEngine[id]
}

// nextContext returns the first context that is reached through an agent with an
// index at or after one: through that of the default virtual router all are.
func (r *Responder) nextContext(a *Agent, from mib.OID) (string, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.contexts.first == a {
		return r.contexts.next(from)
	}
	return a.cfg.Context, counted(a.cfg.Context).Compare(from) >= 0
}

// inContext finds the agent that a context name, or none, selects under an engine
// ID; known reports whether there is one of that ID. Every virtual router answers to
// its own ID; under that of the default one, the name selects.
func (r *Responder) inContext(id snmp.EngineID, name string) (a *Agent, known bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	own := r.contexts.byEngine[id]
	switch {
	case own == nil:
		return nil, false
	case name == "" || name == own.cfg.Context:
		return own, true
	case own == r.contexts.first:
		return r.contexts.byName[name], true
	}
	return nil, true
}
