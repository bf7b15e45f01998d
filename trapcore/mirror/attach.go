package mirror

// Statistics are the options of ip policy; nothing is counted here.
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
// on the interface, for good (reference packet-mirroring.md 6.2).
func (m *Machine) AttachPolicy(vr string, id InterfaceID, d Direction, name string, st Statistics) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil {
			return err
		}
		if i.analyzer {
			return ErrPolicyOnAnalyzer
		}
		l, err := c.ensureList(listKey{IP, name})
		if err != nil {
			return err
		}
		old := i.policies[d]
		if old != nil && old.list == l {
			old.statistics = st
			return nil
		}
		s := &session{
			list: l, source: CLIStatic, triggerType: InterfaceString, trigger: i.id.String(),
			iface: i, directions: []Direction{d}, statistics: st,
		}
		if old != nil {
			c.stop(old)
		}
		for _, sub := range ordered(i.on) {
			sub.pending = nil
			if sub.session != nil {
				c.stop(sub.session)
			}
		}
		i.policies[d] = s
		c.attach(s)
		c.refresh(s)
		return nil
	})
}

// DetachPolicy ends what AttachPolicy began. Policies that it displaced do not
// come back.
func (m *Machine) DetachPolicy(vr string, id InterfaceID, d Direction) error {
	return m.change(vr, func(c *change, r *router) error {
		i, err := r.port(id)
		if err != nil {
			return err
		}
		s := i.policies[d]
		if s == nil {
			return ErrNotAttached
		}
		i.policies[d] = nil
		c.stop(s)
		return nil
	})
}

// bury ends interface-specific mirroring with its interface, which is reported
// also of a list that mirrors nothing.
func (c *change) bury(s *session) {
	if s.open == nil {
		v := s.values(c, &Action{}, noTarget())
		s.open = &v
	}
	c.close(s, deleted)
	c.detach(s)
}
