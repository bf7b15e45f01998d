package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"
	"layeh.com/radius/rfc3162"

	"mirrorsh/trapcore/radius/internal/wire"
)

// Request is what a server is asked or told. What depends on the server, its key
// above all, the client adds: identifier, authenticators, User-Password, and a
// NAS-IP-Address unless the request has an address of the NAS.
type Request struct {
	Attributes radius.Attributes
	// Password becomes User-Password; nil: there is none.
	Password []byte
}

// Answer is an answer that is authentic.
type Answer struct {
	Code radius.Code // Access-Accept, -Reject or -Challenge, or Accounting-Response
	radius.Attributes
	Server netip.AddrPort

	key     string
	request [16]byte
}

// Reveal decrypts a salt-encrypted value of the answer (RFC 2868 section 3.5,
// without a tag). It is empty and not nil if that cannot be done.
func (a *Answer) Reveal(hidden []byte) []byte { return wire.Reveal(hidden, a.key, a.request) }

var (
	errTimedOut  = errors.New("timed out")
	errForged    = errors.New("its answers are not authentic")
	errMalformed = errors.New("its answers are malformed")
	errKind      = errors.New("its answers are none to such a request")
	errBusy      = errors.New("has as many requests as it may")
	errGone      = errors.New("is no longer configured")
)

// Authenticate sends an Access-Request to one server after the other until one
// answers. Errors are [ErrNoServer], [ErrSilent], [errClosed], the cause of ctx, or
// that no packet can be made of the request.
func (c *Client) Authenticate(ctx context.Context, r Request) (*Answer, error) {
	servers := c.available(Authentication)
	if len(servers) == 0 {
		return nil, ErrNoServer
	}
	return c.ask(ctx, Authentication, servers, &r)
}

// Account sends an Accounting-Request, which is made where there is a server to ask;
// errors are those of [Client.Authenticate].
func (c *Client) Account(ctx context.Context, request func() Request) (*Answer, error) {
	servers := c.available(Accounting)
	if len(servers) == 0 {
		return nil, ErrNoServer
	}
	r := request()
	return c.ask(ctx, Accounting, servers, &r)
}

// ask asks servers one after the other, of which there is one at least.
func (c *Client) ask(ctx context.Context, k Kind, servers []*server, r *Request) (*Answer, error) {
	begun, err := c.begin(servers[0], r, false)
	return c.askAll(ctx, k, servers, r, begun, err)
}

// askAll asks servers one after the other. What the first was asked has begun.
func (c *Client) askAll(ctx context.Context, k Kind, servers []*server, r *Request, begun *pending, err error) (answer *Answer, _ error) {
	var failures []string
	for i, s := range servers {
		if i > 0 {
			begun, err = c.begin(s, r, true)
		}
		if err == nil {
			answer, err = c.await(ctx, begun)
		}
		switch malformed := (*packetError)(nil); {
		case err == nil:
			return answer, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case c.ctx.Err() != nil:
			return nil, errClosed
		case errors.As(err, &malformed):
			return nil, err
		}
		failures = append(failures, fmt.Sprintf("%v: %v", s.Address, err))
	}
	if c.exhausted(k) {
		c.opts.Report(Event{Kind: k, State: AllSilent})
	}
	return nil, fmt.Errorf("%w: %s", ErrSilent, strings.Join(failures, ", "))
}

// begin sends a request to a server for the first time.
func (c *Client) begin(s *server, r *Request, rollover bool) (*pending, error) {
	p, err := c.reserve(s, rollover)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(p, r); err != nil {
		c.release(p)
		return nil, err
	}
	p.failure = cmp.Or(c.transmit(p, false), errTimedOut)
	return p, nil
}

// await sends a request again until it is answered, or has had its time.
func (c *Client) await(ctx context.Context, p *pending) (*Answer, error) {
	defer c.release(p)
	timer := time.NewTimer(p.patience(0))
	defer timer.Stop()
	s := p.server
	for n := range 1 + p.as.Retry {
		if n > 0 {
			p.failure = cmp.Or(c.transmit(p, true), p.failure)
			timer.Reset(p.patience(n))
		}
		select {
		case answer := <-p.answer:
			return answer, nil
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-s.ctx.Done():
			return nil, errGone
		case <-timer.C:
		}
	}
	select {
	case answer := <-p.answer: // in the last moment
		return answer, nil
	default:
	}
	if c.silence(s) {
		c.opts.Report(Event{s.kind, p.as.addrPort(), Silent})
	}
	if p.failure == errTimedOut {
		return nil, cmp.Or(c.doubted(p), errTimedOut)
	}
	return nil, p.failure
}

// steady is how many retransmissions a timeout apart there are before the time between
// them grows, of records of sessions (JunosE Broadband Access 11.1, "Configuring RADIUS
// Authentication and Accounting Servers").
const steady = 4

// patience is how long an answer may take after so many retransmissions.
func (p *pending) patience(retransmissions int) time.Duration {
	d := p.as.Timeout
	if p.server.kind != Accounting || p.status == uint32(rfc2866.AcctStatusType_Value_AccountingOn) {
		return d
	}
	for n := steady; n <= retransmissions && d < MaxTimeout*time.Second; n++ {
		d *= 2
	}
	return min(d, MaxTimeout*time.Second)
}

// prepare makes the packet of a request, and lets answers to it in.
func (c *Client) prepare(p *pending, r *Request) error {
	packet, err := r.encode(p)
	if err != nil {
		return &packetError{err}
	}
	status, _ := radius.Integer(r.Attributes.Get(rfc2866.AcctStatusType_Type))
	c.mu.Lock()
	defer c.mu.Unlock()
	p.packet, p.status = packet, status
	if p.server.kind == Accounting {
		*p.server.stats.Accounted.Requests.of(status)++
	}
	return nil
}

// packetError says why no packet can be made of a request, for no server.
type packetError struct{ err error }

func (e *packetError) Error() string {
	return "RADIUS request: " + strings.TrimPrefix(e.err.Error(), "radius: ")
}
func (e *packetError) Unwrap() error { return e.err }

// encode makes a packet with the key of a server. The Message-Authenticator of an
// Access-Request comes first, where it also protects the answer (RFC 3579 section
// 3.2; draft-ietf-radext-deprecating-radius).
func (r *Request) encode(p *pending) ([]byte, error) {
	key := []byte(p.as.Key)
	if p.server.kind == Accounting {
		packet := radius.New(radius.CodeAccountingRequest, key)
		packet.Identifier = p.id
		packet.Attributes = r.with(nil, p.socket.local)
		return packet.Encode()
	}
	packet := radius.New(radius.CodeAccessRequest, key)
	packet.Identifier = p.id
	packet.Add(rfc2869.MessageAuthenticator_Type, make(radius.Attribute, 16))
	packet.Attributes = r.with(packet.Attributes, p.socket.local)
	if r.Password != nil {
		hidden, err := radius.NewUserPassword(r.Password, key, packet.Authenticator[:])
		if err != nil {
			return nil, err
		}
		packet.Add(rfc2865.UserPassword_Type, hidden)
	}
	encoded, err := packet.Encode()
	if err != nil {
		return nil, err
	}
	wire.Sign(encoded, p.as.Key)
	return encoded, nil
}

// with adds the attributes of the request, and the address it is sent from if it has
// none of the NAS.
func (r *Request) with(to radius.Attributes, local netip.Addr) radius.Attributes {
	to = append(to, r.Attributes...)
	_, has4 := to.Lookup(rfc2865.NASIPAddress_Type)
	_, has6 := to.Lookup(rfc3162.NASIPv6Address_Type)
	if !has4 && !has6 && local.Is4() {
		a := local.As4()
		to.Add(rfc2865.NASIPAddress_Type, a[:])
	}
	return to
}
