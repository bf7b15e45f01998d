package network

import "sync/atomic"

// Traffic is how many packets of subscribers have passed an interface in a
// direction, by where they go, and their octets.
type Traffic struct{ Octets, Unicast, Multicast, Broadcast uint64 }

// Packets is all of them.
func (t Traffic) Packets() uint64 { return t.Unicast + t.Multicast + t.Broadcast }

// passed is the traffic of an interface. It counts while others read.
type passed struct{ octets, unicast, multicast, broadcast atomic.Uint64 }

func (p *passed) read() Traffic {
	return Traffic{p.octets.Load(), p.unicast.Load(), p.multicast.Load(), p.broadcast.Load()}
}

func (p *passed) add(t Traffic) {
	p.octets.Add(t.Octets)
	p.unicast.Add(t.Unicast)
	p.multicast.Add(t.Multicast)
	p.broadcast.Add(t.Broadcast)
}

// Pass counts packets of a subscriber, to it or from it, on its IP interface and
// the one it came in over, and those of them that are IPv4 as forwarded by its
// virtual router. None pass while its interface is down.
func (n *Network) Pass(number uint64, from bool, t Traffic, ipv4 int) error {
	n.mu.RLock()
	defer n.mu.RUnlock()
	l, ok := n.logins.Get(number)
	switch {
	case !ok:
		return ErrNoSubscriber
	case l.dynamic.down:
		return errSubscriberDown
	}
	for _, i := range [...]*iface{l.dynamic, l.lower} {
		switch {
		case i == nil:
		case from:
			i.in.add(t)
		default:
			i.out.add(t)
		}
	}
	l.router.forwarded.Add(uint64(ipv4))
	return nil
}

// Forwarded returns how many IPv4 packets the virtual router has forwarded.
func (r *Router) Forwarded() uint64 { return r.forwarded.Load() }

// Subscriber finds who is logged in under a name.
func (r *Router) Subscriber(name string) (s Login, ok bool) {
	r.read(func() {
		if l := r.logins[name]; l != nil {
			s, ok = l.snapshot(), true
		}
	})
	return s, ok
}
