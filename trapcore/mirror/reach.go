package mirror

import (
	"net/netip"

	"github.com/tidwall/btree"

	"mirrorsh/trapcore/network"
)

// nowhere is the way to analyzers that no route leads to.
var nowhere network.Way

// trace finds out where packets for an analyzer leave the router, if they do: by the
// first interface in analyzer mode that the longest match leads to, or by the default
// analyzer if no route leads there. It looks at no way after that one, which can
// change nothing while this one is there.
func (m *Machine) trace(a *analyzer) {
	a.out = nil
	n := 0
	for w := range a.router.Egress(a.address) {
		a.goes(n, w)
		n++
		if a.out = m.collector(a.router, w); a.out != nil {
			break
		}
	}
	if n == 0 {
		a.goes(0, nowhere)
		n = 1
		if d := a.router.defaultAnalyzer; d != nil && d.Up {
			a.out = d
		}
	}
	a.forget(n)
	a.match(a.ways[0].Prefix.Bits())
}

// match keeps an analyzer by the length of the longest match.
func (a *analyzer) match(bits int) {
	a.router.found.Delete(a.address, a.bits)
	a.bits = bits
	a.router.found.Set(a.address, bits, a)
}

// collector is the first interface in analyzer mode at a step of a way, nil if there is
// none.
func (m *Machine) collector(r *router, w network.Way) (p *iface) {
	switch {
	case w.Connected:
		if of := r.collecting[w.Prefix]; of != nil {
			_, p, _ = of.Min()
		}
	case w.Out != 0:
		if p = m.ifaces[w.Out]; p != nil && !p.analyzer {
			return nil
		}
	}
	return p
}

// goes notes step n of the way to an analyzer, after which the way is mostly as it was.
func (a *analyzer) goes(n int, w network.Way) {
	if n < len(a.ways) && a.ways[n] == w {
		return
	}
	a.forget(n)
	a.ways = append(a.ways, w)
	of := a.router.led[w]
	if of == nil {
		of = map[*analyzer]int{}
		a.router.led[w] = of
	}
	of[a]++
}

// forget forgets the way to an analyzer from step n.
func (a *analyzer) forget(n int) {
	for _, w := range a.ways[n:] {
		of := a.router.led[w]
		if of[a] > 1 {
			of[a]--
		} else if delete(of, a); len(of) == 0 {
			delete(a.router.led, w)
		}
	}
	a.ways = a.ways[:n]
}

// collect keeps an interface among those in analyzer mode of its network while it is
// up. Analyzers there are looked at if it is the first, or was.
func (c *change) collect(p *iface) {
	var to netip.Prefix
	if p.analyzer && p.Up && p.Address.IsValid() {
		to = p.Address.Masked()
	}
	if to == p.collects {
		return
	}
	r := p.router
	if of := r.collecting[p.collects]; of != nil {
		c.checkFirst(p)
		if of.Delete(p.Index); of.Len() == 0 {
			delete(r.collecting, p.collects)
		}
	}
	if p.collects = to; to.IsValid() {
		if r.collecting[to] == nil {
			r.collecting[to] = &btree.Map[int32, *iface]{}
		}
		r.collecting[to].Set(p.Index, p)
		c.checkFirst(p)
	}
}

// checkFirst has the analyzers in the network of an interface looked at if it is the
// first of those in analyzer mode.
func (c *change) checkFirst(p *iface) {
	w := network.Way{Prefix: p.collects, Connected: true}
	if c.m.collector(p.router, w) == p {
		c.checkEach(p.router.led[w])
	}
}

// reroute has analyzers looked at to which other routes lead: those with one of the
// prefixes on the way to them, and those within that are found with none longer.
func (c *change) reroute(r *router, prefixes []netip.Prefix) {
	for _, p := range prefixes {
		c.checkEach(r.led[network.Way{Prefix: p}])
		for a := range r.found.Within(p, p.Bits()) {
			c.checkAnalyzer(a)
		}
	}
}
