package trapcore

import (
	"cmp"
	"fmt"
	"strings"

	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/snmp"
)

// maxAudited is how many varbinds of a request the log names.
const maxAudited = 16

// pduAudit logs the requests of the ordinary side.
type pduAudit struct{ log *eventlog.Log }

// auditCategory is the category of requests that read or write, and their severity.
func auditCategory(set bool) (eventlog.Category, eventlog.Severity) {
	if set {
		return eventlog.SNMPSetPduAudit, eventlog.Notice
	}
	return eventlog.SNMPPduAudit, eventlog.Info
}

// Audits implements [agent.Auditor].
func (p pduAudit) Audits(set bool) bool { return p.log.Logs(auditCategory(set)) }

// Audit implements [agent.Auditor].
func (p pduAudit) Audit(r *agent.Request) {
	set := r.Operation == "SET"
	category, severity := auditCategory(set)
	verbosity := p.log.Verbosity(category)
	var b strings.Builder
	fmt.Fprintf(&b, "from %v %s %s %s", r.From, r.Version, cmp.Or(r.User, "<hidden>"), r.Operation)
	if verbosity == eventlog.High {
		fmt.Fprintf(&b, " request-id %d", r.ID)
	}
	writeVarbinds(&b, " ", r.Asked, set)
	if verbosity > eventlog.Low && !set {
		writeVarbinds(&b, ", answer ", r.Answered, true)
	}
	fmt.Fprintf(&b, ", result %s", r.Result)
	p.log.Log(category, severity, r.Router, b.String())
}

// writeVarbinds writes the names of varbinds, and their values.
func writeVarbinds(b *strings.Builder, before string, vbs []snmp.Varbind, values bool) {
	for i, vb := range vbs {
		if i == maxAudited {
			fmt.Fprintf(b, ", and %d more", len(vbs)-i)
			return
		}
		name, hidden := agent.AuditName(vb.Name)
		b.WriteString(before + name)
		before = ", "
		switch {
		case !values:
		case hidden:
			b.WriteString(" = <hidden>")
		default:
			b.WriteString(" = " + vb.Value.String())
		}
	}
}
