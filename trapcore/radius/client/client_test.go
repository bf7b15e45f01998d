package client

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"
)

const key = "a secret"

var loopback = netip.MustParseAddr("127.0.0.1")

// peer is a RADIUS server that does to requests what a test says. Answers are sent
// in the order they are returned.
type peer struct {
	conn   *net.UDPConn
	answer func(n int, request []byte) [][]byte

	mu       sync.Mutex
	requests [][]byte
}

func newPeer(t testing.TB, address string, answer func(n int, request []byte) [][]byte) *peer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address)})
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{conn: conn, answer: answer}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.serve()
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return p
}

func (p *peer) serve() {
	buffer := make([]byte, 4096)
	for n := 0; ; n++ {
		size, from, err := p.conn.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		request := slices.Clone(buffer[:size])
		p.mu.Lock()
		p.requests = append(p.requests, request)
		p.mu.Unlock()
		for _, a := range p.answer(n, request) {
			_, _ = p.conn.WriteToUDPAddrPort(a, from)
		}
	}
}

func (p *peer) seen() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func (p *peer) port() uint16 { return uint16(p.conn.LocalAddr().(*net.UDPAddr).Port) }

// answerTo makes an authentic answer.
func answerTo(request []byte, code radius.Code, key string, attributes ...*radius.AVP) []byte {
	packet := &radius.Packet{Code: code, Identifier: request[1], Secret: []byte(key), Attributes: attributes}
	copy(packet.Authenticator[:], request[4:20])
	b, err := packet.Encode()
	if err != nil {
		panic(err)
	}
	return b
}

// signed makes one with a Message-Authenticator, which is wrong if broken is set.
func signed(request []byte, code radius.Code, broken bool) []byte {
	zero := &radius.AVP{Type: rfc2869.MessageAuthenticator_Type, Attribute: make([]byte, 16)}
	b := answerTo(request, code, key, zero)
	copy(b[4:], request[4:20])
	mac := hmac.New(md5.New, []byte(key))
	mac.Write(b)
	sum := mac.Sum(nil)
	if broken {
		sum[0]++
	}
	return answerTo(request, code, key, &radius.AVP{Type: rfc2869.MessageAuthenticator_Type, Attribute: sum})
}

func accept(_ int, request []byte) [][]byte {
	return [][]byte{answerTo(request, radius.CodeAccessAccept, key)}
}

func silent(int, []byte) [][]byte { return nil }

// short is a timeout that a test can wait for, of a server that does not answer; one
// that does has the time of a busy machine.
const short = 30 * time.Millisecond

// newClient has a server for each peer.
func newClient(t testing.TB, o Options, k Kind, peers ...*peer) *Client {
	t.Helper()
	c := New(o)
	t.Cleanup(func() { _ = c.Close() })
	for _, p := range peers {
		at := p.conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
		if err := c.Add(k, at); err != nil {
			t.Fatal(err)
		}
		s := c.groups[k].find(at)
		s.Port, s.Key, s.Timeout, s.Retry = p.port(), key, 20*time.Second, 1
	}
	return c
}

func login(name, password string) Request {
	var r Request
	r.Attributes.Add(rfc2865.UserName_Type, radius.Attribute(name))
	r.Password = []byte(password)
	return r
}

func (c *Client) stats(k Kind) []Statistics {
	all, _ := c.Statistics(k, false)
	var of []Statistics
	for _, s := range all {
		s.RoundTrip = 0
		of = append(of, s.Statistics)
	}
	return of
}

func TestAccessRequest(t *testing.T) {
	problems := make(chan string, 3)
	p := newPeer(t, "127.0.0.1", func(_ int, request []byte) [][]byte {
		packet, err := radius.Parse(request, []byte(key))
		if err != nil {
			problems <- err.Error()
			return nil
		}
		password, err := radius.UserPassword(packet.Get(rfc2865.UserPassword_Type), []byte(key), packet.Authenticator[:])
		mac := hmac.New(md5.New, []byte(key))
		blank := slices.Clone(request)
		clear(blank[22:38])
		mac.Write(blank)
		switch {
		case err != nil || string(password) != "a password longer than 16 octets":
			problems <- fmt.Sprintf("password %q, %v", password, err)
		case packet.Attributes[0].Type != rfc2869.MessageAuthenticator_Type || !hmac.Equal(mac.Sum(nil), packet.Attributes[0].Attribute):
			problems <- "Message-Authenticator is not the first attribute, or wrong"
		case rfc2865.NASIPAddress_Get(packet).String() != "127.0.0.1":
			problems <- "no NAS-IP-Address"
		}
		salted, err := radius.NewTunnelPassword([]byte("hidden"), []byte{0x80, 1}, []byte(key), request[4:20])
		if err != nil {
			problems <- err.Error()
		}
		return [][]byte{answerTo(request, radius.CodeAccessAccept, key, &radius.AVP{Type: rfc2865.Class_Type, Attribute: salted})}
	})
	c := newClient(t, Options{}, Authentication, p)
	answer, err := c.Authenticate(context.Background(), login("joe", "a password longer than 16 octets"))
	if err != nil {
		t.Fatal(err)
	}
	select {
	case problem := <-problems:
		t.Error(problem)
	default:
	}
	if got := answer.Reveal(answer.Get(rfc2865.Class_Type)); string(got) != "hidden" {
		t.Errorf("salt-encrypted value is revealed as %q", got)
	}
	if got := answer.Reveal([]byte("short")); got == nil || len(got) != 0 {
		t.Errorf("what cannot be decrypted is revealed as %q", got)
	}
	if answer.Server.Port() != p.port() {
		t.Errorf("answer of %v", answer.Server)
	}
	want := []Statistics{{Requests: 1, Answers: Answers{Accepts: 1}}}
	if got := c.stats(Authentication); !reflect.DeepEqual(got, want) {
		t.Errorf("counters %+v, want %+v", got, want)
	}
}

func TestAccounting(t *testing.T) {
	p := newPeer(t, "127.0.0.1", func(_ int, request []byte) [][]byte {
		if !radius.IsAuthenticRequest(request, []byte(key)) {
			return nil
		}
		return [][]byte{answerTo(request, radius.CodeAccountingResponse, key)}
	})
	c := newClient(t, Options{}, Accounting, p)
	for status := range uint32(8) {
		var r Request
		r.Attributes.Add(rfc2866.AcctStatusType_Type, radius.NewInteger(status))
		if _, err := c.Account(context.Background(), func() Request { return r }); err != nil {
			t.Fatal(err)
		}
	}
	by := ByStatus{Starts: 1, Interims: 1, Stops: 1, Others: 5}
	want := []Statistics{{Requests: 8, Accounted: Accounted{by, by}}}
	if got := c.stats(Accounting); !reflect.DeepEqual(got, want) {
		t.Errorf("counters %+v, want %+v", got, want)
	}
	c.Baseline(Accounting)
	if all, _ := c.Statistics(Accounting, true); all[0].Requests != 0 || all[0].Accounted != (Accounted{}) {
		t.Errorf("since the baseline %+v", all[0].Statistics)
	}
}

// TestHostile has servers that answer all but right. What is wrong is counted, and
// waits for what is right.
func TestHostile(t *testing.T) {
	right := func(request []byte) []byte { return answerTo(request, radius.CodeAccessReject, key) }
	edit := func(f func(b []byte) []byte) func([]byte) [][]byte {
		return func(request []byte) [][]byte { return [][]byte{f(right(request))} }
	}
	length := func(b []byte, n int) []byte { binary.BigEndian.PutUint16(b[2:], uint16(n)); return b }
	for _, tt := range []struct {
		name  string
		wrong func(request []byte) [][]byte
		want  Statistics
	}{
		{"empty", func([]byte) [][]byte { return [][]byte{{}} }, Statistics{Malformed: 1}},
		{"short", edit(func(b []byte) []byte { return b[:19] }), Statistics{Malformed: 1}},
		{"length over the datagram", edit(func(b []byte) []byte { return length(b, 21) }), Statistics{Malformed: 1}},
		{"length below a header", edit(func(b []byte) []byte { return length(b, 19) }), Statistics{Malformed: 1}},
		{"attribute of length 1", func(r []byte) [][]byte {
			b := append(right(r), 25, 1)
			return [][]byte{length(b, 22)}
		}, Statistics{Malformed: 1}},
		{"attribute over the end", func(r []byte) [][]byte {
			b := append(right(r), 25, 3)
			return [][]byte{length(b, 22)}
		}, Statistics{Malformed: 1}},
		{"longest datagram", func([]byte) [][]byte { return [][]byte{make([]byte, 9000)} }, Statistics{Malformed: 1}},
		{"wrong key", func(r []byte) [][]byte { return [][]byte{answerTo(r, radius.CodeAccessAccept, "another")} }, Statistics{BadAuthenticators: 1}},
		{"no key", func(r []byte) [][]byte { return [][]byte{answerTo(r, radius.CodeAccessAccept, "")} }, Statistics{BadAuthenticators: 1}},
		{"changed code", edit(func(b []byte) []byte { b[0] = byte(radius.CodeAccessAccept); return b }), Statistics{BadAuthenticators: 1}},
		{"added attribute", edit(func(b []byte) []byte { return length(append(b, 25, 3, 1), 23) }), Statistics{BadAuthenticators: 1}},
		{"bad Message-Authenticator", func(r []byte) [][]byte { return [][]byte{signed(r, radius.CodeAccessAccept, true)} }, Statistics{BadAuthenticators: 1}},
		{"short Message-Authenticator", func(r []byte) [][]byte {
			return [][]byte{answerTo(r, radius.CodeAccessAccept, key, &radius.AVP{Type: 80, Attribute: make([]byte, 15)})}
		}, Statistics{BadAuthenticators: 1}},
		{"two Message-Authenticators", func(r []byte) [][]byte {
			mac := &radius.AVP{Type: 80, Attribute: make([]byte, 16)}
			return [][]byte{answerTo(r, radius.CodeAccessAccept, key, mac, mac)}
		}, Statistics{BadAuthenticators: 1}},
		{"answer to another kind", func(r []byte) [][]byte { return [][]byte{answerTo(r, radius.CodeAccountingResponse, key)} }, Statistics{UnknownTypes: 1}},
		{"request", func(r []byte) [][]byte { return [][]byte{r} }, Statistics{UnknownTypes: 1}},
		{"another identifier", func(r []byte) [][]byte {
			o := slices.Clone(r)
			o[1]++
			return [][]byte{answerTo(o, radius.CodeAccessAccept, key)}
		}, Statistics{Dropped: 1}},
		{"nothing", func([]byte) [][]byte { return nil }, Statistics{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPeer(t, "127.0.0.1", func(_ int, request []byte) [][]byte { return append(tt.wrong(request), right(request)) })
			c := newClient(t, Options{}, Authentication, p)
			c.groups[Authentication].servers[0].Timeout = time.Minute
			answer, err := c.Authenticate(context.Background(), login("joe", "x"))
			if err != nil || answer.Code != radius.CodeAccessReject {
				t.Fatalf("answer %v, %v", answer, err)
			}
			want := tt.want
			want.Requests, want.Answers.Rejects = 1, 1
			if got := c.stats(Authentication)[0]; !reflect.DeepEqual(got, want) {
				t.Errorf("counters %+v\nwant %+v", got, want)
			}
		})
	}
}

// TestPadding: what follows the packet in a datagram counts for nothing.
func TestPadding(t *testing.T) {
	p := newPeer(t, "127.0.0.1", func(_ int, r []byte) [][]byte {
		return [][]byte{append(signed(r, radius.CodeAccessAccept, false), "padding"...)}
	})
	c := newClient(t, Options{}, Authentication, p)
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); err != nil {
		t.Error(err)
	}
}

// TestLate: what comes twice or too late, and from elsewhere, is counted and goes to
// nobody.
func TestLate(t *testing.T) {
	var first []byte
	stranger, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP("127.0.0.3")})
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	clients := make(chan *Client, 1)
	p := newPeer(t, "127.0.0.1", func(n int, r []byte) [][]byte {
		if n == 0 {
			first = r
			return nil
		}
		c := <-clients
		right := answerTo(r, radius.CodeAccessAccept, key)
		c.mu.Lock()
		x := c.groups[Authentication].servers[0].sockets[0]
		c.mu.Unlock()
		_, _ = stranger.WriteToUDPAddrPort(right, x.conn.LocalAddr().(*net.UDPAddr).AddrPort())
		return [][]byte{answerTo(first, radius.CodeAccessAccept, key), right, right}
	})
	c := newClient(t, Options{}, Authentication, p)
	clients <- c
	s := c.groups[Authentication].servers[0]
	s.Retry, s.Timeout = 0, short
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); !errors.Is(err, ErrSilent) {
		t.Fatal(err)
	}
	s.Timeout = time.Minute
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return c.stats(Authentication)[0].Dropped == 2 })
	want := Statistics{Requests: 2, Timeouts: 1, Dropped: 2, Answers: Answers{Accepts: 1}}
	if got := c.stats(Authentication)[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("counters %+v\nwant %+v", got, want)
	}
	waitFor(t, func() bool { _, invalid := c.Statistics(Authentication, false); return invalid == 1 })
}

func waitFor(t *testing.T, f func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-deadline:
			t.Fatal("it has not come to that")
		case <-tick.C:
		}
	}
}

// TestRetransmission: the same packet goes to a server again, another one to the next.
func TestRetransmission(t *testing.T) {
	one := newPeer(t, "127.0.0.1", silent)
	two := newPeer(t, "127.0.0.2", accept)
	var events []Event
	c := newClient(t, Options{Report: func(e Event) { events = append(events, e) }}, Authentication, one, two)
	c.groups[Authentication].servers[0].Timeout = short
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(one.seen()) >= 2 })
	asked := one.seen()
	if len(asked) != 2 || !slices.Equal(asked[0], asked[1]) {
		t.Errorf("asked %x", asked)
	}
	if again := two.seen(); len(again) != 1 || slices.Equal(again[0][4:20], asked[0][4:20]) {
		t.Errorf("the next server was asked %x after %x", again, asked)
	}
	want := []Statistics{{Requests: 1, Retransmissions: 1, Timeouts: 1}, {Requests: 1, Rollovers: 1, Answers: Answers{Accepts: 1}}}
	if got := c.stats(Authentication); !reflect.DeepEqual(got, want) {
		t.Errorf("counters %+v\nwant %+v", got, want)
	}
	if want := []Event{{Authentication, netip.AddrPortFrom(loopback, one.port()), Silent}}; !slices.Equal(events, want) {
		t.Errorf("reported %v", events)
	}
}

// TestDeadTime: a silent server is left alone for its dead time, unless all are
// silent; it is reported once for that time, and when it is back.
func TestDeadTime(t *testing.T) {
	now := time.Unix(1e9, 0)
	var mute atomic.Bool
	one := newPeer(t, "127.0.0.1", func(n int, r []byte) [][]byte {
		if mute.Load() {
			return nil
		}
		return accept(n, r)
	})
	two := newPeer(t, "127.0.0.2", accept)
	var events []State
	c := newClient(t, Options{Now: func() time.Time { return now }, Report: func(e Event) { events = append(events, e.State) }}, Authentication, one, two)
	for _, s := range c.groups[Authentication].servers {
		s.Retry, s.DeadTime = 0, time.Minute
	}
	silence := func(on bool) {
		mute.Store(on)
		c.groups[Authentication].servers[0].Timeout = map[bool]time.Duration{true: short, false: 20 * time.Second}[on]
	}
	silence(true)
	ask := func(want ...State) {
		t.Helper()
		_, err := c.Authenticate(context.Background(), login("joe", "x"))
		if err != nil {
			t.Error(err)
		}
		if !slices.Equal(events, want) {
			t.Errorf("reported %v, want %v", events, want)
		}
		events = nil
	}
	asked := func(first, second int) {
		t.Helper()
		waitFor(t, func() bool { return len(one.seen()) >= first && len(two.seen()) >= second })
		if a, b := len(one.seen()), len(two.seen()); a != first || b != second {
			t.Errorf("servers were asked %d and %d times, want %d and %d", a, b, first, second)
		}
	}
	ask(Silent)
	asked(1, 1)
	ask()
	asked(1, 2)
	if v := c.Servers(Authentication); !v[0].Dead || v[1].Dead {
		t.Errorf("servers %+v", v)
	}
	now = now.Add(time.Minute)
	silence(false)
	ask(Back)
	asked(2, 2)

	silence(true)
	if err := c.Remove(Authentication, netip.MustParseAddr("127.0.0.2")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Authenticate(context.Background(), login("joe", "x"))
	if !errors.Is(err, ErrSilent) || !slices.Equal(events, []State{Silent, AllSilent}) {
		t.Errorf("%v, reported %v", err, events)
	}
	if c.Servers(Authentication)[0].Dead {
		t.Error("the last server is left alone")
	}
}

// TestIdentifiers: no two requests that wait have the same identifier from the same
// port, and the bound on sessions holds.
func TestIdentifiers(t *testing.T) {
	type flow struct {
		from netip.AddrPort
		id   byte
	}
	const most = 700
	p := newPeer(t, "127.0.0.1", silent)
	c := newClient(t, Options{}, Authentication, p)
	s := c.groups[Authentication].servers[0]
	s.Timeout, s.Sessions = time.Minute, most
	seen := map[flow]bool{}
	for range most {
		q, err := c.reserve(s, false)
		if err != nil {
			t.Fatal(err)
		}
		f := flow{q.socket.conn.LocalAddr().(*net.UDPAddr).AddrPort(), q.id}
		if seen[f] {
			t.Fatalf("%v is given out twice", f)
		}
		seen[f] = true
	}
	if _, err := c.reserve(s, false); !errors.Is(err, errBusy) {
		t.Errorf("one more than the bound: %v", err)
	}
	if len(s.sockets) != 3 {
		t.Errorf("%d sockets for %d requests", len(s.sockets), most)
	}
	for _, x := range s.sockets {
		for _, q := range x.waiting {
			if q != nil {
				c.release(q)
			}
		}
	}
	was := s.sockets[0].next
	for i := range 256 {
		q, err := c.reserve(s, false)
		if err != nil || q.id != was+byte(i) {
			t.Fatalf("identifier %d after %d: %v", q.id, i, err)
		}
		c.release(q)
	}
}

// TestEnds: what waits ends with its context, its server and the client.
func TestEnds(t *testing.T) {
	errWhy := errors.New("why")
	for _, tt := range []struct {
		name string
		end  func(c *Client, cancel context.CancelCauseFunc)
		want error
	}{
		{"context", func(_ *Client, cancel context.CancelCauseFunc) { cancel(errWhy) }, errWhy},
		{"server", func(c *Client, _ context.CancelCauseFunc) { _ = c.Remove(Authentication, loopback) }, ErrSilent},
		{"client", func(c *Client, _ context.CancelCauseFunc) { _ = c.Close() }, errClosed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			asked := make(chan struct{}, 1)
			p := newPeer(t, "127.0.0.1", func(int, []byte) [][]byte { asked <- struct{}{}; return nil })
			c := newClient(t, Options{}, Authentication, p)
			c.groups[Authentication].servers[0].Timeout = time.Hour
			go func() {
				<-asked
				tt.end(c, cancel)
			}()
			if _, err := c.Authenticate(ctx, login("joe", "x")); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

// TestConfiguration: what cannot be is refused, and leaves everything as it was.
func TestConfiguration(t *testing.T) {
	c := New(Options{})
	defer c.Close()
	for _, a := range []string{"0.0.0.1", "224.0.0.1", "255.255.255.255", "::1"} {
		if c.Add(Authentication, netip.MustParseAddr(a)) == nil {
			t.Errorf("%s can be a server", a)
		}
	}
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); !errors.Is(err, ErrNoServer) {
		t.Errorf("without a server: %v", err)
	}
	if err := c.Add(Authentication, loopback); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Authenticate(context.Background(), login("joe", "x")); !errors.Is(err, ErrNoServer) {
		t.Errorf("without a key: %v", err)
	}
	for name, change := range map[string]func(*Server){
		"key":      func(s *Server) { s.Key = string(make([]byte, MaxKey+1)) },
		"port":     func(s *Server) { s.Port = 0 },
		"timeout":  func(s *Server) { s.Timeout = 0 },
		"timeouts": func(s *Server) { s.Timeout = (MaxTimeout + 1) * time.Second },
		"retries":  func(s *Server) { s.Retry = MaxRetry + 1 },
		"sessions": func(s *Server) { s.Sessions = MinSessions - 1 },
		"deadtime": func(s *Server) { s.DeadTime = (MaxDeadTime + 1) * time.Minute },
	} {
		if c.Change(Authentication, loopback, change) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if got := c.Servers(Authentication); len(got) != 1 || got[0].Server != NewServer(Authentication, loopback) {
		t.Errorf("servers %+v", got)
	}
	if c.Change(Accounting, loopback, func(*Server) {}) == nil || c.Remove(Accounting, loopback) == nil {
		t.Error("a server is of another kind, too")
	}
	for i := range maxServers - 1 {
		if err := c.Add(Authentication, netip.AddrFrom4([4]byte{10, 0, 0, byte(i + 1)})); err != nil {
			t.Fatal(err)
		}
	}
	if c.Add(Authentication, netip.MustParseAddr("10.1.1.1")) == nil {
		t.Error("there is room for one server too many")
	}
}

// TestImpossibleRequest: a packet that cannot be made is no server's fault.
func TestImpossibleRequest(t *testing.T) {
	p := newPeer(t, "127.0.0.1", accept)
	c := newClient(t, Options{}, Authentication, p)
	long := login("joe", "x")
	for range 20 {
		long.Attributes.Add(rfc2865.Class_Type, make(radius.Attribute, 253))
	}
	for name, r := range map[string]Request{"long": long, "password": login("joe", string(make([]byte, 129)))} {
		if _, err := c.Authenticate(context.Background(), r); err == nil || errors.Is(err, ErrSilent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := c.groups[Authentication].servers[0]; s.silent || s.stats.Pending != 0 || len(p.seen()) != 0 {
		t.Errorf("server %+v was asked %d times", s.Server, len(p.seen()))
	}
}

// FuzzAnswer: whatever a server sends, what waits either gets an authentic answer or
// goes on to wait, and the datagram is counted once.
func FuzzAnswer(f *testing.F) {
	request := []byte{1, 7, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	f.Add(answerTo(request, radius.CodeAccessAccept, key))
	f.Add(signed(request, radius.CodeAccessReject, false))
	f.Add(signed(request, radius.CodeAccessReject, true))
	f.Add(append(answerTo(request, radius.CodeAccessChallenge, key), 1, 2, 3))
	f.Add([]byte{2, 7, 0, 22, 15: 0, 20: 80, 21: 1})
	f.Fuzz(func(t *testing.T, datagram []byte) {
		c := New(Options{})
		defer c.Close()
		if err := c.Add(Authentication, loopback); err != nil {
			t.Fatal(err)
		}
		s := c.groups[Authentication].servers[0]
		s.Key = key
		x := &socket{}
		p := &pending{server: s, as: s.Server, socket: x, id: 7, packet: request, answer: make(chan *Answer, 1)}
		x.waiting[7] = p
		c.receive(s, x, s.addrPort(), datagram)
		c.receive(s, x, s.addrPort(), datagram)
		st := s.stats
		answers := st.Answers.Accepts + st.Answers.Rejects + st.Answers.Challenges
		if got := answers + st.Malformed + st.BadAuthenticators + st.UnknownTypes + st.Dropped; got != 2 {
			t.Errorf("two datagrams are counted %d times: %+v", got, st)
		}
		if answers > 1 || len(p.answer) != int(answers) {
			t.Errorf("%d answers, %d to who waits", answers, len(p.answer))
		}
		if answers == 1 && !radius.IsAuthenticResponse(datagram[:binary.BigEndian.Uint16(datagram[2:])], request, []byte(key)) {
			t.Errorf("%x is no authentic answer", datagram)
		}
	})
}
