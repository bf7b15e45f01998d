package trapcore

import (
	"errors"
	"math"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
)

// subscribers are those of all virtual routers, for Juniper-AAA-MIB.
type subscribers struct{ net *network.Network }

func (s subscribers) Counts() (now, peak, limit int) {
	now, peak = s.net.SubscriberCount()
	return now, peak, network.MaxSubscribers
}

func (s subscribers) Next(after uint32) (agent.Subscriber, bool) {
	l, ok := s.net.NextSubscriber(uint64(after))
	if !ok || l.Number > math.MaxUint32 { // more logins than there are handles
		return agent.Subscriber{}, false
	}
	row := agent.Subscriber{
		Handle: uint32(l.Number), Name: l.Name, Router: l.Router.Name(), RouterUID: l.Router.UID(),
		Login: l.Since, Address: l.Address, Pooled: l.Pooled, Tunnel: l.L2TP, Up: l.Up,
	}
	if l.Interface.Spec != "" {
		row.Interface = l.Interface.Command()
	}
	return row, true
}

func (s subscribers) Logout(handle uint32) error {
	err := s.net.LogoutNumber(uint64(handle), network.AdminReset)
	if errors.Is(err, network.ErrNoSubscriber) {
		return nil
	}
	return err
}

func (s subscribers) Sessions() agent.Sessions {
	now := s.net.Sessions()
	return agent.Sessions{PPP: now.PPP, PPPoE: now.PPPoE, Tunnels: now.Tunnels}
}

func (s subscribers) NextRouter(uid uint32) (agent.RouterCount, bool) {
	r, ok := s.net.NextRouter(uid)
	if !ok {
		return agent.RouterCount{}, false
	}
	return agent.RouterCount{UID: r.UID(), Count: r.SubscriberCount()}, true
}

func (s subscribers) ByPort() []agent.PortCount {
	var all []agent.PortCount
	for _, p := range s.net.SubscribersByPort() {
		all = append(all, agent.PortCount{Slot: p.Slot, Adapter: p.Adapter, Port: p.Port.Port, Count: p.Count})
	}
	return all
}
