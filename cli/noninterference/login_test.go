package noninterference

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/radius/radiustest"
	"mirrorsh/trapcore/side"
)

// server is where the RADIUS server that both routers ask is.
var server = netip.MustParseAddr("127.0.0.23")

const serverKey = "shared"

// decider is a RADIUS server that decides by the name of a subscriber, the same for
// both routers, but that it mirrors in the busy one.
type decider struct {
	rnd  *rand.Rand
	port uint16

	mu       sync.Mutex
	seen     [2]strings.Builder // requests of each router, without what differs from login to login
	mirrored int
}

func newDecider(t *testing.T) *decider {
	t.Helper()
	d := &decider{rnd: rand.New(rand.NewPCG(7, 7))}
	d.port = radiustest.Serve(t, server, serverKey, d.answer)
	return d
}

// fresh are the attributes that differ between any two requests, or routers.
var fresh = []radius.Type{
	rfc2865.NASIPAddress_Type, rfc2865.CHAPPassword_Type, rfc2865.CHAPChallenge_Type, rfc2865.UserPassword_Type,
	rfc2869.MessageAuthenticator_Type, rfc2869.EventTimestamp_Type, rfc2866.AcctDelayTime_Type, rfc2866.AcctSessionTime_Type,
}

func (d *decider) answer(request *radius.Packet, from netip.Addr) *radius.Packet {
	d.mu.Lock()
	defer d.mu.Unlock()
	of, busy := &d.seen[0], from == busyRADIUS
	if busy {
		of = &d.seen[1]
	}
	fmt.Fprint(of, request.Code)
	if request.Code == radius.CodeAccessRequest { // records of different sessions leave at once
		fmt.Fprintf(of, " %d", request.Identifier)
	}
	for _, a := range request.Attributes {
		if slices.Contains(fresh, a.Type) {
			a.Attribute = make([]byte, len(a.Attribute))
		}
		fmt.Fprintf(of, " %d=%x", a.Type, a.Attribute)
	}
	of.WriteByte('\n')
	if request.Code == radius.CodeAccountingRequest {
		return request.Response(radius.CodeAccountingResponse)
	}
	name := rfc2865.UserName_GetString(request)
	if strings.HasPrefix(name, "reject") {
		return request.Response(radius.CodeAccessReject)
	}
	answer := request.Response(radius.CodeAccessAccept)
	if strings.HasSuffix(name, "1") {
		_ = rfc2865.Class_AddString(answer, "gold")
		_ = rfc2865.FramedIPAddress_Set(answer, net.IPv4(10, 7, 7, 7))
	}
	if busy {
		d.mirror(answer)
	}
	return answer
}

// mirror adds mirroring attributes, right and wrong.
func (d *decider) mirror(answer *radius.Packet) {
	for number, values := range [][][]byte{
		{{0, 0, 0, 1}, {0, 0, 0, 0}, {0, 0, 0, 2}, {1}}, {{0, 0, 3, 0, 0, 0, 0, 9}, {1, 2, 3}}, {{192, 168, 99, 2}, {10, 0, 0}}, {{0, 0, 9, 9}},
	} {
		if d.rnd.IntN(8) == 0 {
			continue
		}
		value := values[max(0, d.rnd.IntN(3*len(values))-2*len(values))]
		hidden, err := radius.NewTunnelPassword(value, []byte{0x80, byte(number)}, []byte(serverKey), answer.Authenticator[:])
		if err != nil {
			panic(err)
		}
		vendorAttribute(answer, byte(58+number), hidden)
		d.mirrored++
	}
}

func inOrder(text string) string {
	return strings.Join(slices.Sorted(strings.Lines(text)), "")
}

// loginLines are logins that the server decides on, what passes, and what ends them.
var loginLines = []string{
	"logout subscriber all", // of which the secure side has made none
	"test subscriber login user1 password secret interface fastEthernet 1/0",
	"test subscriber login joe password secret chap calling-station-id call-joe",
	"test subscriber login ann2 password secret l2tp",
	"test subscriber login user1 password secret", // is logged in
	"test subscriber login eve1 password secret",  // has an address of another
	"test subscriber login reject password secret agent-circuit-id bob",
	"test subscriber traffic user1 udp count 3",
	"test subscriber traffic joe pcap c.txt",
	"test subscriber traffic ann2 tcp ipv6 direction upstream",
	"logout subscriber joe reason userRequest",
	"test subscriber fail portError ann2",
	"show subscribers", "show radius servers",
}

// logins runs rounds of them, some of which the server mirrors in the busy router. What
// comes back, what is counted and all that the server gets is the same in both, or the
// error says where it is not.
func (d *decider) logins(p *pair, rounds int) error {
	setup := "configure terminal\naaa accounting ppp default none\n"
	for _, kind := range []string{"authentication", "accounting"} {
		setup += fmt.Sprintf("radius %s server %v\nudp-port %d\ntimeout 1000\nkey %s\nexit\n", kind, server, d.port, serverKey)
	}
	for _, w := range p.twins() {
		w.answers = true
	}
	if err := p.give(0, setup+"aaa accounting ppp default radius\nend"); err != nil {
		return err
	}
	for i := range rounds {
		p.noise()
		p.settle()
		for _, line := range loginLines {
			if err := p.give(i%3, line); err != nil {
				return err
			}
			p.settle() // the records have been sent
		}
		if err := p.give(0, "show radius statistics\nshow log data category radius"); err != nil {
			return err
		}
		if err := d.same(p, (i+1)*8); err != nil {
			return err
		}
		if i == rounds/2 {
			if err := p.observe(); err != nil {
				return err
			}
		}
	}
	return nil
}

// answered waits until the servers have answered all they were asked. The end is only
// announced to a server that has answered, and what is asked no more is not counted.
func (w *twin) answered() {
	w.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		servers, _ := w.router.Default().RADIUSServers().Statistics(client.Accounting, false)
		if !slices.ContainsFunc(servers, func(s client.ServerStatistics) bool { return s.Pending > 0 }) {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%+v", servers)
		}
	}
}

// same compares what the server got of both routers, least requests or more.
func (d *decider) same(p *pair, least int) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	empty, busy := inOrder(d.seen[0].String()), inOrder(d.seen[1].String()) // records of different sessions leave at once
	if d.mirrored == 0 || strings.Count(empty, "\n") < least {
		return fmt.Errorf("%d mirroring attributes, requests:\n%s", d.mirrored, empty)
	}
	return p.differs(toServer, empty, busy)
}

// toServer is where a finding is that only the server could tell.
const toServer = "requests to the RADIUS server"

// TestLogins: logins that a RADIUS server decides on and that are accounted for, with
// the packets that pass.
func TestLogins(t *testing.T) {
	t.Parallel()
	rounds := 12
	if brief || testing.Short() {
		rounds = 4
	}
	if err := newDecider(t).logins(newPair(t, 5, plant{}), rounds); err != nil {
		t.Error(err)
	}
}

// TestLeaksOfLogins: what only the server could tell is found, too.
func TestLeaksOfLogins(t *testing.T) {
	t.Parallel()
	mirrored := func(s *cli.Session) bool {
		x, _ := s.Router().Secure(side.Clear(true))
		return len(x.Mirror().Sessions()) > 0
	}
	for name, leak := range map[string]func(context.Context, *cli.Session, grammar.Args, handler) (result.Value, error){
		"another cause": func(ctx context.Context, s *cli.Session, a grammar.Args, next handler) (result.Value, error) {
			if !a.Has("logout") || !a.Has("all") || !mirrored(s) {
				return next(ctx, s, a)
			}
			for _, l := range s.Router().Network().Subscribers() {
				if err := s.Router().Network().LogoutNumber(l.Number, network.NASError); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
		"more octets": func(ctx context.Context, s *cli.Session, a grammar.Args, next handler) (result.Value, error) {
			if a.Has("traffic") && mirrored(s) {
				for _, l := range s.Router().Network().Subscribers() {
					_ = s.Router().Network().Pass(l.Number, true, network.Traffic{Octets: 1}, 0)
				}
			}
			return next(ctx, s, a)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, 5, plant{commands: func(_ *twin, commands []cli.Command) []cli.Command {
				return wrapped(commands, func(next handler) handler {
					return func(ctx context.Context, s *cli.Session, a grammar.Args) (result.Value, error) {
						return leak(ctx, s, a, next)
					}
				})
			}})
			var f *finding
			if err := newDecider(t).logins(p, 2); !errors.As(err, &f) || f.what != toServer {
				t.Errorf("not found, or somewhere else: %v", err)
			}
		})
	}
}
