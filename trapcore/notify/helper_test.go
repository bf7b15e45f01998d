package notify

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

const (
	authPass = "authentication pass"
	privPass = "privacy pass"
)

var (
	testMAC  = [6]byte{0x02, 0, 0, 0, 0, 1}
	testTime = time.Date(2026, 11, 22, 6, 12, 11, 300e6, time.FixedZone("", 5400))
	loopback = netip.MustParseAddr("127.0.0.1")
)

// fixture is an originator with users of both sides:
// secure, insecure (of group ops) and the levels none, auth and priv.
type fixture struct {
	*Originator
	secure Secure
	users  *snmp.LCD
	log    *securelog.Log
	traps  atomic.Bool // juniPacketMirrorTrapEnable
}

func newFixture(t testing.TB, change ...func(*Options)) *fixture {
	t.Helper()
	f := &fixture{users: snmp.NewLCD()}
	for _, g := range []snmp.Group{
		snmp.NewGroup("none", snmp.NoAuthNoPriv, "", "", snmp.ViewEverything),
		snmp.NewGroup("auth", snmp.AuthNoPriv, "", "", snmp.ViewEverything),
		snmp.NewGroup("priv", snmp.AuthPriv, "", "", snmp.ViewEverything),
	} {
		if err := f.users.As(side.Clearance{}).SetGroup(g); err != nil {
			t.Fatal(err)
		}
		f.addUser(t, side.Ordinary, g.Name, g.Name, g.Level)
	}
	f.addUser(t, side.Secure, "mirrorUser", snmp.GroupMirror, snmp.AuthPriv)
	var err error
	if f.log, err = securelog.New(securelog.Capacity, time.UTC, RenderVarbinds); err != nil {
		t.Fatal(err)
	}
	opts := Options{
		Router:      "default",
		Local:       snmp.NewLocalEngine(snmp.NewEngineID(testMAC, snmp.DefaultRouter)),
		Context:     snmp.ContextName(snmp.DefaultRouter),
		Engine:      snmp.NewEngine(7, nil),
		Users:       f.users,
		MirrorTraps: &f.traps,
		SecureLog:   f.log,
		Now:         func() time.Time { return testTime },
	}
	for _, c := range change {
		c(&opts)
	}
	f.Originator, f.secure = New(opts)
	t.Cleanup(func() {
		f.Close()
		if err := f.log.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

var testKeys = sync.OnceValues(func() (auth, priv snmp.Key) {
	auth, err := snmp.MasterKey(snmp.SHA, authPass)
	if err != nil {
		panic(err)
	}
	priv, err = snmp.MasterKey(snmp.SHA, privPass)
	if err != nil {
		panic(err)
	}
	return auth, priv
})

func (f *fixture) addUser(t testing.TB, viewer side.Side, name, group string, level snmp.SecurityLevel) {
	t.Helper()
	auth, priv := testKeys()
	u := snmp.User{Name: name, Group: group}
	if level >= snmp.AuthNoPriv {
		u.Auth, u.AuthKey = snmp.SHA, auth
	}
	if level == snmp.AuthPriv {
		u.Priv, u.PrivKey = snmp.AES, priv
	}
	if err := f.users.As(side.Clear(viewer == side.Secure)).SetUser(u); err != nil {
		t.Fatal(err)
	}
}

// setView makes a view of everything but the given subtrees, and the group of
// that name with it, which sends without authentication.
func (f *fixture) setView(t testing.TB, name string, without ...mib.OID) {
	t.Helper()
	families := []snmp.Family{{Subtree: mib.MustOID("1.3"), Included: true}}
	for _, o := range without {
		families = append(families, snmp.Family{Subtree: o})
	}
	for _, family := range families {
		if err := f.users.As(side.Clearance{}).SetView(name, family); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.users.As(side.Clearance{}).SetGroup(snmp.NewGroup(name, snmp.NoAuthNoPriv, "", "", name)); err != nil {
		t.Fatal(err)
	}
}

// What is done with a clearance, which the tests have.

func (f *fixture) all() Visible                       { return f.As(side.Clear(true)) }
func (f *fixture) Enable(set mib.CategorySet)         { f.all().Enable(set) }
func (f *fixture) Disable(set mib.CategorySet)        { f.all().Disable(set) }
func (f *fixture) Settings() Settings                 { return f.all().Settings() }
func (f *fixture) ResetCategoryFilter(c mib.Category) { f.all().ResetCategoryFilter(c) }
func (f *fixture) RaiseSecure(ev mirror.Event)        { f.secure.Raise(ev, nil) }
func (f *fixture) SetCategoryFilter(c mib.Category, s mib.Severity) error {
	return f.all().SetCategoryFilter(c, s)
}

// pendingOn is how many traps are still pending after a while, by side.
func pendingOn(ordinary, secure uint64) (n side.Sum) {
	n.Add(side.Ordinary, ordinary)
	n.Add(side.Secure, secure)
	return n
}

// openSecure turns on all that mirror traps need.
func (f *fixture) openSecure() {
	f.Enable(mib.NewCategorySet(mib.PacketMirror))
	f.traps.Store(true)
}

func (f *fixture) setHost(t testing.TB, h Host) {
	t.Helper()
	if err := f.As(side.Clear(true)).SetHost(h); err != nil {
		t.Fatal(err)
	}
}

func (f *fixture) host(t testing.TB, of side.Side) HostStatus {
	t.Helper()
	for _, h := range f.As(side.Clear(true)).Hosts() {
		if h.Side == of {
			return h
		}
	}
	t.Fatalf("no %v host", of)
	return HostStatus{}
}

func secureHost(to netip.AddrPort) Host {
	h := NewHost(to.Addr(), "mirrorUser")
	h.Version, h.Port, h.Categories = snmp.Version3, to.Port(), mib.NewCategorySet(mib.PacketMirror)
	return h
}

func v2cHost(to netip.AddrPort) Host {
	h := NewHost(to.Addr(), "public")
	h.Version, h.Port = snmp.Version2c, to.Port()
	return h
}

// sink is a trap receiver on loopback that decodes with gosnmp.
type sink struct {
	conn *net.UDPConn
	addr netip.AddrPort
}

func newSink(t testing.TB) *sink {
	t.Helper()
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &sink{conn: c, addr: c.LocalAddr().(*net.UDPAddr).AddrPort()}
}

// raw waits for the next datagram.
func (s *sink) raw(t testing.TB) []byte {
	t.Helper()
	if err := s.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 65536)
	n, err := s.conn.Read(b)
	if err != nil {
		t.Fatalf("no datagram: %v", err)
	}
	return b[:n]
}

// next waits for the next trap and decodes it as user would; "" for v1 and v2c.
func (s *sink) next(t testing.TB, user string) *gosnmp.SnmpPacket {
	t.Helper()
	return decode(t, s.raw(t), user)
}

func decode(t testing.TB, msg []byte, user string) *gosnmp.SnmpPacket {
	t.Helper()
	g := &gosnmp.GoSNMP{Version: gosnmp.Version2c}
	if user != "" {
		g.Version, g.SecurityModel, g.MsgFlags = gosnmp.Version3, gosnmp.UserSecurityModel, gosnmp.AuthPriv
		usm := &gosnmp.UsmSecurityParameters{
			UserName: user, AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPass,
			AuthoritativeEngineID: string(snmp.NewEngineID(testMAC, snmp.DefaultRouter)),
		}
		switch user {
		case "none":
			usm.AuthenticationProtocol, usm.PrivacyProtocol, g.MsgFlags = gosnmp.NoAuth, gosnmp.NoPriv, gosnmp.NoAuthNoPriv
		case "auth":
			usm.PrivacyProtocol, g.MsgFlags = gosnmp.NoPriv, gosnmp.AuthNoPriv
		}
		g.SecurityParameters = usm
	}
	p, err := g.UnmarshalTrap(msg, false)
	if err != nil {
		t.Fatalf("gosnmp refuses the trap: %v", err)
	}
	return p
}

// trapOID returns the notification of a v2c or v3 trap.
func trapOID(t testing.TB, p *gosnmp.SnmpPacket) string {
	t.Helper()
	if len(p.Variables) < 2 || p.Variables[1].Name != ".1.3.6.1.6.3.1.1.4.1.0" {
		t.Fatalf("no snmpTrapOID.0 in second place: %v", p.Variables)
	}
	return p.Variables[1].Value.(string)[1:]
}

func start(seq uint32) *mirror.SessionStart {
	return mirror.Sample(new(mirror.SessionStart), seq, 1, testTime)
}

// secureOID is the OID of a secure notification by its short name.
func secureOID(name string) string {
	for _, n := range mib.MirrorNotifications {
		if n.Short() == name {
			return n.OID.String()
		}
	}
	panic(name)
}

// encodeSecure returns the varbind list of a mirror event, raised at time 0.
func encodeSecure(ev mirror.Event) *trap {
	t := newTrap(nil, notificationOf(ev), 0)
	t.fill(ev)
	return t
}

func parse(t testing.TB, of *trap) []snmp.Varbind {
	t.Helper()
	vbs, err := snmp.ParseVarbinds(of.list)
	if err != nil {
		t.Fatal(err)
	}
	return vbs
}

// frozen keeps sysUpTime at zero.
func frozen(o *Options) { o.Engine = snmp.NewEngine(7, func() time.Time { return testTime }) }

// samples returns one sample of each type in the order of Events.
func samples(seq uint32, router uint32, at time.Time) []mirror.Event {
	all := mirror.Events()
	for _, ev := range all {
		mirror.Sample(ev, seq, router, at)
	}
	return all
}
