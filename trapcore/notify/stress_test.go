package notify

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestChangesUnderLoad changes everything while events are raised. The race
// detector looks on; every event must be counted and every trap accounted for.
func TestChangesUnderLoad(t *testing.T) {
	const raisers, events, changes = 3, 400, 300
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	target := func(n int) netip.AddrPort { return netip.AddrPortFrom(addr(byte(n)), 162) }
	for n := range 4 {
		f.setHost(t, secureHost(target(n)))
		f.setHost(t, v2cHost(target(n)))
	}
	auth, priv := testKeys()
	user := snmp.User{Name: "mirrorUser", Group: snmp.GroupMirror, Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES, PrivKey: priv}

	var wg sync.WaitGroup
	for i := range raisers {
		wg.Go(func() {
			for n := range uint32(events) {
				f.RaiseSecure(samples(n, 1, testTime)[n%10])
				f.Raise(&LinkUp{Link{Index: int32(i + 1), AdminStatus: 1, OperStatus: 1}})
			}
		})
	}
	wg.Go(func() {
		r := rand.New(rand.NewPCG(1, 2))
		for range changes {
			n := r.IntN(4)
			switch r.IntN(7) {
			case 0:
				_ = f.As(side.Clear(true)).RemoveHost(addr(byte(n)))
			case 1:
				_ = f.As(side.Clear(true)).SetHost(secureHost(target(n)))
			case 2:
				_ = f.As(side.Clear(true)).SetHost(v2cHost(target(n)))
			case 3:
				size, full := 32+r.IntN(100), Full(r.IntN(2))
				_ = f.As(side.Clear(true)).SetQueue(addr(byte(n)), QueueChange{Size: &size, Full: &full})
			case 4:
				f.SetOff(r.IntN(4) == 0)
			case 5:
				if err := f.users.As(side.Clear(true)).SetUser(user); err != nil {
					t.Error(err)
				}
			case 6:
				_ = f.SetCategoryFilter(mib.Link, mib.Severity(r.IntN(8)))
				f.As(side.Clear(true)).Hosts()
			}
		}
	})
	wg.Wait()
	f.SetOff(false)
	if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
		t.Errorf("pending %v", p)
	}
	f.Close() // the worker of a removed host may be in the middle of a batch, which Drain does not wait for
	out := uint32(0)
	for _, of := range side.Both {
		c := f.As(side.Clear(true)).Counters(of)
		if c.Received != raisers*events {
			t.Errorf("%v: %d received, %d raised", of, c.Received, raisers*events)
		}
		out += c.Out
	}
	if n := len(net.datagrams()); n != int(out) {
		t.Errorf("%d datagrams, %d counted", n, out)
	}
}

// TestRemovedHostIsAccountedFor: what the worker of a host is sending while the
// host is removed is counted, at the latest when Close returns.
func TestRemovedHostIsAccountedFor(t *testing.T) {
	const events = 5
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	release := net.stall()
	raise(f, 1, 1)
	<-net.held
	raise(f, 2, events) // behind the batch on its way
	if err := f.all().RemoveHost(far.Addr()); err != nil {
		t.Fatal(err)
	}
	if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
		t.Errorf("pending %v", p)
	}
	if c := f.all().Counters(side.Secure); c.Received != events || c.Out != 0 {
		t.Errorf("%d received, %d out while the first is on its way", c.Received, c.Out)
	}
	release()
	f.Close()
	if c, n := f.all().Counters(side.Secure), len(net.datagrams()); c.Out != 1 || n != 1 {
		t.Errorf("%d counted, %d datagrams, want 1", c.Out, n)
	}
}
