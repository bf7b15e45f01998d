package mirror

import (
	"fmt"
	"net/netip"
	"slices"

	"mirrorsh/trapcore/network"
)

// step makes one random change; ok says whether the model accepts it.
func (w *world) step() (what string, err error, ok bool) {
	ops := []func() (string, error, bool){
		w.opInterface, w.opRemoveInterface, w.opAddress, w.opShutdown, w.opShutdown, w.opRoute, w.opAnalyzer, w.opAnalyzer,
		w.opLogin, w.opLogin, w.opLogin, w.opLogin, w.opLogout, w.opLogout, w.opFail, w.opReject,
		w.opList, w.opRemoveList, w.opGroup, w.opAction, w.opAction, w.opAction, w.opRemoveAction,
		w.opRule, w.opRule, w.opRule, w.opRemoveRule, w.opDisable, w.opAttach, w.opAttach, w.opDetach, w.opCoA, w.opCoA,
	}
	if w.rng.IntN(400) == 0 {
		return w.opRouter()
	}
	return ops[w.rng.IntN(len(ops))]()
}

func (w *world) opRouter() (string, error, bool) {
	m := w.m
	if !m.vrs["isp"] {
		w.AddRouter(modelVRs["isp"])
		m.vrs["isp"] = true
		return "virtual-router", nil, true
	}
	before := m.analyzers()
	w.RemoveRouter("isp")
	for _, s := range m.sorted() {
		if s.vr == "isp" {
			m.end(s, AdminReset, true, func(_ string, s Session) Event { return &SessionEnd{s, AdminReset} })
		}
	}
	delete(m.routes, "isp")
	for k, i := range m.ifs {
		if i.vr == "isp" {
			m.removeInterface(k)
		}
	}
	for k, r := range m.rules {
		if r.vr == "isp" {
			delete(m.rules, k)
		}
	}
	m.lost(before)
	delete(m.vrs, "isp")
	return "no virtual-router", nil, true
}

// which is the interface of a virtual router, nil if there is none.
func (w *world) which() (string, InterfaceID, *modelIf) {
	vr, id := w.anyVR(), w.port()
	return vr, id, w.m.ifs[vr+" "+id.Command()]
}

func (w *world) opInterface() (string, error, bool) {
	vr, id, i := w.which()
	m := w.m
	ok := m.vrs[vr]
	if i == nil && ok {
		for k, other := range m.ifs {
			if id.Type != network.Loopback && k == other.vr+" "+id.Command() {
				ok = false
			}
		}
		if ok {
			m.seq++
			m.ifs[vr+" "+id.Command()] = &modelIf{vr: vr, seq: m.seq}
		}
	}
	return fmt.Sprint("interface ", vr, id), w.CreateInterface(vr, id), ok
}

func (m *model) removeInterface(key string) {
	i := m.ifs[key]
	for _, s := range m.sorted() {
		if m.lower(s) == i {
			m.end(s, LostCarrier, true, func(_ string, s Session) Event { return &InterfaceDeleted{s.Attachment} })
		}
	}
	delete(m.ifs, key)
	i.each(func(f family, d Direction, by *modelBy) {
		// One that mirrors nothing is reported too.
		k := flowKey(key, f, d)
		if _, open := m.open[k]; !open {
			m.open[k] = m.values(by, i.vr, &Action{}, noTarget(), d)
		}
	})
	m.settle(func(_ string, s Session) Event { return &InterfaceDeleted{s.Attachment} }, newLater)
}

func (w *world) opRemoveInterface() (string, error, bool) {
	vr, id, i := w.which()
	if i != nil {
		w.m.removeInterface(vr + " " + id.Command())
	}
	return fmt.Sprint("no interface ", vr, id), w.RemoveInterface(vr, id), i != nil
}

func (w *world) opAddress() (string, error, bool) {
	vr, id, i := w.which()
	a := pick(w, netip.Prefix{}, prefix("192.168.99.1/24"), prefix("192.168.99.5/24"), prefix("192.168.99.9/30"), prefix("172.16.0.1/24"), prefix("10.9.9.1/30"))
	ok := i != nil
	for _, other := range w.m.ifs {
		ok = ok && (other == i || other.vr != vr || !a.IsValid() || other.addr.Addr() != a.Addr())
	}
	if ok {
		i.addr = a
		w.m.plain()
	}
	return fmt.Sprint("ip address ", vr, id, a), w.SetAddress(vr, id, a), ok
}

func (w *world) opShutdown() (string, error, bool) {
	vr, id, i := w.which()
	down := w.rng.IntN(2) == 0
	if i != nil && i.down != down {
		i.down = down
		for _, s := range w.m.sorted() {
			if w.m.lower(s) != i {
				continue
			}
			if down {
				w.m.end(s, LostCarrier, true, func(_ string, s Session) Event { return &SessionEnd{s, LostCarrier} })
			} else {
				s.up = true
			}
		}
		w.m.settle(goneStays, newLogin)
	}
	return fmt.Sprint("shutdown ", vr, id, down), w.SetShutdown(vr, id, down), i != nil
}

func (w *world) opRoute() (string, error, bool) {
	vr := w.anyVR()
	r := Route{Prefix: prefix(pick(w, "0.0.0.0/0", "192.168.99.0/24", "192.168.99.2/32", "172.16.0.0/12"))}
	if w.rng.IntN(3) == 0 {
		r.Out = w.port()
	} else {
		r.NextHop = addr(pick(w, "192.168.99.3", "10.9.9.2", "172.16.0.9"))
	}
	have := w.m.routes[vr]
	if w.rng.IntN(2) == 0 {
		if w.m.vrs[vr] && !slices.Contains(have, r) {
			w.m.routes[vr] = append(have, r)
		}
		return fmt.Sprint("ip route ", vr, r), w.AddRoute(vr, r), w.m.vrs[vr]
	}
	at := slices.Index(have, r)
	if at >= 0 {
		w.m.routes[vr] = slices.Delete(have, at, at+1)
	}
	return fmt.Sprint("no ip route ", vr, r), w.RemoveRoute(vr, r), at >= 0
}

func (w *world) opAnalyzer() (string, error, bool) {
	vr, id, i := w.which()
	on, def := w.rng.IntN(3) > 0, w.rng.IntN(2) == 0
	ok := i != nil
	if ok && on {
		ok = id.Type != network.Loopback && i.pol == [families][2]*modelBy{} && (!def || id.Type == network.ATM)
		for _, s := range w.m.subs {
			for _, by := range s.by {
				ok = ok && (w.m.lower(s) != i || by == nil || by.broken != "")
			}
		}
		for _, other := range w.m.ifs {
			ok = ok && (!def || other == i || other.vr != vr || !other.def)
		}
	} else if ok {
		ok = i.an && (!def || i.def)
	}
	if ok {
		i.an, i.def = on, on && def
		w.m.failures()
		w.m.plain()
	}
	return fmt.Sprint("ip analyzer ", vr, id, on, def), w.SetAnalyzer(vr, id, on, def), ok
}

// attempt makes the subscriber of a login; ok says whether it is one.
func (w *world) attempt(vr string, with Subscriber) (*modelSub, bool) {
	m := w.m
	if !m.vrs[vr] {
		return nil, false
	}
	s := &modelSub{Subscriber: with, vr: vr}
	if with.Interface.Spec != "" && m.lower(s) == nil {
		return nil, false
	}
	m.ids[0]++
	in := "ip"
	if s.Interface.Spec != "" {
		in = map[string]string{"fastEthernet": "fastethernet"}[s.Interface.Type.Keyword()]
		if in == "" {
			in = s.Interface.Type.Keyword()
		}
		in += " " + s.Interface.Spec
	}
	s.AcctSessionID = fmt.Sprintf("erx %s:%010d", in, m.ids[0])
	return s, true
}

func (w *world) opLogin() (string, error, bool) {
	vr, with, at := w.anyVR(), w.subscriber(), w.attributes()
	m := w.m
	var s *modelSub
	ok := m.subs[vr+" "+with.Name] == nil
	if ok {
		s, ok = w.attempt(vr, with)
	}
	if ok {
		m.seq++
		s.seq = m.seq
		m.subs[vr+" "+with.Name] = s
		m.decide(s, at)
		if by, a := s.first(m); by != nil {
			v := m.values(by, vr, a, noTarget(), Ingress)
			s.acc = &v
			m.say(vr, &SessionStart{v.s})
		}
		l := m.lower(s)
		s.up = l == nil || !l.down
		m.settle(goneStays, newLogin)
	}
	return fmt.Sprintf("login %s %+v %+v", vr, with, at), w.Login(vr, with, at), ok
}

func (w *world) opLogout() (string, error, bool) {
	vr, name := w.anyVR(), fmt.Sprint("sub", w.rng.IntN(6))
	s := w.m.subs[vr+" "+name]
	if s != nil {
		w.m.end(s, IdleTimeout, true, func(_ string, s Session) Event { return &SessionEnd{s, IdleTimeout} })
	}
	return fmt.Sprint("logout ", vr, name), w.Logout(vr, name, IdleTimeout), s != nil
}

func (w *world) opFail() (string, error, bool) {
	vr, with, at := w.anyVR(), w.subscriber(), w.attributes()
	m := w.m
	s, ok := w.attempt(vr, with)
	as := func(_ string, s Session) Event { return &SessionFailed{s, NASError} }
	if running := m.subs[vr+" "+with.Name]; ok && running != nil {
		m.end(running, NASError, false, as)
	} else if ok {
		m.decide(s, at)
		if by, a := s.first(m); by != nil {
			m.say(vr, as("", m.values(by, vr, a, noTarget(), Ingress).s))
		}
		if by := s.by[ipv4]; by != nil && by.rule == "" {
			delete(m.lists, by.list)
		}
	}
	return fmt.Sprintf("fail %s %+v %+v", vr, with, at), w.Fail(vr, with, at, NASError), ok
}

func (w *world) opReject() (string, error, bool) {
	vr, with := w.anyVR(), w.subscriber()
	s, ok := w.attempt(vr, with)
	if ok {
		w.m.decide(s, nil)
		if by, a := s.first(w.m); by != nil {
			w.m.say(vr, &SessionReject{w.m.values(by, vr, a, noTarget(), Ingress).s.Attachment})
		}
	}
	return fmt.Sprintf("reject %s %+v", vr, with), w.Reject(vr, with), ok
}
