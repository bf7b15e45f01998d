package radius

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"

	"layeh.com/radius"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/network"
)

// handle returns the answer to a datagram; nil if it gets none. What it does
// is bounded by the size of the datagram and the number of clients.
func (s *Server) handle(p *port, from netip.AddrPort, datagram []byte) []byte {
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	origins := s.origins(from.Addr(), p.number)
	if len(origins) == 0 {
		return nil
	}
	from1 := origins[0] // counts what cannot be ascribed to another
	packet, err := radius.Parse(datagram, nil)
	if err != nil {
		s.count(from1, func(st *ClientStatistics) { st.BadLengths++ })
		return nil
	}
	// What follows the packet is padding (RFC 2865 section 3).
	datagram = datagram[:binary.BigEndian.Uint16(datagram[2:])]
	if packet.Code != radius.CodeCoARequest && packet.Code != radius.CodeDisconnectRequest {
		s.count(from1, func(st *ClientStatistics) { st.UnknownTypes++ })
		return nil
	}
	req := read(packet)
	o, known := authentic(origins, datagram, packet)
	if !known {
		if i := slices.IndexFunc(origins, func(o origin) bool { return o.Mirroring }); i >= 0 && req.mirroring {
			from1 = origins[i] // counted apart, whoever it claims to be of
		}
		s.refuse(from1, req, packet.Code, keyless(origins))
		return nil
	}
	packet.Secret = []byte(o.Key)

	secure := o.Mirroring && req.mirroring
	counters := func(st *ClientStatistics) *Counters { return st.of(packet.Code, secure) }
	if packet.Code == radius.CodeCoARequest && !o.CoA || packet.Code == radius.CodeDisconnectRequest && !o.Disconnect {
		s.count(o, func(st *ClientStatistics) { c := counters(st); c.Requests++; c.Dropped++ })
		return nil
	}
	answers := &p.ordinary
	if secure {
		answers = &p.secure
	}
	t := transmission{from, packet.Identifier, packet.Authenticator}
	if answer := answers.get(t, s.opts.Now()); answer != nil {
		s.count(o, func(st *ClientStatistics) { c := counters(st); c.Requests++; c.Retransmissions++ })
		return answer
	}
	v := s.carryOut(o, packet.Code, req)
	answer, err := v.answer(packet)
	if err != nil { // Proxy-State leaves no room for what has to be said
		s.count(o, func(st *ClientStatistics) { c := counters(st); c.Requests++; c.Dropped++ })
		return nil
	}
	s.count(o, func(st *ClientStatistics) { v.count(counters(st)) })
	answers.put(t, answer, s.opts.Now())
	return answer
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

func (s *Server) count(o origin, f func(*ClientStatistics)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&o.counters.stats)
}

// of returns the counters of a request.
func (st *ClientStatistics) of(code radius.Code, secure bool) *Counters {
	switch {
	case secure:
		return &st.Mirroring
	case code == radius.CodeCoARequest:
		return &st.CoA
	}
	return &st.Disconnect
}

// refuse counts a request that nobody can have made.
func (s *Server) refuse(o origin, req *request, code radius.Code, keyless bool) {
	secure := o.Mirroring && req.mirroring
	s.count(o, func(st *ClientStatistics) {
		c := st.of(code, secure)
		switch {
		case keyless && !secure:
			st.NoSecret++
			return
		case keyless:
			c.Dropped++
		default:
			c.BadAuthenticators++
		}
		c.Requests++
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
func authentic(origins []origin, datagram []byte, packet *radius.Packet) (origin, bool) {
	for _, o := range origins {
		if o.Key != "" && radius.IsAuthenticRequest(datagram, []byte(o.Key)) && signed(datagram, packet, o.Key) {
			return o, true
		}
	}
	return origin{}, false
}

// signed checks the Message-Authenticator: the HMAC-MD5 of the packet with
// zeros in place of the Request Authenticator and of the HMAC itself.
func signed(datagram []byte, packet *radius.Packet, key string) bool {
	at, found := 20, 0
	for _, a := range packet.Attributes {
		if a.Type == rfc2869.MessageAuthenticator_Type {
			found++
			if found > 1 || len(a.Attribute) != md5.Size {
				return false
			}
			var zero [16]byte
			mac := hmac.New(md5.New, []byte(key))
			mac.Write(datagram[:4])
			mac.Write(zero[:])
			mac.Write(datagram[20 : at+2])
			mac.Write(zero[:])
			mac.Write(datagram[at+2+md5.Size:])
			if !hmac.Equal(mac.Sum(nil), a.Attribute) {
				return false
			}
		}
		at += 2 + len(a.Attribute)
	}
	return true
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

// refused is why a request is not looked into any further; nil: it is.
func (req *request) refused(o origin, code radius.Code) *network.RequestError {
	switch {
	case req.unknown:
		return &network.RequestError{ErrorCause: network.UnsupportedAttribute, Text: "request has an unknown attribute of vendor 4874"}
	case req.mirroring && (!o.Mirroring || code == radius.CodeDisconnectRequest):
		return &network.RequestError{ErrorCause: network.UnsupportedAttribute, Text: "mirroring attributes are not accepted"}
	case req.malformed:
		return &network.RequestError{ErrorCause: network.InvalidRequest, Text: "identification of the session is malformed"}
	}
	return nil
}

// carryOut does what an authentic request asks for. The Error-Causes are those
// of the reference (packet-mirroring.md 2.10).
func (s *Server) carryOut(o origin, code radius.Code, req *request) verdict {
	id := req.id
	if id.Router == "" && (id.UserName != "" || id.Address.IsValid()) {
		id.Router = o.router
	}
	if bad := req.refused(o, code); bad != nil {
		if req.mirroring && o.Mirroring && code == radius.CodeCoARequest {
			s.opts.Mirroring.RefuseMirroring(id, req.attributes(o.Key), bad)
		}
		return verdict{nak: true, cause: bad.ErrorCause}
	}
	v := verdict{noSession: !req.identified}
	var err error
	switch {
	case code == radius.CodeDisconnectRequest:
		err = s.opts.Network.Disconnect(id)
	case req.mirroring:
		err = s.opts.Mirroring.ChangeMirroring(id, req.attributes(o.Key))
	case req.id.AcctSessionID == "":
		// Optional for packet mirroring only (reference packet-mirroring.md 2.10).
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
