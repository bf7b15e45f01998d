package trapcore

import (
	"fmt"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/radius"
)

// RADIUS returns the server of dynamic requests. Its ports stay closed until
// [radius.Server.Open], for who has loaded the startup configuration.
func (r *Router) RADIUS() *radius.Server { return r.radius }

// reportPort logs what becomes of the ports for dynamic requests.
func (r *Router) reportPort(port uint16, err error) {
	if err != nil {
		r.events.Log(eventlog.RADIUS, eventlog.Error, DefaultName, fmt.Sprintf("dynamic requests: %v, trying again", err))
		return
	}
	r.events.Log(eventlog.RADIUS, eventlog.Notice, DefaultName, fmt.Sprintf("dynamic requests: udp port %d is open", port))
}
