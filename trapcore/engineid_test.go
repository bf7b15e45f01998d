package trapcore

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestEngineID: each step sets an engine ID of one of two virtual routers; a trap
// and a request of the default one then go by what is set.
func TestEngineID(t *testing.T) {
	before := map[string]int32{}
	var disk error
	r, err := New(Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 9, Location: time.UTC,
		BootsBefore: func(id string) (int32, error) {
			if _, ok := before[id]; !ok && disk == nil {
				before[id] = 8
			}
			return before[id], disk
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	blue, err := r.Create("blue")
	if err != nil {
		t.Fatal(err)
	}
	v := r.Default()
	conn, to := listen(t)
	addMirrorUser(t, v, "mirrorUser")
	if err := v.Traps().As(side.Clear(true)).SetHost(secureHost(to)); err != nil {
		t.Fatal(err)
	}
	v.Traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	secureOf(r).SetMirrorTraps(true)
	def := v.EngineID()
	full := errors.New("disk full")
	for _, tt := range []struct {
		of    *VirtualRouter
		id    snmp.EngineID
		disk  error
		want  error
		is    snmp.EngineID // of the default one
		boots int32
	}{
		{v, "first", nil, nil, "first", 1},
		{blue, "first", nil, errEngineTaken, "first", 1},
		{blue, def, nil, errEngineTaken, "first", 1},
		{v, blue.EngineID(), nil, errEngineTaken, "first", 1},
		{v, snmp.NewEngineID(r.MAC(), 0x80000077), nil, errEngineTaken, "first", 1}, // of one still to be made
		{v, "four", nil, snmp.ErrEngineID, "first", 1},
		{v, snmp.EngineID(strings.Repeat("x", 33)), nil, snmp.ErrEngineID, "first", 1},
		{v, snmp.EngineID(strings.Repeat("\x00", 12)), nil, snmp.ErrEngineID, "first", 1},
		{v, "second", full, errEngineID, "first", 1},
		{v, snmp.EngineID(strings.Repeat("x", 32)), nil, nil, snmp.EngineID(strings.Repeat("x", 32)), 1},
		{blue, "first", nil, nil, snmp.EngineID(strings.Repeat("x", 32)), 1},
		{v, "", full, nil, def, 9},
		{blue, "", nil, nil, def, 9},
		{v, "first", nil, nil, "first", 1},
		{v, def, nil, nil, def, 9},
	} {
		disk = tt.disk
		if err := tt.of.SetEngineID(tt.id); !errors.Is(err, tt.want) {
			t.Errorf("%s %q: %v", tt.of.Name(), tt.id, err)
		}
		if v.EngineID() != tt.is || v.EngineTime().Boots != tt.boots || (v.ConfiguredEngineID() == "") != (tt.is == def) {
			t.Errorf("%s %q: %q, boots %d, configured %q", tt.of.Name(), tt.id, v.EngineID(), v.EngineTime().Boots, v.ConfiguredEngineID())
		}
		v.secure.Raise(mirror.Sample(new(mirror.SessionStart), 1, v.UID(), testTime), nil)
		g := &gosnmp.GoSNMP{
			Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
			SecurityParameters: &gosnmp.UsmSecurityParameters{
				UserName: "mirrorUser", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
				PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: privPass, AuthoritativeEngineID: string(tt.is),
			},
		}
		p, err := g.UnmarshalTrap(receive(t, conn), false)
		if err != nil {
			t.Fatalf("%s %q: %v", tt.of.Name(), tt.id, err)
		}
		usm := p.SecurityParameters.(*gosnmp.UsmSecurityParameters)
		if usm.AuthoritativeEngineID != string(tt.is) || p.ContextEngineID != string(tt.is) || int32(usm.AuthoritativeEngineBoots) != tt.boots {
			t.Errorf("%s %q: trap of %q, boots %d", tt.of.Name(), tt.id, usm.AuthoritativeEngineID, usm.AuthoritativeEngineBoots)
		}
		answers(t, r, tt.is, tt.boots)
	}
}

// answers asks the agent for its engine.
func answers(t *testing.T, r *Router, id snmp.EngineID, boots int32) {
	t.Helper()
	users := r.Default().users
	mirrorUser, _ := users.Snapshot().As(side.Clear(true)).User("mirrorUser")
	if err := users.As(side.Clearance{}).SetUser(snmp.User{Name: "ops", Group: "admin",
		Auth: mirrorUser.Auth, AuthKey: mirrorUser.AuthKey, Priv: mirrorUser.Priv, PrivKey: mirrorUser.PrivKey}); err != nil {
		t.Fatal(err)
	}
	u, _ := users.Snapshot().User("ops")
	keys, err := u.Localize(id, snmp.NewEngine(1, nil))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snmp.NewSealer(keys)
	if err != nil {
		t.Fatal(err)
	}
	var list, out, back snmp.Buffer
	for _, oid := range []string{"1.3.6.1.6.3.10.2.1.2.0", "1.3.6.1.6.3.10.2.1.1.0"} { // from the end
		list.PutVarbind(mib.MustOID(oid), snmp.Value{})
	}
	now := r.Default().EngineTime()
	msg, err := s.Seal(&out, &snmp.Message{Boots: boots, Time: now.Time, ID: 1 << 24, RequestID: 5, ContextEngine: id, PDU: snmp.PDUGet, Varbinds: list.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	d, err := snmp.ParseDatagram(r.Responder().Handle(&back, netip.MustParseAddrPort("127.0.0.1:1000"), msg))
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.V3()
	if err != nil {
		t.Fatal(err)
	}
	var clock snmp.RemoteClock
	scoped, _, err := keys.Open(m, &clock, time.Now())
	if err != nil {
		t.Fatalf("engine %q: %v", id, err)
	}
	if v := scoped.PDU.Varbinds; len(v) != 2 || v[0].Value != snmp.OctetString(string(id)) || v[1].Value != snmp.Integer(boots) {
		t.Errorf("engine %q: answer %+v", id, scoped.PDU)
	}
}
