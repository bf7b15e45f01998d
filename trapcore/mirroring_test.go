package trapcore

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// newMirroring is a router with a virtual router isp whose secure and link
// traps go to a listener, and a policy that mirrors.
func newMirroring(t *testing.T) (*Router, func() []byte) {
	t.Helper()
	r := newRouter(t)
	isp, err := r.Create("isp")
	if err != nil {
		t.Fatal(err)
	}
	conn, to := listen(t)
	addMirrorUser(t, isp, "mirrorUser")
	secureOf(r).SetMirrorTraps(true)
	secureOf(r).Log().SetOn(true)
	isp.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror, mib.Link))
	must(t, isp.Traps().As(side.Clear(true)).SetHost(secureHost(to)))
	m := secureOf(r).Mirror()
	must(t, m.CreatePolicyList(mirror.IP, "p"))
	must(t, m.SetGroup(mirror.IP, "p", mirror.AllTraffic, 0))
	must(t, m.SetAction(mirror.IP, "p", mirror.AllTraffic, mirror.Action{Analyzer: netip.MustParseAddr("192.168.99.2")}))
	return r, func() []byte { return receive(t, conn) }
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// vr is the network of a virtual router.
func vr(t *testing.T, r *Router, name string) *network.Router {
	t.Helper()
	v, ok := r.VirtualRouter(name)
	if !ok {
		t.Fatal("no virtual router ", name)
	}
	return v.Network()
}

func secureTexts(r *Router) []string {
	_, entries := secureOf(r).Log().Read()
	var all []string
	for e := range entries {
		all = append(all, e.String())
	}
	return all
}

func TestMirrorEventsBelongToTheirVirtualRouter(t *testing.T) {
	r, receive := newMirroring(t)
	must(t, secureOf(r).Mirror().SetRule(vr(t, r, "isp"), mirror.Username, "joe", mirror.IP, "p"))
	must(t, vr(t, r, "isp").Login(network.Subscriber{Name: "joe"}, nil))
	for range 3 {
		receive()
	}
	if got := r.Default().Traps().As(side.Clear(true)).Counters(side.Secure).Local; got != 0 {
		t.Errorf("the default virtual router has raised %d", got)
	}
	v, _ := r.VirtualRouter("isp")
	if got := v.Traps().As(side.Clear(true)).Counters(side.Secure).Local; got != 3 {
		t.Errorf("isp has raised %d", got)
	}
}

func TestFailedPolicyIsInTheMirrorLog(t *testing.T) {
	r, receive := newMirroring(t)
	must(t, secureOf(r).Mirror().SetRule(vr(t, r, "isp"), mirror.Username, "joe", mirror.IP, "none"))
	must(t, vr(t, r, "isp").Login(network.Subscriber{Name: "joe"}, nil))
	receive()
	_, failures := secureOf(r).Failures().Read()
	got := slices.Collect(failures)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	got[0].Time = testTime
	want := securelog.Failure{
		Time: testTime, Username: "joe", Router: "isp", Source: "cliTrigger", TriggerType: "username", Trigger: "joe",
		ErrorCause: "noSuchName", Message: "secure policy list does not exist",
	}
	if got[0] != want {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
}

func TestLinkTraps(t *testing.T) {
	r, _ := newMirroring(t)
	v, _ := r.VirtualRouter("isp")
	id, _ := network.ParseInterface("fastEthernet", "1/0")
	must(t, vr(t, r, "isp").CreateInterface(id))
	must(t, vr(t, r, "isp").SetShutdown(id, true))
	if got := v.Traps().As(side.Clear(true)).Counters(side.Ordinary).Local; got != 2 {
		t.Errorf("%d ordinary events, want linkUp and linkDown", got)
	}
}

// TestRemoveSendsItsLastTraps: what the removal of a virtual router raises
// reaches its hosts.
func TestRemoveSendsItsLastTraps(t *testing.T) {
	r, receive := newMirroring(t)
	id, _ := network.ParseInterface("fastEthernet", "1/0")
	m, isp := secureOf(r).Mirror(), vr(t, r, "isp")
	must(t, isp.CreateInterface(id))
	must(t, isp.SetAddress(id, netip.MustParsePrefix("10.1.1.1/24")))
	must(t, m.AttachPolicy(isp, mirror.IP, id, mirror.Ingress, "p", mirror.Statistics{}))
	must(t, isp.Login(network.Subscriber{Name: "joe"}, nil))
	must(t, m.SetRule(isp, mirror.Username, "joe", mirror.IP, "p"))
	must(t, r.Remove("isp"))
	if _, ok := r.VirtualRouter("isp"); ok {
		t.Error("it is still there")
	}
	// Activated, 2 Activated; 3 SessionEnd, InterfaceDeleted.
	for range 7 {
		receive()
	}
	if got := len(m.Sessions()) + len(m.Rules()) + len(r.Network().Subscribers()); got != 0 {
		t.Errorf("%d things are left", got)
	}
	if err := isp.CreateInterface(id); err != network.ErrNoRouter {
		t.Error(err)
	}
	if _, err := r.Create("isp"); err != nil {
		t.Error(err)
	}
	must(t, vr(t, r, "isp").CreateInterface(id))
	r.leaving.Wait()
	if n := len(r.existing()); n != 2 {
		t.Errorf("%d virtual routers", n)
	}
	if n := len(secureTexts(r)); n != 7 {
		t.Errorf("%d entries in the secure log", n)
	}
}

// TestCrowdLosesNoTrap logs 2000 subscribers in and out that RADIUS mirrors:
// each of their traps arrives.
func TestCrowdLosesNoTrap(t *testing.T) {
	r := newRouter(t)
	conn, to := listen(t)
	if err := conn.SetReadBuffer(4 << 20); err != nil {
		t.Fatal(err)
	}
	v := r.Default()
	addMirrorUser(t, v, "mirrorUser")
	secureOf(r).SetMirrorTraps(true)
	v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	must(t, v.Traps().As(side.Clear(true)).SetHost(secureHost(to)))
	size := 4096
	must(t, v.Traps().As(side.Clear(true)).SetSecureQueue(to.Addr(), notify.QueueChange{Size: &size}))
	var received atomic.Int64
	go func() {
		for b := make([]byte, 2048); ; received.Add(1) {
			if _, err := conn.Read(b); errors.Is(err, net.ErrClosed) {
				return
			}
		}
	}()
	const crowd, batch, each = 2000, 50, 3 // a batch fits what sockets have room for
	enable, handle, analyzer, port := uint32(mirror.LIEnable), []byte{0x40, 0, 0, 0x10}, netip.MustParseAddr("192.168.99.2"), uint32(2500)
	attrs := &mirror.Attributes{Action: &enable, Handle: handle, Analyzer: &analyzer, Port: &port}
	sent := int64(0)
	wait := func() {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); received.Load() != sent; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d traps received of %d", received.Load(), sent)
			}
		}
	}
	for n := range crowd {
		must(t, r.Default().Network().Login(network.Subscriber{Name: fmt.Sprint("sub", n)}, attrs))
		if sent += each; n%batch == 0 {
			wait()
		}
	}
	for n := range crowd {
		must(t, r.Default().Network().Logout(fmt.Sprint("sub", n), network.UserRequest))
		if sent += each; n%batch == 0 {
			wait()
		}
	}
	wait()
	r.Drain(t.Context()) // what was received is counted a moment later
	if c := v.Traps().As(side.Clear(true)).Counters(side.Secure); int64(c.Out) != sent || c.Discarded != 0 {
		t.Errorf("%+v, want %d out", c, sent)
	}
}
