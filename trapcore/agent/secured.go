package agent

import (
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// secured processes an SNMPv3 message (RFC 3412 section 7.2).
func (x *exchange) secured(d *snmp.Datagram) []byte {
	m, err := d.V3()
	if err != nil {
		x.received(side.Ordinary)
		x.count(snmp.StatInASNParseErrs)
		return nil
	}
	x.own = x.first.cfg.Local.Identity()
	usm := snmp.Receiver{ID: x.own.ID, Clock: x.r.opts.Engine, Before: x.own.Before, Users: x.first.cfg.Users}
	in, refusal := usm.Open(m)
	if refusal != nil {
		x.received(refusal.Side)
		x.count(refusal.Stat)
		return x.report(refusal.Stat, refusal.To)
	}
	x.received(in.User.Side())
	x.pdu, x.user = in.PDU, in.User.Name
	if !answered(x.pdu.Type) {
		return x.unhandled(snmp.StatUnknownPDUHandlers, in)
	}
	if stat, ok := x.selectContext(in.ContextEngine, in.Context); !ok {
		x.audit(nil, x.pdu.Varbinds, stat)
		return x.unhandled(stat, in)
	}
	x.max = min(int(in.Return.MaxSize), x.first.PacketSize())
	x.seal = func(r *snmp.Reply) ([]byte, error) {
		r.ContextEngine, r.Context = in.ContextEngine, in.Context
		r.MaxSize = int32(x.first.PacketSize())
		return in.Return.Seal(x.buf, x.own.Of(x.r.opts.Engine.Now()), r)
	}
	return x.process(in.Users.Access(in.User, in.Level, operation(x.pdu.Type)))
}

// selectContext finds the agent of a context (RFC 3413 section 3.2).
func (x *exchange) selectContext(id snmp.EngineID, name string) (snmp.Stat, bool) {
	a, known := x.r.inContext(id, name)
	switch {
	case !known:
		return snmp.StatUnknownPDUHandlers, false
	case a == nil:
		return snmp.StatUnknownContexts, false
	case a != x.first && (a.off() || !a.Proxy() || !x.first.Proxy()):
		return snmp.StatUnavailableContexts, false
	}
	x.to = a
	if a != x.first {
		a.stats[x.side].Add(snmp.StatInPkts, 1)
	}
	return 0, true
}

// unhandled counts and reports a PDU that no agent takes.
func (x *exchange) unhandled(stat snmp.Stat, in *snmp.Opened) []byte {
	x.count(stat)
	if !snmp.Confirmed(in.PDU.Type) {
		return nil
	}
	return x.report(stat, &in.Return)
}

// report answers with a Report of one counter (RFC 3412 section 7.1 step 3),
// or not at all.
func (x *exchange) report(stat snmp.Stat, to *snmp.Return) []byte {
	if to == nil {
		return nil
	}
	own := &x.first.stats[x.side]
	var list snmp.Buffer
	list.PutVarbind(stat.OID().Sub(0), snmp.Counter(own.Value(stat)))
	out, err := to.Seal(x.buf, x.own.Of(x.r.opts.Engine.Now()), &snmp.Reply{
		Type: snmp.PDUReport, Varbinds: list.Bytes(),
		ContextEngine: x.own.ID, MaxSize: int32(x.first.PacketSize()),
	})
	if err != nil || len(out) > int(to.MaxSize) {
		return nil
	}
	own.Reported(stat)
	x.sent()
	return out
}
