package notify

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

func informHost() Host {
	h := secureHost(far)
	h.Informs = true
	return h
}

// informing is a fixture with one host that takes informs, in a bubble.
func informing(t *testing.T, h Host, r *receiver) (*fixture, *fakeNet) {
	net := &fakeNet{answer: r.answer}
	f := newFixture(t, net.options)
	f.openSecure()
	f.EnableAll()
	f.setHost(t, h)
	return f, net
}

func flap(f *fixture, from, to int) {
	for n := from; n <= to; n++ {
		f.Raise(&LinkUp{Link{Index: int32(n), AdminStatus: 1, OperStatus: 1}})
	}
}

func TestInformsAreAcknowledgedInOrder(t *testing.T) {
	for _, tt := range []struct {
		version snmp.Version
		user    string
		refused map[string]int
	}{
		{snmp.Version2c, "public", map[string]int{}},
		{snmp.Version3, "none", map[string]int{"usmStatsUnknownEngineIDs": 1}},
		{snmp.Version3, "auth", map[string]int{"usmStatsUnknownEngineIDs": 1, "usmStatsNotInTimeWindows": 1}},
		{snmp.Version3, "priv", map[string]int{"usmStatsUnknownEngineIDs": 1, "usmStatsNotInTimeWindows": 1}},
	} {
		t.Run(tt.user, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t, 1, 5)
				h := v2cHost(far)
				h.Version, h.SecurityString, h.Informs = tt.version, tt.user, true
				f, _ := informing(t, h, r)
				time.Sleep(time.Hour) // so that boots and time both matter
				for n := range 10 {
					flap(f, 20*n+1, 20*n+20)
					if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
						t.Fatalf("pending %v", p)
					}
				}
				if !slices.Equal(r.got, numbers(1, 200)) {
					t.Errorf("received %v", r.got)
				}
				reports := uint32(len(tt.refused))
				if got := f.host(t, side.Ordinary).Counters; got != (HostCounters{Sent: 200, Acknowledged: 200, Reports: reports}) {
					t.Errorf("%+v", got)
				}
				if c := f.As(side.Clear(true)).Counters(side.Ordinary); c.Out != 200 || c.Discarded != 0 {
					t.Errorf("%+v", c)
				}
				for stat, n := range tt.refused {
					if r.refused[stat] != n {
						t.Errorf("%s: %d", stat, r.refused[stat])
					}
				}
			})
		})
	}
}

// TestReceiverStoppedForTenSeconds: nothing is lost while the queue has room,
// whatever the receiver is when it comes back.
func TestReceiverStoppedForTenSeconds(t *testing.T) {
	for _, tt := range []struct {
		name  string
		id    byte
		boots int32
	}{
		{"the same", 1, 0},
		{"new boots", 1, 6},
		{"another engine", 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t, 1, 5)
				f, _ := informing(t, informHost(), r)
				raise(f, 1, 3)
				f.Drain(t.Context())
				r.set(func() { r.down = true })
				for n := 4; n <= 33; n++ {
					raise(f, n, n)
					time.Sleep(10 * time.Second / 30)
				}
				if tt.boots > 0 {
					r.restart(t, tt.id, tt.boots)
				}
				r.set(func() { r.down = false })
				if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
					t.Errorf("pending %v", p)
				}
				if got := r.first(); !slices.Equal(got, numbers(1, 33)) {
					t.Errorf("received %v", got)
				}
				got := f.host(t, side.Secure).Counters
				if got.Reports = 0; got != (HostCounters{Sent: 33, Acknowledged: 33}) {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

// TestLostDatagrams: each is made up for, and the window bounds the disorder.
func TestLostDatagrams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, _ := informing(t, informHost(), r)
		r.set(func() { r.lose = func(n int) bool { return n%9 == 0 } })
		for n := 1; n <= 500; n++ {
			ev := start(1)
			ev.SessionID = uint32(n)
			if err := f.secure.RaiseWait(t.Context(), ev, nil); err != nil {
				t.Fatal(err)
			}
		}
		f.Drain(t.Context())
		got := r.first()
		for i, n := range got {
			if d := n - (i + 1); d > informWindow || d < -informWindow {
				t.Errorf("%d is in place %d", n, i+1)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, numbers(1, 500)) {
			t.Errorf("received %v", got)
		}
		if c := f.host(t, side.Secure).Counters; c.Acknowledged != 500 || c.NoResponse != 0 {
			t.Errorf("%+v", c)
		}
	})
}

func TestNoResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		h := informHost()
		h.Retries, h.Timeout = 2, 4
		f, net := informing(t, h, r)
		r.set(func() { r.down = true })
		began := time.Now()
		raise(f, 1, 1)
		ctx, cancel := context.WithTimeout(t.Context(), 11*time.Second)
		defer cancel()
		if p := f.Drain(ctx); p != pendingOn(0, 1) {
			t.Errorf("pending %v before the retries are over", p)
		}
		f.Drain(t.Context())
		if d := time.Since(began); d != 12*time.Second {
			t.Errorf("given up after %v", d)
		}
		if got := f.host(t, side.Secure).Counters; got != (HostCounters{Sent: 1, NoResponse: 1}) {
			t.Errorf("%+v", got)
		}
		if n := len(net.datagrams()); n != 3 {
			t.Errorf("%d datagrams", n)
		}
	})
}

// TestRefusedInforms: a Report that nobody vouches for ends nothing early.
func TestRefusedInforms(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(t *testing.T, r *receiver)
		want HostCounters
	}{
		{"unknown user", func(t *testing.T, r *receiver) {
			if err := r.engine.Users.As(side.Clearance{}).RemoveUser("mirrorUser"); err != nil {
				t.Fatal(err)
			}
		}, HostCounters{Sent: 1, NoResponse: 1, Reports: 1 + 4}},
		{"other keys", func(t *testing.T, r *receiver) {
			key := make(snmp.Key, 20)
			if err := r.engine.Users.As(side.Clearance{}).SetUser(snmp.User{
				Name: "mirrorUser", Group: snmp.GroupPublic, Auth: snmp.SHA, AuthKey: key, Priv: snmp.AES, PrivKey: key,
			}); err != nil {
				t.Fatal(err)
			}
		}, HostCounters{Sent: 1, NoResponse: 1, Reports: 1 + 4}},
		{"error status", func(_ *testing.T, r *receiver) { r.status = snmp.TooBig },
			HostCounters{Sent: 1, BadEncoding: 1, Reports: 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReceiver(t, 1, 5)
				tt.set(t, r)
				f, _ := informing(t, informHost(), r)
				raise(f, 1, 1)
				f.Drain(t.Context())
				if got := f.host(t, side.Secure).Counters; got != tt.want {
					t.Errorf("%+v", got)
				}
			})
		})
	}
}

// clockOf is what the last inform says of the receiver's clock.
func clockOf(t *testing.T, net *fakeNet) (boots, at int32) {
	t.Helper()
	all := net.datagrams()
	p, err := parseV3(t, all[len(all)-1].msg).USM()
	if err != nil {
		t.Fatal(err)
	}
	return p.Boots, p.Time
}

// TestForgedAnswers: what an attacker without the keys sends acknowledges
// nothing and moves no clock.
func TestForgedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, net := informing(t, informHost(), r)
		raise(f, 1, 1)
		f.Drain(t.Context())
		boots, at := clockOf(t, net)

		var old []byte // a Response of before
		forge := 0
		net.set(func() {
			net.answer = func(to netip.AddrPort, msg []byte) [][]byte {
				reply := r.answer(to, msg)[0]
				last := bytes.Clone(reply)
				last[len(last)-1] ^= 1 // not what the MAC is of
				forge++
				if old == nil {
					old = reply
				}
				answers := [][]byte{last, old, {}, []byte("garbage"), reply[:len(reply)/2], bytes.Repeat([]byte{0x30}, 300)}
				if forge == 3 {
					answers = append(answers, reply)
				}
				return answers
			}
		})
		raise(f, 2, 2) // whose Response is real, and comes again for 3
		began := time.Now()
		f.Drain(t.Context())
		raise(f, 3, 3)
		f.Drain(t.Context())
		if d := time.Since(began); d != DefaultTimeout*time.Second {
			t.Errorf("acknowledged after %v", d)
		}
		if b, a := clockOf(t, net); b != boots || a-at > 6 {
			t.Errorf("clock %d %d, was %d %d", b, a, boots, at)
		}
		if got := f.host(t, side.Secure).Counters; got.Acknowledged != 3 || got.NoResponse != 0 {
			t.Errorf("%+v", got)
		}
	})
}

// TestRecordChangesWhileInformsWait: none is lost.
func TestRecordChangesWhileInformsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, net := informing(t, informHost(), r)
		r.set(func() { r.down = true })
		raise(f, 1, 10)
		time.Sleep(time.Second)
		f.setHost(t, secureHost(far)) // as traps
		f.Drain(t.Context())
		traps := net.datagrams()[1:] // the first was a discovery
		if got := sessions(t, traps); !slices.Equal(got, numbers(1, 10)) {
			t.Errorf("sent %v", got)
		}
		f.setHost(t, informHost())
		raise(f, 11, 20)
		time.Sleep(time.Second)
		if err := f.users.As(side.Clear(true)).RemoveUser("mirrorUser"); err != nil {
			t.Fatal(err)
		}
		f.Drain(t.Context())
		if got := f.host(t, side.Secure).Counters; got != (HostCounters{Sent: 10, Discards: 10}) {
			t.Errorf("%+v", got)
		}
		f.addUser(t, side.Secure, "mirrorUser", snmp.GroupMirror, snmp.AuthPriv)
		raise(f, 21, 25)
		time.Sleep(time.Second)
		f.SetOff(true)
		if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
			t.Errorf("pending %v", p)
		}
		f.SetOff(false)
		raise(f, 26, 30)
		time.Sleep(time.Second) // and close with them on their way
	})
}

func TestInformsKeepToTheDrainRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, _ := informing(t, informHost(), r)
		rate := 2
		if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{DrainRate: &rate}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		raise(f, 1, 21)
		f.Drain(t.Context())
		if d := time.Since(began); d != 10*time.Second {
			t.Errorf("21 informs, 2 a second, took %v", d)
		}
	})
}

func TestInformLinesRefused(t *testing.T) {
	f := newFixture(t)
	for name, line := range map[string]func(h *Host){
		"informs require SNMPv2c or SNMPv3": func(h *Host) { h.Version = snmp.Version1 },
		"retries must be 0 to 10":           func(h *Host) { h.Retries = 11 },
		"timeout must be 1 to 60":           func(h *Host) { h.Timeout = 0 },
	} {
		h := v2cHost(far)
		h.Informs = true
		line(&h)
		if err := f.As(side.Clear(true)).SetHost(h); err == nil || err.Error() != name {
			t.Errorf("%v, want %s", err, name)
		}
	}
}

// TestAckTimes: of informs that were sent once, by side. The first one is sent
// again, when the time of the receiver is known.
func TestAckTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReceiver(t, 1, 5)
		f, net := informing(t, informHost(), r)
		raise(f, 1, 1)
		f.Drain(t.Context())
		net.set(func() {
			answer := net.answer
			net.answer = func(to netip.AddrPort, msg []byte) [][]byte {
				time.Sleep(20 * time.Millisecond)
				return answer(to, msg)
			}
		})
		raise(f, 2, 4)
		f.Drain(t.Context())
		got := f.all().AckTimes()
		if len(got) != 1 || got[0].Count != 3 || got[0].Side != side.Secure || got[0].Max < 20*time.Millisecond || got[0].Min > got[0].P50 {
			t.Errorf("%+v", got)
		}
		if got := f.As(side.Clearance{}).AckTimes(); got != nil {
			t.Errorf("ordinary: %+v", got)
		}
	})
}

// TestAnswersTogether: what comes at once is read at once, whole and in order.
func TestAnswersTogether(t *testing.T) {
	s := newSink(t)
	c, err := DialUDP(netip.Addr{}, s.addr)
	if err != nil {
		t.Fatal(err)
	}
	to := net.UDPAddrFromAddrPort(c.Local())
	l := &listener{in: make(chan []byte), free: make(chan []byte, 4), closed: make(chan struct{}), moved: make(chan struct{})}
	done := make(chan struct{})
	go func() { defer close(done); l.run(c) }()
	const answers = 100
	for i := range answers {
		if _, err := s.conn.WriteTo(bytes.Repeat([]byte{byte(i)}, 1+i), to); err != nil {
			t.Fatal(err)
		}
	}
	for i := range answers {
		b := <-l.in
		if !bytes.Equal(b, bytes.Repeat([]byte{byte(i)}, 1+i)) {
			t.Errorf("answer %d is %x", i, b)
		}
		l.recycle(b)
	}
	c.Close()
	<-l.moved
	<-done
}
