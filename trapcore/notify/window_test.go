package notify

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/trapcore/side"
)

func TestPingWindow(t *testing.T) {
	noAnswer := errors.New("no answer")
	minutes := func(n int) *int { return &n }
	for _, tt := range []struct {
		name  string
		setup func(n *fakeNet)
		later map[time.Duration]func(n *fakeNet) // after the first trap
		ping  *int                               // pingTimeOut
		total time.Duration
		want  []int // sessions sent of 1 to 3 raised at 0, 1 s, 2 s
		lost  uint32
	}{
		{
			name:  "host answers at once",
			setup: func(n *fakeNet) { n.probe = func() error { return nil } },
			total: 3 * time.Second, want: numbers(1, 3),
		},
		{
			name:  "no ICMP",
			setup: func(n *fakeNet) {},
			total: 3 * time.Second, want: numbers(1, 3),
		},
		{
			name:  "host answers after 30 s",
			setup: func(n *fakeNet) { n.probe = func() error { return noAnswer } },
			later: map[time.Duration]func(n *fakeNet){30 * time.Second: func(n *fakeNet) { n.probe = func() error { return nil } }},
			total: 31 * time.Second, want: numbers(1, 3),
		},
		{
			name:  "host never answers",
			setup: func(n *fakeNet) { n.probe = func() error { return noAnswer } },
			total: time.Minute, lost: 3,
		},
		{
			name:  "host answers within a longer timeout",
			setup: func(n *fakeNet) { n.probe = func() error { return noAnswer } },
			later: map[time.Duration]func(n *fakeNet){89 * time.Minute: func(n *fakeNet) { n.probe = func() error { return nil } }},
			ping:  minutes(90), total: 90 * time.Minute, want: numbers(1, 3),
		},
		{
			name:  "no ICMP and no way for 10 s",
			setup: func(n *fakeNet) { n.sendTo = func([]byte) error { return syscall.EHOSTUNREACH } },
			later: map[time.Duration]func(n *fakeNet){10 * time.Second: func(n *fakeNet) { n.sendTo = nil }},
			total: 11 * time.Second, want: numbers(1, 3),
		},
		{
			name:  "no ICMP and no way",
			setup: func(n *fakeNet) { n.sendTo = func([]byte) error { return fmt.Errorf("send: %w", syscall.ENETUNREACH) } },
			total: time.Minute, lost: 3,
		},
		{
			name:  "no socket for 10 s",
			setup: func(n *fakeNet) { n.dialErr = fmt.Errorf("open: %w", syscall.ENETUNREACH) },
			later: map[time.Duration]func(n *fakeNet){10 * time.Second: func(n *fakeNet) { n.dialErr = nil }},
			total: 11 * time.Second, want: numbers(1, 3),
		},
		{
			name: "host answers, but no trap gets through",
			setup: func(n *fakeNet) {
				n.probe = func() error { return nil }
				n.sendTo = func([]byte) error { return syscall.EPERM }
			},
			total: time.Minute, lost: 3,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var net fakeNet
				tt.setup(&net)
				f := newFixture(t, net.options)
				f.openSecure()
				f.setHost(t, secureHost(far))
				if tt.ping != nil {
					if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{PingTimeout: tt.ping}); err != nil {
						t.Fatal(err)
					}
				}
				for at, change := range tt.later {
					time.AfterFunc(at, func() { net.set(func() { change(&net) }) })
				}
				for n := 1; n <= 3; n++ {
					raise(f, n, n)
					time.Sleep(time.Second)
				}
				time.Sleep(tt.total - 3*time.Second)
				synctest.Wait()
				if got := sessions(t, net.datagrams()); !slices.Equal(got, tt.want) {
					t.Errorf("sent %v, want %v", got, tt.want)
				}
				h := f.host(t, side.Secure)
				if h.Pending != 0 || h.Counters.NoResponse != tt.lost || int(h.Counters.Sent) != len(tt.want) {
					t.Errorf("pending %d, %+v", h.Pending, h.Counters)
				}
				if n := len(net.probes); n > 6000 {
					t.Errorf("%d probes", n)
				}
			})
		})
	}
}

// TestWindowOpensAgain: what is lost is counted once, and the next trap starts
// with a full timeout.
func TestWindowOpensAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		net.probe = func() error { return errors.New("no answer") }
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		raise(f, 1, 1)
		time.Sleep(10 * time.Minute)
		raise(f, 2, 2)
		time.Sleep(50 * time.Second)
		net.set(func() { net.probe = func() error { return nil } })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := sessions(t, net.datagrams()); !slices.Equal(got, []int{2}) {
			t.Errorf("sent %v", got)
		}
		if h := f.host(t, side.Secure); h.Counters.NoResponse != 1 {
			t.Errorf("%+v", h.Counters)
		}
	})
}

// TestWindowEndsWithItsTraps: a window whose traps were taken away does not
// count against later ones.
func TestWindowEndsWithItsTraps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		net.probe = func() error { return errors.New("no answer") }
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		raise(f, 1, 1)
		time.Sleep(10 * time.Second)
		f.SetOff(true)
		f.SetOff(false)
		time.Sleep(5 * time.Minute)
		raise(f, 2, 2)
		time.Sleep(30 * time.Second)
		net.set(func() { net.probe = func() error { return nil } })
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := sessions(t, net.datagrams()); !slices.Equal(got, []int{2}) {
			t.Errorf("sent %v", got)
		}
	})
}

func TestLoopbackNeedsNoProbe(t *testing.T) {
	var net fakeNet
	net.probe = func() error { return errors.New("no answer") }
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(netip.AddrPortFrom(loopback, 162)))
	raise(f, 1, 1)
	f.Drain(t.Context())
	if len(net.datagrams()) != 1 || len(net.probes) != 0 {
		t.Errorf("%d datagrams, %d probes", len(net.datagrams()), len(net.probes))
	}
}

// TestSendErrors: errors that do not say unreachable lose one trap each.
func TestSendErrors(t *testing.T) {
	for _, tt := range []struct {
		err                 error
		bad, memory, unable uint32
	}{
		{syscall.EMSGSIZE, 1, 0, 0},
		{syscall.ENOBUFS, 0, 1, 0},
		{errors.New("odd"), 0, 0, 1},
	} {
		var net fakeNet
		failing := true
		net.sendTo = func([]byte) error {
			if failing {
				failing = false
				return tt.err
			}
			return nil
		}
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		release := net.stall()
		raise(f, 1, 1)
		<-net.held
		raise(f, 2, 10)
		release()
		f.Drain(t.Context())
		if got := sessions(t, net.datagrams()); !slices.Equal(got, numbers(2, 10)) {
			t.Errorf("%v: sent %v", tt.err, got)
		}
		h, c := f.host(t, side.Secure), f.As(side.Clear(true)).Counters(side.Secure)
		if h.Counters.BadEncoding != tt.bad || c.NoMemory != tt.memory || c.NotAble != tt.unable || c.Out != 9 {
			t.Errorf("%v: %+v %+v", tt.err, h.Counters, c)
		}
	}
}

func TestNoSocket(t *testing.T) {
	net := fakeNet{dialErr: syscall.EMFILE}
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	raise(f, 1, 3)
	if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
		t.Errorf("pending %v", p)
	}
	if c := f.As(side.Clear(true)).Counters(side.Secure); c.NotAble != 3 || c.Out != 0 {
		t.Errorf("%+v", c)
	}
}

func TestICMPOnLoopback(t *testing.T) {
	for _, a := range []netip.Addr{loopback, netip.IPv6Loopback()} {
		for _, data := range []int{0, 1, probeData, 56, 4000, 64000} {
			if err := (ICMP{}).Probe(t.Context(), Echo{a, data, 5 * time.Second}); err != nil && !errors.Is(err, ErrNoProbe) {
				t.Errorf("%v with %d octets: %v", a, data, err)
			}
		}
	}
}
