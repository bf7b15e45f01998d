package trapcore

import (
	"fmt"
	"net/netip"
	"sync/atomic"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
)

// delivery is what the originators of all virtual routers share. The zero
// value is ready.
type delivery struct {
	logs   notify.LogPool
	egress atomic.Pointer[notify.Originator] // of the default virtual router, for trap proxy
}

// deliver completes the options of a virtual router's originator.
func (r *Router) deliver(name string, o notify.Options) notify.Options {
	o.Logs = &r.delivery.logs
	o.Source = func(id mirror.InterfaceID) (netip.Addr, bool) {
		v, ok := r.mirror.Interface(name, id)
		return v.Address.Addr(), ok && v.Address.IsValid()
	}
	o.SourceRefused = func(id mirror.InterfaceID, addr netip.Addr) {
		r.events.Log(eventlog.SNMPTrap, eventlog.Warning, name,
			fmt.Sprintf("trap source %v: this machine does not have %v, the system chooses the address", id, addr))
	}
	if name != DefaultName {
		o.Proxy = r.delivery.egress.Load
	}
	return o
}
