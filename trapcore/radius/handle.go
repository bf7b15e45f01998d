package radius

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"layeh.com/radius"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/wire"
	"mirrorsh/trapcore/side"
)

// arrival is where a datagram came from and to.
type arrival struct {
	from  netip.Addr
	asked netip.Addr
	port  uint16 // of the router
}

// handle returns the answer to a datagram; nil if it gets none. What it does
// is bounded by the size of the datagram and the number of clients.
func (s *Server) handle(a arrival, datagram []byte) []byte {
	origins := s.origins(a.from, a.port)
	if len(origins) == 0 {
		return nil
	}
	nobody := origins[0] // counts what cannot be ascribed to another
	packet, err := radius.Parse(datagram, nil)
	if err != nil {
		s.count(nobody, func(st *statistics) { st.BadLengths++ })
		return nil
	}
	// What follows the packet is padding (RFC 2865 section 3).
	datagram = datagram[:binary.BigEndian.Uint16(datagram[2:])]
	if packet.Code != radius.CodeCoARequest && packet.Code != radius.CodeDisconnectRequest {
		s.count(nobody, func(st *statistics) { st.UnknownTypes++ })
		return nil
	}
	// Until here and until it is known to be authentic, a request is an ordinary
	// one whatever it claims to be.
	o, known := authentic(origins, datagram)
	if !known {
		s.refuse(nobody, packet.Code, keyless(origins))
		return nil
	}
	packet.Secret = []byte(o.Key)
	req := read(packet)
	req.decrypt(o.Key)
	return s.reply(o, a, packet, req)
}

// reply handles an authentic request.
func (s *Server) reply(o origin, a arrival, packet *radius.Packet, req *request) []byte {
	of := req.side()
	count := func(f func(*Counters)) {
		s.count(o, func(st *statistics) { f(st.of(req.code, of)) })
	}
	if !o.accepts(req.code) || !req.fresh(s.opts.Clock()) {
		count(func(c *Counters) { c.Requests++; c.Dropped++ })
		return nil
	}
	t := transmission{o.Key, packet.Code, packet.Identifier, packet.Authenticator}
	if answer, first := s.claim(t, req, of); !first {
		count(func(c *Counters) { c.Requests++; c.Retransmissions++ })
		return answer
	}
	v := s.carryOut(o, a, req)
	answer, err := v.answer(packet)
	if err != nil { // what comes back leaves no room for what has to be said
		count(func(c *Counters) { c.Requests++; c.Dropped++ })
		return nil
	}
	count(v.count)
	s.remember(t, req, of, answer)
	return answer
}

// accepts reports whether the client may send a request of that type.
func (c *Client) accepts(code radius.Code) bool {
	if code == radius.CodeCoARequest {
		return c.CoA
	}
	return c.Disconnect
}

// claim is that of the cache of a side.
func (s *Server) claim(t transmission, req *request, of side.Side) (answer []byte, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered[of].of(req).claim(t, s.opts.Now())
}

// remember keeps an answer.
func (s *Server) remember(t transmission, req *request, of side.Side, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered[of].of(req).put(t, answer)
}

// origins returns the clients that a packet can come from, and counts it if
// there are none.
func (s *Server) origins(from netip.Addr, number uint16) []origin {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.byOrigin[netip.AddrPortFrom(from, number)]
	if len(all) == 0 {
		s.invalid++
	}
	return all
}

func (s *Server) count(o origin, f func(*statistics)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&o.counters.stats)
}

// of returns the counters of a request.
func (st *statistics) of(code radius.Code, of side.Side) *Counters {
	switch {
	case of == side.Secure:
		return &st.mirroring
	case code == radius.CodeCoARequest:
		return &st.CoA
	}
	return &st.Disconnect
}

// refuse counts a request that nobody can have made.
func (s *Server) refuse(o origin, code radius.Code, keyless bool) {
	s.count(o, func(st *statistics) {
		if keyless {
			st.NoSecret++
			return
		}
		c := st.of(code, side.Ordinary)
		c.Requests++
		c.BadAuthenticators++
	})
}

func keyless(origins []origin) bool {
	for _, o := range origins {
		if o.Key != "" {
			return false
		}
	}
	return true
}

// authentic returns the client whose key a request was made with: by its
// authenticator (RFC 5176 section 2.3) and, where there is one, by the
// Message-Authenticator (RFC 5176 section 3.4), which may not be repeated.
func authentic(origins []origin, datagram []byte) (origin, bool) {
	for _, o := range origins {
		if o.Key == "" || !radius.IsAuthenticRequest(datagram, []byte(o.Key)) {
			continue
		}
		if valid, _ := wire.Signed(datagram, zeros, o.Key); valid {
			return o, true
		}
	}
	return origin{}, false
}

// verdict is what became of a request.
type verdict struct {
	nak       bool
	cause     int  // Error-Cause; 0: a NAK without it
	noSession bool // no session was identified
}

func (v verdict) count(c *Counters) {
	c.Requests++
	if !v.nak {
		c.Accepts++
		return
	}
	c.Rejects++
	if v.noSession {
		c.NoSessionID++
	}
}

// carryOut does what an authentic request asks for. The Error-Causes are those of
// RFC 5176 section 3.5 that JunosE Broadband Access lists for CoA.
func (s *Server) carryOut(o origin, a arrival, req *request) verdict {
	id := req.id
	if id.Router == "" && (id.UserName != "" || id.Address.IsValid()) {
		id.Router = o.router
	}
	mirroring, secure := s.opts.Mirroring(req.clearance())
	fault := req.fault
	if fault == nil && !s.isNAS(a, req) {
		fault = &network.RequestError{ErrorCause: network.NASMismatch, Text: "request is for another NAS"}
	}
	if fault != nil {
		if secure {
			mirroring.RefuseMirroring(id, *req.mirroring, fault)
		}
		return verdict{nak: true, cause: fault.ErrorCause}
	}
	v := verdict{noSession: !req.identified}
	var err error
	switch {
	case req.code == radius.CodeDisconnectRequest:
		err = s.opts.Network.Disconnect(id)
	case secure:
		err = mirroring.ChangeMirroring(id, *req.mirroring)
	case req.id.AcctSessionID == "":
		// Optional for packet mirroring only (JunosE Broadband Access 11.0).
		v.noSession = true
		err = &network.RequestError{ErrorCause: network.MissingAttribute}
	default:
		_, err = s.opts.Network.Find(id)
	}
	var refused *network.RequestError
	if errors.As(err, &refused) {
		v.cause = refused.ErrorCause
	}
	v.nak = err != nil
	return v
}

// isNAS reports whether all NAS identification is the router's: its host name,
// and an address of one of its interfaces or the one that was asked.
func (s *Server) isNAS(a arrival, req *request) bool {
	if req.nasIdentifier != "" && req.nasIdentifier != s.opts.Hostname() {
		return false
	}
	for _, address := range []netip.Addr{req.nasAddress, req.nasAddress6} {
		if address.IsValid() && address != a.asked && !s.opts.HasAddress(address) {
			return false
		}
	}
	return true
}
