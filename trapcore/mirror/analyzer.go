package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/internal/matched"
	"mirrorsh/trapcore/network"
)

// analyzer is an address that mirrored packets are sent to, in one virtual
// router.
type analyzer struct {
	router  *router
	address netip.Addr
	refs    int           // policy lists that name it
	ways    []network.Way // to it, up to out
	bits    int           // of the longest match
	out     *iface        // that mirrored packets leave by, nil if it cannot be reached
	checked bool          // it is in change.check
}

func (a *analyzer) reachable() bool { return a.out != nil }

// checkAnalyzer has an analyzer looked at when the change is complete.
func (c *change) checkAnalyzer(a *analyzer) {
	if !a.checked {
		a.checked = true
		c.check = append(c.check, a)
	}
}

// checkEach does so with some.
func (c *change) checkEach(some map[*analyzer]int) {
	for a := range some {
		c.checkAnalyzer(a)
	}
}

// reviewAnalyzers looks again whether analyzers can be reached, and raises
// AnalyzerUnreachable for each that no longer can. It runs when a change is
// complete, so that what comes and goes in between does not count.
func (c *change) reviewAnalyzers() {
	var lost []*analyzer
	for _, a := range c.check {
		a.checked = false
		if a.refs == 0 {
			continue
		}
		was := a.reachable() // not one that has just been made
		if c.m.trace(a); was && !a.reachable() {
			lost = append(lost, a)
		}
	}
	c.check = nil
	slices.SortFunc(lost, func(a, b *analyzer) int {
		return cmp.Or(cmp.Compare(a.router.UID(), b.router.UID()), a.address.Compare(b.address))
	})
	for _, a := range lost {
		c.raise(a.router, &AnalyzerUnreachable{Time: c.at, Analyzer: a.address, RouterID: a.router.UID()})
	}
}

// watch makes the list count for the analyzers it sends to now, in the virtual
// routers where they are looked up: the one its rule names, the default one for
// L2TP, else those it is attached in, and the default one while it is nowhere.
func (c *change) watch(l *list) {
	in := map[*router]struct{}{}
	for r := range l.watched {
		in[r] = struct{}{}
	}
	for _, g := range l.groups.All {
		if g.sends() {
			for _, r := range l.where(c.m, g.action) {
				in[r] = struct{}{}
			}
		}
	}
	for r := range in {
		c.watchIn(l, r)
	}
}

// watchIn is watch in one virtual router.
func (c *change) watchIn(l *list, r *router) {
	wanted := map[*analyzer]int{}
	for _, g := range l.groups.All {
		if g.sends() && l.isAt(c.m, g.action, r) {
			wanted[c.analyzer(r, g.action.Analyzer)]++
		}
	}
	for a := range wanted {
		a.refs++
	}
	for a := range l.watched[r] {
		c.unwatch(a)
	}
	if l.watched[r] = wanted; len(wanted) == 0 {
		delete(l.watched, r)
	}
}

// watchOne counts a group more or less that sends to an analyzer.
func (c *change) watchOne(l *list, r *router, address netip.Addr, by int) {
	a := c.analyzer(r, address)
	of := l.watched[r]
	if of == nil {
		of = map[*analyzer]int{}
		l.watched[r] = of
	}
	was := of[a]
	switch of[a] = was + by; {
	case was == 0:
		a.refs++
	case was+by == 0:
		delete(of, a)
		c.unwatch(a)
	}
	if len(of) == 0 {
		delete(l.watched, r)
	}
}

// unwatch is for a list that sends to an analyzer no longer.
func (c *change) unwatch(a *analyzer) {
	if a.refs--; a.refs == 0 {
		delete(a.router.analyzers, a.address)
		a.router.found.Delete(a.address, a.bits)
		a.forget(0)
	}
}

// attachedIn is watch where a list is attached for the first time in a virtual
// router, or no longer.
func (c *change) attachedIn(l *list, r *router) {
	if len(l.attached)-min(1, l.attached[r]) == 0 { // it was nowhere before, or is now
		c.watch(l)
		return
	}
	c.watchIn(l, r)
}

// analyzer finds an analyzer, or makes it.
func (c *change) analyzer(r *router, address netip.Addr) *analyzer {
	a := r.analyzers[address]
	if a == nil {
		a = &analyzer{router: r, address: address, bits: matched.Nowhere}
		r.analyzers[address] = a
		c.checkAnalyzer(a)
	}
	return a
}

// rewatch is for when a virtual router has come or gone that lists may name.
func (c *change) rewatch(r *network.Router) {
	for l := range maps.Clone(c.m.naming[r.Name()]) {
		c.watch(l)
	}
}

// name notes how often a list names a virtual router; "" is none.
func (m *Machine) name(l *list, router string, by int) {
	if router == "" {
		return
	}
	of := m.naming[router]
	if of == nil {
		of = map[*list]int{}
		m.naming[router] = of
	}
	if of[l] += by; of[l] == 0 {
		delete(of, l)
	}
	if len(of) == 0 {
		delete(m.naming, router)
	}
}

// idle reports whether a list lives only because an access session names it.
func (l *list) idle() bool { return l.radius && len(l.attached) == 0 }

// where are the virtual routers where the analyzer of an action is looked up.
func (l *list) where(m *Machine, a *Action) []*router {
	switch {
	case l.idle():
		return nil
	case a.Router != "":
		if r := m.routerNamed(a.Router); r != nil {
			return []*router{r}
		}
		return nil
	case l.Protocol == L2TP || len(l.attached) == 0:
		return []*router{m.def}
	}
	return slices.Collect(maps.Keys(l.attached))
}

// isAt reports whether a virtual router is one of those.
func (l *list) isAt(m *Machine, a *Action, r *router) bool {
	switch {
	case l.idle():
		return false
	case a.Router != "":
		return r == m.routerNamed(a.Router)
	case l.Protocol == L2TP || len(l.attached) == 0:
		return r == m.def
	}
	return l.attached[r] > 0
}

// routerNamed finds a virtual router by its name, nil if there is none.
func (m *Machine) routerNamed(name string) *router {
	r, _ := m.net.Router(name)
	return m.routers[r]
}

// iface finds a configured interface.
func (m *Machine) iface(r *router, id network.InterfaceID) (*iface, error) {
	if i, ok := r.Interface(id); ok && m.ifaces[i.Index] != nil {
		return m.ifaces[i.Index], nil
	}
	return nil, network.ErrNoInterface
}

// SetAnalyzer puts an interface into analyzer mode, as the default analyzer of
// its virtual router or not, or takes it out of the mode. Taking out with def
// set is refused unless it is the default one.
func (m *Machine) SetAnalyzer(vr *network.Router, id network.InterfaceID, on, def bool) error {
	return m.changeIn(vr, func(c *change, r *router) error {
		p, err := m.iface(r, id)
		if err != nil {
			return err
		}
		if on {
			err = p.mayAnalyze(def)
		} else if !p.analyzer {
			err = errNotAnalyzer
		} else if def && r.defaultAnalyzer != p {
			err = errNotDefaultAnalyze
		}
		if err != nil {
			return err
		}
		p.analyzer = on
		r.NoteEdit(p.Index)
		wasDefault := r.defaultAnalyzer == p
		if wasDefault {
			r.defaultAnalyzer = nil
		}
		if on && def {
			r.defaultAnalyzer = p
		}
		for _, sub := range ordered(p.on) {
			for _, s := range sub.sessions {
				c.refresh(s)
			}
		}
		c.collect(p)
		c.checkEach(r.led[network.Way{Out: p.Index}])
		if wasDefault != (r.defaultAnalyzer == p) {
			c.checkEach(r.led[nowhere])
		}
		return nil
	})
}

// mayAnalyze is the refusal of ip analyzer, nil if there is none.
func (p *iface) mayAnalyze(def bool) error {
	other := p.router.defaultAnalyzer
	switch {
	case p.Type == network.Loopback:
		return errAnalyzerLoopback
	case p.carriesPolicy():
		return errAnalyzerPolicy
	case def && p.Type.Ethernet():
		return errAnalyzerEthernet
	case def && other != nil && other != p:
		return errAnalyzerDefault
	}
	return nil
}

// carriesPolicy reports whether a secure policy is attached to the interface,
// by itself or for a subscriber on it.
func (p *iface) carriesPolicy() bool {
	if len(p.attached()) > 0 {
		return true
	}
	for sub := range p.on {
		for _, s := range sub.sessions {
			if s != nil && s.failure == nil {
				return true
			}
		}
	}
	return false
}
