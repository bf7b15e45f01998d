package agent

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Request is a request of the ordinary side, as an [Auditor] may tell of it.
type Request struct {
	Router    string // virtual router
	From      netip.AddrPort
	Version   string
	User      string // "" for a community, which is nobody's to read
	Operation string
	ID        int32 // request-id
	Asked     []snmp.Varbind
	Answered  []snmp.Varbind
	Result    string
}

// Auditor is told of the requests of the ordinary side that an agent has looked at.
// Its methods may be called from any goroutine and must not wait.
type Auditor interface {
	// Audits reports whether it wants to be told of those that read, or write.
	Audits(set bool) bool
	Audit(*Request)
}

// auditOrdinary tells of a request unless the secure side has sent it. One that
// names the packet mirror MIB is told of as one of what does not exist.
func (x *exchange) auditOrdinary(vbs []snmp.Varbind, result fmt.Stringer) {
	a := x.r.opts.Audit
	if a == nil || x.side == side.Secure || !a.Audits(x.pdu.Type == snmp.PDUSet) {
		return
	}
	of := x.to
	if of == nil { // no agent has the context
		of = x.first
	}
	r := &Request{
		Router: of.cfg.Router, From: x.from, Version: x.version.String(), Operation: auditOperations[x.pdu.Type].String(), ID: x.pdu.RequestID,
		Asked: x.pdu.Varbinds, Answered: vbs, Result: result.String(),
	}
	if x.version == snmp.Version3 {
		r.User = x.user
	}
	a.Audit(r)
}

// named is an object of the agent by its name.
type named struct {
	oid  mib.OID
	name string
}

// auditNames are the objects that an audit names: those of the ordinary side.
var auditNames = sync.OnceValue(func() (all []named) {
	for name, oid := range Objects() {
		if !oid.HasPrefix(mib.PacketMirrorMIB) {
			all = append(all, named{oid, name})
		}
	}
	slices.SortFunc(all, func(a, b named) int { return a.oid.Compare(b.oid) })
	return all
})

// communityRows are rows that have a community in their names.
var communityRows = mib.JuniSnmpMIB.Sub(1, 2)

// communityColumns are those that have a community as their value.
var communityColumns = []mib.OID{mib.JuniSnmpMIB.Sub(1, 3, 3, 1, 4), mib.MustOID("1.3.6.1.6.3.12.1.3.1.4")}

// AuditName writes an instance as name and index; an object that the ordinary side
// does not have in digits. What a community could be read from is left out, and
// hidden says that its value is to be left out, too.
func AuditName(oid mib.OID) (name string, hidden bool) {
	names := auditNames()
	i, found := slices.BinarySearchFunc(names, oid, func(n named, o mib.OID) int { return n.oid.Compare(o) })
	if !found {
		i--
	}
	name = oid.String()
	if i >= 0 && oid.HasPrefix(names[i].oid) {
		o := names[i]
		name = strings.TrimSuffix(o.name+"."+oid[len(o.oid):].String(), ".")
		if oid.HasPrefix(communityRows) {
			return o.name + ".<hidden>", true
		}
	} else if oid.HasPrefix(communityRows) {
		return communityRows.String() + ".<hidden>", true
	}
	hidden = slices.ContainsFunc(communityColumns, oid.HasPrefix)
	return name, hidden
}
