package notify

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestWhatDoesNotArrive raises a secure trap that must not leave, then a marker
// that must: the marker is the first to arrive.
func TestWhatDoesNotArrive(t *testing.T) {
	marker := func(f *fixture) {
		f.openSecure()
		_ = f.SetCategoryFilter(mib.PacketMirror, 7)
		ev := mirror.Sample(new(mirror.SessionEnd), 1, 1, testTime)
		f.RaiseSecure(ev)
	}
	for _, tt := range []struct {
		name string
		set  func(f *fixture)
	}{
		{"category off", func(f *fixture) { f.traps.Store(true) }},
		{"every other category on", func(f *fixture) { f.EnableAll(); f.traps.Store(true) }},
		{"trap-enable false", func(f *fixture) { f.Enable(mib.NewCategorySet(mib.PacketMirror)) }},
		{"above the filter", func(f *fixture) { f.openSecure(); _ = f.SetCategoryFilter(mib.PacketMirror, 4) }},
		{"agent off", func(f *fixture) { f.openSecure(); f.SetOff(true) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSink(t)
			f := newFixture(t)
			f.setHost(t, secureHost(s.addr))
			tt.set(f)
			f.RaiseSecure(start(1))
			f.SetOff(false)
			marker(f)
			if got := trapOID(t, s.next(t, "mirrorUser")); got != secureOID("SessionEnd") {
				t.Errorf("%s arrived", got)
			}
		})
	}
}

// TestSecureTrapsReachNoOtherHost has a v1, v2c and v3 ordinary host.
func TestSecureTrapsReachNoOtherHost(t *testing.T) {
	for _, tt := range []struct {
		version Version
		str     string
	}{{V1, "public"}, {V2c, "public"}, {V3, "priv"}} {
		s := newSink(t)
		f := newFixture(t)
		h := v2cHost(s.addr)
		h.Version, h.SecurityString = tt.version, tt.str
		f.setHost(t, h)
		f.openSecure()
		f.EnableAll()
		f.RaiseSecure(start(1))
		f.Raise(&ColdStart{})
		user := ""
		if tt.version == V3 {
			user = tt.str
		}
		p := s.next(t, user)
		if tt.version == V1 {
			if p.Version != gosnmp.Version1 || p.GenericTrap != 0 || p.Enterprise != "."+mib.SnmpTraps.String() || p.AgentAddress != "127.0.0.1" {
				t.Errorf("v1: %+v", p)
			}
		} else if got := trapOID(t, p); got != mib.ColdStart.OID.String() {
			t.Errorf("%v: %s arrived", tt.version, got)
		}
		if h := f.host(t, side.Ordinary); h.Counters.Discards != 0 {
			t.Errorf("%v: a secure trap was counted: %+v", tt.version, h.Counters)
		}
	}
}

// TestHostStage looks at one host and one linkDown, severity warning(4).
func TestHostStage(t *testing.T) {
	for _, tt := range []struct {
		name string
		line func(h *Host)
		user string
		sent bool
	}{
		{"no category is every one", func(h *Host) {}, "", true},
		{"its category", func(h *Host) { h.Categories = mib.NewCategorySet(mib.Link, mib.OSPF) }, "", true},
		{"another category", func(h *Host) { h.Categories = mib.NewCategorySet(mib.OSPF) }, "", false},
		{"filter equal", func(h *Host) { h.Filter = 4 }, "", true},
		{"filter lower", func(h *Host) { h.Filter = 3 }, "", false},
		{"user with the view", func(h *Host) { h.Version, h.SecurityString = V3, "none" }, "none", true},
		{"user with authentication", func(h *Host) { h.Version, h.SecurityString = V3, "auth" }, "auth", true},
		{"user without the view", func(h *Host) { h.Version, h.SecurityString = V3, "blind" }, "blind", false},
		{"view of all but a varbind", func(h *Host) { h.Version, h.SecurityString = V3, "half" }, "half", false},
		{"unknown user", func(h *Host) { h.Version, h.SecurityString = V3, "nobody" }, "", false},
		{"user of the other side", func(h *Host) { h.Version, h.SecurityString = V3, "mirrorUser" }, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var net fakeNet
			f := newFixture(t, net.options)
			f.addUser(t, side.Ordinary, "blind", snmp.GroupPublic, snmp.NoAuthNoPriv)
			f.setView(t, "half", mib.IfOperStatus.OID)
			f.addUser(t, side.Ordinary, "half", "half", snmp.NoAuthNoPriv)
			f.EnableAll()
			h := v2cHost(far)
			tt.line(&h)
			f.setHost(t, h)
			f.Raise(&LinkDown{Link{Index: 1, AdminStatus: 1, OperStatus: 2}})
			f.Drain(t.Context())
			want := HostCounters{Sent: 1}
			if !tt.sent {
				want = HostCounters{Discards: 1}
			}
			if got := f.host(t, side.Ordinary).Counters; got != want {
				t.Errorf("%+v", got)
			}
			got := net.datagrams()
			if len(got) != int(want.Sent) {
				t.Fatalf("%d datagrams", len(got))
			}
			if tt.sent && trapOID(t, decode(t, got[0].msg, tt.user)) != mib.LinkDown.OID.String() {
				t.Error("not a linkDown")
			}
		})
	}
}

// TestUserRemovedLater: what is queued for a user is discarded once the user is
// gone, and flows again when there is one of that name and side.
func TestUserRemovedLater(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	release := net.stall()
	raise(f, 1, 1)
	<-net.held
	raise(f, 2, 3)
	if err := f.users.As(side.Clear(true)).RemoveUser("mirrorUser"); err != nil {
		t.Fatal(err)
	}
	raise(f, 4, 4)
	release()
	f.Drain(t.Context())
	if got := f.host(t, side.Secure).Counters; got != (HostCounters{Sent: 1, Discards: 3}) {
		t.Errorf("%+v", got)
	}
	f.addUser(t, side.Ordinary, "mirrorUser", "priv", snmp.AuthPriv) // of the wrong side
	raise(f, 5, 5)
	if err := f.users.As(side.Clearance{}).RemoveUser("mirrorUser"); err != nil {
		t.Fatal(err)
	}
	raise(f, 6, 6) // there is no user
	f.addUser(t, side.Secure, "mirrorUser", snmp.GroupMirror, snmp.AuthPriv)
	raise(f, 7, 7)
	f.Drain(t.Context())
	if got := sessions(t, net.datagrams()); !slices.Equal(got, []int{1, 7}) {
		t.Errorf("sent %v", got)
	}
	if got := f.host(t, side.Secure).Counters; got != (HostCounters{Sent: 2, Discards: 5}) {
		t.Errorf("%+v", got)
	}
}

// TestViewTakenAwayLater: the view is asked again when a trap leaves the queue.
func TestViewTakenAwayLater(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.setView(t, "half", mib.IfIndex.OID)
	f.addUser(t, side.Ordinary, "half", "half", snmp.NoAuthNoPriv)
	f.EnableAll()
	h := v2cHost(far)
	h.Version, h.SecurityString = V3, "half"
	f.setHost(t, h)
	release := net.stall()
	f.Raise(&ColdStart{})
	<-net.held
	f.Raise(&WarmStart{})
	f.Raise(&ColdStart{})
	f.setView(t, "half", mib.WarmStart.OID)
	release()
	f.Drain(t.Context())
	if got := f.host(t, side.Ordinary).Counters; got != (HostCounters{Sent: 2, Discards: 1}) {
		t.Errorf("%+v", got)
	}
}

// TestReplacedRecordTakesOver: the next traps go to the new port.
func TestReplacedRecordTakesOver(t *testing.T) {
	a, b := newSink(t), newSink(t)
	f := newFixture(t)
	f.EnableAll()
	f.setHost(t, v2cHost(a.addr))
	f.Raise(&ColdStart{})
	a.next(t, "")
	f.setHost(t, v2cHost(b.addr))
	f.Raise(&WarmStart{})
	if got := trapOID(t, b.next(t, "")); got != mib.WarmStart.OID.String() {
		t.Error(got)
	}
	f.Drain(t.Context()) // a trap is counted after it has left
	if h := f.host(t, side.Ordinary); h.Counters.Sent != 2 {
		t.Errorf("%+v", h.Counters)
	}
}

func TestBadValuesAreCounted(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	f.RaiseSecure(&mirror.InterfaceDeleted{})
	f.Drain(t.Context())
	if got := f.host(t, side.Secure).Counters; got != (HostCounters{BadEncoding: 1}) || len(net.datagrams()) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestClosedPortLosesNothing: the system reports nobody's port in place of
// sending the next datagram, which has to be sent all the same.
func TestClosedPortLosesNothing(t *testing.T) {
	s := newSink(t)
	s.conn.Close()
	f := newFixture(t)
	f.openSecure()
	f.setHost(t, secureHost(s.addr))
	for n := range uint32(200) {
		if err := f.secure.RaiseWait(t.Context(), start(n), nil); err != nil {
			t.Fatal(err)
		}
	}
	f.Drain(t.Context())
	if got := f.host(t, side.Secure).Counters; got != (HostCounters{Sent: 200}) {
		t.Errorf("%+v", got)
	}
}

// TestBatchesArriveWhole sends traps of many lengths in few calls.
func TestBatchesArriveWhole(t *testing.T) {
	s := newSink(t)
	forceReadBuffer(t, s.conn, 4<<20)
	c, err := DialUDP(netip.Addr{}, s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var want [][]byte
	for i := range 300 {
		m := make([]byte, 100+i/20*7)
		m[0], m[1] = byte(i), byte(i>>8)
		want = append(want, m)
	}
	for _, size := range []int{480, 1200, 2000} { // long runs, of which not all fit one message
		for i := range 2 * maxBatch {
			m := make([]byte, size)
			m[0], m[1] = byte(i), byte(size>>4)
			want = append(want, m)
		}
	}
	want = append(want, make([]byte, 9000), make([]byte, 9000), make([]byte, 70), make([]byte, 60))
	for _, plain := range []bool{false, true} {
		c.(*udpConn).plain = plain
		for at := 0; at < len(want); at += maxBatch {
			batch := want[at:min(at+maxBatch, len(want))]
			if n, err := c.Send(batch); n != len(batch) || err != nil {
				t.Fatalf("%d of %d, %v", n, len(batch), err)
			}
		}
		for i := range want {
			if got := s.raw(t); !slices.Equal(got, want[i]) {
				t.Fatalf("datagram %d has %d octets, want %d", i, len(got), len(want[i]))
			}
		}
	}
	if n, err := c.Send([][]byte{make([]byte, 66000)}); n != 0 || err == nil {
		t.Errorf("a datagram of 66000 octets: %d, %v", n, err)
	}
}

// TestOnlyLongRunsAreOffloaded counts the datagrams of each message that goes to
// the system.
func TestOnlyLongRunsAreOffloaded(t *testing.T) {
	run := func(lengths ...int) (all [][]byte) {
		for i := 0; i < len(lengths); i += 2 {
			for range lengths[i] {
				all = append(all, make([]byte, lengths[i+1]))
			}
		}
		return all
	}
	ones := func(n int) []int { return slices.Repeat([]int{1}, n) }
	for _, tt := range []struct {
		name  string
		batch [][]byte
		plain bool
		want  []int
	}{
		{"ten of one length", run(10, 480), false, ones(10)},
		{"one less than a batch", run(maxBatch-1, 480), false, ones(maxBatch - 1)},
		{"a batch", run(maxBatch, 480), false, []int{maxBatch}},
		{"a batch, not wanted", run(maxBatch, 480), true, ones(maxBatch)},
		{"a batch of two lengths", run(maxBatch/2, 480, maxBatch/2, 481), false, ones(maxBatch)},
		{"a batch with a shorter last one", run(maxBatch-1, 480, 1, 400), false, ones(maxBatch)},
		{"as many as fit", run(maxBatch, 2000), false, append([]int{32, 32}, ones(0)...)},
		{"as many as fit, and the rest", run(maxBatch, 1500), false, append([]int{43}, ones(21)...)},
	} {
		c := &udpConn{plain: tt.plain}
		var got []int
		for _, m := range c.group(tt.batch) {
			got = append(got, len(m.Buffers))
			if (m.OOB != nil) != (len(m.Buffers) > 1) {
				t.Errorf("%s: %d datagrams, control message %v", tt.name, len(m.Buffers), m.OOB)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSecureLogHoldsSecureTrapsOnly(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	f.setHost(t, secureHost(far))
	f.setHost(t, v2cHost(far))
	f.RaiseSecure(start(1)) // the log is off
	f.Drain(t.Context())
	f.log.SetOn(true)
	f.Raise(&ColdStart{})
	f.RaiseSecure(mirror.Sample(new(mirror.AnalyzerUnreachable), 1, 1, testTime))
	f.Drain(t.Context())
	_, entries := f.log.View()
	var got []string
	for e := range entries {
		got = append(got, e.String())
		if e.Severity != securelog.Critical || e.Category != securelog.SNMPTrap {
			t.Errorf("%+v", e)
		}
	}
	want := []string{"CRITICAL 11/22/2026 04:42:11 UTC snmpTrap (default): sent to 10.9.9.9:162 v3 mirrorUser " +
		"juniPacketMirrorAnalyzerUnreachable, juniPacketMirrorDateAndTime.0 = 2026-11-22,6:12:11.3,+1:30, " +
		"juniPacketMirrorAnalyzerAddress.0 = 192.168.99.2, juniPacketMirrorRouterId.0 = 1"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestNoninterference runs the same ordinary traps with the secure side empty
// and busy, and compares all an ordinary receiver or session can see.
func TestNoninterference(t *testing.T) {
	users := []string{"public", "none", "auth", "priv"}
	run := func(busy bool) (seen map[string][]string, c Counters, hosts []HostView) {
		var net fakeNet
		f := newFixture(t, frozen, net.options)
		f.EnableAll()
		if busy {
			f.openSecure()
			for n := range byte(MaxHosts) {
				f.setHost(t, secureHost(netip.AddrPortFrom(addr(n+1), 162)))
			}
			f.log.SetOn(true)
		}
		for n, user := range users {
			h := v2cHost(netip.AddrPortFrom(addr(byte(n+1)), 1162))
			if h.SecurityString = user; n > 0 {
				h.Version = V3
			}
			f.setHost(t, h)
		}
		for range 20 {
			if busy {
				for _, ev := range mirror.Samples(1, 1, testTime) {
					f.RaiseSecure(ev)
				}
			}
			for _, ev := range ordinaryEvents {
				f.Raise(ev)
			}
			f.Drain(t.Context())
		}
		seen = map[string][]string{}
		for _, d := range net.datagrams() {
			if d.to.Port() != 1162 {
				continue
			}
			user := users[d.to.Addr().As4()[3]-1]
			what := string(d.msg)
			if user == "priv" {
				// The salts of a key start at random.
				p := decode(t, d.msg, user)
				what = fmt.Sprint(p.MsgID, p.RequestID, p.ContextName, p.Variables)
			}
			seen[user] = append(seen[user], what)
		}
		return seen, f.As(side.Clear(true)).Counters(side.Ordinary), f.As(side.Clearance{}).Hosts()
	}
	quiet, quietCount, quietHosts := run(false)
	loud, loudCount, loudHosts := run(true)
	for _, user := range users {
		if n := len(quiet[user]); n != 20*(len(ordinaryEvents)-1) { // authenticationFailure has a switch
			t.Errorf("%s: %d traps", user, n)
		}
		if !slices.Equal(quiet[user], loud[user]) {
			t.Errorf("%s sees a difference", user)
		}
	}
	if quietCount != loudCount {
		t.Errorf("counters %+v, with secure traps %+v", quietCount, loudCount)
	}
	if d := cmp.Diff(quietHosts, loudHosts, viewCmp[0]); d != "" {
		t.Error(d)
	}
}

func TestRaiseDoesNotAllocate(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.log.SetOn(true)
	f.setHost(t, secureHost(far))
	release := net.stall()
	defer release()
	raise(f, 1, 1)
	<-net.held
	raise(f, 1, 40) // the queue is full from here on
	session := start(1).Session
	if n := testing.AllocsPerRun(1000, func() {
		f.RaiseSecure(&mirror.SessionStart{Session: session})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
