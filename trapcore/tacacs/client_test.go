package tacacs

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/tacacs/tacacstest"
)

const testKey = "a key"

var joe = Who{User: "joe", Port: "vty 0", From: "10.1.2.3"}

// clientOf makes a client of servers in their order.
func clientOf(t *testing.T, addrs ...netip.AddrPort) *Client {
	t.Helper()
	c := New()
	for i, a := range addrs {
		// One address has one server, so that further ones have loopback addresses of their own.
		if err := c.SetServer(Server{Address: a.Addr(), Port: a.Port(), Key: testKey, Timeout: 20 * time.Second, Primary: i == 0}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestRealServer(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{
		Key: testKey, Users: map[string]string{"joe": "right"}, Enable: map[string]string{"joe": "up"}, Level: 7,
		Denies: func(r tacacstest.Request) bool { return r.Command() == "mirror-enable" },
	})
	c := clientOf(t, s.Addr)
	ctx := t.Context()
	shell := func(words ...string) []string {
		args := []string{"service=shell"}
		for i, w := range words {
			args = append(args, []string{"cmd=", "cmd-arg="}[min(i, 1)]+w)
		}
		return args
	}
	for _, tt := range []struct {
		name string
		got  Answer
		want Verdict
	}{
		{"right password", c.Login(ctx, joe, "right"), Pass},
		{"wrong password", c.Login(ctx, joe, "wrong"), Fail},
		{"nobody", c.Login(ctx, Who{User: "eve"}, "right"), Fail},
		{"no name, which is then asked for", c.Login(ctx, Who{}, "right"), Fail},
		{"a password too long", c.Login(ctx, joe, strings.Repeat("x", 256)), Fail},
		{"enable", c.Enable(ctx, joe, 15, "up"), Pass},
		{"enable with the password of the login", c.Enable(ctx, joe, 15, "right"), Fail},
		{"a command", c.Authorize(ctx, joe, 5, shell("show", "version")), Pass},
		{"a command that is denied", c.Authorize(ctx, joe, 12, shell("mirror-enable")), Fail},
		{"a record", c.Account(ctx, joe, 5, Stop, shell("show")), Pass},
		{"a name too long", c.Login(ctx, Who{User: strings.Repeat("x", 256)}, "right"), Unavailable},
	} {
		if tt.got.Verdict != tt.want {
			t.Errorf("%s: %v, want %v: %v", tt.name, tt.got.Verdict, tt.want, tt.got.Asked)
		}
	}
	if got := c.Authorize(ctx, joe, 1, []string{"service=shell", "cmd="}).Args; !slices.Equal(got, []string{"priv-lvl=7"}) {
		t.Errorf("the server sent %q", got)
	}
	last := s.Requests("stop")[0]
	if last.User != "joe" || last.Port != "vty 0" || last.From != "10.1.2.3" || last.Level != 5 || last.Command() != "show" {
		t.Errorf("the server was told %+v", last)
	}
}

// silent is a server that takes connections and says nothing.
func silent(t *testing.T, addr string) netip.AddrPort {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return netip.MustParseAddrPort(l.Addr().String())
}

// closed is a port at which nothing listens.
func closed(t *testing.T) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.3:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

// TestOrder: a server that is silent, refuses or has another key is passed over;
// one that denies is not.
func TestOrder(t *testing.T) {
	yes := tacacstest.StartAt(t, "127.0.0.1:0", tacacstest.Policy{Key: testKey, Users: map[string]string{"joe": "right"}})
	no := tacacstest.StartAt(t, "127.0.0.4:0", tacacstest.Policy{Key: testKey})
	other := tacacstest.StartAt(t, "127.0.0.5:0", tacacstest.Policy{Key: "another key", Users: map[string]string{"joe": "right"}})
	for _, tt := range []struct {
		name  string
		first netip.AddrPort
		key   string
		want  Verdict
		err   error // of the first
	}{
		{"refused", closed(t), testKey, Pass, errSilent},
		{"silent", silent(t, "127.0.0.2:0"), testKey, Pass, errSilent},
		{"another key", other.Addr, testKey, Pass, nil},
		{"no key", no.Addr, "", Pass, errNoKey},
		{"denies", no.Addr, testKey, Fail, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clientOf(t, yes.Addr)
			if err := c.SetServer(Server{Address: yes.Addr.Addr(), Port: yes.Addr.Port(), Key: testKey}); err != nil {
				t.Fatal(err)
			}
			timeout := 20 * time.Second // of one that answers, however busy the machine is
			if tt.name == "silent" {
				timeout = time.Second / 5
			}
			if err := c.SetServer(Server{Address: tt.first.Addr(), Port: tt.first.Port(), Key: tt.key, Primary: true, Timeout: timeout}); err != nil {
				t.Fatal(err)
			}
			a := c.Login(t.Context(), joe, "right")
			if a.Verdict != tt.want {
				t.Errorf("%v, want %v: %v", a.Verdict, tt.want, a.Asked)
			}
			if tt.err != nil && !errors.Is(a.Asked[0].Err, tt.err) {
				t.Errorf("the first one: %v, want %v", a.Asked[0].Err, tt.err)
			}
		})
	}
}

// TestInterrupted: who waits can be called away, and that is nobody's fault.
func TestInterrupted(t *testing.T) {
	c := clientOf(t, silent(t, "127.0.0.1:0"))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	start := time.Now()
	if a := c.Login(ctx, joe, "x"); a.Verdict != Unavailable || len(a.Asked) != 0 {
		t.Errorf("%+v", a)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}

func TestCounters(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: testKey})
	down := closed(t)
	c := clientOf(t, down, s.Addr)
	a := c.Login(t.Context(), joe, "x")
	if got := c.Counters(s.Addr.Addr()); got != (Counters{}) {
		t.Errorf("counted by itself: %+v", got)
	}
	c.Count(a.Trail)
	c.Count(c.Account(t.Context(), joe, 1, Start, nil).Trail)
	if got, want := c.Counters(s.Addr.Addr()), (Counters{Authentication: Counts{Requests: 1, Replies: 1}, Accounting: Counts{Requests: 1, Replies: 1}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, want := c.Counters(down.Addr()), (Counters{Authentication: Counts{Requests: 1, Silent: 1}, Accounting: Counts{Requests: 1, Silent: 1}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// answering is a server that answers each packet with what answer makes of its
// header.
func answering(t *testing.T, answer func(h []byte) []byte) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			h := make([]byte, headerLength)
			if _, err := io.ReadFull(conn, h); err == nil {
				_, _ = io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(h[8:])))
				_, _ = conn.Write(answer(h))
			}
			_ = conn.Close()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

// TestMalformed: an answer that RFC 8907 does not allow counts for nothing.
func TestMalformed(t *testing.T) {
	good := map[kind][]byte{
		authentication: {authenPass, 0, 0, 0, 0, 0},
		authorization:  {authorAdd, 1, 0, 0, 0, 0, 2, 'a', '='},
		accounting:     {0, 0, 0, 0, acctSuccess},
	}
	// reply makes a whole answer to a header.
	reply := func(h []byte, body []byte) []byte {
		return packet(kind(h[1]), h[2]+1, binary.BigEndian.Uint32(h[4:]), testKey, slices.Clone(body))
	}
	edit := func(at int, to byte) func(h []byte) []byte {
		return func(h []byte) []byte { p := reply(h, good[kind(h[1])]); p[at] = to; return p }
	}
	body := func(f func(b []byte) []byte) func(h []byte) []byte {
		return func(h []byte) []byte { return reply(h, f(slices.Clone(good[kind(h[1])]))) }
	}
	for _, tt := range []struct {
		name   string
		answer func(h []byte) []byte
		want   Verdict
	}{
		{"as it should be", body(func(b []byte) []byte { return b }), Pass},
		{"nothing", func([]byte) []byte { return nil }, Unavailable},
		{"half a header", func(h []byte) []byte { return h[:5] }, Unavailable},
		{"another version", edit(0, 0xd0), Unavailable},
		{"another type", edit(1, 9), Unavailable},
		{"our own sequence number", edit(2, 1), Unavailable},
		{"a later sequence number", edit(2, 4), Unavailable},
		{"not encrypted", edit(3, unencrypted), Unavailable},
		{"another session", func(h []byte) []byte { p := reply(h, good[kind(h[1])]); p[4] ^= 1; return p }, Unavailable},
		{"a huge length", edit(8, 0xff), Unavailable},
		{"more length than there is", edit(11, 200), Unavailable},
		{"another key", func(h []byte) []byte {
			return packet(kind(h[1]), h[2]+1, binary.BigEndian.Uint32(h[4:]), "x", slices.Clone(good[kind(h[1])]))
		}, Unavailable},
		{"no body", body(func([]byte) []byte { return nil }), Unavailable},
		{"an octet too few", body(func(b []byte) []byte { return b[:len(b)-1] }), Unavailable},
		{"an octet too many", body(func(b []byte) []byte { return append(b, 0) }), Unavailable},
		{"an unknown status", body(func(b []byte) []byte {
			if len(b) == 5 {
				b[4] = 0x7f
			} else {
				b[0] = 0x7f
			}
			return b
		}), Unavailable},
		{"an error", body(func(b []byte) []byte {
			switch len(b) {
			case 5:
				b[4] = acctError
			case 6:
				b[0] = authenError
			default:
				b[0] = authorError
			}
			return b
		}), Unavailable},
		{"follow", body(func(b []byte) []byte {
			if len(b) == 5 {
				b[4] = acctFollow
			} else {
				b[0] = authenFollow
			}
			return b
		}), Fail},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clientOf(t, answering(t, tt.answer))
			for _, a := range []Answer{
				c.Login(t.Context(), joe, "x"),
				c.Authorize(t.Context(), joe, 1, []string{"service=shell", "cmd=show"}),
				c.Account(t.Context(), joe, 1, Stop, nil),
			} {
				if a.Verdict != tt.want {
					t.Errorf("kind %v: %v, want %v: %v", a.kind, a.Verdict, tt.want, a.Asked)
				}
			}
		})
	}
	t.Run("asks for ever", func(t *testing.T) {
		c := clientOf(t, answering(t, func(h []byte) []byte { return reply(h, []byte{authenGetData, 0, 0, 0, 0, 0}) }))
		if a := c.Login(t.Context(), joe, "x"); a.Verdict != Unavailable {
			t.Error(a)
		}
	})
	t.Run("another command", func(t *testing.T) {
		c := clientOf(t, answering(t, func(h []byte) []byte {
			return reply(h, append([]byte{authorReplace, 1, 0, 0, 0, 0, 10}, "cmd=reload"...))
		}))
		if a := c.Authorize(t.Context(), joe, 1, []string{"service=shell", "cmd=show"}); a.Verdict != Fail {
			t.Error(a)
		}
	})
}

// FuzzDecode: no answer breaks the decoder, and what it takes has the length that
// it says.
func FuzzDecode(f *testing.F) {
	f.Add(byte(1), []byte{authenPass, 0, 0, 1, 0, 0, 'x'})
	f.Add(byte(2), []byte{authorAdd, 2, 0, 0, 0, 0, 1, 2, 'a', 'b', 'c'})
	f.Add(byte(2), []byte{authorAdd, 255, 255, 255, 255, 255})
	f.Add(byte(3), []byte{0, 1, 0, 1, acctSuccess, 'x', 'y'})
	f.Fuzz(func(t *testing.T, of byte, body []byte) {
		r, err := decode(kind(of), body)
		if err != nil {
			if !errors.Is(err, errMalformed) {
				t.Errorf("untyped error: %v", err)
			}
			return
		}
		n := len(r.message)
		for _, a := range r.args {
			n += len(a)
		}
		if n > len(body) {
			t.Errorf("%d octets of %d", n, len(body))
		}
	})
}

func TestSettings(t *testing.T) {
	c := New()
	for i := range MaxServers {
		if err := c.SetServer(Server{Address: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.SetServer(Server{Address: netip.MustParseAddr("10.0.0.1"), Primary: true}); err != nil {
		t.Errorf("a change: %v", err)
	}
	if err := c.SetServer(Server{Address: netip.MustParseAddr("10.9.9.9")}); !errors.Is(err, errTooManyServers) {
		t.Errorf("one too many: %v", err)
	}
	if err := c.RemoveServer(netip.MustParseAddr("10.9.9.9")); !errors.Is(err, errNoServer) {
		t.Errorf("one that is not there: %v", err)
	}
	c.SetTimeout(7 * time.Second)
	if p := c.peers(); p[0].at.Addr() != netip.MustParseAddr("10.0.0.1") || p[1].timeout != 7*time.Second {
		t.Errorf("%+v", p[:2])
	}
}
