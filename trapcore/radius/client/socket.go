package client

import (
	"net"
	"net/netip"
	"slices"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2866"

	"mirrorsh/trapcore/radius/internal/wire"
)

// socket is a UDP socket with the requests that went through it to one server, by
// their identifiers. Client.mu guards it but for conn.
type socket struct {
	conn    *net.UDPConn
	local   netip.Addr
	waiting [256]*pending
	count   int
	next    byte // identifier to be given out next
}

// pending is a request that waits for the answer of a server.
type pending struct {
	server *server
	as     Server // as it was when the request was made
	socket *socket
	id     byte
	status uint32 // Acct-Status-Type
	// failure is why there will be no answer, if there is none.
	failure error
	answer  chan *Answer // has room for one

	// Guarded by Client.mu, packet until it is sent.
	packet   []byte // nil: it is being made
	sent     time.Time
	answered bool
	doubt    error // why an answer that has come counts for nothing; nil: none has
}

// reserve finds an identifier that no request to the server has, with one more
// socket if all have run out.
func (c *Client) reserve(s *server, rollover bool) (*pending, error) {
	for {
		p, as, err := c.place(s, rollover)
		if p != nil || err != nil {
			return p, err
		}
		conn, err := c.opts.Listen(as.addrPort())
		if err != nil {
			return nil, err
		}
		if !c.adopt(s, conn) {
			_ = conn.Close() // nothing was sent
		}
	}
}

// place reserves an identifier of the sockets there are; nil: they have none.
func (c *Client) place(s *server, rollover bool) (*pending, *Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	as := s.Server
	if s.ctx.Err() != nil {
		return nil, nil, errGone
	}
	if s.stats.Pending >= s.Sessions {
		return nil, nil, errBusy
	}
	i := slices.IndexFunc(s.sockets, func(x *socket) bool { return x.count < len(x.waiting) })
	if i < 0 {
		return nil, &as, nil
	}
	x := s.sockets[i]
	for x.waiting[x.next] != nil {
		x.next++
	}
	p := &pending{server: s, as: as, socket: x, id: x.next, answer: make(chan *Answer, 1)}
	x.waiting[p.id] = p
	x.next++ // goes round: an identifier is given out again as late as can be
	x.count++
	s.stats.Pending++
	s.stats.Requests++
	if rollover {
		s.stats.Rollovers++
	}
	return p, nil, nil
}

// adopt gives a server one more socket, and reads it until the server is removed.
func (c *Client) adopt(s *server, conn *net.UDPConn) bool {
	x := &socket{conn: conn, local: conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.sockets = append(s.sockets, x)
	c.done.Go(func() { c.read(s, x) })
	return true
}

// release frees the identifier of a request that no longer waits.
func (c *Client) release(p *pending) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.socket.waiting[p.id] = nil
	p.socket.count--
	p.server.stats.Pending--
}

// read takes answers until the socket is closed. One that fails for another reason
// is given up: the next request opens another one.
func (c *Client) read(s *server, x *socket) {
	buffer := make([]byte, radius.MaxPacketLength)
	for {
		n, from, err := x.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			c.drop(s, x)
			return
		}
		c.receive(s, x, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), buffer[:n])
	}
}

func (c *Client) drop(s *server, x *socket) {
	_ = x.conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	s.sockets = slices.DeleteFunc(s.sockets, func(o *socket) bool { return o == x })
}

// receive hands an answer to who waits for it. What cannot be trusted is counted
// and dropped.
func (c *Client) receive(s *server, x *socket, from netip.AddrPort, datagram []byte) {
	p, packet, back := c.take(s, x, from, datagram)
	if p == nil {
		return
	}
	if back {
		c.opts.Report(Event{s.kind, from, Back})
	}
	p.answer <- &Answer{packet.Code, packet.Attributes, from, p.as.Key, p.authenticator()} // the only one
}

// take finds who waits for an answer, and whether it shows that a silent server is
// back; nil: nobody.
func (c *Client) take(s *server, x *socket, from netip.AddrPort, datagram []byte) (to *pending, packet *radius.Packet, back bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	st := &s.stats
	if from.Addr() != s.Address {
		c.groups[s.kind].invalid++
		return nil, nil, false
	}
	answer, fits := wire.Trim(datagram)
	packet, err := radius.Parse(answer, nil)
	if !fits || err != nil {
		st.Malformed++
		x.doubt(from, datagram, errMalformed)
		return nil, nil, false
	}
	p := x.waiting[packet.Identifier]
	switch {
	case !s.kind.answers(packet.Code):
		st.UnknownTypes++
		x.doubt(from, datagram, errKind)
		return nil, nil, false
	case p == nil || p.packet == nil || from != p.as.addrPort() || p.answered:
		st.Dropped++
		return nil, nil, false
	case !p.authentic(answer):
		st.BadAuthenticators++
		p.doubt = errForged
		return nil, nil, false
	}
	st.RoundTrip = c.opts.Now().Sub(p.sent)
	st.accepted(p, packet.Code)
	p.answered, c.groups[s.kind].answered = true, true
	if p.status == uint32(rfc2866.AcctStatusType_Value_AccountingOn) {
		c.announced.known = c.announced.on // else it is late
	}
	back, s.silent = s.silent, false
	s.dead, s.quiet = time.Time{}, time.Time{}
	c.groups[s.kind].quiet = time.Time{}
	return p, packet, back
}

// doubt notes why a datagram is no answer, for the request whose identifier it has;
// for all if it is too short for one. Client.mu is held.
func (x *socket) doubt(from netip.AddrPort, datagram []byte, why error) {
	waiting := x.waiting[:]
	if len(datagram) > 1 {
		waiting = waiting[datagram[1]:][:1]
	}
	for _, p := range waiting {
		if p != nil && from == p.as.addrPort() {
			p.doubt = why
		}
	}
}

func (p *pending) authenticator() [16]byte { return [16]byte(p.packet[4:20]) }

// authentic checks the Response Authenticator (RFC 2865 section 3) and the
// Message-Authenticator. Without the second, an answer to an Access-Request may have
// been made of another one (CVE-2024-3596); but old servers send none. Client.mu is
// held.
func (p *pending) authentic(answer []byte) bool {
	if !radius.IsAuthenticResponse(answer, p.packet, []byte(p.as.Key)) {
		return false
	}
	valid, there := wire.Signed(answer, p.authenticator(), p.as.Key)
	if !valid || !there && p.server.kind == Authentication && (p.as.Signed || p.server.signs) {
		return false
	}
	p.server.signs = p.server.signs || there && p.as.Key == p.server.Key
	return true
}

// doubted is what was the matter with answers to a request; nil: none have come.
func (c *Client) doubted(p *pending) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return p.doubt
}

// accepted counts an answer.
func (st *Statistics) accepted(p *pending, code radius.Code) {
	switch code {
	case radius.CodeAccessAccept:
		st.Answers.Accepts++
	case radius.CodeAccessReject:
		st.Answers.Rejects++
	case radius.CodeAccessChallenge:
		st.Answers.Challenges++
	case radius.CodeAccountingResponse:
		*st.Accounted.Responses.of(p.status)++
	}
}

func closeAll(sockets []*socket) {
	for _, x := range sockets {
		_ = x.conn.Close() // nothing is lost with it
	}
}

// transmit sends a request, once more or for the first time. A datagram that
// cannot be sent is as good as one that is lost.
func (c *Client) transmit(p *pending, again bool) error {
	c.mu.Lock()
	p.sent = c.opts.Now()
	if again {
		p.server.stats.Retransmissions++
	}
	c.mu.Unlock()
	_, err := p.socket.conn.WriteToUDPAddrPort(p.packet, p.as.addrPort())
	return err
}
