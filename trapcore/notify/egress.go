package notify

import (
	"errors"
	"net/netip"
	"syscall"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// SetSource makes traps leave from the address of an interface, which need not
// exist yet; the zero InterfaceID lets the system choose.
func (o *Originator) SetSource(id network.InterfaceID) {
	o.change(func(s *Settings) { s.Source = id })
}

// Source returns what SetSource has set, and the address the interface has now;
// it is not valid if there is none.
func (o *Originator) Source() (network.InterfaceID, netip.Addr) {
	id := o.current.Load().settings.Source
	if id.Spec == "" || o.opts.Source == nil {
		return id, netip.Addr{}
	}
	if a, ok := o.opts.Source(id); ok && a.Is4() {
		return id, a
	}
	return id, netip.Addr{}
}

// SetProxy lets the traps of the other virtual routers go to the hosts of this
// one too, under its engine ID. The error is [errProxyRouter] for any but the
// default virtual router.
func (o *Originator) SetProxy(on bool) error {
	if on && o.opts.Proxy != nil {
		return errProxyRouter
	}
	o.change(func(s *Settings) { s.Proxy = on })
	return nil
}

// proxied returns the hosts that trap proxy adds for a trap of this originator.
func (o *Originator) proxied(t *trap) []*host {
	if o.opts.Proxy == nil {
		return nil
	}
	p := o.opts.Proxy()
	if p == nil || p == o {
		return nil
	}
	s := p.current.Load()
	if !s.settings.Proxy {
		return nil
	}
	of := side.Of(t.n.Secure())
	p.agent[of].proxied.Add(1)
	if s.settings.Off {
		p.agent[of].notAble.Add(1)
		return nil
	}
	return s.hosts
}

// dial opens the socket unless the one there is will do. Where the trap source
// cannot be used the system chooses the address.
func (w *worker) dial(rec *record, listen bool) error {
	to := netip.AddrPortFrom(w.addr, rec.Port)
	id, from := w.o.Source()
	if w.conn != nil && w.to == to && w.from == from && (w.ears != nil) == listen {
		return nil
	}
	w.hangUp()
	bind := from
	if bind.Is4() != to.Addr().Is4() {
		bind = netip.Addr{} // the interface has no address of that family
	}
	conn, err := w.o.opts.Dial(bind, to)
	if err != nil && bind.IsValid() {
		if errors.Is(err, syscall.EADDRNOTAVAIL) && w.side == side.Ordinary {
			w.o.sourceRefused(id, from)
		}
		conn, err = w.o.opts.Dial(netip.Addr{}, to)
	}
	if err != nil {
		return err
	}
	w.conn, w.to, w.from = conn, to, from
	if w.side == side.Secure {
		w.o.opts.Ports.Add(conn)
	}
	if listen {
		w.ears = w.listen(conn)
	}
	return nil
}

// sourceRefused tells of an address once. Only ordinary hosts get here, so that
// what is told says nothing of secure traps.
func (o *Originator) sourceRefused(id network.InterfaceID, addr netip.Addr) {
	if old := o.refused.Swap(&addr); (old == nil || *old != addr) && o.opts.SourceRefused != nil {
		o.opts.SourceRefused(id, addr)
	}
}

// hangUp closes the socket; a trap that left needs nothing more of it.
func (w *worker) hangUp() {
	if w.conn == nil {
		return
	}
	if w.ears != nil {
		close(w.ears.closed)
		w.ears = nil
	}
	if w.side == side.Secure {
		w.o.opts.Ports.Remove(w.conn)
	}
	_ = w.conn.Close()
	w.conn = nil
}

// stop ends what the worker has open.
func (w *worker) stop() {
	w.endInforms()
	w.hangUp()
}
