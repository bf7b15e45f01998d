package trapcore

import (
	"fmt"
	"slices"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/ppp"
	"mirrorsh/trapcore/radius/client"
)

// RADIUSServers returns the RADIUS servers that the virtual router asks and tells.
func (v *VirtualRouter) RADIUSServers() *client.Client { return v.servers }

// reportServer logs what becomes of them.
func (v *VirtualRouter) reportServer(e client.Event) {
	severity, text := eventlog.Warning, fmt.Sprintf("RADIUS %v server %v does not answer", e.Kind, e.Server)
	switch e.State {
	case client.Back:
		severity, text = eventlog.Notice, fmt.Sprintf("RADIUS %v server %v answers again", e.Kind, e.Server)
	case client.AllSilent:
		severity, text = eventlog.Error, fmt.Sprintf("no RADIUS %v server answers", e.Kind)
	}
	v.router.events.Log(eventlog.RADIUS, severity, v.Name(), text)
}

// PPP returns AAA of subscribers.
func (r *Router) PPP() *ppp.AAA { return r.ppp }

// serversOf finds the RADIUS servers of a virtual router, also of one that was removed
// and whose last records are still leaving; nil: it is gone.
func (r *Router) serversOf(handle *network.Router) ppp.Servers {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if v := r.routers[handle]; v != nil {
		return v.servers
	}
	if i := slices.IndexFunc(r.removed, func(v *VirtualRouter) bool { return v.network == handle }); i >= 0 {
		return r.removed[i].servers
	}
	return nil
}
