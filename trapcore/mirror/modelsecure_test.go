package mirror

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func (m *model) ensure(key string) {
	if m.lists[key] != nil {
		return
	}
	m.lists[key] = &modelList{id: m.listIDs()}
	for _, s := range m.sorted() {
		for f, want := range s.want {
			if want != "" && s.by[f] == nil && !m.blocked(s, family(f)) && m.rules[want].p.String()+"/"+m.rules[want].list == key {
				m.byRule(s, want)
			}
		}
	}
}

// listIDs counts the lists that were ever made by hand; ids[0] counts logins
// and ids[1] what RADIUS made.
func (m *model) listIDs() uint32 { m.made++; return m.made }

func (w *world) opList() (string, error, bool) {
	p, name := w.list()
	w.m.ensure(p.String() + "/" + name)
	return fmt.Sprint("policy-list ", p, name), w.CreatePolicyList(p, name), true
}

func (w *world) opRemoveList() (string, error, bool) {
	p, name := w.list()
	key := p.String() + "/" + name
	m := w.m
	ok := m.lists[key] != nil
	for _, s := range m.subs {
		ok = ok && !s.has(key) && (s.acc == nil || s.acc.list != key)
	}
	for _, i := range m.ifs {
		i.each(func(_ family, _ Direction, by *modelBy) { ok = ok && by.list != key })
	}
	if ok {
		delete(m.lists, key)
	}
	return fmt.Sprint("no policy-list ", p, name), w.RemovePolicyList(p, name), ok
}

func (w *world) groupOf() (p Protocol, name, class string, l *modelList, at int) {
	p, name = w.list()
	class = pick(w, "*", "*", "c")
	if l = w.m.lists[p.String()+"/"+name]; l == nil {
		return p, name, class, nil, -1
	}
	return p, name, class, l, slices.IndexFunc(l.groups, func(g modelGroup) bool { return g.name == class })
}

func (w *world) edited() {
	w.m.failures()
	w.m.plain()
}

func (w *world) opGroup() (string, error, bool) {
	p, name, class, l, at := w.groupOf()
	if w.rng.IntN(3) == 0 {
		if at >= 0 {
			l.groups = slices.Delete(l.groups, at, at+1)
			w.edited()
		}
		return fmt.Sprint("no classifier-group ", p, name, class), w.RemoveGroup(p, name, class), at >= 0
	}
	prec := pick(w, 0, 1, 200)
	if l != nil {
		if at < 0 {
			at = len(l.groups)
			l.groups = append(l.groups, modelGroup{name: class, prec: 100})
		}
		if prec != 0 {
			// Of equal precedence the order is that of the configuration, which
			// a change of the precedence does not alter.
			l.groups[at].prec = prec
		}
		slices.SortStableFunc(l.groups, func(a, b modelGroup) int { return a.prec - b.prec })
		w.edited()
	}
	return fmt.Sprint("classifier-group ", p, name, class, prec), w.SetGroup(p, name, class, prec), l != nil
}

func (w *world) opAction() (string, error, bool) {
	p, name, class, l, at := w.groupOf()
	a := w.action()
	ok := at >= 0 && (p != L2TP || a.Disabled || a.Identified)
	if ok {
		l.groups[at].act = &a
		w.edited()
	}
	return fmt.Sprint("mirror analyzer ", p, name, class, a), w.SetAction(p, name, class, a), ok
}

func (w *world) opRemoveAction() (string, error, bool) {
	p, name, class, l, at := w.groupOf()
	disabled := w.rng.IntN(4) == 0
	ok := at >= 0 && l.groups[at].act != nil && l.groups[at].act.Disabled == disabled
	if ok {
		l.groups[at].act = nil
		w.edited()
	}
	return fmt.Sprint("no mirror analyzer ", p, name, class), w.RemoveAction(p, name, class, disabled, netip.Addr{}), ok
}

// ruleKey is a trigger and the keys of its rules by family.
func (w *world) ruleKey() (vr string, keys [families]string, tt TriggerType, value string) {
	vr = w.anyVR()
	tt, value = w.trigger()
	scope := ""
	if tt == Username || tt == IPAddress {
		scope = vr
	}
	for f := range keys {
		keys[f] = fmt.Sprint(tt, value, scope, f)
	}
	return vr, keys, tt, value
}

func (r modelRule) fits(s *modelSub) bool {
	has := map[TriggerType]string{Username: s.Name, IPAddress: s.Address.String(), CallingStationID: s.CallingStationID, NASPortID: s.NASPortID}[r.tt]
	if r.p == IPv6 && r.tt == IPAddress && s.address6() == r.value {
		has = r.value
	}
	return (r.p == L2TP) == s.L2TP && (r.vr == "" || r.vr == s.vr) && has == r.value
}

func (w *world) opRule() (string, error, bool) {
	vr, keys, tt, value := w.ruleKey()
	p, name := w.list()
	f := p.family()
	key := keys[f]
	m := w.m
	ok := m.vrs[vr] && (f == ipv6 || !strings.Contains(value, ":"))
	if ok {
		r := modelRule{tt: tt, value: value, p: p, list: name}
		if tt == Username || tt == IPAddress {
			r.vr = vr
		}
		m.rules[key] = r
		list := p.String() + "/" + name
		for _, s := range m.sorted() {
			mine := s.by[f] != nil && s.by[f].rule == key
			switch {
			case !r.fits(s):
				if s.want[f] == key {
					s.want[f] = ""
				}
				if mine {
					m.unmirror(s, f)
				}
			case mine && s.by[f].list == list:
			default:
				if mine && m.lists[list] == nil {
					m.unmirror(s, f)
				}
				m.byRule(s, key)
			}
		}
		m.plain()
	}
	return fmt.Sprint("mirror ", vr, tt, value, p, name), w.SetRule(vr, tt, value, p, name), ok
}

func (w *world) opRemoveRule() (string, error, bool) {
	vr, keys, tt, value := w.ruleKey()
	m := w.m
	of := pick(w, nil, nil, []Protocol{IP}, []Protocol{L2TP}, []Protocol{IPv6})
	ok := false
	for f, key := range keys {
		if _, have := m.rules[key]; !have || !m.vrs[vr] || of != nil && of[0].family() != family(f) {
			continue
		}
		ok = true
		delete(m.rules, key)
		for _, s := range m.sorted() {
			if s.want[f] == key {
				s.want[f] = ""
			}
			if s.by[f] != nil && s.by[f].rule == key {
				m.unmirror(s, family(f))
			}
		}
		m.plain()
	}
	return fmt.Sprint("no mirror ", vr, tt, value, of), w.RemoveRule(vr, tt, value, of...), ok
}

func (w *world) opDisable() (string, error, bool) {
	vr, keys, tt, value := w.ruleKey()
	m := w.m
	ok := false
	for _, s := range m.sorted() {
		if !m.vrs[vr] || (tt == Username || tt == IPAddress) && s.vr != vr {
			continue
		}
		for f, key := range keys {
			if s.want[f] == key {
				s.want[f], ok = "", true
			}
			if s.by[f] != nil && s.by[f].tt == tt && s.by[f].value == value {
				ok = true
				m.unmirror(s, family(f))
			}
		}
	}
	m.plain()
	return fmt.Sprint("mirror disable ", vr, tt, value), w.Disable(vr, tt, value), ok
}

func (w *world) opAttach() (string, error, bool) {
	vr, id, i := w.which()
	_, name := w.list()
	d, p := pick(w, Ingress, Egress), pick(w, IP, IPv6)
	f := p.family()
	m := w.m
	ok := i != nil && !i.an
	if key := p.String() + "/" + name; ok {
		m.ensure(key)
		m.plain()
		if i.pol[f][d] == nil || i.pol[f][d].list != key {
			for _, s := range m.sorted() {
				if m.lower(s) == i {
					s.want[f] = ""
					m.unmirror(s, f)
				}
			}
			i.pol[f][d] = &modelBy{f: f, list: key, rule: "-", source: CLIStatic, tt: InterfaceString, value: id.String()}
			m.failures()
			m.plain()
		}
	}
	return fmt.Sprint(p, " policy ", vr, id, d, name), w.AttachPolicy(vr, p, id, d, name, Statistics{}), ok
}

func (w *world) opDetach() (string, error, bool) {
	vr, id, i := w.which()
	d, p := pick(w, Ingress, Egress), pick(w, IP, IPv6)
	ok := i != nil && i.pol[p.family()][d] != nil
	if ok {
		i.pol[p.family()][d] = nil
		w.m.plain()
	}
	return fmt.Sprint("no ", p, " policy ", vr, id, d), w.DetachPolicy(vr, p, id, d), ok
}

func (w *world) opCoA() (string, error, bool) {
	vr, name := w.anyVR(), fmt.Sprint("sub", w.rng.IntN(6))
	id := Identification{UserName: name, Router: vr}
	attrs := pick(w, *li(""), *li("0000000500000006"), Attributes{Action: number(liDisable)}, Attributes{Action: number(LINoAction)})
	m := w.m
	s, ok := m.subs[vr+" "+name], true
	coa := &modelBy{source: RADIUSCoA, tt: Username, value: name}
	switch {
	case s == nil:
		r, ids := vr, Identity{}
		if !m.vrs[vr] {
			r = "default"
		}
		if attrs.Handle != nil {
			ids = Identity{5, 6}
		}
		m.fails(r, coa, Policy{}, ids, name, &Failure{NoSuchUserOrInterface, "no session matches the request"})
		ok = false
	case *attrs.Action == LINoAction:
	case *attrs.Action == LIEnable:
		ok = m.byRADIUS(s, RADIUSCoA, Username, name, attrs)
		m.plain()
	case m.blocked(s, ipv4), s.by[ipv4] != nil && s.by[ipv4].rule != "", s.by[ipv4] == nil && (m.blocked(s, ipv6) || s.by[ipv6] != nil):
		m.fails(vr, coa, Policy{}, Identity{}, name, &Failure{CauseGenericFailure, "mirroring was configured from the command line"})
		ok = false
	default:
		m.unmirror(s, ipv4)
		m.plain()
	}
	return fmt.Sprintf("CoA %+v %+v", id, attrs), w.ChangeMirroring(id, attrs), ok
}

func TestLedgerFindsWhatIsWrong(t *testing.T) {
	l := ledger{}
	open := "SessionStart cliTrigger username=joe 1/2 p#1 ingress 10.0.0.1>192.168.99.2"
	end := "SessionEnd cliTrigger username=joe 1/2 p#1 ingress 10.0.0.1>192.168.99.2 userRequest"
	if got := l.note(open, "ip/p "); got != "" || len(l) != 1 {
		t.Error(got, l)
	}
	if got := l.note(end, "ip/p "); got != "" || len(l) != 0 {
		t.Error(got, l)
	}
	if l.note(end, "ip/p ") == "" {
		t.Error("closed twice")
	}
	if l.note(open, "ip/q ") == "" {
		t.Error("no such list")
	}
}
