package trapcore

import (
	"fmt"

	"mirrorsh/mib"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// EventLog returns the event log, which has nothing of the secure side.
func (r *Router) EventLog() *eventlog.Log { return r.events }

// auditTrap logs an ordinary trap. The community of a refused request is
// nobody's to read in a log.
func (r *Router) auditTrap(router string, ev notify.Event, n *mib.Notification, varbinds []byte) {
	if !r.events.Logs(eventlog.SNMPTrap, eventlog.Info) {
		return
	}
	text := []byte(n.Name)
	switch r.events.Verbosity(eventlog.SNMPTrap) {
	case eventlog.High:
		text = fmt.Appendf(text, " (%v, severity %d, %v)", n.OID, n.Severity, n.Severity)
	case eventlog.Medium:
		text = fmt.Appendf(text, " (severity %d, %v)", n.Severity, n.Severity)
	}
	for in := snmp.NewReader(varbinds); !in.Empty(); {
		from := in.Offset()
		vb, err := in.Varbind()
		if err != nil {
			break
		}
		text = append(text, ", "...)
		if _, ok := ev.(*notify.AuthenticationFailure); ok && vb.Name.String() == mib.AuthFailCommunity.Instance0().String() {
			text = append(text, mib.AuthFailCommunity.Name+".0 = <hidden>"...)
			continue
		}
		text = notify.RenderVarbinds(text, varbinds[from:in.Offset()])
	}
	r.events.Log(eventlog.SNMPTrap, eventlog.Info, router, string(text))
}
