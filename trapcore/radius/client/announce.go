package client

import (
	"context"
	"net/netip"
)

// configure changes the servers of a kind, and announces what that comes to.
func (c *Client) configure(k Kind, address netip.Addr, change func(*group, *server) error) error {
	before, after, err := c.apply(k, address, change)
	switch {
	case k != Accounting:
	case len(after) > 0 && (len(before) == 0 || !before[0].same(after[0])):
		c.accountingOn(after, c.opts.Announce)
	case len(before) > 0 && len(after) == 0:
		c.accountingOff(before)
	}
	return err
}

// apply changes a server, and returns those that could be told before, as they were,
// and those that can be now.
func (c *Client) apply(k Kind, address netip.Addr, change func(*group, *server) error) (before, after []*server, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := &c.groups[k]
	s := g.find(address)
	if s == nil {
		return nil, nil, ErrNoSuchServer
	}
	for _, o := range g.servers {
		if o.Key != "" {
			before = append(before, &server{Server: o.Server, kind: k})
		}
	}
	err = change(g, s)
	for _, o := range g.servers {
		if o.Key != "" {
			after = append(after, o)
		}
	}
	return before, after, err
}

// same reports whether two servers are one to those who ask.
func (s *server) same(o *server) bool { return s.addrPort() == o.addrPort() && s.Key == o.Key }

// announcing is how far the servers have been told that there is something to account
// for.
type announcing struct {
	on    bool
	known bool               // a server has answered that
	stop  context.CancelFunc // ends the request; nil: there is none
}

// announcement makes a request, if that is news to the servers. One that is on its way
// ends.
func (c *Client) announcement(on bool, announce func(on bool) (Request, bool)) (r Request, ctx context.Context, ok bool) {
	if announce == nil || !c.news(on) {
		return r, nil, false
	}
	r, ok = announce(on)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.announced.stop != nil {
		c.announced.stop()
	}
	ctx, stop := context.WithCancel(c.ctx)
	c.announced = announcing{on: on && ok, stop: stop}
	return r, ctx, ok
}

func (c *Client) news(on bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on {
		return !c.announced.known
	}
	return c.announced.on
}

// accountingOn tells servers that there is something to account for from now on (RFC
// 2866 section 5.1). It has left for the first one when it returns, so that no record
// of a session comes before it.
func (c *Client) accountingOn(to []*server, announce func(on bool) (Request, bool)) {
	r, ctx, ok := c.announcement(true, announce)
	if !ok {
		return
	}
	begun, err := c.begin(to[0], &r, false)
	started := c.spawn(func() { _, _ = c.askAll(ctx, Accounting, to, &r, begun, err) }) // counters and log tell
	if !started && err == nil {
		c.release(begun)
	}
}

// accountingOff tells servers that are configured no more that there is nothing left
// to account for.
func (c *Client) accountingOff(to []*server) {
	r, ctx, ok := c.announcement(false, c.opts.Announce)
	if !ok {
		return
	}
	for _, s := range to {
		s.ctx, s.cancel = context.WithCancel(c.ctx)
	}
	begun, err := c.begin(to[0], &r, false)
	over := func() {
		for _, s := range to {
			s.cancel()
			c.mu.Lock()
			open := s.sockets
			s.sockets = nil
			c.mu.Unlock()
			closeAll(open)
		}
	}
	if !c.spawn(func() { _, _ = c.askAll(ctx, Accounting, to, &r, begun, err); over() }) {
		over()
	}
}

// Enter tells the accounting servers that there is something to account for from now
// on, unless they know; a server that is configured later is told by itself. r has left
// when it returns.
func (c *Client) Enter(r Request) {
	if to := c.available(Accounting); len(to) > 0 {
		c.accountingOn(to, func(bool) (Request, bool) { return r, true })
	}
}

// Leave tells the accounting servers that there is nothing left to account for, and
// waits for the answer until ctx ends; not if none has ever answered.
func (c *Client) Leave(ctx context.Context) {
	to := c.available(Accounting)
	if len(to) == 0 {
		return
	}
	r, _, ok := c.announcement(false, c.opts.Announce)
	if !ok {
		return
	}
	begun, err := c.begin(to[0], &r, false)
	if c.answered(Accounting) {
		_, _ = c.askAll(ctx, Accounting, to, &r, begun, err) // nothing follows from it
	} else if err == nil {
		c.release(begun)
	}
}

// answered reports whether a server of the kind has ever answered.
func (c *Client) answered(k Kind) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.groups[k].answered
}

// spawn runs f in a goroutine that [Client.Close] waits for; false: it is too late.
func (c *Client) spawn(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx.Err() != nil {
		return false
	}
	c.done.Go(f)
	return true
}
