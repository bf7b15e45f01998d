package radius

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/side"
)

func (p builder) stamp(at time.Time) builder {
	return p.add(rfc2869.EventTimestamp_Type, u32(uint32(at.Unix())))
}

// TestEventTimestamp: what is too old, too new or malformed is dropped and
// counted, never answered (RFC 5176 section 6.3).
func TestEventTimestamp(t *testing.T) {
	base := time.Unix(1e9, 0)
	at := func(d time.Duration) func(builder) builder {
		return func(p builder) builder { return p.stamp(base.Add(d)) }
	}
	raw := func(v ...byte) func(builder) builder {
		return func(p builder) builder { return p.add(rfc2869.EventTimestamp_Type, v) }
	}
	for _, tt := range []struct {
		name  string
		stamp func(builder) builder
		off   time.Duration // of the router's clock
		fresh bool
	}{
		{"now", at(0), 0, true},
		{"300 s ago", at(-window), 0, true},
		{"301 s ago", at(-window - time.Second), 0, false},
		{"in 300 s", at(window), 0, true},
		{"in 301 s", at(window + time.Second), 0, false},
		{"years ago", at(-20 * 365 * 24 * time.Hour), 0, false},
		{"zero", raw(0, 0, 0, 0), 0, false},
		{"the last second", raw(255, 255, 255, 255), 0, false},
		{"empty", raw(), 0, false},
		{"3 octets", raw(0, 0, 0), 0, false},
		{"8 octets", raw(0, 0, 0, 0, 0x3b, 0x9a, 0xca, 0), 0, false},
		{"twice", func(p builder) builder { return p.stamp(base).stamp(base) }, 0, false},
		{"one good, one malformed", func(p builder) builder { return raw(1)(p.stamp(base)) }, 0, false},
		{"the clock was set", at(time.Hour), time.Hour, true},
		{"before the clock was set", at(0), time.Hour, false},
		{"modulo 2^32", at(1 << 32 * time.Second), 1<<32*time.Second + time.Minute, true},
	} {
		for name, p := range map[string]builder{
			"CoA": coa().acct("erx ip:0001048579"), "Disconnect": disconnect().user("joe"), "mirroring": coa().user("joe").mirror(),
		} {
			b := newBench(t)
			b.off = tt.off
			b.client("default", nil)
			b.login(joe())
			want, counters := "none", Counters{Requests: 1, Dropped: 1}
			if tt.fresh {
				want, counters = "ACK", Counters{Requests: 1, Accepts: 1}
			}
			if got := b.ask(tt.stamp(p)); got != want {
				t.Errorf("%s, %s: %s, want %s", tt.name, name, got, want)
			}
			st := b.Statistics("default", false).Clients[0]
			if got := map[string]Counters{"CoA": st.CoA, "Disconnect": st.Disconnect, "mirroring": st.Mirroring}[name]; got != counters {
				t.Errorf("%s, %s: counters %+v", tt.name, name, got)
			}
			if !tt.fresh && (b.session("joe") != nil || len(b.network.Subscribers()) != 1) {
				t.Errorf("%s, %s: something was done", tt.name, name)
			}
		}
	}
}

// A request with an Event-Timestamp is remembered for as long as that is good.
func TestReplayWithinTheWindow(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	request := disconnect().user("joe").stamp(time.Unix(1e9, 0).Add(window)).encode()
	if got := b.verdictOf(request, b.exchange(request)); got != "ACK" {
		t.Fatal(got)
	}
	for _, after := range []time.Duration{lifetime + time.Second, window, 2 * window} {
		b.now = time.Unix(1e9, 0).Add(after)
		b.login(joe())
		if got := b.verdictOf(request, b.exchange(request)); got != "ACK" || len(b.network.Subscribers()) != 1 {
			t.Errorf("after %v: %s, and carried out again: %v", after, got, len(b.network.Subscribers()) == 0)
		}
		b.do(b.def.Logout("joe", 1))
	}
	b.pass(time.Second)
	if b.exchange(request) != nil {
		t.Error("answered when it is too old")
	}
}

// TestReplay sends an authentic request again from other ports of its client,
// and to other ports of the router: it is not carried out again.
func TestReplay(t *testing.T) {
	for name, p := range map[string]builder{"Disconnect": disconnect().user("joe"), "signed": disconnect().user("joe").sign(key)} {
		t.Run(name, func(t *testing.T) { replay(t, p.encode()) })
	}
}

func replay(t *testing.T, request []byte) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	var first []byte
	send := func(what string) {
		t.Helper()
		conn, err := net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(b.port)})
		b.do(err)
		defer conn.Close()
		b.do(conn.SetDeadline(time.Now().Add(10 * time.Second)))
		_, err = conn.Write(request)
		b.do(err)
		answer := make([]byte, 4096)
		n, err := conn.Read(answer)
		b.do(err)
		if first == nil {
			first = answer[:n]
		}
		if got := b.verdictOf(request, answer[:n]); got != "ACK" || !bytes.Equal(answer[:n], first) {
			t.Errorf("%s: %s", what, got)
		}
	}
	send("first")
	if len(b.network.Subscribers()) != 0 {
		t.Fatal("not logged out")
	}
	b.login(joe())
	send("from another port")
	b.do(b.Change("default", loopback, func(c *Client) { c.Port = 4000 }))
	send("to another port")
	b.do(b.Remove("default", loopback))
	b.client("default", nil)
	send("to a port that was opened again")
	b.client("isp", func(c *Client) { c.Port = 4001 })
	send("to another virtual router")
	if len(b.network.Subscribers()) != 1 {
		t.Error("the replay logged out somebody")
	}
}

// TestReplayOfAnotherClient: the same octets are one request for every client
// with the same key, whichever address and port they claim to come from.
func TestReplayOfAnotherClient(t *testing.T) {
	other := netip.MustParseAddr("127.0.0.9")
	for kind, p := range map[string]builder{
		"Disconnect": disconnect().user("joe"), "Disconnect with a time": disconnect().user("joe").stamp(time.Unix(1e9, 0)),
		"signed": disconnect().user("joe").sign(key), "CoA": coa().acct("erx ip:0001048579"), "mirroring": coa().user("joe").mirror(),
	} {
		for _, tt := range []struct {
			router string
			at     arrival
		}{
			{"default", arrival{other, loopback, DefaultPort}},
			{"default", arrival{other, other, DefaultPort}},
			{"default", arrival{other, loopback, 4000}},
			{"isp", arrival{other, loopback, DefaultPort}},
			{"isp", arrival{loopback, loopback, 4000}},
		} {
			b := newBench(t)
			b.client("default", nil)
			b.do(b.Add(tt.router, tt.at.from))
			b.do(b.Change(tt.router, tt.at.from, func(c *Client) {
				c.Key, c.CoA, c.Disconnect, c.Port = key, true, true, tt.at.port
			}))
			b.login(joe())
			request := p.encode()
			first := b.exchange(request)
			if got := b.verdictOf(request, first); got != "ACK" {
				t.Fatalf("%s: %s", kind, got)
			}
			_ = b.def.Logout("joe", 1) // gone already after a Disconnect
			b.login(joe())
			b.take()
			if again := b.handle(tt.at, request); !bytes.Equal(again, first) {
				t.Errorf("%s, %s %v: answered %x, want %x", kind, tt.router, tt.at, again, first)
			}
			if seen := b.take(); len(b.network.Subscribers()) != 1 || len(seen) != 0 {
				t.Errorf("%s, %s %v: carried out again, %q", kind, tt.router, tt.at, seen)
			}
		}
	}
}

// A cache of one side never makes room in that of the other.
func TestCachesAreApart(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	b.ask(coa().user("joe").mirror())
	b.ask(coa().acct("none"))
	b.ask(coa().acct("none").stamp(b.now))
	b.ask(coa().user("joe").mirror().vendor(vendorJuniper, liAction, nil)) // an ordinary mistake
	for name, c := range map[string]struct{ got, want int }{
		"ordinary": {len(b.answered[side.Ordinary].plain.answers), 2}, "ordinary with a timestamp": {len(b.answered[side.Ordinary].stamped.answers), 1},
		"secure": {len(b.answered[side.Secure].plain.answers), 1}, "secure with a timestamp": {len(b.answered[side.Secure].stamped.answers), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d answers, want %d", name, c.got, c.want)
		}
	}
}

// TestWildcard: a server that listens at every address answers from the one
// that was asked.
func TestWildcard(t *testing.T) {
	b := newBench(t)
	s := New(Options{Address: netip.IPv4Unspecified(), Network: b.network, Mirroring: b.mirroring, Default: "default"})
	t.Cleanup(func() { must(t, s.Close()) })
	must(t, s.Open())
	must(t, s.Add("default", loopback))
	port := uint16(19_000 + os.Getpid()%2000) // of those that no system gives out by itself
	change := func() error {
		return s.Change("default", loopback, func(c *Client) { c.Key, c.Port, c.Disconnect = key, port, true })
	}
	err := change()
	for errors.Is(err, syscall.EADDRINUSE) && port < 21_000 {
		port++
		err = change()
	}
	must(t, err)
	for _, asked := range []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(127, 0, 0, 7)} {
		conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.UDPAddr{IP: asked, Port: int(port)})
		must(t, err)
		defer conn.Close()
		must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
		// NAS-IP-Address is right if it is the address that was asked.
		request := disconnect().user("jim").add(4, asked.To4()).encode()
		_, err = conn.Write(request)
		must(t, err)
		answer := make([]byte, 4096)
		n, err := conn.Read(answer)
		must(t, err)
		if got := b.verdictOf(request, answer[:n]); got != "NAK 503" {
			t.Errorf("%v: %s", asked, got)
		}
	}
}
