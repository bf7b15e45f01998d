package tacacs

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Who is asked about.
type Who struct {
	User string // no more than [MaxField] octets, as the others
	Port string // of the router, such as vty 0
	From string // where they come from
}

// MaxField bounds a field of a request in octets: its length is one octet.
const MaxField = 255

// MaxArgs is how many arguments a request may have.
const MaxArgs = 255

// Verdict is what servers answer.
type Verdict uint8

const (
	Unavailable Verdict = iota // no server has answered
	Pass
	Fail
)

// Answer is a verdict and what comes with it.
type Answer struct {
	Verdict Verdict
	Args    []string // of an authorization
	Trail
}

// Trail is which servers were asked, and what they did. It is for logs and
// counters, which not everything may be told.
type Trail struct {
	Asked []Asked
	kind  kind
}

// Asked is one server of a trail.
type Asked struct {
	Server netip.AddrPort
	Err    error // why it is passed over; nil: it has answered
}

var (
	errSilent = errors.New("no answer")
	errNoKey  = errors.New("no key is set")
	errServer = errors.New("it reports an error")
	errField  = errors.New("request is too long")
	errMore   = errors.New("it asks for what nobody can answer")
)

// Reason words why a server is passed over, alike whatever the system says of it.
func Reason(err error) string {
	if errors.Is(err, errSilent) {
		return errSilent.Error()
	}
	return err.Error()
}

// Login asks whether a password is that of a user.
func (c *Client) Login(ctx context.Context, w Who, password string) Answer {
	return c.authenticate(ctx, w, 1, serviceLogin, password)
}

// Enable asks whether a password lets a user go to a privilege level.
func (c *Client) Enable(ctx context.Context, w Who, level int, password string) Answer {
	return c.authenticate(ctx, w, level, serviceEnable, password)
}

// authenticate carries on the dialogue of RFC 8907 section 5.4.2.1, in which name
// and password are asked for.
func (c *Client) authenticate(ctx context.Context, w Who, level int, service byte, password string) Answer {
	return c.ask(ctx, authentication, w, nil, func(x *exchange) (Verdict, error) {
		if len(password) > MaxField {
			return Fail, nil // it is nobody's
		}
		r, err := x.say(encodeStart(&w, level, service))
		for range 3 { // name, password, verdict
			switch {
			case err != nil:
				return Unavailable, err
			case r.status == authenGetUser:
				r, err = x.say(encodeContinue(w.User))
			case r.status == authenGetPass:
				r, err = x.say(encodeContinue(password))
			case r.status == authenPass:
				return Pass, nil
			case r.status == authenFail, r.status == authenFollow: // section 5.4.3
				return Fail, nil
			case r.status == authenError:
				return Unavailable, errServer
			case r.status == authenGetData, r.status == authenRestart:
				return Unavailable, errMore
			default:
				return Unavailable, malformed("status")
			}
		}
		return Unavailable, errMore
	})
}

// Authorize asks whether somebody may do what the arguments say, at a privilege
// level. Where it passes, the answer has the arguments of the server.
func (c *Client) Authorize(ctx context.Context, w Who, level int, args []string) Answer {
	var got []string
	a := c.ask(ctx, authorization, w, args, func(x *exchange) (Verdict, error) {
		r, err := x.say(encodeArgs(nil, &w, level, args))
		switch {
		case err != nil:
			return Unavailable, err
		case r.status == authorAdd:
			got = r.args
			return Pass, nil
		case r.status == authorReplace:
			if replaces(args, r.args) {
				return Fail, nil // it allows something else, which nobody has typed
			}
			got = r.args
			return Pass, nil
		case r.status == authorFail, r.status == authorFollow: // section 6.2
			return Fail, nil
		case r.status == authorError:
			return Unavailable, errServer
		}
		return Unavailable, malformed("status")
	})
	a.Args = got
	return a
}

// replaces reports whether a server has changed the command.
func replaces(asked, got []string) bool {
	return command(asked) != command(got)
}

func command(args []string) string {
	var all []string
	for _, a := range args {
		if strings.HasPrefix(a, "cmd") && a != "cmd=" {
			all = append(all, a)
		}
	}
	return strings.Join(all, " ")
}

// RecordKind are the flags of an accounting record (RFC 8907 section 7.1).
type RecordKind byte

// What is told.
const (
	Start RecordKind = 0x02
	Stop  RecordKind = 0x04
)

// Account tells a server what was begun or done.
func (c *Client) Account(ctx context.Context, w Who, level int, of RecordKind, args []string) Answer {
	return c.ask(ctx, accounting, w, args, func(x *exchange) (Verdict, error) {
		r, err := x.say(encodeArgs([]byte{byte(of)}, &w, level, args))
		switch {
		case err != nil:
			return Unavailable, err
		case r.status == acctSuccess:
			return Pass, nil
		case r.status == acctError:
			return Unavailable, errServer
		case r.status == acctFollow: // section 7.2
			return Fail, nil
		}
		return Unavailable, malformed("status")
	})
}

// ask carries on a dialogue with one server after the other, until one answers.
func (c *Client) ask(ctx context.Context, of kind, w Who, args []string, dialogue func(*exchange) (Verdict, error)) Answer {
	a := Answer{Trail: Trail{kind: of}}
	for _, p := range c.peers() {
		if ctx.Err() != nil {
			break
		}
		verdict, err := Unavailable, fits(w, args)
		if err == nil {
			verdict, err = p.ask(ctx, of, dialogue)
		}
		if err != nil && ctx.Err() != nil {
			break // nobody waits for it any more
		}
		a.Asked = append(a.Asked, Asked{p.at, err})
		if err == nil {
			a.Verdict = verdict
			return a
		}
	}
	return a
}

// fits refuses what no packet can carry.
func fits(w Who, args []string) error {
	if len(args) > MaxArgs {
		return errField
	}
	for _, s := range append([]string{w.User, w.Port, w.From}, args...) {
		if len(s) > MaxField {
			return errField
		}
	}
	return nil
}

// ask carries on a dialogue with a server, on a connection of its own.
func (p *peer) ask(ctx context.Context, of kind, dialogue func(*exchange) (Verdict, error)) (Verdict, error) {
	if p.key == "" {
		return Unavailable, errNoKey
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	d := net.Dialer{}
	if p.source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(p.source, 0))
	}
	conn, err := d.DialContext(ctx, "tcp", p.at.String())
	if err != nil {
		return Unavailable, fmt.Errorf("%w: %w", errSilent, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	x := &exchange{conn: conn, key: p.key, kind: of}
	var id [4]byte
	rand.Read(id[:])
	x.session = binary.BigEndian.Uint32(id[:])
	return dialogue(x)
}

// exchange is a TACACS+ session: packets of both ends in turns.
type exchange struct {
	conn    io.ReadWriter
	key     string
	kind    kind
	session uint32
	seq     byte
}

// say sends a body and returns the answer.
func (x *exchange) say(body []byte) (reply, error) {
	x.seq++
	if _, err := x.conn.Write(packet(x.kind, x.seq, x.session, x.key, body)); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errSilent, err)
	}
	x.seq++
	var h [headerLength]byte
	if _, err := io.ReadFull(x.conn, h[:]); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errSilent, err)
	}
	n, err := bodyLength(h[:], x.kind, x.seq, x.session)
	if err != nil {
		return reply{}, err
	}
	answer := make([]byte, n)
	if _, err := io.ReadFull(x.conn, answer); err != nil {
		return reply{}, fmt.Errorf("%w: %w", errSilent, err)
	}
	obfuscate(h[:], x.key, answer)
	return decode(x.kind, answer)
}
