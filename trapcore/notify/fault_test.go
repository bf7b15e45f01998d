package notify

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// sentBy is how many datagrams each fault makes, 1 if it is not here.
var sentBy = map[string]int{"replay": 2, "duplicate-id": 2, "reorder": 3}

func faultNamed(t testing.TB, name string) *Fault {
	t.Helper()
	for _, f := range faultTable {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("no fault %s", name)
	return nil
}

// faultTest is one fault, once, of a session's start.
func faultTest(t testing.TB, name string, seconds int) FaultTest {
	return FaultTest{Faults: []*Fault{faultNamed(t, name)}, Seconds: seconds, Count: 1, Samples: sampleStart}
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

func sampleStart(n int) []mirror.Event {
	return []mirror.Event{mirror.Sample(new(mirror.SessionStart), uint32(n), 1, testTime)}
}

func sampleAll(n int) []mirror.Event { return samples(uint32(n), 1, testTime) }

// extended is a user whose privacy key is made longer.
func extended(t testing.TB, f *fixture) {
	t.Helper()
	auth, key := testKeys()
	if err := f.users.As(side.Clear(true)).SetUser(snmp.User{
		Name: "mirrorUser", Group: snmp.GroupMirror, Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES256, PrivKey: key,
	}); err != nil {
		t.Fatal(err)
	}
}

// lacks reports whether no object of a notification can have a fault: it has no
// text, or for a fault of enumerations nothing enumerated.
func lacks(n *mib.Notification, fault string) bool {
	return !slices.ContainsFunc(n.Objects, func(o *mib.Object) bool {
		if fault == "unknown-enumeration" {
			return len(o.Enum) > 0
		}
		return o.Syntax == mib.DisplayString
	})
}

// TestFaultsByTheBook: a receiver by the book takes of each fault what the table
// says, of every trap. What is wrong with values alone, it takes.
func TestFaultsByTheBook(t *testing.T) {
	for _, fault := range Faults() {
		t.Run(fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var net fakeNet
				f := newFixture(t, net.options, aged)
				extended(t, f)
				f.openSecure()
				f.setHost(t, secureHost(far))
				keys := f.localKeys(t)
				for i, ev := range sampleAll(0) {
					raise(f, 1, 1)
					f.Drain(t.Context())
					test := faultTest(t, fault.String(), -200)
					test.Samples = func(n int) []mirror.Event { return sampleAll(n)[i : i+1] }
					made := max(1, sentBy[fault.String()])
					var none *notApplicableError
					report, err := f.secure.SendFault(t.Context(), test)
					if lacks(notificationOf(ev).Notification, fault.String()) && errors.As(err, &none) {
						continue
					}
					if err != nil || report.Messages != made || report.Verdicts != (Verdicts{Undecided: 1}) {
						t.Fatalf("%T: %+v, %v", ev, report, err)
					}
					var clock snmp.RemoteClock
					taken, all := 0, net.datagrams()
					accepts(keys, &clock, all[len(all)-made-1].msg)
					for _, d := range all[len(all)-made:] {
						if accepts(keys, &clock, d.msg) {
							taken++
						}
					}
					want := 0
					if d := fault.dueOf(false, -200).duty; d == takes || d == open {
						want = made
					}
					if taken != want {
						t.Errorf("%T: took %d, want %d", ev, taken, want)
					}
				}
			})
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
	return err == nil && level == snmp.AuthPriv && d.Version == snmp.Version3 && isTrap(keys, m, clock)
}

func isTrap(keys *snmp.LocalKeys, m *snmp.MessageV3, clock *snmp.RemoteClock) bool {
	s, _, err := keys.Open(m, clock, time.Now())
	return err == nil && s.PDU.Type == snmp.PDUTrap
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
				test := FaultTest{Faults: Faults(), All: true, Count: 2, Samples: sampleAll}
				if _, err := f.secure.SendFault(t.Context(), test); err != nil {
					t.Fatal(err)
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
	send := func(name string, count int) (int, error) {
		test := faultTest(t, name, 0)
		test.Count = count
		r, err := f.secure.SendFault(t.Context(), test)
		return r.Messages, err
	}
	f.setHost(t, secureHost(far))
	if _, err := send("replay", 1); !errors.Is(err, ErrSecureTrapsOff) {
		t.Errorf("switches off: %v", err)
	}
	f.openSecure()
	for range 2 {
		if n, err := send("replay", 3); n != 6 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	want := []FaultStatus{{
		Fault: faultNamed(t, "replay"), To: far, User: "mirrorUser", Messages: 12,
		Answers: Answers{Nothing: 12}, Verdicts: Verdicts{Undecided: 6}, Last: testTime,
	}}
	if got := f.secure.SentFaults(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	_, entries := f.log.Read()
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
	if _, err := send("replay", 1); !errors.Is(err, ErrNoSecureHost) {
		t.Errorf("no host: %v", err)
	}
}

func TestFaultTable(t *testing.T) {
	names := map[string]bool{}
	for _, fault := range Faults() {
		if names[fault.String()] {
			t.Errorf("two faults are called %v", fault)
		}
		names[fault.String()] = true
		for _, informs := range []bool{false, true} {
			for what, text := range map[string]string{
				"help": fault.Help(), "section": fault.Section(), "due": fault.Due(informs, 1),
			} {
				if text == "" || strings.HasSuffix(text, " ") || strings.HasSuffix(text, ".") {
					t.Errorf("%v: %s %q", fault, what, text)
				}
			}
		}
		if !strings.HasPrefix(fault.Section(), "RFC ") {
			t.Errorf("%v: section %s", fault, fault.Section())
		}
	}
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
