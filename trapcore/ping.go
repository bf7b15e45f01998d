package trapcore

import (
	"context"
	"errors"
	"net/netip"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/notify"
)

// Ping asks whether a host is up. What the virtual router has as an address of an
// interface that is up answers by itself; all else is asked on the network of this
// machine. The error is [notify.ErrNoProbe] where nobody may ask.
func (v *VirtualRouter) Ping(ctx context.Context, e notify.Echo) error {
	prober := v.router.opts.Prober
	if v.HasAddress(e.To) {
		prober = itself{}
	} else if prober == nil {
		return notify.ErrNoProbe
	}
	err := prober.Probe(ctx, e)
	if e.To.Is4() && !errors.Is(err, notify.ErrNoProbe) {
		v.echoes.asked.Add(1)
		if err == nil {
			v.echoes.answered.Add(1)
		}
	}
	return err
}

// itself answers for the router's own addresses.
type itself struct{}

func (itself) Probe(context.Context, notify.Echo) error { return nil }

// IPTraffic is what subscribers have sent and got, and pings: they are all that the
// virtual router asks, and their answers all that comes for it.
func (v *VirtualRouter) IPTraffic() agent.IPTraffic {
	return agent.IPTraffic{Forwarded: v.network.Forwarded(), Delivered: v.echoes.answered.Load(), Generated: v.echoes.asked.Load()}
}

// HasAddress reports whether an interface that is up has an address.
func (v *VirtualRouter) HasAddress(a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	i, ok := v.network.NextAddress(a)
	return ok && i.Up && i.Address.Addr() == a
}
