package agent

import (
	"fmt"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/snmp"
)

var auditOperations = map[snmp.Tag]securelog.Operation{
	snmp.PDUGet:     securelog.Get,
	snmp.PDUGetNext: securelog.GetNext,
	snmp.PDUGetBulk: securelog.GetBulk,
	snmp.PDUSet:     securelog.Set,
}

// audit writes a request that named or found an object of the packet mirror
// MIB to the secure log, if its view reaches that, or if it was refused for
// want of a view to one of the secure side. Others, for whom there is no such
// MIB, leave no trace: they could push the entries of those out. vbs are those
// of the answer, or of the request if that says more; result is an error status,
// or the counter of what kept the request from being looked at.
func (x *exchange) audit(view *snmp.View, vbs []snmp.Varbind, result fmt.Stringer) {
	x.auditOrdinary(vbs, result)
	secure, ok := x.r.opts.Secure(x.clearance(view))
	if !ok || !(touchesMirror(vbs) || touchesMirror(x.pdu.Varbinds)) {
		return
	}
	of := x.to
	if of == nil { // no agent has the context
		of = x.first
	}
	var list snmp.Buffer
	list.PutVarbinds(vbs)
	secure.Log().AppendAccess(&securelog.Access{
		Header:    securelog.Header{Time: x.r.opts.Now(), Router: of.cfg.Router},
		From:      x.from,
		Version:   x.version,
		User:      x.user,
		Operation: auditOperations[x.pdu.Type],
		Varbinds:  list.Bytes(),
		Result:    result.String(),
	})
}

// recorded is the status that the audit has of a SET. Where a view does not have the
// packet mirror MIB, all of that is noAccess, as a name outside a view is, there or
// not (RFC 3416 section 4.2.5); the audit has what a name would be that is nothing.
func recorded(view *snmp.View, vbs []snmp.Varbind, status snmp.ErrorStatus, index int) snmp.ErrorStatus {
	if status == snmp.NoAccess && view.HidesMirror(vbs[index-1].Name) {
		return snmp.NotWritable
	}
	return status
}

func touchesMirror(vbs []snmp.Varbind) bool {
	for _, vb := range vbs {
		if vb.Name.HasPrefix(mib.PacketMirrorMIB) {
			return true
		}
	}
	return false
}
