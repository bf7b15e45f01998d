package trapcore

import (
	"fmt"

	"mirrorsh/trapcore/eventlog"
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
