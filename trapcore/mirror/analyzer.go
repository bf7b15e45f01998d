package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/network"
)

// analyzer is an address that mirrored packets are sent to, in one virtual
// router.
type analyzer struct {
	router    *router
	address   netip.Addr
	refs      int // policy lists that name it
	reachable bool
	out       *iface // that mirrored packets leave by, nil if it cannot be reached
	fresh     bool   // it is not known yet whether it can be reached
	checked   bool   // it is in change.check
}

func host(a netip.Addr) netip.Prefix { return netip.PrefixFrom(a, a.BitLen()) }

// analyzer finds an analyzer, nil if no list names it.
func (r *router) analyzer(a netip.Addr) *analyzer {
	an, _ := r.analyzers.Get(host(a))
	return an
}

// egress is where packets for an analyzer leave the router, nil if they do not:
// an interface in analyzer mode that the longest match names, or the default
// analyzer if no route leads there.
func (m *Machine) egress(a *analyzer) *iface {
	out := a.router.Egress(a.address)
	if d := a.router.defaultAnalyzer; len(out) == 0 && d != nil && d.Up {
		return d
	}
	for _, index := range out {
		if p := m.ifaces[index]; p != nil && p.analyzer {
			return p
		}
	}
	return nil
}

// checkAnalyzer has an analyzer looked at when the change is complete.
func (c *change) checkAnalyzer(a *analyzer) {
	if !a.checked {
		a.checked = true
		c.check = append(c.check, a)
	}
}

// checkAnalyzers does so with those within prefixes.
func (c *change) checkAnalyzers(r *router, within []netip.Prefix) {
	for _, p := range within {
		for _, a := range r.analyzers.Subnets(p) {
			c.checkAnalyzer(a)
		}
	}
}

// checkAll does so with all of a virtual router.
func (c *change) checkAll(r *router) {
	for _, a := range r.analyzers.All() {
		c.checkAnalyzer(a)
	}
}

// reviewAnalyzers looks again whether analyzers can be reached, and raises
// AnalyzerUnreachable for each that no longer can. It runs when a change is
// complete, so that what comes and goes in between does not count.
func (c *change) reviewAnalyzers() {
	var lost []*analyzer
	for _, a := range c.check {
		was := a.reachable && !a.fresh
		a.checked, a.fresh = false, false
		if a.refs == 0 {
			continue
		}
		a.out = c.m.egress(a)
		if a.reachable = a.out != nil; was && !a.reachable {
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
	var wanted []*analyzer
	found := map[*analyzer]struct{}{}
	c.m.names(l)
	for _, g := range l.groups {
		if g.action == nil || g.action.Disabled {
			continue
		}
		for _, r := range l.where(c.m, g.action) {
			a := c.analyzer(r, g.action.Analyzer)
			if _, ok := found[a]; !ok {
				found[a] = struct{}{}
				wanted = append(wanted, a)
			}
		}
	}
	for _, a := range wanted {
		a.refs++
	}
	for _, a := range l.watched {
		if a.refs--; a.refs == 0 {
			a.router.analyzers.Delete(host(a.address))
		}
	}
	l.watched = wanted
}

// analyzer finds an analyzer, or makes it.
func (c *change) analyzer(r *router, address netip.Addr) *analyzer {
	a := r.analyzer(address)
	if a == nil {
		a = &analyzer{router: r, address: address, fresh: true}
		r.analyzers.Insert(host(address), a)
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

// names notes which virtual routers a list names.
func (m *Machine) names(l *list) {
	for _, name := range l.names {
		if delete(m.naming[name], l); len(m.naming[name]) == 0 {
			delete(m.naming, name)
		}
	}
	l.names = nil
	for _, g := range l.groups {
		if g.action == nil || g.action.Router == "" {
			continue
		}
		name := g.action.Router
		l.names = append(l.names, name)
		if m.naming[name] == nil {
			m.naming[name] = map[*list]struct{}{}
		}
		m.naming[name][l] = struct{}{}
	}
}

// idle reports whether a list lives only because an access session names it.
func (l *list) idle() bool { return l.radius && len(l.attached) == 0 }

func (l *list) where(m *Machine, a *Action) []*router {
	switch {
	case l.idle():
		return nil
	case a.Router != "":
		if r := m.named(a.Router); r != nil {
			return []*router{r}
		}
		return nil
	case l.Protocol == L2TP || len(l.attached) == 0:
		return []*router{m.def}
	}
	var in []*router
	for r := range l.attached {
		in = append(in, r)
	}
	return in
}

// named finds a virtual router by its name, nil if there is none.
func (m *Machine) named(name string) *router {
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
		if r.defaultAnalyzer == p {
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
		c.checkAll(r)
		return nil
	})
}

// mayAnalyze is the refusal of ip analyzer, nil if there is none.
func (p *iface) mayAnalyze(def bool) error {
	other := p.router.defaultAnalyzer
	switch {
	case p.ID.Type == network.Loopback:
		return errAnalyzerLoopback
	case p.carriesPolicy():
		return errAnalyzerPolicy
	case def && p.ID.Type.Ethernet():
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
