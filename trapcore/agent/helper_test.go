package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

const (
	authPass = "authentication passphrase"
	privPass = "privacy passphrase"
	boots    = 7
)

var (
	testMAC  = [6]byte{2, 0, 0, 0, 0, 1}
	testFrom = netip.MustParseAddrPort("127.0.0.1:40000")
)

// masterKeys are made once: it takes a while.
var masterKeys = sync.OnceValue(func() map[snmp.AuthProtocol][2]snmp.Key {
	m := map[snmp.AuthProtocol][2]snmp.Key{}
	for _, p := range snmp.AuthProtocols() {
		a, err := snmp.MasterKey(p, authPass)
		if err != nil {
			panic(err)
		}
		b, err := snmp.MasterKey(p, privPass)
		if err != nil {
			panic(err)
		}
		m[p] = [2]snmp.Key{a, b}
	}
	return m
})

// sinkPort is the port of a trap host that reads nothing. All routers of the
// tests have the same, and it stays open as long as they run.
func sinkPort() uint16 { return sink().LocalAddr().(*net.UDPAddr).AddrPort().Port() }

var sink = sync.OnceValue(func() net.PacketConn {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return conn
})

func user(name, group string, auth snmp.AuthProtocol, priv snmp.PrivProtocol) snmp.User {
	u := snmp.User{Name: name, Group: group, Auth: auth, Priv: priv}
	if auth != snmp.NoAuth {
		u.AuthKey = masterKeys()[auth][0]
	}
	if priv != snmp.NoPriv {
		u.PrivKey = masterKeys()[auth][1]
	}
	return u
}

// fakeSystem is the system group of a test.
type fakeSystem struct {
	mu   sync.Mutex
	text map[string]string
}

func (s *fakeSystem) get(k string) string { s.mu.Lock(); defer s.mu.Unlock(); return s.text[k] }
func (s *fakeSystem) set(k, v string)     { s.mu.Lock(); defer s.mu.Unlock(); s.text[k] = v }

func (s *fakeSystem) Hostname() string     { return s.get("name") }
func (s *fakeSystem) SetHostname(v string) { s.set("name", v) }
func (s *fakeSystem) Contact() string      { return s.get("contact") }
func (s *fakeSystem) SetContact(v string)  { s.set("contact", v) }
func (s *fakeSystem) Location() string     { return s.get("location") }
func (s *fakeSystem) SetLocation(v string) { s.set("location", v) }

// rig is a router as far as the agent sees it: two virtual routers, a clock
// that stands still unless it is moved.
type rig struct {
	t       testing.TB
	clock   atomic.Int64 // nanoseconds since the start
	engine  *snmp.Engine
	mirror  atomic.Bool
	log     *securelog.Log
	r       *Responder
	agents  []*Agent
	systems []*fakeSystem
	changes []Change
	addr    string
}

var start = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

func (g *rig) now() time.Time          { return start.Add(time.Duration(g.clock.Load())) }
func (g *rig) advance(d time.Duration) { g.clock.Add(int64(d)) }

func newRig(t testing.TB) *rig {
	g := &rig{t: t}
	g.engine = snmp.NewEngine(boots, g.now)
	var err error
	if g.log, err = securelog.New(securelog.Capacity, time.UTC, notify.RenderVarbinds); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.log.Close() })
	g.r = NewResponder(Options{
		Engine: g.engine, Secure: g.secure, Now: g.now, Model: chassis.Default, Subscribers: &fakeSubscribers{},
		Release: chassis.Release{Version: "0.1.0", Built: start},
	})
	g.r.OnChange(func(c Change) { g.changes = append(g.changes, c) })
	pool := notify.NewLogPool()
	for i, name := range []string{"default", "blue"} {
		uid := snmp.DefaultRouter + uint32(i)
		local := snmp.NewLocalEngine(snmp.NewEngineID(testMAC, uid))
		users := snmp.NewLCD()
		traps, _ := notify.New(notify.Options{
			Router: name, Local: local, Context: snmp.ContextName(uid), Engine: g.engine, Users: users,
			IDSeed: 1, MirrorTraps: &g.mirror, SecureLog: g.log, Now: g.now, Logs: pool,
		})
		t.Cleanup(traps.Close)
		sys := &fakeSystem{text: map[string]string{"name": "host1", "contact": "", "location": name + " room"}}
		a := New(Config{Router: name, Local: local, Context: snmp.ContextName(uid), Users: users, Traps: traps, System: sys})
		g.agents, g.systems = append(g.agents, a), append(g.systems, sys)
		g.r.Add(a)
	}
	g.populate()
	return g
}

// secure opens the secure side, which the rig stands in for.
func (g *rig) secure(c side.Clearance) (Secure, bool) { return secureRig{g}, c.Sees(side.Secure) }

type secureRig struct{ *rig }

func (g secureRig) MirrorTraps() bool      { return g.mirror.Load() }
func (g secureRig) SetMirrorTraps(on bool) { g.mirror.Store(on) }
func (g secureRig) Log() *securelog.Log    { return g.log }

func (g *rig) lcd() *snmp.LCD            { return g.agents[0].cfg.Users }
func (g *rig) traps() *notify.Originator { return g.agents[0].cfg.Traps }
func (g *rig) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// populate makes the ordinary side that every test has.
func (g *rig) populate() {
	l := g.lcd()
	for _, c := range []snmp.Community{
		{Name: "reader"}, {Name: "writer", Privilege: snmp.ReadWrite}, {Name: "boss", Privilege: snmp.Admin},
		{Name: "limited", AccessList: "insiders"}, {Name: "blind", View: "none-such"},
	} {
		g.must(l.As(side.Clearance{}).SetCommunity(c))
	}
	g.must(l.As(side.Clearance{}).SetGroup(snmp.NewGroup("all", snmp.AuthNoPriv, snmp.ViewEverything, snmp.ViewEverything, snmp.ViewEverything)))
	g.must(l.As(side.Clearance{}).SetView("sys", snmp.Family{Subtree: mib.MustOID("1.3.6.1.2.1.1"), Included: true}))
	g.must(l.As(side.Clearance{}).SetView("rows", snmp.Family{Subtree: mib.MustOID("1.3.6.1.2.1.2.2.1.0.2"), Mask: []byte{0xff, 0xbf}, Included: true}))
	g.must(l.As(side.Clearance{}).SetUser(user("ops", "admin", snmp.SHA, snmp.AES)))
	g.must(l.As(side.Clearance{}).SetUser(user("auth", "all", snmp.SHA256, snmp.NoPriv)))
	g.must(l.As(side.Clearance{}).SetUser(user("plain", "public", snmp.NoAuth, snmp.NoPriv)))
	host := notify.NewHost(netip.MustParseAddr("127.0.0.1"), "traps")
	host.Port = sinkPort()
	g.must(g.traps().As(side.Clear(true)).SetHost(host))
	g.must(g.traps().As(side.Clearance{}).SetCategoryFilter(mib.BGP, mib.Debug))
	g.agents[0].SetInterfaces(&fakeInterfaces{})
	g.agents[0].log = newFakeLog()
}

// busy makes a large and active secure side.
func (g *rig) busy() {
	l := g.lcd()
	for i := range 5 {
		g.must(l.As(side.Clear(true)).SetGroup(snmp.NewGroup(fmt.Sprintf("taps%d", i), snmp.AuthPriv, "mirrorAdmin", "mirrorAdmin", "mirrorAdmin")))
		g.must(l.As(side.Clear(true)).SetUser(user(fmt.Sprintf("tapper%d", i), fmt.Sprintf("taps%d", i), snmp.SHA, snmp.AES)))
		g.must(l.As(side.Clear(true)).SetCommunity(snmp.Community{Name: fmt.Sprintf("tap%d", i), View: "mirrorAdmin", Privilege: snmp.ReadWrite}))
		host := notify.NewHost(netip.AddrFrom4([4]byte{127, 0, 0, byte(i + 1)}), fmt.Sprintf("tapper%d", i))
		host.Version, host.Port, host.Categories = snmp.Version3, 1, mib.NewCategorySet(mib.PacketMirror, mib.BGP)
		g.must(g.traps().As(side.Clear(true)).SetHost(host))
	}
	g.must(l.As(side.Clear(true)).SetUser(user("tap", "mirror", snmp.SHA, snmp.AES)))
	g.must(l.As(side.Clear(true)).SetGroup(snmp.NewGroup("listen", snmp.AuthPriv, "mirrorAdmin", "", "")))
	g.must(l.As(side.Clear(true)).SetUser(user("open", "listen", snmp.MD5, snmp.DES)))
	g.traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	g.must(g.traps().As(side.Clear(true)).SetCategoryFilter(mib.PacketMirror, mib.Critical))
	g.mirror.Store(true)
	g.log.SetOn(true)
}

// fakeInterfaces has 70 interfaces or as many as many says, every third number;
// number 5 is stuck. It counts how often it is asked.
type fakeInterfaces struct {
	source, many int32
	asked        int
}

func (f *fakeInterfaces) Count() int { f.asked++; return 70 }
func (f *fakeInterfaces) Next(after int32) (Interface, bool) {
	f.asked++
	i := max(after+1, 0) / 3
	if after < 2 {
		i = 0
	}
	if i >= max(f.many, 70) {
		return Interface{}, false
	}
	return Interface{
		Index: 2 + 3*i, Descr: fmt.Sprintf("atm 2/0.%d", i), Type: 134, MTU: 1500, Speed: 155_000_000,
		PhysAddress: "\x02\x00\x00\x00\x00\x01", AdminStatus: 1, OperStatus: 1, Name: fmt.Sprintf("atm2/0.%d", i), In: Traffic{Octets: 1<<32 + uint64(i)},
	}, true
}

func (*fakeInterfaces) SetAdminStatus(index, _ int32) error {
	if index == 5 {
		return fmt.Errorf("interface %d is stuck", index)
	}
	return nil
}
func (*fakeInterfaces) SetLinkTraps(int32, bool) error { return nil }
func (f *fakeInterfaces) TrapSource() int32            { return f.source }
func (f *fakeInterfaces) SetTrapSource(i int32) error  { f.source = i; return nil }

// NextAddress has an address for each of the first interfaces.
func (f *fakeInterfaces) NextAddress(from netip.Addr) (Address, bool) {
	for i := range max(f.many, 5) {
		if a := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1}); a.Compare(from) >= 0 {
			return Address{Prefix: netip.PrefixFrom(a, 24), Interface: 2 + 3*i, Since: 7}, true
		}
	}
	return Address{}, false
}
func (*fakeInterfaces) LastChange() uint32 { return 0 }
func (*fakeInterfaces) IPTraffic() IPTraffic {
	return IPTraffic{Forwarded: 1<<32 + 3, Delivered: 4, Generated: 5}
}

// NextLayer has every interface on top of nothing, and nothing on top of it.
func (f *fakeInterfaces) NextLayer(at Layer) (Layer, bool) {
	if at.Above == 0 {
		if i, ok := f.Next(at.Below - 1); ok {
			return Layer{Below: i.Index}, true
		}
		at = Layer{}
	} else if at.Below > 0 {
		at.Above++
	}
	i, ok := f.Next(at.Above - 1)
	return Layer{Above: i.Index}, ok
}

// NextNeighbor has a neighbor on each of the interfaces.
func (f *fakeInterfaces) NextNeighbor(index int32, from netip.Addr) (Neighbor, bool) {
	a := netip.AddrFrom4([4]byte{10, 0, 0, 2})
	if from.Compare(a) > 0 {
		index++
	}
	i, ok := f.Next(index - 1)
	return Neighbor{Interface: i.Index, Address: a, PhysAddress: "\x02\x00\x00\x00\x00\x02"}, ok
}

// NextRoute has a route to a network for each of the first interfaces.
func (f *fakeInterfaces) NextRoute(from netip.Addr) (Route, bool) {
	b := from.As4()
	i, some := int32(b[1])<<8|int32(b[2]), max(f.many, 5)
	switch first := [4]byte{10, b[1], b[2], 0}; {
	case b[0] > 10:
		return Route{}, false
	case b[0] < 10:
		i = 0
	case from.Compare(netip.AddrFrom4(first)) > 0:
		i++
	}
	return Route{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24), Interface: 2 + 3*i, Static: i%2 == 0}, i < some
}

func (f *fakeInterfaces) NextPrefix(from netip.Prefix) (Route, bool) {
	at := from.Addr()
	if from.Bits() > 24 {
		at = at.Next()
	}
	return f.NextRoute(at)
}

// fakeSubscribers are 30 or as many as there may be; every third handle is one.
// They log out for good.
type fakeSubscribers struct {
	many int
	gone []uint32
}

func (f *fakeSubscribers) Counts() (now, peak, limit int) { return 30, 40, 32_000 }
func (f *fakeSubscribers) Next(after uint32) (Subscriber, bool) {
	for n := after/3*3 + 3; n <= uint32(3*max(f.many, 30)); n += 3 {
		if n > after && !slices.Contains(f.gone, n) {
			return Subscriber{
				Handle: n, Name: fmt.Sprint("sub", n), Router: "default", RouterUID: 1 << 31, Login: start,
				Address: netip.AddrFrom4([4]byte{100, 64, byte(n >> 8), byte(n)}), Interface: "atm 2/0", Up: n%2 == 0, Pooled: n%4 == 0, Tunnel: n%5 == 0,
			}, true
		}
	}
	return Subscriber{}, false
}

func (f *fakeSubscribers) Logout(handle uint32) error {
	if handle == 9 {
		return errors.New("cannot be logged out")
	}
	f.gone = append(f.gone, handle)
	return nil
}
func (f *fakeSubscribers) Sessions() Sessions { return Sessions{30, 20, 1} }
func (f *fakeSubscribers) NextRouter(uid uint32) (RouterCount, bool) {
	return RouterCount{1<<31 + 1, 30}, uid <= 1<<31+1
}
func (f *fakeSubscribers) ByPort() (all []PortCount) {
	for i := range max(f.many/30, 3) {
		all = append(all, PortCount{Slot: i / 64, Port: i % 64, Count: 10})
	}
	return all
}

// fakeLog has two logs; entries of the second hold nothing of their own.
type fakeLog struct {
	limit, age uint32
	entries    map[string][]notify.LogEntry
	content    *notify.LogContent // nil: made of entries each time
}

func newFakeLog() *fakeLog {
	f := &fakeLog{limit: 500, age: 1440, entries: map[string][]notify.LogEntry{}}
	for i := range uint32(20) {
		f.entries["10.1.1.1"] = append(f.entries["10.1.1.1"], notify.LogEntry{
			Index: 3 + 2*i, UpTime: 100 * i, Time: start, Notification: mib.LinkUp.OID,
			Varbinds: []snmp.Varbind{
				{Name: mib.IfIndex.OID.Sub(2), Value: snmp.Integer(2)},
				{Name: mib.SysUpTime.Instance0(), Value: snmp.Ticks(5)},
				{Name: mib.IfIndex.OID.Sub(3), Value: snmp.BigCounter(1 << 40)},
				{Name: mib.IfIndex.OID.Sub(4), Value: snmp.OctetString("text")},
				{Name: mib.IfIndex.OID.Sub(5), Value: snmp.Address(testFrom.Addr())},
				{Name: mib.IfIndex.OID.Sub(6), Value: snmp.ObjectID(mib.LinkUp.OID)},
			},
		})
		f.entries["10.1.1.22"] = append(f.entries["10.1.1.22"], notify.LogEntry{Index: 1 + i, Time: start, Notification: mib.ColdStart.OID})
	}
	return f
}

func (f *fakeLog) EntryLimit() uint32             { return f.limit }
func (f *fakeLog) ConfiguredLimit() uint32        { return f.limit }
func (f *fakeLog) SetEntryLimit(n uint32) error   { f.limit = n; return nil }
func (f *fakeLog) AgeOut() uint32                 { return f.age }
func (f *fakeLog) SetAgeOut(minutes uint32) error { f.age = minutes; return nil }
func (f *fakeLog) Logged() uint32                 { return 40 }
func (f *fakeLog) Bumped() uint32                 { return 0 }
func (f *fakeLog) Content() *notify.LogContent {
	if f.content != nil {
		return f.content
	}
	return &notify.LogContent{
		Logs:    []notify.LogStatus{{Name: "10.1.1.1", EntryLimit: 250, Enabled: true, Logged: 40}, {Name: "10.1.1.22", EntryLimit: 250}},
		Entries: [][]notify.LogEntry{f.entries["10.1.1.1"], f.entries["10.1.1.22"]},
	}
}

// serve opens a socket on loopback until the test ends.
func (g *rig) serve() {
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	g.must(err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.r.Serve(ctx, conn) }()
	g.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			g.t.Error(err)
		}
		_ = conn.Close()
	})
	g.addr = conn.LocalAddr().String()
}

// handle hands over one datagram and returns a copy of the answer.
func (g *rig) handle(in []byte) []byte {
	var buf snmp.Buffer
	return bytes.Clone(g.r.Handle(&buf, testFrom, in))
}

// stat is a counter of the default virtual router.
func (g *rig) stat(of side.Side, s snmp.Stat) uint32 { return g.agents[0].stats[of].Value(s) }
