package mirror

import (
	"fmt"
	"net/netip"

	"mirrorsh/trapcore/network"
)

// Methods of the network and the machine that take a virtual router by its name.

// gone is the handle of a virtual router that was removed.
var gone = func() *network.Router {
	n := network.New(network.Options{})
	r, err := n.Add("gone", 0)
	if err == nil {
		err = n.Remove(r)
	}
	if err != nil {
		panic(err)
	}
	return r
}()

func (b *bench) vr(name string) *network.Router {
	if r, ok := b.net.Router(name); ok {
		return r
	}
	return gone
}

// apart is a network that nobody mirrors in, for the ordinary changes of a bench.
type apart struct {
	*network.Network
	*recorder
}

func newApart(b *bench) *apart {
	a := &apart{network.New(network.Options{Default: "default"}), &recorder{}}
	_, err := a.Add("default", 1)
	b.do(err)
	a.Listen(a.recorder)
	return a
}

// ordinary makes an ordinary change, and the same one apart: whoever makes it
// cannot tell the two.
func (b *bench) ordinary(vr string, f func(n *network.Network, r *network.Router) error) error {
	b.t.Helper()
	err := f(b.net, b.vr(vr))
	if b.apart == nil {
		return err
	}
	r, ok := b.apart.Router(vr)
	if !ok {
		r = gone
	}
	if other := f(b.apart.Network, r); fmt.Sprint(err) != fmt.Sprint(other) {
		b.t.Errorf("error %v, without mirroring %v", err, other)
	}
	return err
}

// compareApart compares what ordinary sessions and managers can see.
func (b *bench) compareApart() {
	b.t.Helper()
	seen := func(n *network.Network, links []string) string {
		var all []any
		for _, vr := range []string{"default", "isp"} {
			if r, ok := n.Router(vr); ok {
				for _, i := range r.Interfaces() {
					i.Router = nil
					all = append(all, i)
				}
				all = append(all, r.Routes(), r.RoutingTable())
			}
		}
		for _, l := range n.Subscribers() {
			l.Router = nil
			all = append(all, l)
		}
		return fmt.Sprintf("%v %q", all, links)
	}
	if a, c := seen(b.net, b.links), seen(b.apart.Network, b.apart.links); a != c {
		b.t.Errorf("with mirroring\n%s\nand without\n%s", a, c)
	}
	b.links, b.apart.links = nil, nil
}

func (b *bench) AddRouter(r Router) {
	if _, ok := b.net.Router(r.Name); ok {
		return
	}
	b.do(b.ordinary("", func(n *network.Network, _ *network.Router) error {
		_, err := n.Add(r.Name, r.UID)
		return err
	}))
}

func (b *bench) RemoveRouter(name string) {
	b.do(b.ordinary(name, func(n *network.Network, r *network.Router) error { return n.Remove(r) }))
}

func (b *bench) CreateInterface(vr string, id InterfaceID) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.CreateInterface(id) })
}

func (b *bench) RemoveInterface(vr string, id InterfaceID) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.RemoveInterface(id) })
}

func (b *bench) SetAddress(vr string, id InterfaceID, p netip.Prefix) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.SetAddress(id, p) })
}

func (b *bench) SetShutdown(vr string, id InterfaceID, down bool) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.SetShutdown(id, down) })
}

func (b *bench) AddRoute(vr string, rt Route) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.AddRoute(rt) })
}
func (b *bench) RemoveRoute(vr string, rt Route) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.RemoveRoute(rt) })
}

func (b *bench) Login(vr string, with Subscriber, mirroring *Attributes) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.Login(with, mirroring) })
}

func (b *bench) Reject(vr string, with Subscriber) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.Reject(with) })
}

func (b *bench) Fail(vr string, with Subscriber, mirroring *Attributes, why network.TerminationReason) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.Fail(with, mirroring, why) })
}

func (b *bench) Logout(vr, name string, why network.TerminationReason) error {
	return b.ordinary(vr, func(_ *network.Network, r *network.Router) error { return r.Logout(name, why) })
}

func (b *bench) LogoutAll(why network.TerminationReason) (count int) {
	b.do(b.ordinary("", func(n *network.Network, _ *network.Router) error {
		count = n.LogoutAll(why)
		return nil
	}))
	return count
}

func (b *bench) Subscribers() []network.Login       { return b.net.Subscribers() }
func (b *bench) Disconnect(id Identification) error { return b.net.Disconnect(id) }

func (b *bench) SetAnalyzer(vr string, id InterfaceID, on, def bool) error {
	return b.Machine.SetAnalyzer(b.vr(vr), id, on, def)
}

func (b *bench) AttachPolicy(vr string, p Protocol, id InterfaceID, d Direction, name string, st Statistics) error {
	return b.Machine.AttachPolicy(b.vr(vr), p, id, d, name, st)
}

func (b *bench) DetachPolicy(vr string, p Protocol, id InterfaceID, d Direction) error {
	return b.Machine.DetachPolicy(b.vr(vr), p, id, d)
}

func (b *bench) SetRule(vr string, t TriggerType, value string, p Protocol, name string) error {
	return b.Machine.SetRule(b.vr(vr), t, value, p, name)
}

func (b *bench) RemoveRule(vr string, t TriggerType, value string, of ...Protocol) error {
	return b.Machine.RemoveRule(b.vr(vr), t, value, of...)
}

func (b *bench) Disable(vr string, t TriggerType, value string) error {
	return b.Machine.Disable(b.vr(vr), t, value)
}
