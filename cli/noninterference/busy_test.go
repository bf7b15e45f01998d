package noninterference

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
)

// TestBusy makes sure that there is something to hide: the secure side of the
// busy router is large and at work, and the ordinary side of both is too.
func TestBusy(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	wired := p.empty.wire.take()
	for range 60 {
		p.noise()
	}
	p.settle()
	v := p.busy.router.Default()
	count := func(all int, ordinary int) int { return all - ordinary }
	entries := 0
	all := side.Clear(true)
	secure, _ := p.busy.router.Secure(all)
	_, log := secure.Log().Read()
	for range log {
		entries++
	}
	for _, tt := range []struct {
		what      string
		got, want int
	}{
		{"secure users", count(len(v.Users(side.Clear(true)).Users()), len(v.Users(side.Clearance{}).Users())), 20},
		{"secure groups", count(len(v.Users(side.Clear(true)).Groups()), len(v.Users(side.Clearance{}).Groups())), 20},
		{"secure communities", count(len(v.Users(side.Clear(true)).Communities()), len(v.Users(side.Clearance{}).Communities())), 20},
		{"secure hosts", count(len(v.Traps().As(side.Clear(true)).Hosts()), len(v.Traps().As(side.Clearance{}).Hosts())), 1},
		{"secure events", int(v.Traps().As(side.Clear(true)).Counters(side.Secure).Local), 100},
		{"secure traps sent", int(v.Traps().As(side.Clear(true)).Counters(side.Secure).Out), 100},
		{"trigger rules", len(secure.Mirror().Rules()), 50},
		{"mirror sessions", len(secure.Mirror().Sessions()), 1},
		{"secure log entries", entries, 50},
		{"kinds of noise", len(p.secure), 500},
		{"ordinary traps on the wire", strings.Count(wired, "\n"), 20},
		{"subscribers", len(p.empty.router.Network().Subscribers()), 2},
		{"instances of a walk", len(p.tree()), 300},
	} {
		if tt.got < tt.want {
			t.Errorf("%s: %d, want %d at least", tt.what, tt.got, tt.want)
		}
	}
}

// TestKnownException pins the one difference there is meant to be: an SNMPv3
// user name or a community that the secure side has is refused, and nothing is
// said of why (SECURITY.md).
func TestKnownException(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	for _, tt := range []struct{ taken, free string }{
		{"snmp-server user tap0 group readers", "snmp-server user tap99 group readers"},
		{"snmp-server community tapcommunity0 ro", "snmp-server community tapcommunity99 ro"},
	} {
		for i, w := range p.twins() {
			for _, line := range []string{tt.taken, tt.free} {
				s := w.login(15)
				got := w.run(s, "configure terminal\n"+line)
				refused := w == p.busy && line == tt.taken
				if strings.Contains(got, "\nstdin:") != refused {
					t.Errorf("router %d, %q: %s", i, line, got)
				}
				if refused && !regexp.MustCompile(`(?m)^stdin:2: % \S+( tap0)?: name is already in use$`).MatchString(got) {
					t.Errorf("%q is refused with %s", line, got)
				}
				s.Close()
			}
		}
	}
}

// TestSyslog: what a syslog server receives over UDP from the two routers is
// the same, and is all that the console shows.
func TestSyslog(t *testing.T) {
	t.Parallel()
	server, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := newPair(t, 1, plant{})
	if err := p.give(0, fmt.Sprintf("configure terminal\nlog destination syslog 127.0.0.1 port %d severity debug\nend", server.LocalAddr().(*net.UDPAddr).Port)); err != nil {
		t.Fatal(err)
	}
	var lines [2][]string // by router: each sends from a port of its own
	var from []netip.AddrPort
	for i := range 12 { // as much as the socket holds
		p.noise()
		if err := p.step(i%len(kinds), fmt.Sprintf("show version | include %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	last := "the last message"
	for _, w := range p.twins() {
		w.router.EventLog().Log(eventlog.System, eventlog.Notice, "default", last)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if err := w.router.EventLog().Flush(ctx); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
	buf := make([]byte, 2048)
	if err := server.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for done := 0; done < 2; {
		n, addr, err := server.ReadFromUDPAddrPort(buf)
		if err != nil {
			t.Fatalf("%v, %d and %d messages", err, len(lines[0]), len(lines[1]))
		}
		i := slices.Index(from, addr)
		if i < 0 {
			i, from = len(from), append(from, addr)
		}
		if i > 1 {
			t.Fatal("more than two senders")
		}
		lines[i] = append(lines[i], string(buf[:n]))
		if bytes.HasSuffix(buf[:n], []byte(last)) {
			done++
		}
	}
	if err := p.differs("syslog messages", strings.Join(lines[0], "\n"), strings.Join(lines[1], "\n")); err != nil {
		t.Fatal(err)
	}
	if len(lines[0]) < 20 {
		t.Errorf("only %d messages", len(lines[0]))
	}
}
