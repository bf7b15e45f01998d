package notify

import (
	"slices"
	"testing"

	"mirrorsh/mib"
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
		{"user with the view", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "none" }, "none", true},
		{"user with authentication", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "auth" }, "auth", true},
		{"user without the view", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "blind" }, "blind", false},
		{"view of all but a varbind", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "half" }, "half", false},
		{"unknown user", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "nobody" }, "", false},
		{"user of the other side", func(h *Host) { h.Version, h.SecurityString = snmp.Version3, "mirrorUser" }, "", false},
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
	h.Version, h.SecurityString = snmp.Version3, "half"
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
