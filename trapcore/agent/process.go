package agent

import (
	"sync"

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
		return x.bulk(sc)
	}
	return x.get(sc)
}

// get answers GetRequest and GetNextRequest. It ends as soon as it is certain
// that the answer does not fit: names alone may say so before anything is read.
func (x *exchange) get(sc *scope) []byte {
	asked := x.pdu.Varbinds
	least := make([]int, len(asked)) // octets of each variable
	room := x.max
	for i, vb := range asked {
		least[i] = snmp.VarbindSize(vb.Name, snmp.Value{})
		if x.pdu.Type == snmp.PDUGetNext {
			least[i] = min(least[i], x.r.least)
		}
		room -= least[i]
	}
	vbs := make([]snmp.Varbind, 0, min(len(asked), max(x.max/x.r.least, 0)+1))
	for i, vb := range asked {
		if room < 0 {
			return x.tooMuch(sc)
		}
		name, v, ok := vb.Name, snmp.Value{}, true
		if x.pdu.Type == snmp.PDUGet {
			v = x.r.tree.get(sc, name)
		} else if name, v, ok = x.r.tree.next(sc, name); !ok {
			return x.overworked(sc, i+1)
		}
		if sc.v1 && v.Exception() {
			x.audit(sc.view, asked, snmp.NoSuchName)
			return x.fail(snmp.NoSuchName, i+1)
		}
		room -= snmp.VarbindSize(name, v) - least[i]
		vbs = append(vbs, snmp.Varbind{Name: name, Value: v})
	}
	return x.respond(sc, vbs)
}

// tooMuch answers that what is asked for does not fit.
func (x *exchange) tooMuch(sc *scope) []byte {
	x.audit(sc.view, x.pdu.Varbinds, snmp.TooBig)
	return x.tooBig()
}

// overworked refuses a request that takes more than [maxWork].
func (x *exchange) overworked(sc *scope, index int) []byte {
	x.audit(sc.view, x.pdu.Varbinds, snmp.GenErr)
	return x.fail(snmp.GenErr, index)
}

// respond sends varbinds, or tooBig.
func (x *exchange) respond(sc *scope, vbs []snmp.Varbind) []byte {
	out, ok := x.build(snmp.NoError, 0, vbs)
	if !ok {
		return x.tooMuch(sc)
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
		return x.tooMuch(sc)
	}
	x.r.setting.Lock()
	status, index := x.r.tree.set(sc, x.pdu.Varbinds)
	if _, _, changed := x.r.snapshot(); status == snmp.NoError && len(x.pdu.Varbinds) > 0 && changed != nil {
		changed(Change{Router: x.to.cfg.Router, Side: x.side})
	}
	x.r.setting.Unlock()
	x.audit(sc.view, x.pdu.Varbinds, recorded(sc.view, x.pdu.Varbinds, status, index))
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

// bulk answers a GetBulkRequest (RFC 3416 section 4.2.3), cut to what fits, and
// to whole repetitions, one at least, where all of it is too much work.
func (x *exchange) bulk(sc *scope) []byte {
	asked := x.pdu.Varbinds
	once := min(max(int(x.pdu.ErrorStatus), 0), len(asked))
	repetitions := max(int(x.pdu.ErrorIndex), 0)
	if repetitions == 0 {
		asked = asked[:once]
	}
	names := make([]mib.OID, len(asked))
	for i, vb := range asked {
		names[i] = vb.Name
	}
	room := x.room()
	var vbs []snmp.Varbind
	for round, more := 0, len(names) > 0; more; round++ {
		done, from := len(vbs), 0
		if more = false; round > 0 {
			from = once
		}
		for i := from; i < len(names); i++ {
			found, v, ok := x.r.tree.next(sc, names[i])
			switch {
			case !ok && round == 0:
				return x.overworked(sc, i+1)
			case !ok:
				return x.respond(sc, vbs[:done])
			}
			if room -= snmp.VarbindSize(found, v); room < 0 {
				return x.respond(sc, vbs)
			}
			vbs = append(vbs, snmp.Varbind{Name: found, Value: v})
			names[i] = found
			more = more || i >= once && !v.Exception()
		}
		more = more && round+1 < repetitions
	}
	return x.respond(sc, vbs)
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

// lists are buffers for varbind lists.
var lists = sync.Pool{New: func() any { return new(snmp.Buffer) }}

// build makes a Response and reports whether it fits.
func (x *exchange) build(status snmp.ErrorStatus, index int, vbs []snmp.Varbind) ([]byte, bool) {
	list := lists.Get().(*snmp.Buffer)
	defer lists.Put(list)
	defer list.Wipe()
	list.Reset()
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
