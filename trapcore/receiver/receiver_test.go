package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// patience bounds every wait.
const patience = 20 * time.Second

func listen(t *testing.T, addr string, lines ...string) *Receiver {
	t.Helper()
	var u Users
	if err := u.Read("users", strings.NewReader(strings.Join(lines, "\n"))); err != nil {
		t.Fatal(err)
	}
	r, err := Listen(addr, Options{Users: u.Credentials, Communities: u.Communities})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func next(t *testing.T, r *Receiver) *Notification {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	n, err := r.Next(ctx)
	if err != nil {
		t.Fatalf("%v; %+v", err, r.Counts())
	}
	return n
}

// dial is a gosnmp client of a receiver.
func dial(t *testing.T, at netip.AddrPort, x *gosnmp.GoSNMP) *gosnmp.GoSNMP {
	t.Helper()
	x.Target, x.Port = at.Addr().String(), at.Port()
	x.Timeout, x.Retries, x.MaxOids = patience, 0, gosnmp.MaxOids
	if err := x.Connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Conn.Close() })
	return x
}

const (
	userLine = `createUser u SHA "auth passphrase" AES "priv passphrase"`
	sender   = "\x80\x00\x13\x0a\x05sender"
)

func usm(engine string) *gosnmp.GoSNMP {
	return &gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
		ContextEngineID: engine, ContextName: "router1",
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName: "u", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: "auth passphrase",
			PrivacyProtocol: gosnmp.AES, PrivacyPassphrase: "priv passphrase",
			AuthoritativeEngineID: engine, AuthoritativeEngineBoots: 3, AuthoritativeEngineTime: 1000,
		},
	}
}

// linkDown has a value of every type.
var linkDown = gosnmp.SnmpTrap{Variables: []gosnmp.SnmpPDU{
	{Name: ".1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(42)},
	{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: ".1.3.6.1.6.3.1.1.5.3"},
	{Name: ".1.3.6.1.2.1.2.2.1.1.5", Type: gosnmp.Integer, Value: 5},
	{Name: ".1.3.6.1.2.1.2.2.1.7.5", Type: gosnmp.Integer, Value: 2},
	{Name: ".1.3.9.1", Type: gosnmp.OctetString, Value: "text\n"},
	{Name: ".1.3.9.2", Type: gosnmp.OctetString, Value: "a text"},
	{Name: ".1.3.9.3", Type: gosnmp.IPAddress, Value: "192.0.2.1"},
	{Name: ".1.3.9.4", Type: gosnmp.Gauge32, Value: uint32(4294967295)},
	{Name: ".1.3.9.5", Type: gosnmp.Counter32, Value: uint32(4000000000)},
	{Name: ".1.3.9.7", Type: gosnmp.ObjectIdentifier, Value: ".1.3.6.1.6.3.1.1.5.4"},
	{Name: ".1.3.9.8", Type: gosnmp.TimeTicks, Value: uint32(8)},
	{Name: ".1.3.9.9", Type: gosnmp.OpaqueFloat, Value: float32(1.5)},
	{Name: ".1.3.9.10", Type: gosnmp.Null},
}}

const linkDownText = `    sysUpTime.0 = 42
    ifIndex.5 = 5
    ifAdminStatus.5 = down(2)
    1.3.9.1 = 0x746578740a
    1.3.9.2 = a text
    1.3.9.3 = 192.0.2.1
    1.3.9.4 = 4294967295
    1.3.9.5 = 4000000000
    1.3.9.7 = linkUp
    1.3.9.8 = 8
    1.3.9.9 = 0x9f78043fc00000
    1.3.9.10 = null
`

// TestReceive: traps and informs of gosnmp, of every version and over both
// families, arrive with their names; informs are acknowledged, after the discovery.
func TestReceive(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		r := listen(t, net.JoinHostPort(host, "0"), userLine, "authUser log u priv", "authCommunity log secret")
		if !r.Addr().Addr().IsLoopback() || r.Addr().Port() == 0 {
			t.Fatalf("it listens on %v", r.Addr())
		}
		community := func() *gosnmp.GoSNMP { return &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "secret"} }
		for _, c := range []struct {
			name   string
			client *gosnmp.GoSNMP
			inform bool
			head   string
		}{
			{"v2c trap", community(), false, "linkDown: trap v2c from "},
			{"v2c inform", community(), true, "linkDown: inform v2c from "},
			{"v3 trap", usm(sender), false, `linkDown: trap v3 u authPriv context router1 engine 0x8000130a0573656e646572 from `},
			{"v3 inform", usm(""), true, "linkDown: inform v3 u authPriv context router1 engine 0x"},
		} {
			trap := linkDown
			trap.IsInform = c.inform
			x := dial(t, r.Addr(), c.client)
			answer, err := x.SendTrap(trap)
			if err != nil {
				t.Fatalf("%s: %v; %+v", c.name, err, r.Counts())
			}
			if c.inform && (answer.PDUType != gosnmp.GetResponse || answer.Error != gosnmp.NoError || len(answer.Variables) != len(trap.Variables)) {
				t.Errorf("%s: answer %+v", c.name, answer)
			}
			n := next(t, r)
			head, body, _ := strings.Cut(n.String(), "\n")
			if !strings.HasPrefix(head, c.head) || !strings.Contains(head, net.JoinHostPort(host, "")) {
				t.Errorf("%s: %s", c.name, head)
			}
			if d := cmp.Diff(linkDownText, body); d != "" {
				t.Errorf("%s: %s", c.name, d)
			}
		}
		c := r.Counts()
		if c.Traps != 2 || c.Informs != 2 || c.Discoveries == 0 || c.Engines != 1 || len(c.Refused) != 0 ||
			c.Datagrams != c.Traps+c.Informs+c.Discoveries {
			t.Errorf("%+v", c)
		}
	}
}

// TestTrapV1: the notification of a Trap-PDU is that of RFC 3584.
func TestTrapV1(t *testing.T) {
	r := listen(t, "127.0.0.1:0", "authCommunity log secret")
	x := dial(t, r.Addr(), &gosnmp.GoSNMP{Version: gosnmp.Version1, Community: "secret"})
	start := mib.MirrorNotifications[4]
	enterprise, generic, specific := start.V1()
	for _, c := range []struct {
		enterprise        string
		generic, specific int
		name              string
	}{
		{".1.3.6.1.4.1.4874", 0, 0, "coldStart"},
		{".1.3.6.1.4.1.4874", 4, 0, "authenticationFailure"},
		{"." + enterprise.String(), generic, specific, start.Name},
		{".1.3.6.1.4.1.9", 6, 12, "1.3.6.1.4.1.9.0.12"},
	} {
		trap := gosnmp.SnmpTrap{
			Enterprise: c.enterprise, AgentAddress: "127.0.0.1", GenericTrap: c.generic, SpecificTrap: c.specific, Timestamp: 77,
			Variables: linkDown.Variables[3:4],
		}
		if _, err := x.SendTrap(trap); err != nil {
			t.Fatal(err)
		}
		if n := next(t, r); n.Name() != c.name || n.UpTime != 77 || len(n.Varbinds) != 1 || n.Version != snmp.Version1 {
			t.Errorf("%s: %s", c.name, n)
		}
	}
}

// TestRefusals: each is counted once under its reason, and told of.
func TestRefusals(t *testing.T) {
	var told []string
	var u Users
	if err := u.Read("users", strings.NewReader(userLine)); err != nil {
		t.Fatal(err)
	}
	s, err := newScreening(Options{Users: u.Credentials, Communities: []string{"secret"},
		Refused: func(r Refusal) { told = append(told, string(r.Reason)) }})
	if err != nil {
		t.Fatal(err)
	}
	v2c := func(community string, pdu gosnmp.PDUType, vars []gosnmp.SnmpPDU) []byte {
		p := gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: community, PDUType: pdu, Variables: vars}
		b, err := p.MarshalMsg()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good := v2c("secret", gosnmp.SNMPv2Trap, linkDown.Variables)
	version9 := bytes.Replace(good, []byte("\x02\x01\x01\x04\x06secret"), []byte("\x02\x01\x09\x04\x06secret"), 1)
	var want []string
	for _, c := range []struct {
		in  []byte
		why string
	}{
		{nil, "snmpInASNParseErrs"},
		{good[:len(good)-1], "snmpInASNParseErrs"},
		{version9, "snmpInBadVersions"},
		{v2c("guess", gosnmp.SNMPv2Trap, linkDown.Variables), "snmpInBadCommunityNames"},
		{v2c("secret", gosnmp.GetRequest, linkDown.Variables[:1]), "snmpUnknownPDUHandlers"},
		{v2c("secret", gosnmp.SNMPv2Trap, linkDown.Variables[1:]), "notDecoded"},
		{v2c("secret", gosnmp.SNMPv2Trap, nil), "notDecoded"},
		{make([]byte, snmp.MaxMessageSize+1), "snmpInASNParseErrs"},
	} {
		if n, answer := s.handle(c.in, netip.AddrPort{}, time.Now()); n != nil || answer != nil {
			t.Errorf("%s: taken %v, answer %x", c.why, n, answer)
		}
		want = append(want, c.why)
	}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
	c := s.counts()
	sum := uint64(0)
	for _, n := range c.Refused {
		sum += n
	}
	if c.Datagrams != sum || int(sum) != len(want) {
		t.Errorf("%+v", c)
	}
}

// TestTooBig: a sender that takes less than the Response has in it is told so
// (RFC 3416 section 4.2.7), and one that takes not even that gets nothing.
func TestTooBig(t *testing.T) {
	var u Users
	if err := u.Read("users", strings.NewReader(userLine)); err != nil {
		t.Fatal(err)
	}
	s, err := newScreening(Options{Users: u.Credentials})
	if err != nil {
		t.Fatal(err)
	}
	c := u.Credentials[0]
	user := snmp.User{Name: c.Name, Group: snmp.GroupPublic, Auth: c.Auth, AuthKey: c.AuthKey, Priv: c.Priv, PrivKey: c.PrivKey}
	keys, err := user.Localize(s.screen.ID(), s.clock)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := snmp.NewSealer(keys)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []struct {
		octets int
		status snmp.ErrorStatus
	}{{100, snmp.NoError}, {1000, snmp.TooBig}} {
		var buf, content snmp.Buffer
		list := varbinds(&content, []snmp.Varbind{
			{Name: mib.MustOID("1.3.9.1"), Value: snmp.OctetString(strings.Repeat("x", size.octets))}})
		msg, err := sealer.Seal(&buf, &snmp.Message{
			Boots: s.clock.Boots(), ID: 1, RequestID: 5, MaxSize: snmp.MinMessageSize, PDU: snmp.PDUInform, Varbinds: list,
		})
		if err != nil {
			t.Fatal(err)
		}
		n, answer := s.handle(msg, netip.AddrPort{}, time.Now())
		if n == nil || answer == nil || len(answer) > snmp.MinMessageSize {
			t.Fatalf("%d octets: %v, answer of %d octets", size.octets, n, len(answer))
		}
		d, err := snmp.ParseDatagram(answer)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.V3()
		if err != nil {
			t.Fatal(err)
		}
		got, level, err := keys.Open(m, new(snmp.RemoteClock), time.Now())
		if err != nil || level != snmp.AuthPriv || got.PDU.Type != snmp.PDUResponse || got.PDU.RequestID != 5 ||
			got.PDU.ErrorStatus != int32(size.status) || (len(got.PDU.Varbinds) == 3) != (size.status == snmp.NoError) {
			t.Errorf("%d octets: %+v, %v", size.octets, got, err)
		}
	}
}

func TestCloseEndsNext(t *testing.T) {
	r := listen(t, "127.0.0.1:0")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := r.Next(context.Background())
		ended <- err
	}()
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, addr := range []string{"nowhere", "127.0.0.1:99999", "256.0.0.1:1", "192.0.2.1:9162"} {
		if r, err := Listen(addr, Options{}); err == nil {
			_ = r.Close()
			t.Errorf("%s: no error", addr)
		}
	}
}

// TestJSON has numbers as numbers, and octets that are no text in hexadecimal.
func TestJSON(t *testing.T) {
	r := listen(t, "127.0.0.1:0", "authCommunity log secret")
	if _, err := dial(t, r.Addr(), &gosnmp.GoSNMP{Version: gosnmp.Version2c, Community: "secret"}).SendTrap(linkDown); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(next(t, r))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"type":"trap"`, `"version":"v2c"`, `"name":"linkDown"`, `"oid":"1.3.6.1.6.3.1.1.5.3"`, `"upTime":42`,
		`{"name":"ifAdminStatus.5","oid":"1.3.6.1.2.1.2.2.1.7.5","value":2,"label":"down"}`,
		`{"name":"1.3.9.1","oid":"1.3.9.1","value":"0x746578740a","hex":"746578740a"}`,
		`{"name":"1.3.9.2","oid":"1.3.9.2","value":"a text"}`,
	} {
		if !strings.Contains(string(b), part) {
			t.Errorf("no %s in %s", part, b)
		}
	}
	if strings.Contains(string(b), "secret") || strings.Contains(string(b), "user") {
		t.Errorf("%s", b)
	}
}

// TestDecoderPanics: a panic of gosnmp, here for want of a client, is an error.
func TestDecoderPanics(t *testing.T) {
	if _, err := unmarshal(nil, []byte{0x30}); !errors.Is(err, errDecode) || !strings.Contains(err.Error(), "panics") {
		t.Error(err)
	}
}

// TestListenFamilies: an IPv4 address opens nothing of IPv6.
func TestListenFamilies(t *testing.T) {
	for host, v4 := range map[string]bool{"0.0.0.0": true, "127.0.0.1": true, "::": false, "": false, "::1": false} {
		r, err := Listen(net.JoinHostPort(host, "0"), Options{Communities: []string{"public"}})
		if err != nil {
			t.Fatalf("%q: %v", host, err)
		}
		if got := r.Addr().Addr().Is4(); got != v4 {
			t.Errorf("%q listens at %v", host, r.Addr())
		}
		_ = r.Close()
	}
}

// varbinds builds the list of a coldStart in buf.
func varbinds(buf *snmp.Buffer, own []snmp.Varbind) []byte {
	buf.PutVarbinds(own)
	buf.PutNotification(1, snmp.TrapHead(mib.ColdStart.OID))
	return buf.Bytes()
}
