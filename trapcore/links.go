package trapcore

import (
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/policy"
)

// Network returns the virtual routers with their interfaces, routes and
// subscribers.
func (r *Router) Network() *network.Network { return r.network }

// Policies returns the ordinary policy and classifier lists.
func (r *Router) Policies() *policy.Lists { return r.policies }

// Values of ifAdminStatus and ifOperStatus (RFC 2863).
const (
	ifUp   = 1
	ifDown = 2
)

// linkTraps raises linkUp and linkDown.
type linkTraps struct{ r *Router }

// Changed is for the network to call.
func (l linkTraps) Changed(ch network.Change) {
	link, ok := ch.(network.LinkChanged)
	if !ok || l.r.restoring.Load() {
		return
	}
	v := l.r.virtualRouter(link.Router)
	if v == nil || link.NoLinkTraps || v.noLinkTraps.Load() {
		return
	}
	at := notify.Link{Index: link.Index, AdminStatus: ifDown, OperStatus: ifDown}
	if link.AdminUp {
		at.AdminStatus = ifUp
	}
	if !link.Up {
		v.traps.Raise(&notify.LinkDown{Link: at})
		return
	}
	at.OperStatus = ifUp
	v.traps.Raise(&notify.LinkUp{Link: at})
}
