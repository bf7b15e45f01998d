package trapcore

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// dialed is a Dialer that remembers the sockets.
type dialed struct {
	mu    sync.Mutex
	conns map[netip.AddrPort][]notify.Conn // by receiver
}

// newDialed is a router with a mirror user, whose sockets are remembered.
func newDialed(t *testing.T) (*dialed, *Router) {
	t.Helper()
	d := &dialed{conns: map[netip.AddrPort][]notify.Conn{}}
	r, err := New(Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 3, Location: time.UTC, Dial: d.dial})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	addMirrorUser(t, r.Default(), "mirrorUser")
	secureOf(r).SetMirrorTraps(true)
	r.Default().Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror, mib.SNMP))
	return d, r
}

func (d *dialed) dial(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
	c, err := notify.DialUDP(from, to)
	if err == nil {
		d.mu.Lock()
		d.conns[to] = append(d.conns[to], c)
		d.mu.Unlock()
	}
	return c, err
}

// port is where the last socket to a receiver is, and how many there were.
func (d *dialed) port(to netip.AddrPort) (port uint16, sockets int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.conns[to]
	return all[len(all)-1].Local().Port(), len(all)
}

// TestSecureSocketsAreInNobodysWay: a port from which only a secure host is sent
// to is free for whoever wants to listen at it; one of an ordinary host is not.
// The secure host loses nothing by it.
func TestSecureSocketsAreInNobodysWay(t *testing.T) {
	d, r := newDialed(t)
	v := r.Default()
	secureConn, secure := listen(t)
	plainConn, plain := listen(t)
	must(t, v.Traps().As(side.Clear(true)).SetHost(secureHost(secure)))
	h := notify.NewHost(plain.Addr(), "public")
	h.Port = plain.Port()
	must(t, v.Traps().As(side.Clear(true)).SetHost(h))
	raise := func() {
		secureOf(r).Traps(v).Raise(mirror.Sample(new(mirror.RadiusBasedMirroringFailure), 0, v.UID(), testTime), nil)
		receive(t, secureConn)
	}
	raise()
	v.Traps().Raise(&notify.ColdStart{})
	receive(t, plainConn)

	must(t, r.RADIUS().Open())
	client := netip.MustParseAddr("127.0.0.9")
	must(t, r.RADIUS().Add("default", client))
	take := func(port uint16) error {
		return r.RADIUS().Change("default", client, func(c *radius.Client) { c.Port = port })
	}
	taken, sockets := d.port(secure)
	must(t, take(taken))
	raise()
	if port, n := d.port(secure); n != sockets+1 || port == taken {
		t.Errorf("after port %d was taken the traps come from port %d, socket %d", taken, port, n)
	}
	if port, _ := d.port(plain); take(port) == nil {
		t.Error("the port of an ordinary host could be taken")
	}
	if _, err := r.ListenUDP(secure); err == nil {
		t.Error("a port of somebody else could be taken")
	}
}

// TestInformsMoveWithTheirPort: an inform on its way when its port is taken is
// sent again from another one, and acknowledged, though it may not be repeated.
func TestInformsMoveWithTheirPort(t *testing.T) {
	d, r := newDialed(t)
	v := r.Default()
	conn, to := listen(t)
	h := secureHost(to)
	h.Informs, h.Retries, h.Timeout = true, 0, 60
	must(t, v.Traps().As(side.Clear(true)).SetHost(h))
	secureOf(r).Traps(v).Raise(mirror.Sample(new(mirror.RadiusBasedMirroringFailure), 0, v.UID(), testTime), nil)
	first := receive(t, conn) // the discovery
	port, _ := d.port(to)
	got, err := r.ListenUDP(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
	must(t, err)
	defer got.Close()
	again := receive(t, conn)
	if len(again) != len(first) {
		t.Errorf("%x is sent again as %x", first, again)
	}
	if now, _ := d.port(to); now == port {
		t.Error("the port was not given up")
	}
}

// TestRemovedRouterIsGone: how long the traps of a removed virtual router take
// to leave is nobody's business: its notification log is gone at once, and what
// happens in it later reaches nobody.
func TestRemovedRouterIsGone(t *testing.T) {
	for _, waiting := range side.Both {
		t.Run(fmt.Sprint(waiting), func(t *testing.T) {
			t.Parallel()
			r, _ := newMirroring(t)
			v, _ := r.VirtualRouter("isp")
			conn, to := listen(t)
			h := notify.NewHost(to.Addr(), "public")
			h.Port, h.Version = to.Port(), snmp.Version2c
			must(t, v.Traps().As(side.Clear(true)).SetHost(h))
			v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.SNMP, mib.Link))
			must(t, v.Traps().Log().SetEntryLimit(400))
			rate := 1
			if waiting == side.Ordinary {
				must(t, v.Traps().As(side.Clearance{}).SetQueue(to.Addr(), notify.QueueChange{DrainRate: &rate}))
			} else {
				must(t, v.Traps().As(side.Clear(true)).SetSecureQueue(netip.MustParseAddr("127.0.0.1"), notify.QueueChange{DrainRate: &rate}))
			}
			for range 3 {
				secureOf(r).Traps(v).Raise(mirror.Sample(new(mirror.RadiusBasedMirroringFailure), 0, v.UID(), testTime), nil)
				v.Traps().Raise(&notify.ColdStart{})
			}
			must(t, r.Remove("isp"))
			must(t, r.Default().Traps().Log().SetEntryLimit(500))
			v.Traps().Raise(&notify.WarmStart{})
			r.leaving.Wait()
			for range 3 { // those of before
				receive(t, conn)
			}
			nothing(t, conn)
		})
	}
}

// TestRemovedRouterGivesItsPortsBack: an ordinary host of a removed virtual router
// lets its port go when its own traps have left, while those of a secure host
// still wait.
func TestRemovedRouterGivesItsPortsBack(t *testing.T) {
	d, r := newDialed(t)
	v, err := r.Create("isp")
	must(t, err)
	addMirrorUser(t, v, "mirrorUser")
	v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror, mib.SNMP))
	_, secure := listen(t)
	plainConn, plain := listen(t)
	must(t, v.Traps().As(side.Clear(true)).SetHost(secureHost(secure)))
	h := notify.NewHost(plain.Addr(), "public")
	h.Port = plain.Port()
	must(t, v.Traps().As(side.Clear(true)).SetHost(h))
	rate := 1
	must(t, v.Traps().As(side.Clear(true)).SetSecureQueue(secure.Addr(), notify.QueueChange{DrainRate: &rate}))
	for range 10 {
		secureOf(r).Traps(v).Raise(mirror.Sample(new(mirror.RadiusBasedMirroringFailure), 0, v.UID(), testTime), nil)
	}
	v.Traps().Raise(&notify.ColdStart{})
	receive(t, plainConn)
	port, _ := d.port(plain)
	must(t, r.Remove("isp"))
	for {
		conn, err := r.ListenUDP(netip.AddrPortFrom(plain.Addr(), port))
		if len(r.existing()) == 1 {
			t.Fatal("the port was held as long as the secure host")
		}
		if err == nil {
			must(t, conn.Close())
			return
		}
		time.Sleep(time.Millisecond)
	}
}
