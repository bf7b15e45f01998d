package trapcore

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

const (
	authPass = "authentication pass"
	privPass = "privacy pass"
)

var testTime = time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)

func newRouter(t testing.TB) *Router {
	t.Helper()
	r, err := New(Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 3, Location: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func addMirrorUser(t testing.TB, v *VirtualRouter, name string) {
	t.Helper()
	auth, err := snmp.MasterKey(snmp.SHA, authPass)
	if err != nil {
		t.Fatal(err)
	}
	priv, err := snmp.MasterKey(snmp.SHA, privPass)
	if err != nil {
		t.Fatal(err)
	}
	err = v.Users(side.Clear(true)).SetUser(snmp.User{Name: name, Group: snmp.GroupMirror,
		Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES, PrivKey: priv})
	if err != nil {
		t.Fatal(err)
	}
}

func listen(t testing.TB) (*net.UDPConn, netip.AddrPort) {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func receive(t *testing.T, c *net.UDPConn) []byte {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2048)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b[:n]
}

func secureHost(to netip.AddrPort) notify.Host {
	h := notify.NewHost(to.Addr(), "mirrorUser")
	h.Version, h.Port, h.Categories = snmp.Version3, to.Port(), mib.NewCategorySet(mib.PacketMirror)
	return h
}

func TestNames(t *testing.T) {
	r := newRouter(t)
	for _, tt := range []struct {
		name string
		want error
	}{
		{"", errVirtualRouterName},
		{"a b", errVirtualRouterName},
		{strings.Repeat("v", 16), errVirtualRouterName},
		{strings.Repeat("v", 15), nil},
		{"Default", nil},
		{"default", errVirtualRouterExists},
	} {
		if _, err := r.Create(tt.name); !errors.Is(err, tt.want) {
			t.Errorf("%q: %v", tt.name, err)
		}
	}
	if _, ok := r.VirtualRouter("VVVVVVVVVVVVVVV"); ok {
		t.Error("names are matched in any case")
	}
	if r.Hostname() != "host1" {
		t.Error(r.Hostname())
	}
	if r.SetHostname("lab"); r.Hostname() != "lab" {
		t.Error(r.Hostname())
	}
	v := r.Default()
	v.SetContact("Joe")
	v.SetLocation("Lab")
	if v.Contact() != "Joe" || v.Location() != "Lab" {
		t.Errorf("%q %q", v.Contact(), v.Location())
	}
}

func TestIndexesAreNeverReused(t *testing.T) {
	r := newRouter(t)
	v := r.Default()
	if v.Index() != 1 || v.UID() != snmp.DefaultRouter || v.ContextName() != "router1" ||
		v.EngineID().String() != "0x8000130a0502000000000180000001" {
		t.Errorf("default: %d %#x %s %v", v.Index(), v.UID(), v.ContextName(), v.EngineID())
	}
	for want := uint32(2); want < 5; want++ {
		v, err := r.Create("blue")
		if err != nil {
			t.Fatal(err)
		}
		if v.Index() != want {
			t.Errorf("index %d, want %d", v.Index(), want)
		}
		if err := r.Remove("blue"); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Remove("blue"); !errors.Is(err, ErrNoVirtualRouter) {
		t.Errorf("%v", err)
	}
	if err := r.Remove(DefaultName); !errors.Is(err, errDefaultRouter) {
		t.Errorf("%v", err)
	}
	if _, err := r.Create("red"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, v := range r.VirtualRouters() {
		names = append(names, v.Name())
	}
	if strings.Join(names, " ") != "default red" {
		t.Error(names)
	}
}

// TestVirtualRoutersAreApart: each has its own users, hosts and engine, and the
// two switches of the router serve both.
func TestVirtualRoutersAreApart(t *testing.T) {
	r := newRouter(t)
	blue, err := r.Create("blue")
	if err != nil {
		t.Fatal(err)
	}
	secureOf(r).Log().SetOn(true)
	conn, to := listen(t)
	for _, v := range []*VirtualRouter{r.Default(), blue} {
		if err := v.Traps().As(side.Clear(true)).SetHost(secureHost(to)); !errors.Is(err, notify.ErrPacketMirrorUser) {
			t.Errorf("%s has a user it was not given: %v", v.Name(), err)
		}
		addMirrorUser(t, v, "mirrorUser")
		if err := v.Traps().As(side.Clear(true)).SetHost(secureHost(to)); err != nil {
			t.Fatal(err)
		}
		v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
		ev := mirror.Sample(new(mirror.SessionStart), 1, v.UID(), testTime)
		secureOf(r).SetMirrorTraps(false)
		secureOf(r).Traps(v).Raise(ev, nil)
		secureOf(r).SetMirrorTraps(true)
		secureOf(r).Traps(v).Raise(ev, nil)
		g := &gosnmp.GoSNMP{
			Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
			SecurityParameters: &gosnmp.UsmSecurityParameters{
				UserName: "mirrorUser", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
				PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPass, AuthoritativeEngineID: string(v.EngineID()),
			},
		}
		p, err := g.UnmarshalTrap(receive(t, conn), false)
		if err != nil {
			t.Fatal(err)
		}
		if p.ContextName != v.ContextName() || p.ContextEngineID != string(v.EngineID()) {
			t.Errorf("%s: context %q of %x", v.Name(), p.ContextName, p.ContextEngineID)
		}
		if c := v.Traps().As(side.Clear(true)).Counters(side.Secure); c.Received != 2 || c.GlobalDiscards != 1 {
			t.Errorf("%s: %+v", v.Name(), c)
		}
	}
	r.Drain(t.Context()) // what was received is logged a moment later
	_, entries := secureOf(r).Log().Read()
	var routers []string
	for e := range entries {
		routers = append(routers, e.Router)
	}
	slices.Sort(routers) // each worker logs what it has sent
	if strings.Join(routers, " ") != "blue default" {
		t.Errorf("secure log of %v", routers)
	}
	r.SetAgentOff(blue, true)
	if s := held(r); s.Held != 2 || !s.On {
		t.Errorf("stopping another agent: %+v", s)
	}
	r.SetAgentOff(r.Default(), true)
	if s := held(r); s.Held != 0 || s.On {
		t.Errorf("stopping the default agent: %+v", s)
	}
}

func held(r *Router) securelog.Status { s, _ := secureOf(r).Log().Read(); return s }

func TestColdAndWarmStart(t *testing.T) {
	r := newRouter(t)
	conn, to := listen(t)
	traps := r.Default().Traps()
	h := notify.NewHost(to.Addr(), "public")
	h.Version, h.Port = snmp.Version2c, to.Port()
	if err := traps.As(side.Clear(true)).SetHost(h); err != nil {
		t.Fatal(err)
	}
	traps.EnableAll()
	r.ColdStart()
	r.WarmStart()
	for _, want := range []*mib.Notification{mib.ColdStart, mib.WarmStart} {
		g := &gosnmp.GoSNMP{Version: gosnmp.Version2c}
		p, err := g.UnmarshalTrap(receive(t, conn), false)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Variables[1].Value; got != "."+want.OID.String() {
			t.Errorf("%v, want %s", got, want.Name)
		}
	}
}

// awaitWorkers waits until the process has this many workers of trap hosts.
func awaitWorkers(t *testing.T, want int) {
	t.Helper()
	buf := make([]byte, 1<<20)
	for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		got := strings.Count(string(buf[:runtime.Stack(buf, true)]), "created by sync.(*WaitGroup).Go")
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d workers, want %d", got, want)
		}
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	awaitWorkers(t, 0) // of the tests before
	r, err := New(Options{Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	blue, err := r.Create("blue")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []*VirtualRouter{r.Default(), blue} {
		addMirrorUser(t, v, "mirrorUser")
		for n := range byte(4) {
			h := secureHost(netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, n + 1}), 162))
			if err := v.Traps().As(side.Clear(true)).SetHost(h); err != nil {
				t.Fatal(err)
			}
		}
		v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	}
	awaitWorkers(t, 8)
	if err := r.Remove("blue"); err != nil {
		t.Fatal(err)
	}
	awaitWorkers(t, 4)
	if p := r.Drain(context.Background()); p != (side.Sum{}) {
		t.Errorf("pending %v", p)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create("late"); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
	awaitWorkers(t, 0)
}

func TestBootsAreRequired(t *testing.T) {
	for _, boots := range []int32{0, -1} {
		if r, err := New(Options{Boots: boots}); err == nil {
			_ = r.Close()
			t.Errorf("a router with boots %d", boots)
		}
	}
}

func TestTooManyVirtualRouters(t *testing.T) {
	r := newRouter(t)
	for i := range MaxVirtualRouters - 1 {
		if _, err := r.Create(fmt.Sprint("vr", i)); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := r.Create("more"); err != errTooManyRouters {
		t.Errorf("one more: %v", err)
	}
	if err := r.Remove("vr7"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Create("more"); err != nil {
		t.Error(err)
	}
}
