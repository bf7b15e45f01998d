package mirror

import "mirrorsh/trapcore/network"

// Statistics are the options of ip policy; they are kept, and packets counted
// whatever they say.
type Statistics struct {
	Given    bool // the keyword was
	Enabled  bool
	Baseline bool // a baseline value was given
	Value    uint32
	Preserve bool
}

// AttachPolicy attaches a secure IP policy list to one direction of an
// interface, in place of another; a list that does not exist is made and
// mirrors nothing. It takes the place of what triggers attached to subscribers
// on the interface, for good.
func (m *Machine) AttachPolicy(vr *network.Router, id network.InterfaceID, d Direction, name string, st Statistics) error {
	return m.changeIn(vr, func(c *change, r *router) error {
		p, err := m.iface(r, id)
		if err != nil {
			return err
		}
		if p.analyzer {
			return errPolicyOnAnalyzer
		}
		l, err := c.ensureList(listKey{IP, name})
		if err != nil {
			return err
		}
		r.NoteEdit(p.Index)
		old := p.policies[d]
		if old != nil && old.list == l {
			old.statistics = st
			return nil
		}
		s := &session{
			list: l, source: CLIStatic, triggerType: InterfaceString, trigger: p.ID.String(),
			iface: p, directions: []Direction{d}, statistics: st,
		}
		if old != nil {
			c.stop(old)
		}
		for _, sub := range ordered(p.on) {
			sub.pending = nil
			if sub.session != nil {
				c.stop(sub.session)
			}
		}
		p.policies[d] = s
		c.attach(s)
		c.refresh(s)
		return nil
	})
}

// DetachPolicy ends what AttachPolicy began. Policies that it displaced do not
// come back.
func (m *Machine) DetachPolicy(vr *network.Router, id network.InterfaceID, d Direction) error {
	return m.changeIn(vr, func(c *change, r *router) error {
		p, err := m.iface(r, id)
		if err != nil {
			return err
		}
		s := p.policies[d]
		if s == nil {
			return errNotAttached
		}
		p.policies[d] = nil
		r.NoteEdit(p.Index)
		c.stop(s)
		return nil
	})
}
