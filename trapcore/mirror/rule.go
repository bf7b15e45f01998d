package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

// precedence is the order in which the triggers of a login are tried; only the
// first that matches counts, as Policy Management 11.3 to 15.1 says.
var precedence = [...]TriggerType{
	AcctSessionID, CallingStationID, IPAddress, Username, NASPortID, DHCPOption82, AgentCircuitID, AgentRemoteID,
}

// Attribute is what a trigger is compared with in all virtual routers. A user name or
// an address is of one virtual router: everywhere is false.
func (t TriggerType) Attribute() (of network.Attribute, everywhere bool) {
	switch t {
	case AcctSessionID:
		return network.AcctSessionID, true
	case CallingStationID:
		return network.CallingStationID, true
	case NASPortID:
		return network.NASPortID, true
	case DHCPOption82:
		return network.DHCPOption82, true
	case AgentCircuitID:
		return network.AgentCircuitID, true
	case AgentRemoteID:
		return network.AgentRemoteID, true
	}
	return 0, false
}

type ruleKey struct {
	trigger TriggerType
	value   string
	router  *network.Router // nil: all of them, see TriggerType.Attribute
	family  family
}

// identification is what the subscribers have that a rule is about; false: none has
// it.
func (k ruleKey) identification() (id network.Identification, ok bool) {
	id.Router = k.scope()
	switch k.trigger {
	case AcctSessionID:
		id.AcctSessionID = k.value
	case CallingStationID:
		id.CallingStationID = k.value
	case IPAddress:
		if id.Address = netip.MustParseAddr(k.value); id.Address.Is6() {
			id.Address, ok = packet.Subscriber6(id.Address)
			return id, ok
		}
	case Username:
		id.UserName = k.value
	case NASPortID:
		id.NASPortID = k.value
	case DHCPOption82:
		id.DHCPOption82 = k.value
	case AgentCircuitID:
		id.AgentCircuitID = k.value
	case AgentRemoteID:
		id.AgentRemoteID = k.value
	}
	return id, true
}

// scope is the name of the virtual router, "" for the whole router.
func (k ruleKey) scope() string {
	if k.router == nil {
		return ""
	}
	return k.router.Name()
}

type rule struct {
	ruleKey
	list     ListKey
	sessions int // that it started and that are attached
}

func newRuleKey(vr *network.Router, t TriggerType, value string, f family) (ruleKey, error) {
	if value == "" || len(value) > network.MaxValue || !ascii.Printable(value) {
		return ruleKey{}, errRuleValue
	}
	if t == Username && len(value) > network.MaxUserName {
		return ruleKey{}, errRuleUser
	}
	if t == IPAddress {
		switch a, err := netip.ParseAddr(value); {
		case err == nil && network.Unicast(a):
		case err == nil && f == ipv6 && a.Is6() && !a.Is4In6() && a.IsGlobalUnicast():
			value = a.String()
		default:
			return ruleKey{}, errRuleAddress
		}
	}
	k := ruleKey{trigger: t, value: value, family: f}
	if _, everywhere := t.Attribute(); !everywhere {
		k.router = vr
	}
	return k, nil
}

// SetRule makes a trigger rule, or changes the list of one of the same family; vr
// is the scope of a user name or address. Subscribers that are logged in and match are
// mirrored at once, whatever mirrored them before.
func (m *Machine) SetRule(vr *network.Router, t TriggerType, value string, p Protocol, name string) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		k, err := newRuleKey(vr, t, value, p.family())
		if err != nil {
			return err
		}
		if err := checkListName(name); err != nil {
			return err
		}
		ru := m.rules[k]
		if ru == nil {
			if len(m.rules) == MaxRules {
				return errTooManyRules
			}
			ru = &rule{ruleKey: k}
			m.rules[k] = ru
			m.named.add(1, k.value)
		}
		m.named.add(-1, ru.list.Name)
		ru.list = lists.KeyOf(p, name)
		m.named.add(1, name)
		m.ruleChanges.Add(1)
		c.apply(ru)
		return nil
	})
}

// apply brings the subscribers that are logged in in line with a rule that is
// new or has changed.
func (c *change) apply(ru *rule) {
	for _, sub := range c.m.having(ru.ruleKey) {
		if !ru.matches(sub) {
			c.without(sub, ru)
			continue
		}
		s := sub.sessions[ru.family]
		if s != nil && s.rule == ru && s.list.ListKey == ru.list {
			continue
		}
		if c.m.lists[ru.list] == nil && s != nil && s.rule == ru {
			c.stop(s)
		}
		c.attachRule(sub, ru)
	}
}

// without ends what a rule does with a subscriber.
func (c *change) without(sub *subscriber, ru *rule) {
	f := ru.family
	if sub.pending[f] == ru {
		sub.pending[f] = nil
	}
	if s := sub.sessions[f]; s != nil && s.rule == ru {
		c.stop(s)
	}
}

// RemoveRule removes the trigger rule of a protocol, or without one those of all,
// and stops the sessions they started.
func (m *Machine) RemoveRule(vr *network.Router, t TriggerType, value string, of ...Protocol) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		keys, err := ruleKeys(vr, t, value)
		if err != nil {
			return err
		}
		err = errNoRule
		for _, k := range keys {
			ru := m.rules[k]
			if ru == nil || len(of) > 0 && of[0].family() != k.family {
				continue
			}
			err = nil
			m.dropRule(ru)
			for _, sub := range m.having(k) {
				c.without(sub, ru)
			}
		}
		return err
	})
}

func (m *Machine) dropRule(ru *rule) {
	m.ruleChanges.Add(1)
	delete(m.rules, ru.ruleKey)
	m.named.add(-1, ru.value, ru.list.Name)
}

// ruleKeys are those that rules of a trigger may have. The error is that of a value
// that none can have.
func ruleKeys(vr *network.Router, t TriggerType, value string) (keys []ruleKey, err error) {
	for f := range family(families) {
		var k ruleKey
		if k, err = newRuleKey(vr, t, value, f); err == nil {
			keys = append(keys, k)
		}
	}
	return keys, err // of IPv6, which takes what IPv4 does
}

// Disable stops the sessions that a trigger started, those of RADIUS included.
// It must be the trigger that started the session, which for a RADIUS login is
// the Acct-Session-Id; rules stay.
func (m *Machine) Disable(vr *network.Router, t TriggerType, value string) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		keys, err := ruleKeys(vr, t, value)
		if err != nil {
			return err
		}
		found := false
		for _, sub := range m.having(keys[0]) { // which differ in their families alone
			for _, k := range keys {
				if ru := sub.pending[k.family]; ru != nil && ru.ruleKey == k {
					sub.pending[k.family], found = nil, true
				}
				if s := sub.sessions[k.family]; s != nil && s.triggerType == t && s.trigger == k.value {
					found = true
					c.stop(s)
				}
			}
		}
		if !found {
			return errNoSession
		}
		return nil
	})
}

// matches reports whether a rule is one for the subscriber.
func (ru *rule) matches(sub *subscriber) bool {
	values := sub.triggers(ru.trigger, ru.family)
	return (ru.list.Protocol == L2TP) == sub.L2TP && slices.Contains(values[:], ru.value) &&
		(ru.router == nil || ru.router == sub.Router)
}

// match returns the rule that decides on packets of a subscriber, nil if none does.
func (m *Machine) match(sub *subscriber, f family) *rule {
	for _, t := range precedence {
		for _, value := range sub.triggers(t, f) {
			k := ruleKey{trigger: t, value: value, family: f}
			if _, everywhere := t.Attribute(); !everywhere {
				k.router = sub.Router
			}
			if ru := m.rules[k]; ru != nil && value != "" && ru.matches(sub) {
				return ru
			}
		}
	}
	return nil
}

// orderedRules returns the rules by scope, trigger and value.
func (m *Machine) orderedRules() []*rule {
	return slices.SortedFunc(maps.Values(m.rules), func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.scope(), b.scope()),
			cmp.Compare(slices.Index(precedence[:], a.trigger), slices.Index(precedence[:], b.trigger)),
			cmp.Compare(a.value, b.value), cmp.Compare(a.family, b.family))
	})
}
