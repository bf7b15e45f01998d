package mirror

import (
	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/network"
)

// Statistics are the options of ip policy; they are kept, and packets counted
// whatever they say.
type Statistics struct {
	Given    bool // the keyword was
	Enabled  bool
	Baseline bool // a baseline value was given
	Value    uint32
	Preserve bool
}

// AttachPolicy attaches a secure policy list of IP or IPv6 to one direction of an
// interface, in place of another; a list that does not exist is made and
// mirrors nothing. It takes the place of what triggers attached to subscribers
// on the interface for packets of that family, for good.
func (m *Machine) AttachPolicy(vr *network.Router, of Protocol, id network.InterfaceID, d Direction, name string, st Statistics) error {
	return m.changeIn(vr, func(c *change, r *router) error {
		p, err := m.iface(r, id)
		if err != nil {
			return err
		}
		if p.analyzer {
			return errPolicyOnAnalyzer
		}
		l, err := c.ensureList(lists.KeyOf(of, name))
		if err != nil {
			return err
		}
		r.NoteEdit(p.Index)
		f := of.family()
		old := p.policies[f][d]
		if old != nil && old.list == l {
			old.statistics = st
			return nil
		}
		s := &session{
			list: l, source: CLIStatic, triggerType: InterfaceString, trigger: p.InterfaceID.String(),
			iface: p, directions: []Direction{d}, statistics: st,
		}
		if old != nil {
			c.stop(old)
		}
		for _, sub := range ordered(p.on) {
			sub.pending[f] = nil
			if sub.sessions[f] != nil {
				c.stop(sub.sessions[f])
			}
		}
		p.policies[f][d] = s
		c.attach(s)
		c.refresh(s)
		return nil
	})
}

// DetachPolicy ends what AttachPolicy began. Policies that it displaced do not
// come back.
func (m *Machine) DetachPolicy(vr *network.Router, of Protocol, id network.InterfaceID, d Direction) error {
	return m.changeIn(vr, func(c *change, r *router) error {
		p, err := m.iface(r, id)
		if err != nil {
			return err
		}
		s := p.policies[of.family()][d]
		if s == nil {
			return errNotAttached
		}
		p.policies[of.family()][d] = nil
		r.NoteEdit(p.Index)
		c.stop(s)
		return nil
	})
}
