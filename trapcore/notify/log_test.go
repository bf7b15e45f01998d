package notify

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

func indexes(l *NotificationLog, name string) []int {
	var all []int
	for _, e := range l.Entries(name) {
		all = append(all, int(e.Index))
	}
	return all
}

// TestNotificationLog logs what is on its way to the ordinary record of a host
// with a log, whether it gets there or not.
func TestNotificationLog(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options, frozen)
	f.openSecure()
	f.EnableAll()
	name := far.Addr().String()
	secret := secureHost(far)
	secret.Categories = mib.NewCategorySet(mib.PacketMirror, mib.Link)
	f.setHost(t, secret)
	if err := f.Log().Set(far.Addr(), true, false); err != nil {
		t.Fatal(err)
	}
	flap(f, 1, 2) // to the secure record alone
	raise(f, 1, 2)
	if got := f.Log().Entries(name); got != nil {
		t.Fatalf("the log holds what went to a secure record: %v", got)
	}
	h := v2cHost(far)
	h.Categories = mib.NewCategorySet(mib.Link)
	f.setHost(t, h)
	release := net.stall()
	flap(f, 1, 1)
	<-net.held
	<-net.held // one for each record
	flap(f, 2, 40)
	f.Raise(&ColdStart{}) // a category that the host does not list
	raise(f, 3, 4)
	if got := indexes(f.Log(), name); !slices.Equal(got, numbers(1, 40)) {
		t.Errorf("indexes %v", got)
	}
	release()
	f.Drain(t.Context())
	e := f.Log().Entries(name)[6:]
	if len(e) != 34 || e[0].Index != 7 || e[0].Notification.Compare(mib.LinkUp.OID) != 0 || !e[0].Time.Equal(testTime) ||
		len(e[0].Varbinds) != 3 || e[0].Varbinds[0].Value.Int64() != 7 {
		t.Errorf("%+v", e)
	}
	want := []LogStatus{{Name: name, Host: far.Addr(), Enabled: true, Logged: 40}}
	if got := f.Log().Logs(); !slices.Equal(got, want) || f.Log().Logged() != 40 || f.Log().Bumped() != 0 {
		t.Errorf("%+v", got)
	}
	if err := f.Log().Set(far.Addr(), false, true); err != nil {
		t.Fatal(err)
	}
	flap(f, 41, 41)
	if got := len(indexes(f.Log(), name)); got != 40 {
		t.Errorf("a log that is off has %d entries", got)
	}
	if err := f.Log().Remove(far.Addr()); err != nil || f.Log().Entries(name) != nil {
		t.Error("a log that is removed has entries")
	}
	if err := f.Log().Remove(far.Addr()); !errors.Is(err, ErrNoLog) {
		t.Error(err)
	}
	if err := f.Log().Set(netip.MustParseAddr("224.0.0.1"), true, true); !errors.Is(err, errHostAddress) {
		t.Error(err)
	}
}

// TestLogVarbinds: name and index of the entry stand behind the trap's own
// varbinds, in every version, for the host of the log alone.
func TestLogVarbinds(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.EnableAll()
	name := far.Addr().String()
	if err := f.Log().Set(far.Addr(), true, true); err != nil {
		t.Fatal(err)
	}
	other := v2cHost(netip.AddrPortFrom(addr(1), 162))
	f.setHost(t, other)
	suffix := fmt.Sprint(len(name))
	for _, c := range []byte(name) {
		suffix += fmt.Sprint(".", c)
	}
	for i, v := range []snmp.Version{snmp.Version1, snmp.Version2c, snmp.Version3} {
		h := v2cHost(far)
		h.Version = v
		user := ""
		if v == snmp.Version3 {
			h.SecurityString, user = "priv", "priv"
		}
		f.setHost(t, h)
		f.Raise(&WarmStart{})
		f.Drain(t.Context())
		for _, d := range net.datagrams()[2*i:] {
			if d.to != far {
				if p := decode(t, d.msg, ""); len(p.Variables) != 2 {
					t.Errorf("another host gets %v", p.Variables)
				}
				continue
			}
			p := decode(t, d.msg, user)
			vbs := p.Variables[len(p.Variables)-2:]
			if vbs[0].Name != "."+nlmLogName.String()+"."+suffix || string(vbs[0].Value.([]byte)) != name ||
				vbs[1].Name != "."+nlmLogIndex.String()+"."+suffix+fmt.Sprint(".", i+1) || fmt.Sprint(vbs[1].Value) != fmt.Sprint(i+1) {
				t.Errorf("%v: %v", v, vbs)
			}
			if v == snmp.Version1 && len(p.Variables) != 2 || v != snmp.Version1 && len(p.Variables) != 4 {
				t.Errorf("%v: %v", v, p.Variables)
			}
		}
	}
}

// TestLogLimits shares 500 entries between two virtual routers.
func TestLogLimits(t *testing.T) {
	pool := NewLogPool()
	router := func() *fixture {
		var net fakeNet
		f := newFixture(t, net.options, func(o *Options) { o.Logs = pool })
		f.EnableAll()
		f.setHost(t, v2cHost(far))
		if err := f.Log().Set(far.Addr(), true, false); err != nil {
			t.Fatal(err)
		}
		return f
	}
	a, b := router(), router()
	name := far.Addr().String()
	check := func(what string, first, n int, f *fixture) {
		t.Helper()
		got := indexes(f.Log(), name)
		if len(got) != n || n > 0 && got[0] != first {
			t.Errorf("%s: %d entries from %v", what, len(got), got[:min(1, len(got))])
		}
	}
	flap(a, 1, 520)
	check("alone", 21, 500, a)
	if n := a.Log().Bumped(); n != 20 || a.Log().Logs()[0].Bumped != 20 {
		t.Errorf("%d bumped", n)
	}
	flap(b, 1, 1)
	check("no room", 0, 0, b)
	if b.Log().Bumped() != 1 || b.Log().Logged() != 1 {
		t.Error("what found no room is not counted")
	}
	if err := b.Log().SetEntryLimit(100); err != nil {
		t.Fatal(err)
	}
	check("made room for the other", 121, 400, a)
	flap(b, 2, 151)
	check("up to its limit", 52, 100, b)
	if a.Log().EntryLimit() != 400 || b.Log().EntryLimit() != 100 || b.Log().ConfiguredLimit() != 100 || a.Log().ConfiguredLimit() != 0 {
		t.Errorf("limits %d, %d", a.Log().EntryLimit(), b.Log().EntryLimit())
	}
	var r *rangeError
	if err := a.Log().SetEntryLimit(401); !errors.As(err, &r) || r.Max != 400 {
		t.Errorf("%v", err)
	}
	if err := b.Log().SetEntryLimit(500); err != nil {
		t.Fatal(err)
	}
	check("nothing left", 0, 0, a)
	if err := a.Log().SetEntryLimit(1); !errors.Is(err, errEntryLimit) {
		t.Errorf("%v", err)
	}
	if err := b.Log().SetEntryLimit(10); err != nil {
		t.Fatal(err)
	}
	check("lowered", 142, 10, b)
	b.Close()
	if n := a.Log().EntryLimit(); n != 500 {
		t.Errorf("limit %d after the other is gone", n)
	}
}

func TestLogAgesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		f := newFixture(t, net.options)
		f.EnableAll()
		f.setHost(t, v2cHost(far))
		if err := f.Log().Set(far.Addr(), true, false); err != nil {
			t.Fatal(err)
		}
		name := far.Addr().String()
		flap(f, 1, 2)
		time.Sleep(DefaultAgeOut*time.Minute - time.Second)
		flap(f, 3, 3)
		if got := indexes(f.Log(), name); len(got) != 3 {
			t.Errorf("before a day: %v", got)
		}
		time.Sleep(time.Second)
		if got := indexes(f.Log(), name); !slices.Equal(got, []int{3}) {
			t.Errorf("after a day: %v", got)
		}
		if err := f.Log().SetAgeOut(0); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1000 * time.Hour)
		if got := indexes(f.Log(), name); !slices.Equal(got, []int{3}) || f.Log().Bumped() != 0 {
			t.Errorf("never: %v", got)
		}
		if err := f.Log().SetAgeOut(MaxAgeOut); err != nil || f.Log().AgeOut() != MaxAgeOut {
			t.Error(err)
		}
		if got := indexes(f.Log(), name); !slices.Equal(got, []int{3}) {
			t.Errorf("centuries: %v", got)
		}
		if err := f.Log().SetAgeOut(MaxAgeOut + 1); err == nil {
			t.Error("too long an age")
		}
	})
}

// TestLogsAgeTogether: entries of another virtual router that have aged out take
// no room, whether or not anybody has looked at its log since.
func TestLogsAgeTogether(t *testing.T) {
	for _, looked := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var net fakeNet
			pool := NewLogPool()
			share := func(o *Options) { o.Logs = pool }
			a, b := newFixture(t, net.options, share), newFixture(t, net.options, share)
			for _, f := range []*fixture{a, b} {
				f.EnableAll()
				f.setHost(t, v2cHost(far))
				if err := f.Log().Set(far.Addr(), true, false); err != nil {
					t.Fatal(err)
				}
			}
			if err := a.Log().SetAgeOut(1); err != nil {
				t.Fatal(err)
			}
			flap(a, 1, MaxLogEntries-10)
			time.Sleep(time.Minute)
			if looked {
				a.Log().Logs()
			}
			flap(b, 1, 50)
			if got := len(indexes(b.Log(), far.Addr().String())); got != 50 || b.Log().Bumped() != 0 || len(indexes(a.Log(), far.Addr().String())) != 0 {
				t.Errorf("looked %t: %d entries, %d bumped", looked, got, b.Log().Bumped())
			}
		})
	}
}

// TestLogsOfOthersAreLeftAlone: whoever uses a log looks at no entry of another, but
// when one ages out; and a log that is closed takes no room.
func TestLogsOfOthersAreLeftAlone(t *testing.T) {
	pool, asked := NewLogPool(), 0
	clock := func() time.Time {
		asked++
		return time.Unix(0, 0)
	}
	var net fakeNet
	var all []*fixture
	for range 8 {
		f := newFixture(t, net.options, func(o *Options) { o.Logs, o.Clock = pool, clock })
		all = append(all, f)
		f.EnableAll()
		f.setHost(t, v2cHost(far))
		if err := f.Log().Set(far.Addr(), true, false); err != nil {
			t.Fatal(err)
		}
		flap(f, 1, 1)
	}
	last := all[len(all)-1].Log()
	last.Logs()
	for what, f := range map[string]func(){
		"logs": func() { last.Logs() }, "content": func() { last.Content() }, "age out": func() { last.AgeOut() }, "limit": func() { last.EntryLimit() },
	} {
		asked = 0
		if f(); asked > 1 {
			t.Errorf("%s: the time was asked for %d times, for 8 logs", what, asked)
		}
	}
	all[0].Close()
	if err := all[0].Log().SetEntryLimit(400); err != nil {
		t.Fatal(err)
	}
	if n := last.EntryLimit(); n != MaxLogEntries {
		t.Errorf("limit %d beside a log that is closed", n)
	}
}
