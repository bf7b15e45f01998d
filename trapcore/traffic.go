package trapcore

import (
	"net/netip"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

// Stream carries made-up or replayed packets of one subscriber over the router.
// It is for one goroutine at a time.
type Stream struct {
	network *network.Network
	login   network.Login
	copier  *mirror.Copier
}

// Stream opens a stream for a subscriber that is logged in.
func (r *Router) Stream(vr *network.Router, name string) (*Stream, error) {
	l, ok := vr.Subscriber(name)
	if !ok {
		return nil, network.ErrNoSubscriber
	}
	return &Stream{network: r.network, login: l, copier: r.secure.mirroring.Copier(l.Number, &r.secure.outlet)}, nil
}

// Address is that of the subscriber.
func (s *Stream) Address() netip.Addr { return s.login.Address }

// Pass takes packets over the router: interfaces count them, and those that a
// secure policy mirrors are copied. What becomes of the copies is not told: the
// caller may be of the ordinary side. The packets themselves go nowhere.
func (s *Stream) Pass(d packet.Direction, packets [][]byte) error {
	var t network.Traffic
	ipv4 := 0
	for _, p := range packets {
		t.Octets += uint64(len(p))
		if p[0]>>4 == 4 {
			ipv4++
		}
		switch packet.CastOf(p) {
		case packet.Unicast:
			t.Unicast++
		case packet.Multicast:
			t.Multicast++
		case packet.Broadcast:
			t.Broadcast++
		}
	}
	if err := s.network.Pass(s.login.Number, d == packet.Upstream, t, ipv4); err != nil {
		return err
	}
	s.copier.Copy(d, packets)
	return nil
}
