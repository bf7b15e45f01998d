//go:build interop

package radius

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mirrorsh/trapcore/mirror"
)

// radclient sends a request with the real client and returns its verdict: the
// answer's name and Error-Cause, or "none". A missing radclient fails the test.
func radclient(t *testing.T, port uint16, kind, secret string, attributes ...string) string {
	t.Helper()
	path, err := exec.LookPath("radclient")
	if err != nil {
		t.Fatalf("%v: install freeradius-utils", err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-D", "testdata", "-x", "-r", "2", "-t", "1",
		fmt.Sprint("127.0.0.1:", port), kind, secret)
	cmd.Stdin = strings.NewReader(strings.Join(attributes, "\n") + "\n")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.Contains(text, "Sent ") {
		t.Fatalf("radclient sent nothing: %s", text)
	}
	received := regexp.MustCompile(`Received (\S+)`).FindStringSubmatch(text)
	if received == nil {
		if !strings.Contains(text, "No reply from server") {
			t.Fatalf("radclient did not like the answer: %s", text)
		}
		return "none"
	}
	verdict := received[1]
	if cause := regexp.MustCompile(`Error-Cause = (\S+)`).FindStringSubmatch(text); cause != nil {
		verdict += " " + cause[1]
	}
	return verdict
}

func (b *bench) radclient(kind string, attributes ...string) string {
	b.t.Helper()
	return radclient(b.t.(*testing.T), b.port, kind, key, attributes...)
}

const (
	user     = `User-Name = "joe"`
	on       = "LI-Action = 1"
	off      = "LI-Action = 0"
	decoy    = "LI-Action = 2"
	analyzer = "Med-IP-Address = 192.168.99.2"
	udpPort  = "Med-Port-Number = 2500"
	handle8  = "Med-Dev-Handle = 0x0000030000000090"
	handle4  = "Med-Dev-Handle = 0x40000010"
)

// TestMirroringByCoA starts and stops the mirroring of a subscriber that is
// logged in.
func TestMirroringByCoA(t *testing.T) {
	tests := []struct {
		name  string
		start []string
		ids   mirror.Identity
		port  uint16
	}{
		{"8 octets", []string{user, on, handle8, analyzer, udpPort}, mirror.Identity{MirrorID: 0x300, SessionID: 0x90}, 2500},
		{"4 octets", []string{user, on, handle4, analyzer, udpPort}, mirror.Identity{MirrorID: 0x10, SessionID: 1048579}, 2500},
		{"no header", []string{user, on, analyzer}, mirror.Identity{}, 0},
		{"signed", []string{user, on, handle8, analyzer, udpPort, "Message-Authenticator = 0x00"}, mirror.Identity{MirrorID: 0x300, SessionID: 0x90}, 2500},
		{"by session", []string{`Acct-Session-Id = "erx ip:0001048579"`, on, analyzer}, mirror.Identity{}, 0},
		{"by address", []string{"Framed-IP-Address = 10.0.0.1", `Virtual-Router = "default"`, on, analyzer}, mirror.Identity{}, 0},
		{"by station", []string{`Calling-Station-Id = "call"`, on, analyzer}, mirror.Identity{}, 0},
		{"by port", []string{`NAS-Port-Id = "nas"`, on, analyzer}, mirror.Identity{}, 0},
		{"by circuit", []string{`Agent-Circuit-Id = "circuit"`, `Agent-Remote-Id = "remote"`, on, analyzer}, mirror.Identity{}, 0},
		{"by option 82", []string{`Dhcp-Option-82 = "dhcp"`, on, analyzer}, mirror.Identity{}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.client("default", nil)
			b.login(joe())
			other := joe()
			other.Name, other.Address, other.AcctSessionID = "jack", netip.Addr{}, "erx ip:0000000002"
			other.CallingStationID, other.NASPortID, other.DHCPOption82, other.AgentCircuitID = "", "", "", ""
			b.login(other)
			if got := b.radclient("coa", tt.start...); got != "CoA-ACK" {
				t.Fatalf("start: %s", got)
			}
			s := b.session("joe")
			if s == nil || !s.Mirroring || s.Analyzer != netip.MustParseAddr("192.168.99.2") || s.Identity != tt.ids || s.Port != tt.port || s.Source != mirror.RADIUSCoA {
				t.Errorf("session %+v", s)
			}
			if b.session("jack") != nil {
				t.Error("another subscriber is mirrored")
			}
			stop := []string{off}
			for _, a := range tt.start {
				if a != on && !strings.HasPrefix(a, "Med-") {
					stop = append(stop, a)
				}
			}
			if got := b.radclient("coa", stop...); got != "CoA-ACK" {
				t.Fatalf("stop: %s", got)
			}
			if b.session("joe") != nil {
				t.Error("still mirrored")
			}
			seen := slices.DeleteFunc(b.take(), func(e string) bool { return e == "analyzerUnreachable" })
			if want := []string{"interfaceSessionActivated", "interfaceSessionActivated", "interfaceSessionDeactivated", "interfaceSessionDeactivated"}; !slices.Equal(lower(seen), lower(want)) {
				t.Errorf("events %v", seen)
			}
			st := b.Statistics("default", false).Clients[0]
			if want := (Counters{Requests: 2, Accepts: 2}); st.Mirroring != want || st.CoA != (Counters{}) {
				t.Errorf("counters %+v", st)
			}
		})
	}
}

func lower(words []string) []string {
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}

// TestNAK has each Error-Cause (RFC 5176 section 3.5) that there is here.
func TestNAK(t *testing.T) {
	tests := []struct {
		name   string
		client func(*Client)
		kind   string
		send   []string
		want   string
		// reported is whether package mirror raised RadiusBasedMirroringFailure.
		reported bool
	}{
		{"unknown attribute", nil, "coa", []string{user, `Other = "x"`, on, analyzer}, "CoA-NAK 401", true},
		{"unknown attribute, ordinary", nil, "coa", []string{`Acct-Session-Id = "erx ip:0001048579"`, `Other = "x"`}, "CoA-NAK 401", false},
		{"mirroring at disconnect", nil, "disconnect", []string{user, off}, "Disconnect-NAK 401", false},
		{"nobody", nil, "coa", []string{on, analyzer}, "CoA-NAK 402", true},
		{"a router is nobody", nil, "coa", []string{`Virtual-Router = "default"`, on, analyzer}, "CoA-NAK 402", true},
		{"filter, disconnect", nil, "disconnect", []string{user, `Filter-Id = "x"`}, "Disconnect-NAK 401", false},
		{"ordinary, no session ID", nil, "coa", []string{user}, "CoA-NAK 402", false},
		{"handle without port", nil, "coa", []string{user, on, analyzer, handle8}, "CoA-NAK 402", true},
		{"port without handle", nil, "coa", []string{user, on, analyzer, udpPort}, "CoA-NAK 402", true},
		{"no action", nil, "coa", []string{user, analyzer}, "CoA-NAK 402", true},
		{"handle of 8 octets with 1 in front", nil, "coa", []string{user, on, analyzer, udpPort, "Med-Dev-Handle = 0x4000030000000090"}, "CoA-NAK 404", true},
		{"handle of 4 octets with 0 in front", nil, "coa", []string{user, on, analyzer, udpPort, "Med-Dev-Handle = 0x00000010"}, "CoA-NAK 404", true},
		{"handle of 5 octets", nil, "coa", []string{user, on, analyzer, udpPort, "Med-Dev-Handle = 0x4000001000"}, "CoA-NAK 404", true},
		{"two handles", nil, "coa", []string{user, on, analyzer, udpPort, handle8, handle8}, "CoA-NAK 404", true},
		{"two users", nil, "coa", []string{user, user, on, analyzer}, "CoA-NAK 404", true},
		{"no such user", nil, "coa", []string{`User-Name = "jim"`, on, analyzer}, "CoA-NAK 503", true},
		{"no such router", nil, "coa", []string{user, `Virtual-Router = "none"`, on, analyzer}, "CoA-NAK 503", true},
		{"not all match", nil, "coa", []string{user, `Calling-Station-Id = "other"`, on, analyzer}, "CoA-NAK 503", true},
		{"not the line", nil, "coa", []string{user, `Agent-Remote-Id = "other"`, on, analyzer}, "CoA-NAK 503", true},
		{"no such session, ordinary", nil, "coa", []string{`Acct-Session-Id = "none"`}, "CoA-NAK 503", false},
		{"no such user, disconnect", nil, "disconnect", []string{`User-Name = "jim"`}, "Disconnect-NAK 503", false},
		{"mirrored by a rule", nil, "coa", []string{`User-Name = "cli"`, off}, "CoA-NAK 504", true},
		{"no room for another policy", nil, "coa", []string{`User-Name = "static"`, on, analyzer}, "CoA-NAK 506", true},
		{"several sessions", nil, "disconnect", []string{`Calling-Station-Id = "shared"`}, "Disconnect-NAK", false},
		{"decoy", nil, "coa", []string{user, decoy}, "CoA-ACK", false},
		{"ordinary", nil, "coa", []string{`Acct-Session-Id = "erx ip:0001048579"`}, "CoA-ACK", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.client("default", tt.client)
			b.login(joe())
			b.mirrored()
			before := len(b.machine.Sessions())
			if got := b.radclient(tt.kind, tt.send...); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			reported := slices.ContainsFunc(b.take(), func(e string) bool { return strings.EqualFold(e, "radiusBasedMirroringFailure") })
			if secure := slices.ContainsFunc(tt.send, func(a string) bool { return strings.HasPrefix(a, "LI-") || strings.HasPrefix(a, "Med-") }); !secure && reported {
				t.Error("an ordinary request is reported as a mirroring failure")
			} else if reported != tt.reported {
				t.Errorf("reported as a mirroring failure: %v", reported)
			}
			if n := len(b.machine.Sessions()); n != before || b.session("joe") != nil {
				t.Errorf("%d mirror sessions where there were %d", n, before)
			}
			if n := len(b.network.Subscribers()); n != 3 {
				t.Errorf("%d subscribers are logged in", n)
			}
		})
	}
}

// TestNeverAnswered has what gets no answer at all.
func TestNeverAnswered(t *testing.T) {
	tests := []struct {
		name   string
		client func(*Client)
		kind   string
		secret string
		want   allOfClient
	}{
		{"wrong secret", nil, "coa", "wrong", allOfClient{ClientStatistics: ClientStatistics{CoA: Counters{Requests: 1, BadAuthenticators: 1}}}},
		{"no key", func(c *Client) { c.Key, c.Port = "", 4000 }, "coa", key, allOfClient{ClientStatistics: ClientStatistics{NoSecret: 1}}},
		{"not authorized", func(c *Client) { c.CoA = false }, "coa", key, allOfClient{Mirroring: Counters{Requests: 1, Dropped: 1}}},
		{"disconnect not authorized", func(c *Client) { c.Disconnect = false }, "disconnect", key, allOfClient{ClientStatistics: ClientStatistics{Disconnect: Counters{Requests: 1, Dropped: 1}}}},
		{"another type", nil, "acct", key, allOfClient{ClientStatistics: ClientStatistics{UnknownTypes: 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.client("default", tt.client)
			b.login(joe())
			if got := b.once(tt.kind, tt.secret, user, on, analyzer); got != "none" {
				t.Errorf("answered with %s", got)
			}
			got := b.Statistics("default", false).Clients[0]
			got.Address, got.Port = netip.Addr{}, 0
			if got != tt.want {
				t.Errorf("counters %+v, want %+v", got, tt.want)
			}
			if b.session("joe") != nil || len(b.network.Subscribers()) != 1 || len(b.take()) != 0 {
				t.Error("something was done")
			}
		})
	}
	t.Run("unknown client", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.do(b.Add("default", netip.MustParseAddr("127.0.0.2")))
		b.do(b.Change("default", netip.MustParseAddr("127.0.0.2"), func(c *Client) { c.Key, c.CoA = key, true }))
		if got := b.once("coa", key, user); got != "none" {
			t.Errorf("answered with %s", got)
		}
		if n := b.Statistics("default", false).InvalidClients; n != 1 {
			t.Errorf("%d invalid clients", n)
		}
	})
}

// once sends a request through a relay that lets only the first transmission
// pass.
func (b *bench) once(kind, secret string, attributes ...string) string {
	b.t.Helper()
	r := newRelay(b.t, b.port, func(n int, answer bool) bool { return n == 0 })
	return radclient(b.t.(*testing.T), r.port, kind, secret, attributes...)
}

// relay stands between radclient and the server and loses what pass says.
type relay struct {
	port     uint16
	requests [][]byte
	answers  [][]byte
	done     chan struct{}
	close    func()
}

func newRelay(t testing.TB, to uint16, pass func(n int, answer bool) bool) *relay {
	t.Helper()
	near, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	far, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(to)})
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{port: uint16(near.LocalAddr().(*net.UDPAddr).Port), done: make(chan struct{})}
	r.close = func() {
		_, _ = near.Close(), far.Close()
		<-r.done
	}
	t.Cleanup(r.close)
	go func() {
		defer close(r.done)
		buf := make([]byte, 4096)
		for {
			n, from, err := near.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			r.requests = append(r.requests, slices.Clone(buf[:n]))
			if !pass(len(r.requests)-1, false) {
				continue
			}
			if _, err := far.Write(buf[:n]); err != nil {
				return
			}
			if n, err = far.Read(buf); err != nil { // what is never answered is waited for until close
				return
			}
			r.answers = append(r.answers, slices.Clone(buf[:n]))
			if pass(len(r.answers)-1, true) {
				_, _ = near.WriteToUDPAddrPort(buf[:n], from)
			}
		}
	}()
	return r
}

// TestRetransmission loses the first answer, so that radclient asks again.
func TestRetransmission(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	r := newRelay(t, b.port, func(n int, answer bool) bool { return !answer || n > 0 })
	if got := radclient(t, r.port, "disconnect", key, user); got != "Disconnect-ACK" {
		t.Fatal(got)
	}
	r.close()
	if len(r.requests) != 2 || !bytes.Equal(r.requests[0], r.requests[1]) {
		t.Fatalf("requests %x", r.requests)
	}
	if len(r.answers) != 2 || !bytes.Equal(r.answers[0], r.answers[1]) {
		t.Errorf("answers %x", r.answers)
	}
	if len(b.network.Subscribers()) != 0 {
		t.Error("still logged in")
	}
	if got, want := b.Statistics("default", false).Clients[0].Disconnect, (Counters{Requests: 2, Accepts: 1, Retransmissions: 1}); got != want {
		t.Errorf("counters %+v", got)
	}
}
