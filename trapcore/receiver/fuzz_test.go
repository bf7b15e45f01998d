package receiver

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// fuzzed is a screening that knows a user, one without keys, and a community;
// seal makes messages of those users.
func fuzzed(t testing.TB) (s *screening, seal func(user string, pdu snmp.Tag, own bool) []byte) {
	t.Helper()
	var u Users
	if err := u.Read("users", strings.NewReader(userLine+"\ncreateUser plain\nauthCommunity log secret\n")); err != nil {
		t.Fatal(err)
	}
	s, err := newScreening(Options{Users: u.Credentials, Communities: u.Communities, EngineID: "\x80\x00\x13\x0a\x05receiver"})
	if err != nil {
		t.Fatal(err)
	}
	return s, func(name string, pdu snmp.Tag, own bool) []byte {
		var user snmp.User
		for _, c := range u.Credentials {
			if c.Name == name {
				user = snmp.User{Name: c.Name, Group: snmp.GroupPublic, Auth: c.Auth, AuthKey: c.AuthKey, Priv: c.Priv, PrivKey: c.PrivKey}
			}
		}
		id := snmp.EngineID(sender)
		if own {
			id = s.screen.ID()
		}
		keys, err := user.Localize(id, s.clock)
		if err != nil {
			t.Fatal(err)
		}
		sealer, err := snmp.NewSealer(keys)
		if err != nil {
			t.Fatal(err)
		}
		var buf, content snmp.Buffer
		list := varbinds(&content, []snmp.Varbind{{Name: mib.IfIndex.OID.Sub(3), Value: snmp.Integer(3)}})
		msg, err := sealer.Seal(&buf, &snmp.Message{Boots: s.clock.Boots(), ID: 1, RequestID: 5, PDU: pdu, Varbinds: list, ContextEngine: id})
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(msg)
	}
}

// FuzzReceive: no datagram makes the receiving path panic; each counts once;
// none passes for the user's without its key, and what is taken can be shown.
func FuzzReceive(f *testing.F) {
	_, seal := fuzzed(f)
	// Of another run, so that these are outside of the window or of no user.
	other, _ := fuzzed(f)
	other.clock.Restart(1)
	for _, user := range []string{"u", "plain"} {
		for _, pdu := range []snmp.Tag{snmp.PDUTrap, snmp.PDUInform, snmp.PDUGet, snmp.PDUReport} {
			for _, own := range []bool{false, true} {
				f.Add(seal(user, pdu, own))
			}
		}
	}
	for _, p := range []gosnmp.SnmpPacket{
		{Version: gosnmp.Version2c, PDUType: gosnmp.SNMPv2Trap, Variables: linkDown.Variables},
		{Version: gosnmp.Version2c, PDUType: gosnmp.InformRequest, Variables: linkDown.Variables[:4]},
		{Version: gosnmp.Version1, PDUType: gosnmp.Trap, Variables: linkDown.Variables[2:6],
			SnmpTrap: gosnmp.SnmpTrap{Enterprise: ".1.3.6.1.4.1.9", AgentAddress: "127.0.0.1", GenericTrap: 6, SpecificTrap: 1}},
	} {
		p.Community = "secret"
		msg, err := p.MarshalMsg()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(msg)
	}
	f.Add([]byte{})
	now := time.Now()
	f.Fuzz(func(t *testing.T, in []byte) {
		before := sum(other.counts())
		n, answer := other.handle(bytes.Clone(in), netip.MustParseAddrPort("127.0.0.1:162"), now)
		if c := other.counts(); sum(c) != before+1 || c.Datagrams != sum(c) {
			t.Fatalf("%+v", c)
		}
		if len(answer) > len(in)+1024 {
			t.Errorf("%d octets answer %d", len(answer), len(in))
		}
		if n == nil {
			return
		}
		if text := n.String(); strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%q", text)
		}
		if _, err := n.MarshalJSON(); err != nil {
			t.Error(err)
		}
		if _, err := ReadExpectation("golden", strings.NewReader(n.Golden())); err != nil {
			t.Error(err)
		}
		if n.Inform && answer == nil {
			t.Error("an inform without an answer")
		}
	})
}

// sum is what datagrams have become.
func sum(c Counts) uint64 {
	n := c.Traps + c.Informs + c.Repeated + c.Discoveries
	for _, k := range c.Refused {
		n += k
	}
	return n
}

// TestMangled: every octet of right messages, changed in eight ways, and every
// length they may be cut to: nothing panics, and nothing authentic passes.
func TestMangled(t *testing.T) {
	s, seal := fuzzed(t)
	for _, pdu := range []snmp.Tag{snmp.PDUTrap, snmp.PDUInform} {
		msg := seal("u", pdu, pdu == snmp.PDUInform)
		for i := range msg {
			for bit := range 8 {
				bad := bytes.Clone(msg)
				bad[i] ^= 1 << bit
				if n, _ := s.handle(bad, netip.AddrPort{}, time.Now()); n != nil {
					t.Fatalf("octet %d, bit %d: %s", i, bit, n)
				}
			}
			if n, _ := s.handle(msg[:i], netip.AddrPort{}, time.Now()); n != nil {
				t.Fatalf("%d octets: %s", i, n)
			}
		}
		if n, _ := s.handle(msg, netip.AddrPort{}, time.Now()); n == nil {
			t.Errorf("not taken: %+v", s.counts())
		}
	}
	if c := s.counts(); c.Datagrams != sum(c) || c.Refused[snmp.ReasonReplayed] != 0 {
		t.Errorf("%+v", c)
	}
}
