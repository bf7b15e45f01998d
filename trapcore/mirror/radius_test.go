package mirror

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"mirrorsh/trapcore/network"
)

func TestParseHandle(t *testing.T) {
	for _, tt := range []struct {
		name   string
		handle []byte
		acct   string
		want   Identity
		ok     bool
	}{
		{"eight octets", []byte{0, 0, 3, 0, 0, 0, 0, 0x90}, "x", Identity{0x300, 0x90}, true},
		{"eight octets, 30 bits", []byte{0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "x", Identity{1<<30 - 1, 1<<32 - 1}, true},
		{"four octets", []byte{0x40, 0, 0, 0x10}, "erx atm 2/1.2:0.42:0001048579", Identity{0x10, 1048579}, true},
		{"four octets, beyond 32 bits", []byte{0x40, 0, 0, 0x10}, "4294967297", Identity{0x10, 1}, true},
		{"four octets, a very long number", []byte{0x40, 0, 0, 0x10}, "99999999990000000000000000007", Identity{0x10, 370671623}, true},
		{"four octets, 20 digits", []byte{0x40, 0, 0, 0x10}, "x12345678901234567890", Identity{0x10, 3944680146}, true},
		{"four octets, no number", []byte{0x40, 0, 0, 0x10}, "ABC", Identity{0x10, 0x414243}, true},
		{"eight octets with version 1", []byte{0x40, 0, 3, 0, 0, 0, 0, 0x90}, "x", Identity{}, false},
		{"four octets with version 0", []byte{0, 0, 0, 0x10}, "x", Identity{}, false},
		{"version 2", []byte{0x80, 0, 0, 0x10}, "x", Identity{}, false},
		{"version 3", []byte{0xc0, 0, 3, 0, 0, 0, 0, 0x90}, "x", Identity{}, false},
		{"empty", []byte{}, "x", Identity{}, false},
		{"five octets", []byte{0x40, 0, 0, 0x10, 0}, "x", Identity{}, false},
	} {
		got, ok := parseHandle(tt.handle, tt.acct)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v %v, want %v %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// TestCauses: where several attributes are wrong, as all are of a server with another
// key, the cause in trap and log is that of what the text names.
func TestCauses(t *testing.T) {
	short, none, six := []byte{1, 2, 3}, netip.Addr{}, addr("2001:db8::1")
	multicast, good := addr("224.0.0.9"), addr("192.168.99.2")
	handle := []byte{0, 0, 3, 0, 0, 0, 0, 0x90}
	for _, tt := range []struct {
		attrs Attributes
		cause ErrorCause
		text  string
	}{
		{Attributes{number(9), short, &none, number(70000)}, MissingOrInvalidAttribute, "mirror identifier is not formatted properly"},
		{Attributes{number(9), handle, &none, number(70000)}, InvalidAnalyzerAddress, "analyzer address is not usable"},
		{Attributes{number(1), handle, &six, number(2500)}, InvalidAnalyzerAddress, "analyzer address is not usable"},
		{Attributes{number(1), handle, &multicast, nil}, InvalidAnalyzerAddress, "analyzer address is not usable"},
		{Attributes{number(9), handle, &multicast, number(2500)}, MissingOrInvalidAttribute, "action is none of 0, 1 and 2"},
		{Attributes{nil, handle, &multicast, number(2500)}, MissingOrInvalidAttribute, "mirroring attributes without an action"},
		{Attributes{number(1), handle, &multicast, number(70000)}, MissingOrInvalidAttribute, "analyzer port is not 1 to 65535"},
		{Attributes{number(1), handle, nil, number(2500)}, MissingOrInvalidAttribute, "analyzer address is missing"},
		{Attributes{number(1), handle, &good, nil}, MissingOrInvalidAttribute, "mirror identifier and analyzer port go together"},
	} {
		w := tt.attrs.check()
		if w == nil {
			t.Errorf("%s: nothing is wrong", tt.text)
			continue
		}
		if got, want := *w.failure(), (Failure{tt.cause, tt.text}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// TestDynamicRequests: the error causes, and that each failure is reported as
// a trap and in the mirror log.
func TestDynamicRequests(t *testing.T) {
	user := Identification{UserName: "joe", Router: "default"}
	with := func(change func(*Attributes)) Attributes {
		a := li("0000030000000090")
		change(a)
		return *a
	}
	good := with(func(*Attributes) {})
	off := Attributes{Action: number(liDisable)}
	multicast := addr("224.0.0.9")
	all := func(remote string) Identification {
		return Identification{
			UserName: "joe", Router: "default", Address: addr("10.0.0.1"), CallingStationID: "call", AcctSessionID: acctID,
			NASPortID: "nas", DHCPOption82: "dhcp", AgentCircuitID: "circuit", AgentRemoteID: remote,
		}
	}
	for _, tt := range []struct {
		name  string
		given func(b *bench)
		id    Identification
		attrs Attributes
		want  int // Error-Cause; -1: accepted
	}{
		{"user and router", nil, user, good, -1},
		{"user in the default router", nil, Identification{UserName: "joe"}, good, -1},
		{"address", nil, Identification{Address: addr("10.0.0.1")}, good, -1},
		{"calling station", nil, Identification{CallingStationID: "call"}, good, -1},
		{"acct session", nil, Identification{AcctSessionID: acctID}, good, -1},
		{"port", nil, Identification{NASPortID: "nas"}, good, -1},
		{"DHCP option", nil, Identification{DHCPOption82: "dhcp"}, good, -1},
		{"circuit", nil, Identification{AgentCircuitID: "circuit"}, good, -1},
		{"remote end", nil, Identification{AgentRemoteID: "remote"}, good, -1},
		{"all of them", nil, all("remote"), good, -1},
		{"one of them does not match", nil, all("REMOTE"), good, network.SessionContextNotFound},
		{"none", nil, Identification{Router: "default"}, good, network.MissingAttribute},
		{"unknown user", nil, Identification{UserName: "jim"}, good, network.SessionContextNotFound},
		{"unknown router", nil, Identification{UserName: "joe", Router: "isp"}, good, network.SessionContextNotFound},
		{"unknown station", nil, Identification{CallingStationID: "other"}, good, network.SessionContextNotFound},
		{"several sessions", func(b *bench) {
			b.login(Subscriber{Name: "jim", CallingStationID: "call"})
		}, Identification{CallingStationID: "call"}, good, 0},
		{"no action", nil, user, with(func(a *Attributes) { a.Action = nil }), network.MissingAttribute},
		{"action 3", nil, user, with(func(a *Attributes) { a.Action = number(3) }), network.InvalidRequest},
		{"no analyzer", nil, user, with(func(a *Attributes) { a.Analyzer = nil }), network.MissingAttribute},
		{"analyzer is multicast", nil, user, with(func(a *Attributes) { a.Analyzer = &multicast }), network.InvalidRequest},
		{"handle without port", nil, user, with(func(a *Attributes) { a.Port = nil }), network.MissingAttribute},
		{"port without handle", nil, user, with(func(a *Attributes) { a.Handle = nil }), network.MissingAttribute},
		{"neither", nil, user, with(func(a *Attributes) { a.Handle, a.Port = nil, nil }), -1},
		{"port 0", nil, user, with(func(a *Attributes) { a.Port = number(0) }), network.InvalidRequest},
		{"port 65536", nil, user, with(func(a *Attributes) { a.Port = number(65536) }), network.InvalidRequest},
		{"bad handle", nil, user, with(func(a *Attributes) { a.Handle = []byte{1, 2, 3} }), network.InvalidRequest},
		{"stop of what is not mirrored", nil, user, off, -1},
		{"stop of what CLI mirrors", func(b *bench) { b.rule(Username, "joe", "p") }, user, off, network.SessionNotRemovable},
		{"interface-specific", func(b *bench) {
			b.do(b.Logout("default", "joe", UserRequest))
			b.login(onFE(joe()))
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
		}, user, good, network.ResourcesUnavailable},
		{"stop of interface-specific", func(b *bench) {
			b.do(b.Logout("default", "joe", UserRequest))
			b.login(onFE(joe()))
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
		}, user, off, network.SessionNotRemovable},
		{"L2TP needs the header", func(b *bench) {
			b.do(b.Logout("default", "joe", UserRequest))
			s := joe()
			s.L2TP = true
			b.login(s)
		}, user, with(func(a *Attributes) { a.Handle, a.Port = nil, nil }), network.MissingAttribute},
		{"no lists left", func(b *bench) { b.radiusLists = maxRADIUSLists }, user, good, network.ResourcesUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.policy(IP, "p", action(1, 2))
			b.iface("default", "fastEthernet 1/0", "")
			b.login(joe())
			if tt.given != nil {
				tt.given(b)
			}
			b.take()
			b.failed = nil
			err := b.ChangeMirroring(tt.id, tt.attrs)
			var request *RequestError
			if tt.want < 0 {
				if err != nil || b.failed != nil {
					t.Fatal(err, b.failed)
				}
				return
			}
			if !errors.As(err, &request) || request.ErrorCause != tt.want {
				t.Fatalf("got %v (%+v), want error cause %d", err, request, tt.want)
			}
			if got := b.take(); len(got) != 1 || got[0][:27] != "RadiusBasedMirroringFailure" || len(b.failed) != 1 {
				t.Errorf("events %q, log %q", got, b.failed)
			}
		})
	}
}

// TestTriggerOfCoA: the trigger of the events is what identified the session.
func TestTriggerOfCoA(t *testing.T) {
	for tr, id := range map[TriggerType]Identification{
		AcctSessionID: {AcctSessionID: acctID, DHCPOption82: "dhcp"}, CallingStationID: {CallingStationID: "call"},
		IPAddress: {Address: addr("10.0.0.1")}, Username: {UserName: "joe", AgentRemoteID: "remote"}, NASPortID: {NASPortID: "nas"},
		DHCPOption82: {DHCPOption82: "dhcp", AgentCircuitID: "circuit"}, AgentCircuitID: {AgentCircuitID: "circuit", AgentRemoteID: "remote"},
		AgentRemoteID: {AgentRemoteID: "remote"},
	} {
		b := newBench(t)
		b.login(joe())
		b.do(b.ChangeMirroring(id, *li("")))
		want := fmt.Sprintf("InterfaceSessionActivated radiusCoa %s=%s 0/0 spl_88000001#88000001 ingress%s", tr, joeValues[tr], flow)
		if got := b.take(); len(got) != 2 || got[0] != want {
			t.Errorf("%s: %q", tr, got)
		}
		b.do(b.Disable("default", tr, joeValues[tr]))
	}
}

// TestRefuseMirroring: what is refused early is reported like the rest, of the
// subscriber it is about if that can be told.
func TestRefuseMirroring(t *testing.T) {
	for _, tt := range []struct {
		name string
		id   Identification
		want string
	}{
		{"a subscriber", Identification{NASPortID: "nas"}, "isp RadiusBasedMirroringFailure radiusCoa nasPortId=nas 16/1048579 user=joe missingOrInvalidAttribute: why"},
		{"nobody", Identification{UserName: "jim"}, "RadiusBasedMirroringFailure radiusCoa username=jim 16/0 user=jim missingOrInvalidAttribute: why"},
		{"nobody there", Identification{UserName: "jim", Router: "isp"}, "isp RadiusBasedMirroringFailure radiusCoa username=jim 16/0 user=jim missingOrInvalidAttribute: why"},
		{"octets that are not ASCII", Identification{UserName: "j\u00f6\n~"}, `RadiusBasedMirroringFailure radiusCoa username=j\xc3\xb6\x0a~ 16/0 user=j\xc3\xb6\x0a~ missingOrInvalidAttribute: why`},
		{"no half of an octet", Identification{UserName: strings.Repeat("x", network.MaxUserName-3) + "\u00f6", NASPortID: "p"}, "RadiusBasedMirroringFailure radiusCoa username=" +
			strings.Repeat("x", network.MaxUserName-3) + `\xc3\xb6 16/0 user=` + strings.Repeat("x", network.MaxUserName-3) + " missingOrInvalidAttribute: why"},
		{"not identified", Identification{}, "RadiusBasedMirroringFailure radiusCoa acctSessionId= 16/0 user=unknown missingOrInvalidAttribute: why"},
	} {
		b := newBench(t)
		b.AddRouter(Router{"isp", 2})
		b.do(b.Login("isp", joe(), nil))
		b.RefuseMirroring(tt.id, *li("40000010"), &RequestError{ErrorCause: network.UnsupportedAttribute, Text: "why"})
		if got := b.take(); len(got) != 1 || got[0] != tt.want || len(b.failed) != 1 {
			t.Errorf("%s: %q, log %q", tt.name, got, b.failed)
		}
	}
}

func TestDisconnect(t *testing.T) {
	b := newBench(t)
	b.login(joe())
	for _, tt := range []struct {
		id   Identification
		want int
	}{
		{Identification{}, network.MissingAttribute},
		{Identification{UserName: "jim"}, network.SessionContextNotFound},
		{Identification{UserName: "joe", NASPortID: "other"}, network.SessionContextNotFound},
	} {
		var request *RequestError
		if err := b.Disconnect(tt.id); !errors.As(err, &request) || request.ErrorCause != tt.want {
			t.Errorf("%+v: %v", tt.id, err)
		}
		if _, err := b.net.Find(tt.id); !errors.As(err, &request) || request.ErrorCause != tt.want {
			t.Errorf("find %+v: %v", tt.id, err)
		}
	}
	_, err := b.net.Find(Identification{UserName: "joe"})
	b.do(err)
	b.do(b.Disconnect(Identification{UserName: "joe"}))
	if n := len(b.Subscribers()); n != 0 {
		t.Errorf("%d subscribers", n)
	}
	if got := b.take(); got != nil {
		t.Errorf("events %q: an ordinary request is not a matter of the secure side", got)
	}
}

func TestRADIUSListsComeAndGo(t *testing.T) {
	b := newBench(t)
	b.do(b.Login("default", joe(), li("40000010")))
	lists := b.PolicyLists()
	if len(lists) != 1 || lists[0].Name != "spl_88000001" || lists[0].ID != 0x88000001 || !lists[0].RADIUS || lists[0].References != 1 {
		t.Fatalf("%+v", lists)
	}
	b.refuses(errRADIUSList, b.RemovePolicyList(IP, "spl_88000001"))
	b.do(b.Logout("default", "joe", UserRequest))
	if lists := b.PolicyLists(); len(lists) != 0 || b.radiusLists != 0 {
		t.Errorf("%+v", lists)
	}
	b.lastRADIUS = radiusCount
	b.do(b.Login("default", joe(), li("")))
	if l := b.PolicyLists(); l[0].Name != "spl_88000001" {
		t.Errorf("after the last number: %s", l[0].Name)
	}
}
