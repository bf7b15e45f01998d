package mirror

import (
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/trapcore/network"
)

// What the model does with subscribers.

func (m *model) fails(vr string, by *modelBy, p Policy, id Identity, user string, f *Failure) {
	o := Origin{noon, by.source, by.tt, by.value, modelVRs[vr].UID}
	if by.source == CLITrigger || by.source == CLIStatic {
		m.say(vr, &CliTriggerBasedMirroringFailure{Origin: o, Policy: p, Failure: *f})
	} else {
		m.say(vr, &RadiusBasedMirroringFailure{Origin: o, Identity: id, UserName: user, Failure: *f})
	}
}

func (m *model) policyOf(by *modelBy) Policy {
	return Policy{by.list[strings.Index(by.list, "/")+1:], m.lists[by.list].id}
}

// mirror puts by in place of what mirrors s; false if it fails.
func (m *model) mirror(s *modelSub, by *modelBy) bool {
	old := s.by[by.f]
	s.by[by.f] = by
	if _, f := s.does(m, by.f); f != nil {
		m.fails(s.vr, by, m.policyOf(by), m.lists[by.list].action().Identity, s.Name, f)
		if old != nil || by.rule == "" {
			s.by[by.f] = old
			m.tidy(by)
			return false
		}
		by.broken = f.Text
	}
	s.want[by.f] = ""
	m.tidy(old)
	return true
}

func (m *model) endAccess(s *modelSub, why network.TerminationReason) {
	if s.acc != nil {
		m.say(s.vr, &SessionEnd{s.acc.s, why})
	}
}

// unmirror stops what mirrors s.
func (m *model) unmirror(s *modelSub, f family) {
	by := s.by[f]
	s.by[f] = nil
	m.plain()
	m.tidy(by)
}

// tidy forgets a list of RADIUS that mirrors no more, unless an access session
// names it.
func (m *model) tidy(by *modelBy) {
	if by == nil || by.rule != "" {
		return
	}
	for _, s := range m.subs {
		if s.has(by.list) || s.acc != nil && s.acc.list == by.list {
			return
		}
	}
	delete(m.lists, by.list)
}

func (m *model) byRule(s *modelSub, key string) {
	r := m.rules[key]
	by := &modelBy{f: r.p.family(), list: r.p.String() + "/" + r.list, rule: key, source: CLITrigger, tt: r.tt, value: r.value}
	if m.lists[by.list] == nil {
		m.fails(s.vr, by, Policy{Name: r.list}, Identity{}, s.Name, &Failure{NoSuchName, "secure policy list does not exist"})
		if s.by[by.f] == nil && !m.blocked(s, by.f) {
			s.want[by.f] = key
		}
		return
	}
	if m.blocked(s, by.f) {
		m.fails(s.vr, by, m.policyOf(by), Identity{}, s.Name, &Failure{NoResourcesAvailable, "interface has a secure policy of its own"})
		return
	}
	m.mirror(s, by)
}

func (m *model) byRADIUS(s *modelSub, source ConfigurationSource, tt TriggerType, value string, at Attributes) bool {
	by := &modelBy{source: source, tt: tt, value: value}
	id := Identity{}
	if at.Handle != nil {
		id, _ = parseHandle(at.Handle, s.AcctSessionID)
	}
	if s.L2TP && at.Handle == nil {
		m.fails(s.vr, by, Policy{}, id, s.Name, &Failure{MissingOrInvalidAttribute, "L2TP mirroring needs mirror identifier and analyzer port"})
		return false
	}
	if m.blocked(s, ipv4) {
		m.fails(s.vr, by, Policy{}, id, s.Name, &Failure{NoResourcesAvailable, "interface has a secure policy of its own"})
		return false
	}
	m.ids[1]++
	by.list = fmt.Sprintf("spl_%08x", 0x88000000+m.ids[1])
	a := &Action{Analyzer: *at.Analyzer, Identity: id}
	m.lists[by.list] = &modelList{0x88000000 + m.ids[1], []modelGroup{{"*", 100, a}}}
	m.touched += by.list + " "
	if !m.mirror(s, by) {
		return false
	}
	s.want[ipv6] = ""
	m.unmirror(s, ipv6)
	return true
}

// decide is what happens at a login, accepted or not.
func (m *model) decide(s *modelSub, at *Attributes) {
	if at != nil && *at.Action == LIEnable {
		m.byRADIUS(s, RADIUSLogin, AcctSessionID, s.AcctSessionID, *at)
		return
	}
	for f := range family(families) {
		for _, t := range []struct {
			tt    TriggerType
			value string
			vr    string
		}{
			{CallingStationID, s.CallingStationID, ""}, {IPAddress, s.Address.String(), s.vr}, {IPAddress, s.address6(), s.vr},
			{Username, s.Name, s.vr}, {NASPortID, s.NASPortID, ""},
		} {
			key := fmt.Sprint(t.tt, t.value, t.vr, f)
			if r, ok := m.rules[key]; ok && (r.p == L2TP) == s.L2TP && t.value != "" {
				m.byRule(s, key)
				break
			}
		}
	}
}

// address6 is the address that IPv6 packets of a subscriber have.
func (s *modelSub) address6() string {
	a := s.Address.As4()
	return netip.MustParseAddr(fmt.Sprintf("2001:db8:0:1::%x:%x", int(a[0])<<8|int(a[1]), int(a[2])<<8|int(a[3]))).String()
}

// end ends a subscriber; gone makes the events of its flows.
func (m *model) end(s *modelSub, why network.TerminationReason, accessToo bool, gone func(string, Session) Event) {
	key := s.vr + " " + s.Name
	first, flowing := m.open[flowKey(key, ipv4, Ingress)]
	second, more := m.open[flowKey(key, ipv6, Ingress)]
	f := first
	if !flowing {
		f = second
	}
	delete(m.subs, key)
	m.settle(gone, newLater)
	if accessToo {
		if s.acc == nil && (flowing || more) {
			f.s.Target = noTarget()
			m.say(s.vr, &SessionEnd{f.s, why})
		}
		m.endAccess(s, why)
	} else if s.acc != nil {
		for _, f := range []*modelFlow{&first, &second} {
			f.s.Target, f.s.Analyzer = s.acc.s.Target, s.acc.s.Analyzer
		}
		if (!flowing || first != *s.acc) && (!more || second != *s.acc) {
			m.say(s.vr, gone(key, s.acc.s))
		}
	}
	for _, by := range s.by {
		m.tidy(by)
	}
	if s.acc != nil {
		m.tidy(&modelBy{list: s.acc.list, rule: s.acc.rule})
	}
}
