package trapcore

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
)

// delivery is what the originators of all virtual routers share. The zero
// value is ready.
type delivery struct {
	logs    notify.LogPool
	losses  notify.Losses
	watches notify.Watches
	ports   notify.Ports
	egress  atomic.Pointer[notify.Originator] // of the default virtual router, for trap proxy
}

// deliver completes the options of a virtual router's originator.
func (r *Router) deliver(handle *network.Router, o notify.Options) notify.Options {
	o.Logs, o.Ports, o.Losses, o.Watches = &r.delivery.logs, &r.delivery.ports, &r.delivery.losses, &r.delivery.watches
	o.Source = func(id network.InterfaceID) (netip.Addr, bool) {
		i, ok := handle.Interface(id)
		return i.Address.Addr(), ok && i.Address.IsValid()
	}
	o.SourceRefused = func(id network.InterfaceID, addr netip.Addr) {
		r.events.Log(eventlog.SNMPTrap, eventlog.Warning, handle.Name(),
			fmt.Sprintf("trap source %v: this machine does not have %v, the system chooses the address", id, addr))
	}
	if handle.Name() != DefaultName {
		o.Proxy = r.delivery.egress.Load
	}
	return o
}

// closing is how long a socket that was given up may take to free its port.
const closing = time.Second

// ListenUDP listens at an address of the ordinary side, at :: and at no address
// for both families. A port that only the secure side uses is free: see
// [notify.Ports].
func (r *Router) ListenUDP(at netip.AddrPort) (*net.UDPConn, error) {
	family := "udp"
	if at.Addr().Is4() {
		family = "udp4"
	}
	yielded := false
	for deadline := time.Now().Add(closing); ; time.Sleep(time.Millisecond) {
		conn, err := net.ListenUDP(family, net.UDPAddrFromAddrPort(at))
		if !errors.Is(err, syscall.EADDRINUSE) || at.Port() == 0 {
			return conn, err
		}
		// Closed sockets are gone a moment later than they are closed.
		yielded = r.delivery.ports.Yield(at.Port()) || yielded
		if !yielded || time.Now().After(deadline) {
			return nil, err
		}
	}
}
