package mirror

import (
	"fmt"
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
	old := s.by
	s.by = by
	if _, f := s.does(m); f != nil {
		m.fails(s.vr, by, m.policyOf(by), m.lists[by.list].action().Identity, s.Name, f)
		if old != nil || by.rule == "" {
			s.by = old
			m.tidy(by)
			return false
		}
		by.broken = f.Text
	}
	s.want = ""
	m.tidy(old)
	return true
}

func (m *model) endAccess(s *modelSub, why network.TerminationReason) {
	if s.acc != nil {
		m.say(s.vr, &SessionEnd{s.acc.s, why})
	}
}

// unmirror stops what mirrors s.
func (m *model) unmirror(s *modelSub) {
	by := s.by
	s.by = nil
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
		if s.by != nil && s.by.list == by.list || s.acc != nil && s.acc.list == by.list {
			return
		}
	}
	delete(m.lists, by.list)
}

func (m *model) byRule(s *modelSub, key string) {
	r := m.rules[key]
	by := &modelBy{list: r.p.String() + "/" + r.list, rule: key, source: CLITrigger, tt: r.tt, value: r.value}
	if m.lists[by.list] == nil {
		m.fails(s.vr, by, Policy{Name: r.list}, Identity{}, s.Name, &Failure{NoSuchName, "secure policy list does not exist"})
		if s.by == nil && !m.blocked(s) {
			s.want = key
		}
		return
	}
	if m.blocked(s) {
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
	if m.blocked(s) {
		m.fails(s.vr, by, Policy{}, id, s.Name, &Failure{NoResourcesAvailable, "interface has a secure policy of its own"})
		return false
	}
	m.ids[1]++
	by.list = fmt.Sprintf("spl_%08x", 0x88000000+m.ids[1])
	a := &Action{Analyzer: *at.Analyzer, Identity: id}
	m.lists[by.list] = &modelList{0x88000000 + m.ids[1], []modelGroup{{"*", 100, a}}}
	m.touched += by.list + " "
	return m.mirror(s, by)
}

// decide is what happens at a login, accepted or not.
func (m *model) decide(s *modelSub, at *Attributes) {
	if at != nil && *at.Action == LIEnable {
		m.byRADIUS(s, RADIUSLogin, AcctSessionID, s.AcctSessionID, *at)
		return
	}
	for _, t := range []struct {
		tt    TriggerType
		value string
		vr    string
	}{{CallingStationID, s.CallingStationID, ""}, {IPAddress, s.Address.String(), s.vr}, {Username, s.Name, s.vr}, {NASPortID, s.NASPortID, ""}} {
		key := fmt.Sprint(t.tt, t.value, t.vr)
		if r, ok := m.rules[key]; ok && (r.p == L2TP) == s.L2TP && t.value != "" {
			m.byRule(s, key)
			return
		}
	}
}

// end ends a subscriber; gone makes the events of its flows.
func (m *model) end(s *modelSub, why network.TerminationReason, accessToo bool, gone func(string, Session) Event) {
	key := s.vr + " " + s.Name
	f, flowing := m.open[key+Ingress.String()]
	by := s.by
	delete(m.subs, key)
	m.settle(gone, newLater)
	if accessToo {
		if s.acc == nil && flowing {
			f.s.Target = noTarget()
			m.say(s.vr, &SessionEnd{f.s, why})
		}
		m.endAccess(s, why)
	} else if s.acc != nil {
		f.s.Target, f.s.Analyzer = s.acc.s.Target, s.acc.s.Analyzer
		if !flowing || f != *s.acc {
			m.say(s.vr, gone(key, s.acc.s))
		}
	}
	m.tidy(by)
	if s.acc != nil {
		m.tidy(&modelBy{list: s.acc.list, rule: s.acc.rule})
	}
}
