package notify

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// faultCases say how many datagrams each fault makes, and how many of them a
// receiver takes: one by the book, snmptrapd, and gosnmp, which leaves engine,
// time window and level to its caller.
var faultCases = []struct {
	fault                       Fault
	skew                        int
	made, book, netsnmp, gosnmp int
}{
	{BadDigest, 0, 1, 0, 0, 0},
	{ShortDigest, 0, 1, 0, 0, 0},
	{WrongKey, 0, 1, 0, 0, 0},
	{UnknownUser, 0, 1, 0, 0, 0},
	{UnknownEngine, 0, 1, 0, 0, 1},
	{BootsRollback, 0, 1, 0, 0, 1},
	{TimeSkew, -200, 1, 0, 0, 1},
	{TimeSkew, 200, 1, 1, 1, 1},
	{Replay, 0, 2, 2, 2, 2},
	{DuplicateID, 0, 2, 2, 2, 2},
	{Truncated, 0, 1, 0, 0, 0},
	{BadLength, 0, 1, 0, 0, 0},
	{Reorder, 0, 3, 3, 3, 3},
	{Unencrypted, 0, 1, 0, 0, 1},
	{Oversize, 0, 1, 1, 1, 1},
}

// aged is an engine that has run for 1000 seconds, so that it can be behind.
func aged(o *Options) {
	var late atomic.Bool
	began := time.Now()
	o.Engine = snmp.NewEngine(7, func() time.Time {
		if late.Load() {
			return time.Now().Add(1000 * time.Second)
		}
		return began
	})
	late.Store(true)
}

func sampleStart(n int) mirror.Event {
	return mirror.Sample(new(mirror.SessionStart), uint32(n), 1, testTime)
}

func TestFaultsAsReceiversTakeThem(t *testing.T) {
	for _, tt := range faultCases {
		t.Run(tt.fault.String(), func(t *testing.T) {
			var net fakeNet
			f := newFixture(t, net.options, aged)
			f.openSecure()
			f.setHost(t, secureHost(far))
			raise(f, 1, 1)
			f.Drain(t.Context())
			n, err := f.secure.SendFault(t.Context(), FaultTest{Fault: tt.fault, Skew: tt.skew, Count: 1, Sample: sampleStart})
			if err != nil || n != tt.made {
				t.Fatalf("%d messages, %v", n, err)
			}
			keys := f.localKeys(t)
			var clock snmp.RemoteClock
			book, lib := -1, -1 // not counting the right one
			for _, d := range net.datagrams() {
				if accepts(keys, &clock, d.msg) {
					book++
				}
				if gosnmpAccepts(d.msg) {
					lib++
				}
			}
			if book != tt.book || lib != tt.gosnmp {
				t.Errorf("taken by the book %d, by gosnmp %d; want %d and %d", book, lib, tt.book, tt.gosnmp)
			}
		})
	}
}

func (f *fixture) localKeys(t *testing.T) *snmp.LocalKeys {
	u, _ := f.users.Snapshot().User("mirrorUser")
	keys, err := u.Localize(f.opts.Local.Identity().ID, snmp.NewEngine(1, nil))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// accepts is a receiver by the book.
func accepts(keys *snmp.LocalKeys, clock *snmp.RemoteClock, msg []byte) bool {
	d, err := snmp.ParseDatagram(msg)
	if err != nil {
		return false
	}
	m, err := d.V3()
	if err != nil {
		return false
	}
	_, level, err := keys.Open(m, clock, time.Now())
	return err == nil && level == snmp.AuthPriv
}

func gosnmpAccepts(msg []byte) (ok bool) {
	defer func() { _ = recover() }()
	g := &gosnmp.GoSNMP{Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv}
	g.SecurityParameters = &gosnmp.UsmSecurityParameters{
		UserName: "mirrorUser", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
		PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPass,
		AuthoritativeEngineID: string(snmp.NewEngineID(testMAC, snmp.DefaultRouter)),
	}
	_, err := g.UnmarshalTrap(msg, false)
	return err == nil
}

// TestFaultsLeaveNoTrace: the engine goes on as if they had never been sent.
func TestFaultsLeaveNoTrace(t *testing.T) {
	for _, priv := range []snmp.PrivProtocol{snmp.AES, snmp.DES} {
		run := func(faulty bool) (ids []uint32, salts []string, c Counters, h HostCounters) {
			var net fakeNet
			f := newFixture(t, net.options, frozen)
			auth, key := testKeys()
			if err := f.users.As(side.Clear(true)).SetUser(snmp.User{
				Name: "mirrorUser", Group: snmp.GroupMirror, Auth: snmp.SHA, AuthKey: auth, Priv: priv, PrivKey: key,
			}); err != nil {
				t.Fatal(err)
			}
			f.openSecure()
			f.setHost(t, secureHost(far))
			for n := range 3 {
				raise(f, n, n)
				f.Drain(t.Context())
				d := net.datagrams()
				msg := parseV3(t, d[len(d)-1].msg)
				p, err := msg.USM()
				if err != nil {
					t.Fatal(err)
				}
				ids, salts = append(ids, uint32(msg.ID), uint32(p.Boots), uint32(p.Time)), append(salts, string(p.Priv))
				if !faulty {
					continue
				}
				for _, fault := range Faults() {
					if _, err := f.secure.SendFault(t.Context(), FaultTest{Fault: fault, Skew: 500, Count: 2, Sample: sampleStart}); err != nil {
						t.Fatal(err)
					}
				}
			}
			return ids, salts, f.As(side.Clear(true)).Counters(side.Secure), f.host(t, side.Secure).Counters
		}
		ids, salts, c, h := run(false)
		ids2, salts2, c2, h2 := run(true)
		if !slices.Equal(ids, ids2) || c != c2 || h != h2 {
			t.Errorf("%v: identifiers %v and %v, counters %+v and %+v", priv, ids, ids2, c, c2)
		}
		if priv == snmp.DES && !slices.Equal(salts, salts2) {
			t.Errorf("salts %x and %x", salts, salts2)
		}
		for i := 1; i < len(salts2); i++ {
			a, b := []byte(salts2[i-1]), []byte(salts2[i])
			if a[7]+1 != b[7] || priv == snmp.DES && !bytes.Equal(a[:4], b[:4]) {
				t.Errorf("%v: salts %x then %x", priv, a, b)
			}
		}
	}
}

func parseV3(t *testing.T, msg []byte) *snmp.MessageV3 {
	t.Helper()
	d, err := snmp.ParseDatagram(msg)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.V3()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFaultsAreListedAndLogged(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.log.SetOn(true)
	send := func(fault Fault, count int) (int, error) {
		return f.secure.SendFault(t.Context(), FaultTest{Fault: fault, Count: count, Sample: sampleStart})
	}
	f.setHost(t, secureHost(far))
	if _, err := send(Replay, 1); !errors.Is(err, ErrSecureTrapsOff) {
		t.Errorf("switches off: %v", err)
	}
	f.openSecure()
	for range 2 {
		if n, err := send(Replay, 3); n != 6 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	want := []FaultView{{Fault: Replay, To: far, User: "mirrorUser", Messages: 12, Last: testTime}}
	if got := f.secure.SentFaults(); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	_, entries := f.log.View()
	n := 0
	for e := range entries {
		if n++; !strings.Contains(e.Text, "juniPacketMirrorSessionStart [fault replay], ") {
			t.Error(e.Text)
		}
	}
	if n != 6 {
		t.Errorf("%d entries", n)
	}
	if err := f.As(side.Clear(true)).RemoveSecureHost(far.Addr()); err != nil {
		t.Fatal(err)
	}
	if _, err := send(Replay, 1); !errors.Is(err, ErrNoSecureHost) {
		t.Errorf("no host: %v", err)
	}
	for _, fault := range Faults() {
		if back, ok := FaultByName(strings.ToUpper(fault.String())); !ok || back != fault || fault.Help() == "" {
			t.Errorf("%v is found as %v", fault, back)
		}
	}
}

// TestFaultyInforms: they use what the receiver has told, and change none of it.
func TestFaultyInforms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, _ := informing(t, informHost(), r)
		test := FaultTest{Fault: BadDigest, Count: 1, Sample: sampleStart}
		if _, err := f.secure.SendFault(t.Context(), test); !errors.Is(err, ErrNoReceiverEngine) {
			t.Errorf("before the first inform: %v", err)
		}
		raise(f, 1, 1)
		f.Drain(t.Context())
		time.Sleep(400 * time.Second)
		clear(r.refused)
		for _, tt := range []struct {
			FaultTest
			stat string
		}{
			{test, "usmStatsWrongDigests"},
			{FaultTest{Fault: UnknownUser}, "usmStatsUnknownUserNames"},
			{FaultTest{Fault: UnknownEngine}, "usmStatsUnknownEngineIDs"},
			{FaultTest{Fault: BootsRollback}, "usmStatsNotInTimeWindows"},
			{FaultTest{Fault: TimeSkew, Skew: 151}, "usmStatsNotInTimeWindows"},
		} {
			tt.Count, tt.Sample = 1, sampleStart
			before := r.refused[tt.stat]
			if n, err := f.secure.SendFault(t.Context(), tt.FaultTest); n != 1 || err != nil || r.refused[tt.stat] != before+1 {
				t.Errorf("%v: %d sent, %v, refused %v", tt.Fault, n, err, r.refused)
			}
		}
		before := len(r.refused)
		raise(f, 2, 3)
		f.Drain(t.Context())
		if c := f.host(t, side.Secure).Counters; c.Acknowledged != 3 || len(r.refused) != before {
			t.Errorf("%+v, refused %v", c, r.refused)
		}
	})
}

// TestMirrorAdminHostTakesOrdinaryTraps is the host of the documented sample:
// its user's view holds the mirror MIB alone, and it lists other categories.
func TestMirrorAdminHostTakesOrdinaryTraps(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	h := secureHost(far)
	h.Categories = mib.NewCategorySet(mib.PacketMirror, mib.Link)
	f.setHost(t, h)
	f.Raise(&LinkUp{Link{Index: 1, AdminStatus: 1, OperStatus: 1}})
	f.Raise(&ColdStart{}) // a category it does not list
	raise(f, 1, 1)
	f.Drain(t.Context())
	var got []string
	for _, d := range net.datagrams() {
		got = append(got, trapOID(t, decode(t, d.msg, "mirrorUser")))
	}
	if want := []string{mib.LinkUp.OID.String(), secureOID("SessionStart")}; !slices.Equal(got, want) {
		t.Errorf("sent %v", got)
	}
	if c := f.host(t, side.Secure).Counters; c != (HostCounters{Sent: 2, Discards: 1}) {
		t.Errorf("%+v", c)
	}
}

// TestGroupLosesMirrorAdminLater: of such a user nothing is sent any more, of
// no category, whatever was queued.
func TestGroupLosesMirrorAdminLater(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	group := func(notify string) {
		if err := f.users.As(side.Clear(true)).SetGroup(snmp.NewGroup("watch", snmp.AuthPriv, snmp.ViewMirrorAdmin, "", notify)); err != nil {
			t.Fatal(err)
		}
	}
	group(snmp.ViewMirrorAdmin)
	f.addUser(t, side.Secure, "watcher", "watch", snmp.AuthPriv)
	h := secureHost(far)
	h.SecurityString, h.Categories = "watcher", mib.NewCategorySet(mib.PacketMirror, mib.Link)
	f.setHost(t, h)
	both := func() {
		raise(f, 1, 1)
		f.Raise(&LinkUp{Link{Index: 1, AdminStatus: 1, OperStatus: 1}})
	}
	release := net.stall()
	raise(f, 1, 1)
	<-net.held
	both()
	group(snmp.ViewEverything) // secure still, by its read view
	both()
	release()
	f.Drain(t.Context())
	if c := f.host(t, side.Secure).Counters; c != (HostCounters{Sent: 1, Discards: 4}) {
		t.Errorf("%+v", c)
	}
	if err := f.As(side.Clear(true)).SetHost(h); !errors.Is(err, ErrPacketMirrorUser) {
		t.Errorf("the line again: %v", err)
	}
	group(snmp.ViewMirrorAdmin)
	both()
	f.Drain(t.Context())
	if c := f.host(t, side.Secure).Counters; c != (HostCounters{Sent: 3, Discards: 4}) {
		t.Errorf("%+v", c)
	}
}
