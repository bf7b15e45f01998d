package mirror

import (
	"net/netip"
	"slices"
)

// analyzer is an address that mirrored packets are sent to, in one virtual
// router.
type analyzer struct {
	refs      int // policy lists that name it
	reachable bool
}

// reaches reports whether packets for an analyzer leave the router: out of an
// interface in analyzer mode that the longest match names, or out of the
// default analyzer if no route leads there.
func (r *router) reaches(a netip.Addr) bool {
	out := r.table.egress(a)
	if len(out) == 0 {
		return r.defaultAnalyzer != nil && r.defaultAnalyzer.up()
	}
	return slices.ContainsFunc(out, func(i *iface) bool { return i.analyzer })
}

// move says that the topology of a virtual router has changed.
func (c *change) move(r *router) {
	if !slices.Contains(c.moved, r) {
		c.moved = append(c.moved, r)
	}
}

// settle looks again whether analyzers can be reached, and raises
// AnalyzerUnreachable for each that no longer can. It runs when a change is
// complete, so that what comes and goes in between does not count.
func (c *change) settle() {
	for _, r := range c.moved {
		r.table = r.makeTable()
	}
	for _, w := range c.fresh {
		if a := w.router.analyzers[w.address]; a != nil {
			a.reachable = w.router.reaches(w.address)
		}
	}
	for _, r := range c.moved {
		var lost []netip.Addr
		for address, a := range r.analyzers {
			was := a.reachable
			if a.reachable = r.reaches(address); was && !a.reachable {
				lost = append(lost, address)
			}
		}
		slices.SortFunc(lost, netip.Addr.Compare)
		for _, address := range lost {
			c.raise(r, &AnalyzerUnreachable{Time: c.at, Analyzer: address, RouterID: r.UID})
		}
	}
	c.fresh, c.moved = nil, nil
}

// watched is one analyzer that a list keeps an eye on.
type watched struct {
	router  *router
	address netip.Addr
}

// watch makes the list count for the analyzers it sends to now, in the virtual
// routers where they are looked up: the one its rule names, the default one for
// L2TP, else those it is attached in, and the default one while it is nowhere.
func (c *change) watch(l *list) {
	var wanted []watched
	for _, g := range l.groups {
		if g.action == nil || g.action.Disabled {
			continue
		}
		in := l.where(c.m, g.action)
		for _, r := range in {
			if w := (watched{r, g.action.Analyzer}); !slices.Contains(wanted, w) {
				wanted = append(wanted, w)
			}
		}
	}
	for _, w := range wanted {
		a := w.router.analyzers[w.address]
		if a == nil {
			a = &analyzer{}
			w.router.analyzers[w.address] = a
			c.fresh = append(c.fresh, w)
		}
		a.refs++
	}
	for _, w := range l.watched {
		a := w.router.analyzers[w.address]
		if a.refs--; a.refs == 0 {
			delete(w.router.analyzers, w.address)
		}
	}
	l.watched = wanted
}

// rewatch is for when the virtual routers have changed.
func (c *change) rewatch() {
	for _, l := range c.m.lists {
		c.watch(l)
	}
}

// idle reports whether a list lives only because an access session names it.
func (l *list) idle() bool { return l.radius && len(l.attached) == 0 }

func (l *list) where(m *Machine, a *Action) []*router {
	switch {
	case l.idle():
		return nil
	case a.Router != "":
		if r := m.routers[a.Router]; r != nil {
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

// SetAnalyzer puts an interface into analyzer mode, as the default analyzer of
// its virtual router or not, or takes it out of the mode. Taking out with def
// set is refused unless it is the default one.
func (m *Machine) SetAnalyzer(vr string, id InterfaceID, on, def bool) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil {
			return err
		}
		if on {
			err = i.mayAnalyze(def)
		} else if !i.analyzer {
			err = ErrNotAnalyzer
		} else if def && r.defaultAnalyzer != i {
			err = ErrNotDefaultAnalyze
		}
		if err != nil {
			return err
		}
		i.analyzer = on
		if r.defaultAnalyzer == i {
			r.defaultAnalyzer = nil
		}
		if on && def {
			r.defaultAnalyzer = i
		}
		for _, sub := range ordered(i.on) {
			c.refresh(sub.session)
		}
		c.move(r)
		return nil
	})
}

// mayAnalyze is the refusal of ip analyzer, nil if there is none (reference
// packet-mirroring.md 2.7).
func (i *iface) mayAnalyze(def bool) error {
	other := i.router.defaultAnalyzer
	switch {
	case i.id.Type == Loopback:
		return ErrAnalyzerLoopback
	case i.carriesPolicy():
		return ErrAnalyzerPolicy
	case def && i.id.Type.ethernet():
		return ErrAnalyzerEthernet
	case def && other != nil && other != i:
		return ErrAnalyzerDefault
	}
	return nil
}

// carriesPolicy reports whether a secure policy is attached to the interface,
// by itself or for a subscriber on it.
func (i *iface) carriesPolicy() bool {
	if i.specific() {
		return true
	}
	for sub := range i.on {
		if sub.session != nil && sub.session.failure == nil {
			return true
		}
	}
	return false
}
