package notify

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// logged are the outcomes in the secure log, oldest first, runs of one as one:
// "3 sent to".
func (f *fixture) logged(t *testing.T) []string {
	t.Helper()
	_, entries := f.log.Read()
	var all []string
	last, n := "", 0
	flush := func() {
		if n > 0 {
			all = append(all, string('0'+byte(n))+" "+last)
		}
	}
	for e := range entries {
		outcome, _, ok := strings.Cut(e.Text, " "+far.String()+" v3 mirrorUser juniPacketMirrorSessionStart, ")
		if !ok {
			t.Errorf("entry %q", e.Text)
		}
		if outcome != last {
			flush()
			last, n = outcome, 0
		}
		n++
	}
	flush()
	return all
}

// TestFates looks at what the secure log says, and what a command is told, of
// traps while their fate is open and when it is known.
func TestFates(t *testing.T) {
	failing := func(err error) func(t *testing.T, f *fixture, net *fakeNet, _ *receiver) {
		return func(_ *testing.T, _ *fixture, net *fakeNet, _ *receiver) {
			net.set(func() { net.sendTo = func([]byte) error { return err } })
		}
	}
	nothing := func(*testing.T, *fixture, *fakeNet, *receiver) {}
	type fate = map[Fate]int
	for _, tt := range []struct {
		name    string
		informs bool
		before  func(t *testing.T, f *fixture, net *fakeNet, r *receiver)
		count   int
		open    []string // logged a second after they were raised
		waiting int
		after   func(t *testing.T, f *fixture, net *fakeNet, r *receiver)
		logged  []string
		told    fate
		losses  uint64
	}{
		{name: "sent", before: nothing, count: 3, open: []string{"3 sent to"}, after: nothing, logged: []string{"3 sent to"}, told: fate{Sent: 3}},
		{name: "acknowledged", informs: true, before: nothing, count: 1, open: []string{"1 sent to", "1 acknowledged by"}, after: nothing,
			logged: []string{"1 sent to", "1 acknowledged by"}, told: fate{Acknowledged: 1}},
		{name: "given up, the engine never known", informs: true, before: func(_ *testing.T, _ *fixture, _ *fakeNet, r *receiver) {
			r.set(func() { r.down = true })
		}, count: 2, waiting: 2, after: nothing, logged: []string{"2 given up for"}, told: fate{GivenUp: 2}, losses: 2},
		{name: "given up after it was sent", informs: true, before: func(t *testing.T, f *fixture, _ *fakeNet, r *receiver) {
			raise(f, 1, 1)
			f.Drain(t.Context())
			f.log.Clear()
			r.set(func() { r.down = true })
		}, count: 2, open: []string{"2 sent to"}, waiting: 2, after: nothing,
			logged: []string{"2 sent to", "2 given up for"}, told: fate{GivenUp: 2}, losses: 2},
		{name: "acknowledged late", informs: true, before: func(t *testing.T, f *fixture, _ *fakeNet, r *receiver) {
			raise(f, 1, 1)
			f.Drain(t.Context())
			f.log.Clear()
			r.set(func() { r.down = true })
		}, count: 1, open: []string{"1 sent to"}, waiting: 1, after: func(_ *testing.T, _ *fixture, _ *fakeNet, r *receiver) {
			r.set(func() { r.down = false })
		}, logged: []string{"1 sent to", "1 acknowledged by"}, told: fate{Acknowledged: 1}},
		{name: "answered with an error", informs: true, before: func(_ *testing.T, _ *fixture, _ *fakeNet, r *receiver) {
			r.set(func() { r.status = snmp.TooBig })
		}, count: 1, open: []string{"1 sent to", "1 given up (the host answers with an error) for"}, after: nothing,
			logged: []string{"1 sent to", "1 given up (the host answers with an error) for"}, told: fate{Rejected: 1}},
		{name: "unreachable for good", before: failing(syscall.EHOSTUNREACH), count: 2, waiting: 2, after: nothing,
			logged: []string{"2 discarded (host does not answer) for"}, told: fate{NoAnswer: 2}, losses: 2},
		{name: "unreachable for a while", before: failing(syscall.EHOSTUNREACH), count: 2, waiting: 2, after: failing(nil),
			logged: []string{"2 sent to"}, told: fate{Sent: 2}},
		{name: "unreachable, informs", informs: true, before: failing(syscall.ENETUNREACH), count: 2, waiting: 2, after: nothing,
			logged: []string{"2 discarded (host does not answer) for"}, told: fate{NoAnswer: 2}, losses: 2},
		{name: "more than a datagram holds", before: failing(syscall.EMSGSIZE), count: 1, open: []string{"1 discarded (bad encoding) for"}, after: nothing,
			logged: []string{"1 discarded (bad encoding) for"}, told: fate{BadEncoding: 1}},
		{name: "the system refuses", before: failing(syscall.ENOBUFS), count: 1, open: []string{"1 discarded (the system does not send it) for"}, after: nothing,
			logged: []string{"1 discarded (the system does not send it) for"}, told: fate{NotSent: 1}},
		{name: "user removed while they wait", before: failing(syscall.EHOSTUNREACH), count: 2, waiting: 2,
			after: func(t *testing.T, f *fixture, net *fakeNet, r *receiver) {
				if err := f.users.As(side.Clear(true)).RemoveUser("mirrorUser"); err != nil {
					t.Fatal(err)
				}
				failing(nil)(t, f, net, r)
			}, logged: []string{"2 discarded (user not authorized) for"}, told: fate{NoUser: 2}},
		{name: "user removed before", before: func(t *testing.T, f *fixture, _ *fakeNet, _ *receiver) {
			if err := f.users.As(side.Clear(true)).RemoveUser("mirrorUser"); err != nil {
				t.Fatal(err)
			}
		}, count: 1, open: []string{"1 discarded (user not authorized) for"}, after: nothing,
			logged: []string{"1 discarded (user not authorized) for"}, told: fate{NoUser: 1}},
		{name: "agent off while they wait", before: failing(syscall.EHOSTUNREACH), count: 2, waiting: 2,
			after:  func(_ *testing.T, f *fixture, _ *fakeNet, _ *receiver) { f.SetOff(true) },
			logged: []string{"2 discarded (agent off) for"}, told: fate{AgentOff: 2}},
		{name: "agent off with informs on their way", informs: true, before: func(_ *testing.T, _ *fixture, _ *fakeNet, r *receiver) {
			r.set(func() { r.down = true })
		}, count: 3, waiting: 3, after: func(_ *testing.T, f *fixture, _ *fakeNet, _ *receiver) { f.SetOff(true) },
			logged: []string{"3 discarded (agent off) for"}, told: fate{AgentOff: 3}},
		{name: "host removed while they wait", before: failing(syscall.EHOSTUNREACH), count: 2, waiting: 2,
			after: func(t *testing.T, f *fixture, _ *fakeNet, _ *receiver) {
				if err := f.As(side.Clear(true)).RemoveSecureHost(far.Addr()); err != nil {
					t.Fatal(err)
				}
			}, logged: []string{"2 discarded (host removed) for"}, told: fate{HostRemoved: 2}},
		{name: "filter of the host", before: func(t *testing.T, f *fixture, _ *fakeNet, _ *receiver) {
			h := secureHost(far)
			h.Filter = mib.Error
			f.setHost(t, h)
		}, count: 2, after: nothing, told: fate{Filtered: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t, 1, 5)
				var losses Losses
				net := &fakeNet{answer: r.answer}
				f := newFixture(t, net.options, func(o *Options) { o.Losses = &losses })
				f.openSecure()
				f.log.SetOn(true)
				h := secureHost(far)
				h.Informs = tt.informs
				f.setHost(t, h)
				tt.before(t, f, net, r)
				var y Tally
				for range tt.count {
					f.secure.Raise(start(1), &y)
				}
				synctest.Wait()
				time.Sleep(time.Second)
				synctest.Wait() // for the worker, which tries again at the same moment
				if d := cmp.Diff(tt.open, f.logged(t)); d != "" {
					t.Errorf("while open: %s", d)
				}
				if y.Hosts()[0].Waiting != tt.waiting {
					t.Errorf("%d wait, want %d", y.Hosts()[0].Waiting, tt.waiting)
				}
				tt.after(t, f, net, r)
				f.Drain(t.Context())
				synctest.Wait()
				if d := cmp.Diff(tt.logged, f.logged(t)); d != "" {
					t.Error(d)
				}
				got := fate{}
				for k, n := range y.Hosts()[0].Fates {
					if n > 0 && Fate(k) != UnderWay {
						got[Fate(k)] = n
					}
				}
				if d := cmp.Diff(tt.told, got); d != "" {
					t.Error(d)
				}
				y.Wait(t.Context()) // nothing is left to wait for
				if n := losses[side.Secure].Load(); n != tt.losses || losses[side.Ordinary].Load() != 0 {
					t.Errorf("%d losses, want %d", n, tt.losses)
				}
			})
		})
	}
}

// TestFatesOfFullQueues: which trap is lost is what is told.
func TestFatesOfFullQueues(t *testing.T) {
	for _, tt := range []struct {
		full   Full
		logged []string
	}{
		{DropLastIn, []string{"3 discarded (queue full) for"}},
		{DropFirstIn, []string{"3 discarded (queue full) for"}},
	} {
		var net fakeNet
		f := newFixture(t, net.options)
		f.openSecure()
		f.log.SetOn(true)
		f.setHost(t, secureHost(far))
		if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{Full: &tt.full}); err != nil {
			t.Fatal(err)
		}
		release := net.stall()
		f.RaiseSecure(start(1))
		<-net.held // the worker has the first one in hand
		var y Tally
		for range MinQueueSize + 3 {
			f.secure.Raise(start(1), &y)
		}
		if d := cmp.Diff(tt.logged, f.logged(t)); d != "" {
			t.Errorf("%v: %s", tt.full, d)
		}
		release()
		y.Wait(t.Context())
		if h := y.Hosts()[0]; h.Fates[QueueFull] != 3 || h.Fates[Sent] != MinQueueSize || h.Left() != MinQueueSize || h.Waiting != 0 {
			t.Errorf("%v: %+v", tt.full, h)
		}
	}
}

// TestBarred: why no host was offered a trap.
func TestBarred(t *testing.T) {
	for _, tt := range []struct {
		reasons string
		set     func(f *fixture)
	}{
		{"", (*fixture).openSecure},
		{"category packetMirror is not enabled", func(f *fixture) { f.traps.Store(true) }},
		{"mirror trap-enable is off", func(f *fixture) { f.Enable(mib.NewCategorySet(mib.PacketMirror)) }},
		{"category packetMirror is not enabled, mirror trap-enable is off", func(*fixture) {}},
		{"snmp-server is off", func(f *fixture) { f.openSecure(); f.SetOff(true) }},
		{"trapFilters of packetMirror", func(f *fixture) { f.openSecure(); _ = f.SetCategoryFilter(mib.PacketMirror, 3) }},
		{"trapFilters of packetMirror", func(f *fixture) { f.openSecure(); _ = f.SetGlobalFilter(3) }},
	} {
		f := newFixture(t)
		tt.set(f)
		var y Tally
		for range 2 {
			if err := f.secure.RaiseWait(t.Context(), start(1), &y); err != nil {
				t.Fatal(err)
			}
		}
		n, barred := y.Raised()
		var want []BarredTraps
		if tt.reasons != "" {
			want = []BarredTraps{{tt.reasons, 2}}
		}
		if d := cmp.Diff(want, barred); d != "" || n != 2 || y.Hosts() != nil {
			t.Errorf("%d raised, %s", n, d)
		}
		if c := f.As(side.Clear(true)).Counters(side.Secure); (c.Discarded == 2) != (want != nil) {
			t.Errorf("%s: %+v", tt.reasons, c)
		}
	}
}

// TestTallyWaits ends with its context, and at once for a host known to be down.
func TestTallyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := &fakeNet{sendTo: func([]byte) error { return syscall.EHOSTUNREACH }}
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		var y Tally
		f.secure.Raise(start(1), &y)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		y.Wait(ctx)
		synctest.Wait()
		if !y.Hosts()[0].Down || y.Hosts()[0].Waiting != 1 {
			t.Errorf("%+v", y.Hosts())
		}
		took := time.Since(began)
		y.Wait(t.Context())
		if again := time.Since(began) - took; took > time.Second || again != 0 {
			t.Errorf("waited %v, and then %v", took, again)
		}
	})
}
