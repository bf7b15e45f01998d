package network

import (
	"iter"
	"net/netip"
)

// update brings the tables in line with the marked entries, and returns the
// prefixes that [RoutingChanged] names. What depends on an entry has a higher level,
// so that one pass in the order of levels is enough.
func (t *routes) update() (changed []netip.Prefix) {
	for level := range t.marked {
		entries := t.marked[level]
		var turned []*entry
		for _, e := range entries {
			has := t.place(e, level)
			if has {
				turned = append(turned, e)
			}
			if has || level > connected {
				changed = append(changed, e.prefix())
			}
		}
		if level < lastLevel {
			for _, h := range t.dependents(turned, level) {
				t.follow(h)
			}
		}
		for _, e := range entries {
			e.marks &^= 1 << level
			if e.unused() && t.entries[e.key] == e {
				delete(t.entries, e.key)
			}
		}
		t.marked[level] = nil
	}
	return changed
}

// place puts an entry into the tables it belongs to, and reports whether it has come
// to have routes of that level, or has none any more.
func (t *routes) place(e *entry, level int) (turned bool) {
	for of, n := range e.counts() {
		t.active[of] += int(n - e.active[of])
		e.active[of] = n
	}
	works := e.routes[level] > 0
	if works == (e.placed&(1<<level) != 0) {
		return false
	}
	prefix := e.prefix()
	if e.placed ^= 1 << level; works {
		t.levels[level].Insert(prefix, e)
	} else {
		t.levels[level].Delete(prefix)
	}
	if e.placed != 0 {
		t.forward.Insert(prefix, e)
		t.inOrder.Set(e.key, e)
	} else {
		t.forward.Delete(prefix)
		t.inOrder.Delete(e.key)
	}
	return true
}

// counts are the routes of an entry that are in the routing table, by type.
func (e *entry) counts() (n [Access]int32) {
	if n[Connected] = e.routes[connected]; n[Connected] > 0 {
		return n
	}
	for _, works := range e.routes[connected+1:] {
		n[Static] += works
	}
	return n
}

// dependents returns the next hops within the prefixes of entries that are found with
// no longer prefix at that level, at a higher one, or nowhere.
func (t *routes) dependents(entries []*entry, level int) (all []*hop) {
	for _, e := range entries {
		for at := level; at <= lastLevel; at++ {
			longest := 32
			if at == level {
				longest = e.bits()
			}
			if t.found[at].Len() == 0 {
				continue
			}
			for h := range t.found[at].Within(e.prefix(), longest) {
				if !h.visited {
					h.visited = true
					all = append(all, h)
				}
			}
		}
	}
	return all
}

// follow looks a next hop up again, and passes a change on to its routes.
func (t *routes) follow(h *hop) {
	h.visited = false
	at, via := t.lookup(h.address)
	if at == h.level && via == h.via {
		return
	}
	t.found[h.level].Delete(h.address, h.bits())
	h.level, h.via = at, via
	t.found[at].Set(h.address, h.bits(), h)
	for _, s := range h.routes {
		t.set(s, h.next())
	}
}

// egress gives out the way of the longest match.
func (t *routes) egress(to netip.Addr) iter.Seq[Way] {
	return func(yield func(Way) bool) {
		e, ok := t.forward.Lookup(to)
		if !ok {
			return
		}
		w := &walk{seen: map[visit]struct{}{}, yield: yield}
		if e.routes[connected] > 0 {
			w.entry(e, connected)
			return
		}
		for level := connected + 1; level <= lastLevel; level++ {
			if !w.entry(e, level) {
				return
			}
		}
	}
}

// walk follows routes to where they lead. It looks at the routes of an entry and
// level once, however many lead there.
type walk struct {
	seen  map[visit]struct{}
	yield func(Way) bool
}

type visit struct {
	entry *entry
	level int
}

// entry reports whether more is wanted.
func (w *walk) entry(e *entry, level int) bool {
	if _, seen := w.seen[visit{e, level}]; seen || e.routes[level] == 0 {
		return true
	}
	w.seen[visit{e, level}] = struct{}{}
	if !w.yield(Way{Prefix: e.prefix(), Connected: level == connected}) {
		return false
	}
	if level == connected {
		return true
	}
	for s := range e.static.between(ofLevel(level), ofLevel(level+1)) {
		if !w.route(s) {
			return false
		}
	}
	return true
}

func (w *walk) route(s *static) bool {
	if s.hop == nil {
		return w.yield(Way{Out: s.iface.index})
	}
	return w.entry(s.hop.via, s.hop.level)
}

// firstStatic is the static route that works and was configured first.
func (e *entry) firstStatic() (first *static) {
	for level, n := range e.routes {
		if n == 0 || level == connected {
			continue
		}
		if s := e.static.first(ofLevel(level)); first == nil || s.number < first.number {
			first = s
		}
	}
	return first
}

// first returns the interface that a route that works leads out of, the first
// if there are several.
func (s *static) first() *iface {
	for s.hop != nil {
		e, level := s.hop.via, s.hop.level
		if level == connected {
			return e.connected.first(0)
		}
		s = e.static.first(ofLevel(level))
	}
	return s.iface
}
