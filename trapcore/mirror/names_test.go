package mirror

import (
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

func (b *bench) AddRouter(r Router) {
	if _, ok := b.net.Router(r.Name); !ok {
		_, err := b.net.Add(r.Name, r.UID)
		b.do(err)
	}
}

func (b *bench) RemoveRouter(name string) { b.do(b.net.Remove(b.vr(name))) }

func (b *bench) CreateInterface(vr string, id InterfaceID) error {
	return b.vr(vr).CreateInterface(id)
}

func (b *bench) RemoveInterface(vr string, id InterfaceID) error {
	return b.vr(vr).RemoveInterface(id)
}

func (b *bench) SetAddress(vr string, id InterfaceID, p netip.Prefix) error {
	return b.vr(vr).SetAddress(id, p)
}

func (b *bench) SetShutdown(vr string, id InterfaceID, down bool) error {
	return b.vr(vr).SetShutdown(id, down)
}

func (b *bench) AddRoute(vr string, rt Route) error    { return b.vr(vr).AddRoute(rt) }
func (b *bench) RemoveRoute(vr string, rt Route) error { return b.vr(vr).RemoveRoute(rt) }

func (b *bench) Login(vr string, with Subscriber, mirroring *Attributes) error {
	return b.vr(vr).Login(with, mirroring)
}

func (b *bench) Reject(vr string, with Subscriber) error { return b.vr(vr).Reject(with) }

func (b *bench) Fail(vr string, with Subscriber, mirroring *Attributes, why network.TerminationReason) error {
	return b.vr(vr).Fail(with, mirroring, why)
}

func (b *bench) Logout(vr, name string, why network.TerminationReason) error {
	return b.vr(vr).Logout(name, why)
}

func (b *bench) LogoutAll(why network.TerminationReason) int { return b.net.LogoutAll(why) }
func (b *bench) Subscribers() []network.Login                { return b.net.Subscribers() }
func (b *bench) Disconnect(id Identification) error          { return b.net.Disconnect(id) }

func (b *bench) SetAnalyzer(vr string, id InterfaceID, on, def bool) error {
	return b.Machine.SetAnalyzer(b.vr(vr), id, on, def)
}

func (b *bench) AttachPolicy(vr string, id InterfaceID, d Direction, name string, st Statistics) error {
	return b.Machine.AttachPolicy(b.vr(vr), id, d, name, st)
}

func (b *bench) DetachPolicy(vr string, id InterfaceID, d Direction) error {
	return b.Machine.DetachPolicy(b.vr(vr), id, d)
}

func (b *bench) SetRule(vr string, t TriggerType, value string, p Protocol, name string) error {
	return b.Machine.SetRule(b.vr(vr), t, value, p, name)
}

func (b *bench) RemoveRule(vr string, t TriggerType, value string) error {
	return b.Machine.RemoveRule(b.vr(vr), t, value)
}

func (b *bench) Disable(vr string, t TriggerType, value string) error {
	return b.Machine.Disable(b.vr(vr), t, value)
}
