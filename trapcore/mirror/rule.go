package mirror

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/network"
)

// precedence is the order in which the triggers of a login are tried; only the
// first that matches counts, as Policy Management 11.3 to 15.1 says.
var precedence = [...]TriggerType{
	AcctSessionID, CallingStationID, IPAddress, Username, NASPortID, DHCPOption82, AgentCircuitID, AgentRemoteID,
}

// scoped says that a trigger holds in one virtual router only.
func (t TriggerType) scoped() bool { return t == IPAddress || t == Username }

type ruleKey struct {
	trigger TriggerType
	value   string
	router  *network.Router // of a scoped trigger, else nil
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
	list listKey
}

func newRuleKey(vr *network.Router, t TriggerType, value string) (ruleKey, error) {
	if value == "" || len(value) > network.MaxValue || !ascii.Printable(value) {
		return ruleKey{}, errRuleValue
	}
	if t == Username && len(value) > network.MaxUserName {
		return ruleKey{}, errRuleUser
	}
	if t == IPAddress {
		a, err := netip.ParseAddr(value)
		if err != nil || !network.Unicast(a) {
			return ruleKey{}, errRuleAddress
		}
	}
	k := ruleKey{trigger: t, value: value}
	if t.scoped() {
		k.router = vr
	}
	return k, nil
}

// SetRule makes a trigger rule, or changes the list of one; vr is the scope
// of a user name or address. Subscribers that are logged in and match are
// mirrored at once, whatever mirrored them before.
func (m *Machine) SetRule(vr *network.Router, t TriggerType, value string, p Protocol, name string) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		k, err := newRuleKey(vr, t, value)
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
		}
		ru.list = listKey{p, name}
		c.apply(ru)
		return nil
	})
}

// apply brings the subscribers that are logged in in line with a rule that is
// new or has changed.
func (c *change) apply(ru *rule) {
	for _, sub := range c.m.everyone() {
		if !ru.matches(sub) {
			if sub.pending == ru {
				sub.pending = nil
			}
			if s := sub.session; s != nil && s.rule == ru {
				c.stop(s)
			}
			continue
		}
		s := sub.session
		if s != nil && s.rule == ru && s.list.listKey == ru.list {
			continue
		}
		if c.m.lists[ru.list] == nil && s != nil && s.rule == ru {
			c.stop(s)
		}
		c.attachRule(sub, ru)
	}
}

// RemoveRule removes a trigger rule and stops the sessions it started.
func (m *Machine) RemoveRule(vr *network.Router, t TriggerType, value string) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		k, err := newRuleKey(vr, t, value)
		if err != nil {
			return err
		}
		ru := m.rules[k]
		if ru == nil {
			return errNoRule
		}
		delete(m.rules, k)
		for _, sub := range m.everyone() {
			if sub.pending == ru {
				sub.pending = nil
			}
			if s := sub.session; s != nil && s.rule == ru {
				c.stop(s)
			}
		}
		return nil
	})
}

// Disable stops the sessions that a trigger started, those of RADIUS included.
// It must be the trigger that started the session, which for a RADIUS login is
// the Acct-Session-Id; rules stay.
func (m *Machine) Disable(vr *network.Router, t TriggerType, value string) error {
	return m.changeIn(vr, func(c *change, _ *router) error {
		k, err := newRuleKey(vr, t, value)
		if err != nil {
			return err
		}
		found := false
		for _, sub := range m.everyone() {
			if k.router != nil && sub.Router != k.router {
				continue
			}
			if ru := sub.pending; ru != nil && ru.ruleKey == k {
				sub.pending, found = nil, true
			}
			if s := sub.session; s != nil && s.triggerType == t && s.trigger == value {
				found = true
				c.stop(s)
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
	return ru.list.Protocol == sub.protocol() && sub.trigger(ru.trigger) == ru.value &&
		(ru.router == nil || ru.router == sub.Router)
}

// match returns the rule that decides on a subscriber, nil if none does.
func (m *Machine) match(sub *subscriber) *rule {
	for _, t := range precedence {
		k := ruleKey{trigger: t, value: sub.trigger(t)}
		if t.scoped() {
			k.router = sub.Router
		}
		if ru := m.rules[k]; ru != nil && k.value != "" && ru.matches(sub) {
			return ru
		}
	}
	return nil
}

// orderedRules returns the rules by scope, trigger and value.
func (m *Machine) orderedRules() []*rule {
	return slices.SortedFunc(maps.Values(m.rules), func(a, b *rule) int {
		return cmp.Or(cmp.Compare(a.scope(), b.scope()),
			cmp.Compare(slices.Index(precedence[:], a.trigger), slices.Index(precedence[:], b.trigger)),
			cmp.Compare(a.value, b.value))
	})
}
