package ppp

import (
	"cmp"
	"context"
	"crypto/md5"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
)

// Password is what a subscriber proves itself with.
type Password struct {
	Text string
	CHAP bool // it answers a challenge (RFC 1994); else it sends the password (RFC 1334)
}

// MaxPassword is the most octets of a password (RFC 2865 section 5.2).
const MaxPassword = 128

// refusedError is a login that a server has refused.
type refusedError struct {
	Server  netip.Addr
	Message string // Reply-Message, printable; "": there was none
}

func (e *refusedError) Error() string {
	text := fmt.Sprintf("RADIUS server %v refuses the login", e.Server)
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// maxMessage is how much of a Reply-Message is kept.
const maxMessage = 128

// Login lets the methods of a virtual router decide on a login, which a server may
// take to another virtual router. A server that refuses makes it a refused login,
// with a [refusedError]; if no method can decide, or what was granted cannot be, it
// fails, with the reason as error. Nothing has happened if ctx ends before.
func (a *AAA) Login(ctx context.Context, r *network.Router, with network.Subscriber, password Password) error {
	if with.NASPortID == "" && with.Interface.Spec != "" {
		with.NASPortID = with.Interface.Command()
	}
	with, err := r.Prepare(with)
	if err != nil {
		return err
	}
	var undecided error
	for _, m := range a.Settings(r).Authentication {
		if m == None {
			return r.Login(with, ungranted)
		}
		answer, err := a.ask(ctx, r, with, password)
		switch {
		case err == nil:
			return a.answered(r, with, answer)
		case ctx.Err() != nil:
			return err
		case errors.Is(err, client.ErrSilent), errors.Is(err, client.ErrNoServer):
			undecided = cmp.Or(undecided, err)
		default:
			return err
		}
	}
	return cmp.Or(r.FailLogin(with, nil, network.NASError), undecided)
}

// ask sends an Access-Request.
func (a *AAA) ask(ctx context.Context, r *network.Router, with network.Subscriber, password Password) (*client.Answer, error) {
	servers := a.opts.Servers(r)
	if servers == nil {
		return nil, network.ErrNoRouter
	}
	request := client.Request{Attributes: a.about(with)}
	if !password.CHAP {
		request.Password = []byte(password.Text)
		return servers.Authenticate(ctx, request)
	}
	challenge, response := chap(password.Text)
	request.Attributes.Add(rfc2865.CHAPPassword_Type, response)
	request.Attributes.Add(rfc2865.CHAPChallenge_Type, challenge)
	return servers.Authenticate(ctx, request)
}

// chap challenges a subscriber that knows the password, and returns what it answers
// with its identifier (RFC 1994 section 4.1, RFC 2865 section 5.3).
func chap(password string) (challenge, response radius.Attribute) {
	random := make([]byte, 1+16)
	_, _ = rand.Read(random) // never fails
	id := random[0]
	challenge = random[1:]
	return challenge, append(radius.Attribute{id}, chapResponse(id, password, challenge)...)
}

func chapResponse(id byte, password string, challenge []byte) []byte {
	sum := md5.Sum(slices.Concat([]byte{id}, []byte(password), challenge))
	return sum[:]
}

// answered does what an answer says.
func (a *AAA) answered(r *network.Router, with network.Subscriber, answer *client.Answer) error {
	if answer.Code != radius.CodeAccessAccept { // to a challenge PPP has no answer (RFC 2865 section 4.4)
		message, _ := answer.Lookup(rfc2865.ReplyMessage_Type)
		refused := &refusedError{answer.Server.Addr(), ascii.Display(string(message), maxMessage)}
		a.accountFailure(r, with, &grant{remote: true}, network.UserError, func(s *Settings) bool { return s.StopOnDeny })
		return cmp.Or(r.Reject(with), error(refused))
	}
	onFailure := func(s *Settings) bool { return s.StopOnFailure }
	g, err := read(answer)
	if err != nil { // RFC 2865 section 5: as though it were an Access-Reject
		refused := &refusedError{answer.Server.Addr(), err.Error()}
		a.accountFailure(r, with, g, network.UserError, onFailure)
		return cmp.Or(r.Reject(with), error(refused))
	}
	to, err := a.routerOf(r, g)
	if err == nil {
		if g.address.IsValid() {
			with.Address = g.address
		}
		err = to.Login(with, g)
	}
	if err != nil {
		a.accountFailure(r, with, g, network.NASError, onFailure)
		return cmp.Or(r.FailLogin(unplaced(with), g, network.NASError), err)
	}
	return nil
}

// unplaced is a subscriber whose login fails with what it was granted.
func unplaced(with network.Subscriber) network.Subscriber {
	if !network.Unicast(with.Address) {
		with.Address = netip.Addr{}
	}
	return with
}

var errVirtualRouter = errors.New("RADIUS server grants a virtual router that does not exist")

// routerOf is the virtual router that a login is granted: only servers of the default
// one may name another (JunosE Broadband Access 4.0, "RADIUS Attributes").
func (a *AAA) routerOf(asked *network.Router, g *grant) (*network.Router, error) {
	if g.router == "" || g.router == asked.Name() || asked.Name() != a.opts.Default {
		return asked, nil
	}
	to, ok := a.opts.Network.Router(g.router)
	if !ok {
		return nil, errVirtualRouter
	}
	return to, nil
}
