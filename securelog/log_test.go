package securelog

import (
	"fmt"
	"mirrorsh/trapcore/snmp"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)

// asText renders varbinds that are text already.
func asText(dst, varbinds []byte) []byte { return append(dst, varbinds...) }

func newLog(t testing.TB, capacity int, render Renderer) *Log {
	t.Helper()
	l, err := New(capacity, time.UTC, render)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func sampleTrap() *Trap {
	return &Trap{
		Header:   Header{Time: noon, Router: "default"},
		Severity: Notice,
		To:       netip.MustParseAddrPort("10.16.2.12:162"),
		Version:  snmp.Version3,
		User:     "mirrorUser",
		Name:     "juniPacketMirrorSessionStart",
		Varbinds: []byte("juniPacketMirrorTriggerType.0 = username(3), juniPacketMirrorTrigger.0 = jwbooth@isptheatre.com"),
	}
}

func sampleAccess(o Operation) *Access {
	return &Access{
		Header:    Header{Time: noon, Router: "default"},
		From:      netip.MustParseAddrPort("127.0.0.1:40112"),
		Version:   snmp.Version3,
		User:      "mirrorUser",
		Operation: o,
		Varbinds:  []byte("juniPacketMirrorTrapEnable.0 = true(1)"),
		Result:    "noError",
	}
}

func lines(l *Log) []string {
	var out []string
	_, entries := l.Read()
	for e := range entries {
		out = append(out, e.String())
	}
	return out
}

func TestEntryText(t *testing.T) {
	const trap = "NOTICE 11/22/2026 06:12:11 UTC snmpTrap (default): sent to 10.16.2.12:162 v3 mirrorUser juniPacketMirrorSessionStart, " +
		"juniPacketMirrorTriggerType.0 = username(3), juniPacketMirrorTrigger.0 = jwbooth@isptheatre.com"
	trapWith := func(change func(*Trap)) func(*Log) {
		return func(l *Log) {
			e := sampleTrap()
			change(e)
			l.AppendTrap(e)
		}
	}
	access := func(change func(*Access)) func(*Log) {
		return func(l *Log) {
			e := sampleAccess(Get)
			change(e)
			l.AppendAccess(e)
		}
	}
	for _, tc := range []struct {
		name   string
		append func(*Log)
		want   string
	}{
		{"contract", trapWith(func(*Trap) {}), trap},
		{"severity and router", trapWith(func(e *Trap) { e.Severity, e.Router = Critical, "isp1" }),
			strings.NewReplacer("NOTICE", "CRITICAL", "(default)", "(isp1)").Replace(trap)},
		{"fault", trapWith(func(e *Trap) { e.Fault = "bad-digest" }),
			strings.Replace(trap, "Start,", "Start [fault bad-digest],", 1)},
		{"acknowledged", trapWith(func(e *Trap) { e.State = Acknowledged }), strings.Replace(trap, "sent to", "acknowledged by", 1)},
		{"given up", trapWith(func(e *Trap) { e.State = GivenUp }), strings.Replace(trap, "sent to", "given up for", 1)},
		{"discarded", trapWith(func(e *Trap) { e.State, e.Reason = Discarded, "queue full" }),
			strings.Replace(trap, "sent to", "discarded (queue full) for", 1)},
		{"no such state", trapWith(func(e *Trap) { e.State = 9 }), strings.Replace(trap, "sent to", "state-9 for", 1)},
		{"no varbinds", trapWith(func(e *Trap) { e.Varbinds = nil }),
			strings.SplitAfter(trap, "SessionStart")[0]},
		{"IPv6 with zone", trapWith(func(e *Trap) { e.To = netip.MustParseAddrPort("[fe80::1%eth0]:65535") }),
			strings.Replace(trap, "10.16.2.12:162", "[fe80::1%eth0]:65535", 1)},
		{"IPv4 in IPv6", trapWith(func(e *Trap) { e.To = netip.MustParseAddrPort("[::ffff:10.0.0.1]:162") }),
			strings.Replace(trap, "10.16.2.12:162", "[::ffff:10.0.0.1]:162", 1)},
		{"no address", trapWith(func(e *Trap) { e.To = netip.AddrPort{} }),
			strings.Replace(trap, "10.16.2.12:162", "unknown", 1)},
		{"get", access(func(*Access) {}),
			"INFO 11/22/2026 06:12:11 UTC snmpPduAudit (default): from 127.0.0.1:40112 v3 mirrorUser GET juniPacketMirrorTrapEnable.0 = true(1), result noError"},
		{"set, refused", access(func(e *Access) { e.Operation, e.Result = Set, "inconsistentValue" }),
			"NOTICE 11/22/2026 06:12:11 UTC snmpSetPduAudit (default): from 127.0.0.1:40112 v3 mirrorUser SET juniPacketMirrorTrapEnable.0 = true(1), result inconsistentValue"},
		{"getbulk, community, no varbinds", access(func(e *Access) { e.Operation, e.Version, e.User, e.Varbinds = GetBulk, snmp.Version2c, "li", nil }),
			"INFO 11/22/2026 06:12:11 UTC snmpPduAudit (default): from 127.0.0.1:40112 v2c li GETBULK, result noError"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newLog(t, 4, asText)
			l.SetOn(true)
			tc.append(l)
			if got := lines(l); !slices.Equal(got, []string{tc.want}) {
				t.Errorf("got  %q\nwant %q", got, tc.want)
			}
		})
	}
}

func TestLocation(t *testing.T) {
	for _, tc := range []struct {
		location *time.Location
		want     string
	}{
		{nil, "NOTICE 11/22/2026 06:12:11 UTC "},
		{time.FixedZone("EST", -5*3600), "NOTICE 11/22/2026 01:12:11 EST "},
		{time.FixedZone("JST", 9*3600), "NOTICE 11/22/2026 15:12:11 JST "},
	} {
		l, err := New(1, tc.location, asText)
		if err != nil {
			t.Fatal(err)
		}
		l.SetOn(true)
		l.AppendTrap(sampleTrap())
		if got := lines(l); len(got) != 1 || !strings.HasPrefix(got[0], tc.want) {
			t.Errorf("%v: got %q", tc.location, got)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSwitchAndThresholds(t *testing.T) {
	for _, tc := range []struct {
		name      string
		off       bool
		category  Category
		threshold Severity
		traps     []Severity
		accesses  []Operation
		want      int
	}{
		{name: "off", off: true, traps: []Severity{Emergency}, accesses: []Operation{Get, Set}},
		{name: "default is info", traps: []Severity{Emergency, Notice, Info, Debug}, want: 3},
		{name: "accesses at default", accesses: []Operation{Get, GetNext, GetBulk, Set}, want: 4},
		{name: "traps at warning", category: SNMPTrap, threshold: Warning, traps: []Severity{Error, Warning, Notice}, accesses: []Operation{Get}, want: 3},
		{name: "traps at debug", category: SNMPTrap, threshold: Debug, traps: []Severity{Info, Debug}, want: 2},
		{name: "gets at notice", category: SNMPPduAudit, threshold: Notice, accesses: []Operation{Get, GetNext, GetBulk, Set}, want: 1},
		{name: "sets at warning", category: SNMPSetPduAudit, threshold: Warning, accesses: []Operation{Get, Set}, want: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newLog(t, 10, asText)
			l.SetOn(!tc.off)
			if tc.threshold != 0 {
				l.SetThreshold(tc.category, tc.threshold)
				if got := l.Threshold(tc.category); got != tc.threshold {
					t.Errorf("threshold %v, want %v", got, tc.threshold)
				}
			}
			for _, s := range tc.traps {
				e := sampleTrap()
				e.Severity = s
				l.AppendTrap(e)
			}
			for _, o := range tc.accesses {
				l.AppendAccess(sampleAccess(o))
			}
			status, _ := l.Read()
			if want := (Status{On: !tc.off, Held: tc.want, Capacity: 10}); status != want {
				t.Errorf("got %+v, want %+v", status, want)
			}
		})
	}
}

func TestSwitchOffKeepsEntries(t *testing.T) {
	l := newLog(t, 3, asText)
	l.SetOn(true)
	l.AppendTrap(sampleTrap())
	l.SetOn(false)
	l.AppendTrap(sampleTrap())
	if status, _ := l.Read(); status != (Status{Held: 1, Capacity: 3}) {
		t.Errorf("got %+v", status)
	}
}

func numbered(n int) *Trap {
	e := sampleTrap()
	e.Name = fmt.Sprint("trap", n)
	return e
}

// names lists the notification names of an iterator made by View.
func names(seq func(func(Entry) bool)) []string {
	var out []string
	for e := range seq {
		out = append(out, strings.TrimSuffix(strings.Fields(e.Text)[5], ","))
	}
	return out
}

func TestWrapAround(t *testing.T) {
	const capacity = 4
	l := newLog(t, capacity, asText)
	l.SetOn(true)
	for n := range 3 * capacity {
		status, entries := l.Read()
		var want []string
		for i := max(0, n-capacity); i < n; i++ {
			want = append(want, fmt.Sprint("trap", i))
		}
		if got := names(entries); !slices.Equal(got, want) {
			t.Errorf("after %d: got %v, want %v", n, got, want)
		}
		if w := (Status{On: true, Held: len(want), Capacity: capacity, Overwritten: uint64(n - len(want))}); status != w {
			t.Errorf("after %d: got %+v, want %+v", n, status, w)
		}
		l.AppendTrap(numbered(n))
	}
}

func TestViewWhilePaging(t *testing.T) {
	for _, tc := range []struct {
		name  string
		after func(*Log) // runs when one entry has been read
		want  []string
	}{
		{"nothing happens", func(*Log) {}, []string{"trap0", "trap1", "trap2", "trap3"}},
		{"new entries are not of the view", func(l *Log) { l.AppendTrap(numbered(4)) }, []string{"trap0", "trap1", "trap2", "trap3"}},
		{"overwritten entries are skipped", func(l *Log) {
			for n := 4; n < 7; n++ {
				l.AppendTrap(numbered(n))
			}
		}, []string{"trap0", "trap3"}},
		{"all overwritten", func(l *Log) {
			for n := 4; n < 40; n++ {
				l.AppendTrap(numbered(n))
			}
		}, []string{"trap0"}},
		{"cleared", func(l *Log) { l.Clear(); l.AppendTrap(numbered(9)) }, []string{"trap0"}},
		{"closed", func(l *Log) { _ = l.Close() }, []string{"trap0"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newLog(t, 4, asText)
			l.SetOn(true)
			for n := range 4 {
				l.AppendTrap(numbered(n))
			}
			_, entries := l.Read()
			first := true
			got := names(func(yield func(Entry) bool) {
				for e := range entries {
					if !yield(e) {
						return
					}
					if first {
						first = false
						tc.after(l)
					}
				}
			})
			if !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestTruncation(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, tc := range []struct {
		name   string
		change func(*Trap)
		least  int // octets of the text that must survive
		cut    bool
	}{
		{"largest mirror trap", func(e *Trap) { e.Varbinds = []byte(long[:1400]) }, 1400, false},
		{"long varbinds", func(e *Trap) { e.Varbinds = []byte(long) }, 1400, true},
		{"long user", func(e *Trap) { e.User = long }, nameLimit, true},
		{"long router", func(e *Trap) { e.Router = long }, 0, true},
		{"everything", func(e *Trap) {
			e.Router, e.User, e.Name, e.Fault, e.Varbinds = long, long, long, long, []byte(long)
			e.To = netip.MustParseAddrPort("[fe80::1%abcdefghijklmnopqrstuvwxyz]:162")
		}, 1400, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := newLog(t, 2, asText)
			l.SetOn(true)
			e := sampleTrap()
			tc.change(e)
			l.AppendTrap(e)
			_, entries := l.Read()
			for e := range entries {
				if e.Truncated != tc.cut || strings.HasSuffix(e.Text, "[truncated]") != tc.cut {
					t.Errorf("truncated %v, text ends %q", e.Truncated, e.Text[len(e.Text)-20:])
				}
				if n := strings.Count(e.Text, "x"); n < tc.least || n > slotSize {
					t.Errorf("%d octets of text survive, want at least %d", n, tc.least)
				}
			}
			// What follows a long entry is whole.
			l.AppendTrap(sampleTrap())
			if got := lines(l); len(got) != 2 || strings.Contains(got[1], "truncated") {
				t.Errorf("next entry: %q", got)
			}
		})
	}
}

func TestHostileText(t *testing.T) {
	l := newLog(t, 1, asText)
	l.SetOn(true)
	for _, tc := range []struct{ in, want string }{
		{"\x1b[2J", `\x1b[2J`},
		{"a\r\nNOTICE forged", `a\x0d\x0aNOTICE forged`},
		{"\x00\x7f\x9b", `\x00\x7f\x9b`},
		{"\u009b31m", `\xc2\x9b31m`},
		{"\u202egnp", `\xe2\x80\xaegnp`},
		{"\U000e0001", `\xf3\xa0\x80\x81`},
		{"\xff\xfe", `\xff\xfe`},
		{"\ufffd", `\xef\xbf\xbd`},
		{`DOMAIN\user`, `DOMAIN\user`},
		{"Grüße", `Gr\xc3\xbc\xc3\x9fe`},
	} {
		e := sampleTrap()
		e.Router, e.User, e.Name, e.Fault, e.Varbinds = tc.in, tc.in, tc.in, tc.in, []byte(tc.in)
		l.AppendTrap(e)
		got := lines(l)
		if len(got) != 1 || strings.Count(got[0], tc.want) != 5 {
			t.Errorf("%q: got %q, want 5 of %q", tc.in, got, tc.want)
		}
	}
}

func TestRendererPanicIsKept(t *testing.T) {
	l := newLog(t, 1, func(_, varbinds []byte) []byte { panic(string(varbinds)) })
	l.SetOn(true)
	l.AppendTrap(sampleTrap())
	got := lines(l)
	if len(got) != 1 || !strings.HasSuffix(got[0], "SessionStart, [unreadable varbinds]") {
		t.Errorf("got %q", got)
	}
}

func TestWithoutRenderer(t *testing.T) {
	l := newLog(t, 1, nil)
	l.SetOn(true)
	e := sampleTrap()
	e.Varbinds = []byte{0x30, 0xff}
	l.AppendTrap(e)
	if got := lines(l); len(got) != 1 || !strings.HasSuffix(got[0], ", 30ff") {
		t.Errorf("got %q", got)
	}
}

func TestCloseAndCapacity(t *testing.T) {
	l := newLog(t, 1, asText)
	l.SetOn(true)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l.AppendTrap(sampleTrap())
		l.AppendAccess(sampleAccess(Set))
		l.Clear()
		if got := lines(l); got != nil {
			t.Errorf("after Close: %q", got)
		}
	}
	for _, capacity := range []int{-1, 0, 1<<16 + 1} {
		if _, err := New(capacity, time.UTC, asText); err == nil {
			t.Errorf("capacity %d accepted", capacity)
		}
	}
}
