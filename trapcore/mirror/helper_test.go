package mirror

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/network"
)

// noon is the time of every change in tests.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// What tests of mirroring use of the network, by its short names.
type (
	InterfaceID    = network.InterfaceID
	Route          = network.Route
	Subscriber     = network.Subscriber
	Identification = network.Identification
	RequestError   = network.RequestError
)

const (
	AdminReset  = network.AdminReset
	AdminReboot = network.AdminReboot
	IdleTimeout = network.IdleTimeout
	LostCarrier = network.LostCarrier
	NASError    = network.NASError
	PortError   = network.PortError
	UserRequest = network.UserRequest
)

// Router is a virtual router to be made.
type Router struct {
	Name string
	UID  uint32
}

// recorder is a sink and a listener that writes down what it is given.
type recorder struct {
	secure, failed, links []string
}

func (r *recorder) Secure(vr *network.Router, ev Event) {
	r.secure = append(r.secure, describe(Router{vr.Name(), vr.UID()}, ev))
}

func (r *recorder) Failed(vr *network.Router, f *FailedPolicy) {
	r.failed = append(r.failed, fmt.Sprintf("%s %s %s=%s %d/%d user=%s %s: %s", vr.Name(), f.Source, f.TriggerType, f.Trigger, f.MirrorID, f.SessionID, f.UserName, f.Cause, f.Text))
}

func (r *recorder) Changed(ch network.Change) {
	if l, ok := ch.(network.LinkChanged); ok {
		state := "down"
		if l.Up {
			state = "up"
		}
		r.links = append(r.links, fmt.Sprint(l.Router.Name(), " ", l.Index, " ", state))
	}
}

func (r *recorder) take() []string {
	got := r.secure
	r.secure = nil
	return got
}

// describe writes an event in one line with everything it says. The virtual
// router is left out where it is the default one, whose number is 1.
func describe(vr Router, ev Event) string {
	var b strings.Builder
	if vr.Name != "default" {
		b.WriteString(vr.Name + " ")
	}
	b.WriteString(typeName(ev))
	origin := func(o Origin) {
		fmt.Fprintf(&b, " %s %s=%s", o.Source, o.TriggerType, o.Trigger)
		if o.RouterID != vr.UID {
			fmt.Fprint(&b, " ROUTER ", o.RouterID)
		}
		if !o.Time.Equal(noon) {
			fmt.Fprint(&b, " TIME ", o.Time)
		}
	}
	attachment := func(a Attachment) {
		origin(a.Origin)
		fmt.Fprintf(&b, " %d/%d %s#%x %s", a.MirrorID, a.SessionID, a.Policy.Name, a.Policy.ID, a.Direction)
	}
	session := func(s Session) {
		attachment(s.Attachment)
		fmt.Fprintf(&b, " %s>%s", s.Target, s.Analyzer)
	}
	switch e := ev.(type) {
	case *RadiusBasedMirroringFailure:
		origin(e.Origin)
		fmt.Fprintf(&b, " %d/%d user=%s %s: %s", e.MirrorID, e.SessionID, e.UserName, e.Cause, e.Text)
	case *CliTriggerBasedMirroringFailure:
		origin(e.Origin)
		fmt.Fprintf(&b, " %s#%x %s: %s", e.Policy.Name, e.Policy.ID, e.Cause, e.Text)
	case *InterfaceDeleted:
		attachment(e.Attachment)
	case *AnalyzerUnreachable:
		fmt.Fprintf(&b, " %s", e.Analyzer)
		if e.RouterID != vr.UID {
			fmt.Fprint(&b, " ROUTER ", e.RouterID)
		}
	case *SessionStart:
		session(e.Session)
	case *SessionEnd:
		session(e.Session)
		fmt.Fprintf(&b, " %s", e.Reason)
	case *InterfaceSessionActivated:
		session(e.Session)
	case *InterfaceSessionDeactivated:
		session(e.Session)
	case *SessionReject:
		attachment(e.Attachment)
	case *SessionFailed:
		session(e.Session)
		fmt.Fprintf(&b, " %s", e.Reason)
	}
	return b.String()
}

// bench is a machine with its network and recorder; its methods fail the test
// on errors and name things briefly.
type bench struct {
	*Machine
	*recorder
	net   *network.Network
	apart *apart // nil: nowhere
	t     testing.TB
}

// newMachine returns a machine with the default virtual router.
func newMachine(t testing.TB, sink Sink, now func() time.Time) (*network.Network, *Machine) {
	n := network.New(network.Options{Default: "default"})
	def, err := n.Add("default", 1)
	if err != nil {
		t.Fatal(err)
	}
	return n, New(Options{Network: n, Default: def, Sink: sink, Now: now})
}

func newBench(t testing.TB) *bench {
	r := &recorder{}
	n, m := newMachine(t, r, func() time.Time { return noon })
	n.Listen(r)
	return &bench{m, r, n, nil, t}
}

func (b *bench) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) refuses(want, err error) {
	b.t.Helper()
	if err != want {
		b.t.Errorf("got error %v, want %v", err, want)
	}
}

func port(name string) InterfaceID {
	keyword, spec, _ := strings.Cut(name, " ")
	id, ok := network.ParseInterface(keyword, spec)
	if !ok {
		panic(name)
	}
	return id
}

func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// iface makes an interface with an address.
func (b *bench) iface(vr, name, address string) {
	b.t.Helper()
	b.do(b.CreateInterface(vr, port(name)))
	if address != "" {
		b.do(b.SetAddress(vr, port(name), prefix(address)))
	}
}

// analyzer makes fastEthernet 9/0 the way to 192.168.99.2.
func (b *bench) analyzer(vr string) {
	b.t.Helper()
	b.iface(vr, "fastEthernet 9/0", "192.168.99.1/24")
	b.do(b.SetAnalyzer(vr, port("fastEthernet 9/0"), true, false))
}

func action(mirrorID, sessionID uint32) Action {
	return Action{Analyzer: addr("192.168.99.2"), Port: 2500, Identified: true, Identity: Identity{mirrorID, sessionID}}
}

// policy makes a list that mirrors to 192.168.99.2, or 192.168.99.2 with other
// identifiers if it exists.
func (b *bench) policy(p Protocol, name string, a Action) {
	b.t.Helper()
	b.do(b.CreatePolicyList(p, name))
	b.do(b.SetGroup(p, name, AllTraffic, 0))
	b.do(b.SetAction(p, name, AllTraffic, a))
}

func (b *bench) rule(t TriggerType, value, list string) {
	b.t.Helper()
	b.do(b.SetRule("default", t, value, IP, list))
}

// joe is a subscriber with every attribute.
func joe() Subscriber {
	return Subscriber{
		Name: "joe", Address: addr("10.0.0.1"), CallingStationID: "call", NASPortID: "nas", AcctSessionID: "erx atm 2/1.2:0.42:0001048579",
		DHCPOption82: "dhcp", AgentCircuitID: "circuit", AgentRemoteID: "remote",
	}
}

func (b *bench) login(s Subscriber) {
	b.t.Helper()
	b.do(b.Login("default", s, nil))
}

func number(n uint32) *uint32 { return &n }

// li are attributes that mirror to 192.168.99.2.
func li(handle string) *Attributes {
	a := &Attributes{Action: number(LIEnable)}
	an := addr("192.168.99.2")
	a.Analyzer = &an
	if handle != "" {
		var raw []byte
		if _, err := fmt.Sscanf(handle, "%x", &raw); err != nil {
			panic(err)
		}
		a.Handle, a.Port = raw, number(2500)
	}
	return a
}
