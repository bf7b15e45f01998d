package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/securelog"
)

var testTime = time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)

func newLog(t *testing.T, o Options) *Log {
	t.Helper()
	o.Now = func() time.Time { return testTime }
	if o.Hostname == nil {
		o.Hostname = func() string { return "host1" }
	}
	l := New(o)
	t.Cleanup(l.Close)
	return l
}

func flush(t *testing.T, l *Log) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := l.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}

func texts(l *Log) (list []string) {
	entries, _ := l.Entries()
	for _, e := range entries {
		list = append(list, e.Text)
	}
	return list
}

func TestCategoriesAreTheirTable(t *testing.T) {
	if len(Categories) != categoryCount {
		t.Fatalf("%d categories in the table, %d declared", len(Categories), categoryCount)
	}
	for i, c := range Categories {
		if int(c.Category) != i {
			t.Errorf("%s stands at %d", c.Name, i)
		}
		if c.Category.String() != c.Name {
			t.Errorf("%s is called %v", c.Name, c.Category)
		}
		if c.Shared && c.audit.String() != c.Name {
			t.Errorf("%s shares its severity with %v", c.Name, c.audit)
		}
	}
	if !slices.IsSortedFunc(Categories, func(a, b CategoryInfo) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("categories are not in the order of their names")
	}
}

func TestLine(t *testing.T) {
	e := Entry{Time: testTime, Severity: Notice, Category: Security, Router: "default", Text: "Login on console"}
	if got, want := e.String(), "NOTICE 11/22/2026 06:12:11 UTC security (default): Login on console"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := e.Line(false), "NOTICE security (default): Login on console"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTextIsPrintable(t *testing.T) {
	l := newLog(t, Options{})
	for _, c := range []struct{ in, want string }{
		{"plain \"quoted\" \\ text", "plain \"quoted\" \\ text"},
		{"line\nfeed \x1b[31m", `line\x0afeed \x1b[31m`},
		{"bad \xff utf8 ünïcode", `bad \xff utf8 \xc3\xbcn\xc3\xafcode`},
		{strings.Repeat("ä", maxText), strings.Repeat(`\xc3\xa4`, maxText/8)[:1020] + cutMark},
	} {
		l.Clear()
		l.Log(System, Info, "default", c.in)
		if d := cmp.Diff([]string{c.want}, texts(l)); d != "" {
			t.Error(d)
		}
	}
}

func TestSeverities(t *testing.T) {
	l := newLog(t, Options{})
	l.Log(System, Debug, "default", "below the default")
	l.Log(System, Info, "default", "at the default")
	l.SetSeverity(System, Error)
	l.Log(System, Warning, "default", "below error")
	l.Log(System, Critical, "default", "above error")
	l.Log(Security, Info, "default", "another category")
	if d := cmp.Diff([]string{"at the default", "above error", "another category"}, texts(l)); d != "" {
		t.Error(d)
	}
}

func TestSharedSeveritiesAreTheAuditLogs(t *testing.T) {
	audit, err := securelog.New(1, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer audit.Close()
	l := newLog(t, Options{Audit: audit})
	l.SetSeverity(SNMPTrap, Warning)
	if got := audit.Threshold(securelog.SNMPTrap); got != Warning {
		t.Errorf("the audit log has %v", got)
	}
	audit.SetThreshold(securelog.SNMPSetPduAudit, Error)
	if got := l.Severity(SNMPSetPduAudit); got != Error {
		t.Errorf("the event log has %v", got)
	}
	if l.Logs(SNMPTrap, Notice) || !l.Logs(SNMPTrap, Warning) || !l.Logs(System, Info) {
		t.Error("messages do not pass as the severities say")
	}
}

func TestBufferKeepsTheNewest(t *testing.T) {
	l := newLog(t, Options{})
	const more = 7
	for i := range BufferSize + more {
		l.Log(System, Info, "default", fmt.Sprint(i))
	}
	entries, lost := l.Entries()
	if len(entries) != BufferSize || lost != more {
		t.Fatalf("%d entries, %d overwritten", len(entries), lost)
	}
	for i, e := range entries {
		if e.Text != fmt.Sprint(i+more) {
			t.Fatalf("entry %d is %q", i, e.Text)
		}
	}
	again := newLog(t, Options{})
	again.Begin(entries)
	again.Log(System, Info, "default", "after")
	kept, _ := again.Entries()
	if len(kept) != BufferSize || kept[0].Text != fmt.Sprint(more+1) || kept[BufferSize-1].Text != "after" {
		t.Errorf("begun with %d entries it holds %d, from %q to %q", len(entries), len(kept), kept[0].Text, kept[len(kept)-1].Text)
	}
}

func TestSyslogReceiver(t *testing.T) {
	server, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	l := newLog(t, Options{})
	to := server.LocalAddr().(*net.UDPAddr).AddrPort()
	if err := l.SetServer(to, MaxFacility, Warning); err != nil {
		t.Fatal(err)
	}
	l.Log(Security, Notice, "default", "not for the server")
	l.Log(IPInterface, Warning, "vr1", "interface gigabitEthernet 1/0 went down")
	l.Log(System, Error, "default", strings.Repeat("z", maxText))
	buf := make([]byte, 2048)
	read := func() string {
		if err := server.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, err := server.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		return string(buf[:n])
	}
	if got, want := read(), "<188>Nov 22 06:12:11 host1 ipInterface (vr1): interface gigabitEthernet 1/0 went down"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := read(); len(got) != maxDatagram || !strings.HasPrefix(got, "<187>Nov 22 06:12:11 host1 system (default): zzz") {
		t.Errorf("got %d octets: %.60q", len(got), got)
	}
	flush(t, l)
	if got := l.Destinations()[2]; got.Sent != 2 || got.Server != to || got.Severity != Warning {
		t.Errorf("destination %+v", got)
	}
	if err := l.RemoveServer(to.Addr(), to.Port()); err != nil {
		t.Fatal(err)
	}
	if err := l.RemoveServer(to.Addr(), 0); !errors.Is(err, errNoServer) {
		t.Errorf("removed twice: %v", err)
	}
}

// stuckWriter blocks until it is released.
type stuckWriter struct{ release, entered chan struct{} }

func (w *stuckWriter) Write(p []byte) (int, error) {
	select {
	case w.entered <- struct{}{}:
	default:
	}
	<-w.release
	return len(p), nil
}
func (*stuckWriter) Close() error { return nil }

func TestStuckDestinationBlocksNobody(t *testing.T) {
	stuck := &stuckWriter{release: make(chan struct{}), entered: make(chan struct{}, 1)}
	l := newLog(t, Options{Dial: func(netip.AddrPort) (io.WriteCloser, error) { return stuck, nil }})
	if err := l.SetServer(netip.MustParseAddrPort("192.0.2.1:514"), MaxFacility, Debug); err != nil {
		t.Fatal(err)
	}
	l.Log(System, Info, "default", "first")
	<-stuck.entered
	const more = 10
	for i := range queueSize + more {
		l.Log(System, Info, "default", fmt.Sprint(i))
	}
	if got := l.Destinations()[2]; got.Dropped != more {
		t.Errorf("%d dropped, want %d", got.Dropped, more)
	}
	close(stuck.release)
	flush(t, l)
	if got := l.Destinations()[2]; got.Sent != queueSize+1 {
		t.Errorf("%d sent, want %d", got.Sent, queueSize+1)
	}
}

// screen collects what a console shows.
type screen struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func TestConsole(t *testing.T) {
	l := newLog(t, Options{})
	s := &screen{}
	detach := l.Attach(s)
	l.Log(System, Error, "default", "the console is off")
	l.SetConsole(true, Warning)
	l.Log(System, Error, "default", "shown")
	l.Log(System, Notice, "default", "not grave enough")
	flush(t, l)
	detach()
	l.Log(System, Error, "default", "nobody looks")
	l.Close()
	if got, want := s.text.String(), "ERROR 11/22/2026 06:12:11 UTC system (default): shown\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMonitor: a session that asks for messages has them all, whatever goes to
// consoles, and is no console in what is said of destinations.
func TestMonitor(t *testing.T) {
	l := newLog(t, Options{})
	s := &screen{}
	stop := l.Monitor(s)
	l.Log(System, Error, "default", "the console is off")
	l.SetConsole(true, Error)
	l.Log(System, Info, "default", "not for the console")
	flush(t, l)
	if d := l.Destinations()[0]; d.Sent != 0 {
		t.Errorf("the console: %+v", d)
	}
	stop()
	l.Log(System, Error, "default", "nobody looks")
	l.Close()
	if got := s.text.String(); strings.Count(got, "\n") != 2 || strings.Contains(got, "nobody") {
		t.Errorf("got %q", got)
	}
}

func TestTooManyServers(t *testing.T) {
	l := newLog(t, Options{})
	for port := range uint16(maxServers) {
		if err := l.SetServer(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 5000+port), MaxFacility, Info); err != nil {
			t.Fatal(err)
		}
	}
	one := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 4999)
	if err := l.SetServer(one, MaxFacility, Info); !errors.Is(err, errTooManyServers) {
		t.Errorf("one more: %v", err)
	}
	if err := l.RemoveServer(one.Addr(), 0); err != nil {
		t.Fatal(err)
	}
	if n := len(l.Destinations()); n != 2 {
		t.Errorf("%d destinations are left", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	d := &disk{files: map[string][]byte{}}
	l := newLog(t, Options{Files: d})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				l.Log(System, Info, "default", fmt.Sprint(i))
				if i%20 == 0 {
					detach := l.Attach(io.Discard)
					l.SetConsole(i%40 == 0, Info)
					_ = l.SetFile(i%40 == 0, Info)
					l.Entries()
					l.Destinations()
					detach()
				}
			}
		})
	}
	wg.Wait()
	if n := len(texts(l)); n != 800 {
		t.Errorf("%d entries", n)
	}
}
