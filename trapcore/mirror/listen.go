package mirror

import "mirrorsh/trapcore/network"

// listener follows the network with a machine.
type listener struct{ m *Machine }

// Changed follows a change.
func (l listener) Changed(ch network.Change) {
	m := l.m
	if m.current == nil {
		m.current = &change{m: m, at: m.now()}
	}
	c := m.current
	_ = c.run(func() error {
		c.follow(ch)
		return nil
	})
	if _, done := ch.(network.Completed); done {
		m.current = nil
	}
}

func (c *change) follow(ch network.Change) {
	m := c.m
	switch ch := ch.(type) {
	case network.RouterAdded:
		m.routers[ch.Router] = newRouter(ch.Router)
		c.rewatch(ch.Router)
	case network.RouterRemoved:
		c.removeRouter(ch.Router)
	case network.InterfaceAdded:
		p := &iface{router: m.routers[ch.Router]}
		p.become(ch.Interface)
		m.ifaces[ch.Index] = p
	case network.InterfaceRemoved:
		c.removeInterface(ch.Index)
	case network.LinkChanged:
		c.update(ch.Interface)
	case network.AddressChanged:
		c.update(ch.Interface)
		for _, s := range m.ifaces[ch.Index].attached() {
			c.refresh(s)
		}
	case network.RoutingChanged:
		c.reroute(m.routers[ch.Router], ch.Prefixes)
	case network.Completed:
		c.reviewAnalyzers()
	default:
		c.followSubscriber(ch)
	}
}

func (c *change) followSubscriber(ch network.Change) {
	switch ch := ch.(type) {
	case network.LoggedIn:
		c.login(c.newSubscriber(ch.Login), attributes(ch.Authorization))
	case network.SubscriberUp:
		sub, _ := c.m.subs.Get(ch.Number)
		sub.Login = ch.Login
		c.connect(sub)
	case network.LoggedOut:
		sub, _ := c.m.subs.Get(ch.Number)
		if ch.Cause == network.Failed {
			c.breakOff(sub, ch.Reason)
			return
		}
		as := ended(ch.Reason)
		if ch.Cause == network.InterfaceDeleted {
			as = deleted
		}
		c.logout(sub, as, ch.Reason)
	case network.LoginRefused:
		c.attempt(ch.Login, nil, func(v Session) Event { return &SessionReject{v.Attachment} })
	case network.LoginFailed:
		c.attempt(ch.Login, attributes(ch.Authorization), failed(ch.Reason))
	}
}

// attributes are those of an Access-Accept, nil if there are none.
func attributes(authorization any) *Attributes {
	switch a := authorization.(type) {
	case *Attributes:
		return a
	case interface{ Mirroring() *Attributes }:
		return a.Mirroring()
	}
	return nil
}

// update follows an interface that has changed; one that is deleted is gone.
func (c *change) update(i network.Interface) {
	p := c.m.ifaces[i.Index]
	if p == nil {
		return
	}
	p.become(i)
	c.collect(p)
	if p.router.defaultAnalyzer == p {
		c.checkEach(p.router.led[nowhere])
	}
}

// removeInterface ends interface-specific mirroring with its interface, which is
// reported also of a list that mirrors nothing.
func (c *change) removeInterface(index int32) {
	p := c.m.ifaces[index]
	for _, s := range p.attached() {
		if s.open == nil {
			v := s.values(c, &Action{}, noTarget())
			s.open = &v
		}
		c.close(s, deleted)
		c.detach(s)
	}
	if p.router.defaultAnalyzer == p {
		p.router.defaultAnalyzer = nil
		c.checkEach(p.router.led[nowhere])
	}
	p.Up = false
	c.collect(p)
	delete(c.m.ifaces, index)
}

// removeRouter forgets a virtual router with the trigger rules of its scope.
func (c *change) removeRouter(handle *network.Router) {
	c.reviewAnalyzers()
	for k, ru := range c.m.rules {
		if k.router == handle {
			c.m.dropRule(ru)
		}
	}
	delete(c.m.routers, handle)
	c.rewatch(handle)
}
