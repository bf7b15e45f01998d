package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// requestStats is which counter counts a request; GetBulk has none.
var requestStats = map[snmp.Tag]snmp.Stat{
	snmp.PDUGet:     snmp.StatInGetRequests,
	snmp.PDUGetNext: snmp.StatInGetNexts,
	snmp.PDUSet:     snmp.StatInSetRequests,
}

// process answers a request whose sender has a view; nil is none, which is an
// authorizationError (RFC 3413 section 3.2).
func (x *exchange) process(view *snmp.View) []byte {
	stats := &x.to.stats[x.side]
	if s, ok := requestStats[x.pdu.Type]; ok {
		stats.Add(s, 1)
	}
	if view == nil {
		x.audit(nil, x.pdu.Varbinds, snmp.AuthorizationError)
		return x.fail(snmp.AuthorizationError, 0)
	}
	sc := x.scope(view)
	switch x.pdu.Type {
	case snmp.PDUSet:
		return x.set(sc)
	case snmp.PDUGetBulk:
		return x.respond(sc, x.bulk(sc))
	}
	return x.get(sc)
}

// get answers GetRequest and GetNextRequest.
func (x *exchange) get(sc *scope) []byte {
	vbs := make([]snmp.Varbind, len(x.pdu.Varbinds))
	for i, vb := range x.pdu.Varbinds {
		if x.pdu.Type == snmp.PDUGet {
			vbs[i] = snmp.Varbind{Name: vb.Name, Value: x.r.tree.get(sc, vb.Name)}
		} else {
			vbs[i].Name, vbs[i].Value = x.r.tree.next(sc, vb.Name)
		}
		if sc.v1 && vbs[i].Value.Exception() {
			x.audit(sc.view, x.pdu.Varbinds, snmp.NoSuchName)
			return x.fail(snmp.NoSuchName, i+1)
		}
	}
	return x.respond(sc, vbs)
}

// respond sends varbinds, or tooBig.
func (x *exchange) respond(sc *scope, vbs []snmp.Varbind) []byte {
	out, ok := x.build(snmp.NoError, 0, vbs)
	if !ok {
		x.audit(sc.view, x.pdu.Varbinds, snmp.TooBig)
		return x.tooBig()
	}
	x.audit(sc.view, vbs, snmp.NoError)
	x.to.stats[x.side].Add(snmp.StatInTotalReqVars, retrieved(vbs))
	return x.sendResponse(out, snmp.NoError)
}

func retrieved(vbs []snmp.Varbind) (n int) {
	for _, vb := range vbs {
		if !vb.Value.Exception() {
			n++
		}
	}
	return n
}

// set answers a SetRequest. Whether the answer fits is known before anything
// changes (RFC 3416 section 4.2.5).
func (x *exchange) set(sc *scope) []byte {
	if _, ok := x.build(snmp.InconsistentName, len(x.pdu.Varbinds), x.pdu.Varbinds); !ok {
		x.audit(sc.view, x.pdu.Varbinds, snmp.TooBig)
		return x.tooBig()
	}
	x.r.setting.Lock()
	status, index := x.r.tree.set(sc, x.pdu.Varbinds)
	if _, _, changed := x.r.snapshot(); status == snmp.NoError && len(x.pdu.Varbinds) > 0 && changed != nil {
		changed(Change{Router: x.to.cfg.Router, Side: x.side})
	}
	x.r.setting.Unlock()
	x.audit(sc.view, x.pdu.Varbinds, status)
	if status != snmp.NoError {
		return x.fail(status, index)
	}
	x.to.stats[x.side].Add(snmp.StatInTotalSetVars, len(x.pdu.Varbinds))
	out, ok := x.build(snmp.NoError, 0, x.pdu.Varbinds)
	if !ok {
		return nil
	}
	return x.sendResponse(out, snmp.NoError)
}

// bulk is the answer to a GetBulkRequest (RFC 3416 section 4.2.3), cut to what
// fits.
func (x *exchange) bulk(sc *scope) []snmp.Varbind {
	asked := x.pdu.Varbinds
	once := min(max(int(x.pdu.ErrorStatus), 0), len(asked))
	repetitions := max(int(x.pdu.ErrorIndex), 0)
	room := x.room()
	var vbs []snmp.Varbind
	var scratch snmp.Buffer
	put := func(name mib.OID) (found mib.OID, more, fits bool) {
		found, v := x.r.tree.next(sc, name)
		scratch.Reset()
		scratch.PutVarbind(found, v)
		if room -= scratch.Len(); room < 0 {
			return nil, false, false
		}
		vbs = append(vbs, snmp.Varbind{Name: found, Value: v})
		return found, !v.Exception(), true
	}
	for _, vb := range asked[:once] {
		if _, _, fits := put(vb.Name); !fits {
			return vbs
		}
	}
	names := make([]mib.OID, 0, len(asked)-once)
	for _, vb := range asked[once:] {
		names = append(names, vb.Name)
	}
	for anyMore := len(names) > 0; anyMore && repetitions > 0; repetitions-- {
		anyMore = false
		for i := range names {
			found, more, fits := put(names[i])
			if !fits {
				return vbs
			}
			names[i] = found
			anyMore = anyMore || more
		}
	}
	return vbs
}

// room is how many octets of varbinds the answer can hold: some fewer than
// would fit, since the headers around them grow with them.
func (x *exchange) room() int {
	const growth = 32 // six headers of up to four more octets, DES padding
	out, err := x.seal(&snmp.Reply{Type: snmp.PDUResponse})
	if err != nil {
		return 0
	}
	return x.max - len(out) - growth
}

// fail answers with an error and the varbinds of the request.
func (x *exchange) fail(status snmp.ErrorStatus, index int) []byte {
	if x.version == snmp.Version1 {
		status = status.V1()
	}
	out, ok := x.build(status, index, x.pdu.Varbinds)
	if !ok {
		return x.tooBig()
	}
	return x.sendResponse(out, status)
}

// tooBig answers that the answer is too big: with the varbinds of the request
// in SNMPv1, with none later; not at all if even that is too big.
func (x *exchange) tooBig() []byte {
	var vbs []snmp.Varbind
	if x.version == snmp.Version1 {
		vbs = x.pdu.Varbinds
	}
	out, ok := x.build(snmp.TooBig, 0, vbs)
	if !ok {
		x.count(snmp.StatSilentDrops)
		return nil
	}
	return x.sendResponse(out, snmp.TooBig)
}

// build makes a Response and reports whether it fits.
func (x *exchange) build(status snmp.ErrorStatus, index int, vbs []snmp.Varbind) ([]byte, bool) {
	var list snmp.Buffer
	list.PutVarbinds(vbs)
	out, err := x.seal(&snmp.Reply{
		Type: snmp.PDUResponse, ErrorStatus: int32(status), ErrorIndex: int32(index), Varbinds: list.Bytes(),
	})
	return out, err == nil && len(out) <= x.max
}

// errorStats is which counter counts a Response with an error.
var errorStats = map[snmp.ErrorStatus]snmp.Stat{
	snmp.TooBig:     snmp.StatOutTooBigs,
	snmp.NoSuchName: snmp.StatOutNoSuchNames,
	snmp.BadValue:   snmp.StatOutBadValues,
	snmp.GenErr:     snmp.StatOutGenErrs,
}

// sendResponse counts a Response that leaves.
func (x *exchange) sendResponse(out []byte, status snmp.ErrorStatus) []byte {
	stats := &x.to.stats[x.side]
	stats.Add(snmp.StatOutGetResponses, 1)
	if s, ok := errorStats[status]; ok {
		stats.Add(s, 1)
	}
	x.sent()
	return out
}
