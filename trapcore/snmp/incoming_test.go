package snmp

import (
	"crypto/hmac"
	"errors"
	"math"
	"strings"
	"testing"

	"mirrorsh/trapcore/side"
)

// raw3 builds SNMPv3 messages field by field, right or wrong.
type raw3 struct {
	id, maxSize, model int64
	flags              string
	engine             string
	boots, time        int64
	user, auth, priv   string
	data               []byte // nil: a GetRequest without varbinds
}

func newRaw3() raw3 {
	return raw3{id: 1, maxSize: 1500, model: usmModel, flags: "\x04", engine: string(testEngineID), user: "u"}
}

func (m raw3) usm() []byte {
	var b Buffer
	b.PutString(TagOctetString, m.priv)
	b.PutString(TagOctetString, m.auth)
	b.PutString(TagOctetString, m.user)
	b.putInt(TagInteger, m.time)
	b.putInt(TagInteger, m.boots)
	b.PutString(TagOctetString, m.engine)
	b.Wrap(TagSequence, 0)
	return b.Bytes()
}

func (m raw3) encode() []byte {
	var b Buffer
	if b.PutRaw(m.data); m.data == nil {
		b.putPDU(PDUGet, 77, nil)
		b.PutString(TagOctetString, "")
		b.PutString(TagOctetString, m.engine)
		b.Wrap(TagSequence, 0)
	}
	usm := m.usm()
	b.PutRaw(usm)
	b.PutHeader(TagOctetString, len(usm))
	mark := b.Len()
	b.putInt(TagInteger, m.model)
	b.PutString(TagOctetString, m.flags)
	b.putInt(TagInteger, m.maxSize)
	b.putInt(TagInteger, m.id)
	b.Wrap(TagSequence, mark)
	b.putInt(TagInteger, 3)
	b.Wrap(TagSequence, 0)
	return b.Bytes()
}

func receive(t testing.TB, r *Receiver, msg []byte) (*Opened, *Refusal, error) {
	t.Helper()
	d, err := ParseDatagram(msg)
	if err != nil {
		return nil, nil, err
	}
	m, err := d.V3()
	if err != nil {
		return nil, nil, err
	}
	in, refusal := r.Open(m)
	return in, refusal, nil
}

func testReceiver(t testing.TB, users ...User) *Receiver {
	t.Helper()
	l := NewLCD()
	for _, u := range users {
		if err := l.As(side.Clear(true)).SetUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return &Receiver{ID: testEngineID, Clock: NewEngine(1, nil), Users: l}
}

// TestHeaders: what RFC 3412 section 7.2 and RFC 3414 section 3.2 want of the
// fields before anything is authenticated.
func TestHeaders(t *testing.T) {
	r := testReceiver(t, User{Name: "u", Group: GroupPublic})
	plain := newRaw3()
	if in, refusal, err := receive(t, r, plain.encode()); err != nil || refusal != nil || in.PDU.Type != PDUGet || in.Level != NoAuthNoPriv {
		t.Fatalf("%+v, %v, %v", in, refusal, err)
	}
	const report = true
	for _, tt := range []struct {
		name   string
		change func(*raw3)
		stat   Stat // StatInPkts: no SNMPv3 message at all
		report bool
	}{
		{"negative message ID", func(m *raw3) { m.id = -1 }, StatInPkts, !report},
		{"small maximum", func(m *raw3) { m.maxSize = MinMessageSize - 1 }, StatInPkts, !report},
		{"large maximum", func(m *raw3) { m.maxSize = math.MaxInt32 + 1 }, StatInPkts, !report},
		{"no flags", func(m *raw3) { m.flags = "" }, StatInPkts, !report},
		{"long flags", func(m *raw3) { m.flags = "\x04\x00" }, StatInPkts, !report},
		{"model 0", func(m *raw3) { m.model = 0 }, StatInPkts, !report},
		{"data of no kind", func(m *raw3) { m.data = []byte("\x02\x01\x00") }, StatInPkts, !report},
		{"model", func(m *raw3) { m.model = 4 }, StatUnknownSecurityModels, !report},
		{"privacy alone", func(m *raw3) { m.flags = "\x06" }, StatInvalidMsgs, !report},
		{"negative boots", func(m *raw3) { m.boots = -1 }, StatInASNParseErrs, !report},
		{"negative time", func(m *raw3) { m.time = -1 }, StatInASNParseErrs, !report},
		{"long user", func(m *raw3) { m.user = strings.Repeat("u", MaxName+1) }, StatInASNParseErrs, !report},
		{"plain text that should not be", func(m *raw3) { m.flags = "\x07" }, StatInASNParseErrs, !report},
		{"cipher text that should not be", func(m *raw3) { m.data = []byte("\x04\x01\x00") }, StatInASNParseErrs, !report},
		{"no PDU", func(m *raw3) { m.data = []byte("\x30\x00") }, StatInASNParseErrs, !report},
		{"discovery", func(m *raw3) { m.engine, m.user = "", "" }, StatUnknownEngineIDs, report},
		{"discovery, not reportable", func(m *raw3) { m.engine, m.flags = "", "\x00" }, StatUnknownEngineIDs, !report},
		{"long engine ID", func(m *raw3) { m.engine = strings.Repeat("e", 200) }, StatUnknownEngineIDs, report},
		{"user", func(m *raw3) { m.user = "v" }, StatUnknownUserNames, report},
		{"user, not reportable", func(m *raw3) { m.user, m.flags = "v", "\x00" }, StatUnknownUserNames, !report},
		{"level", func(m *raw3) { m.flags, m.auth = "\x05", "123456789012" }, StatUnsupportedSecLevels, report},
		{"a Report", func(m *raw3) {
			m.user = "v"
			var b Buffer
			b.putPDU(PDUReport, 1, nil)
			b.PutString(TagOctetString, "")
			b.PutString(TagOctetString, "")
			b.Wrap(TagSequence, 0)
			m.data = b.Bytes()
		}, StatUnknownUserNames, !report},
	} {
		m := plain
		tt.change(&m)
		in, refusal, err := receive(t, r, m.encode())
		switch {
		case in != nil:
			t.Errorf("%s: taken", tt.name)
		case tt.stat == StatInPkts && !errors.Is(err, errBER):
			t.Errorf("%s: %v, %v", tt.name, refusal, err)
		case tt.stat == StatInPkts:
		case refusal == nil || refusal.Stat != tt.stat || refusal.Side != side.Ordinary || (refusal.To != nil) != tt.report:
			t.Errorf("%s: %+v, %v", tt.name, refusal, err)
		case tt.report && (refusal.To.MsgID != 1 || refusal.To.RequestID != 77 || refusal.To.MaxSize != 1500):
			t.Errorf("%s: %+v", tt.name, refusal.To)
		}
	}
}

// TestLongLengths: lengths and integers may have more octets than they need
// (RFC 3417 section 8), and the MAC is over what was received.
func TestLongLengths(t *testing.T) {
	u := *testUser(t, "u", pair{auth: SHA})
	u.Group = GroupPublic
	r := testReceiver(t, u)
	s := testSealer(t, &u, r.Clock)
	var buf Buffer
	msg, err := s.Seal(&buf, &Message{Boots: 1, ID: 5, PDU: PDUGet, ContextEngine: testEngineID})
	if err != nil {
		t.Fatal(err)
	}
	if msg[0] != byte(TagSequence) || msg[1] >= 0x80 {
		t.Fatalf("header % x", msg[:4])
	}
	long := append([]byte{byte(TagSequence), 0x82, 0, msg[1]}, msg[2:]...)
	if _, refusal, err := receive(t, r, long); err != nil || refusal == nil || refusal.Stat != StatWrongDigests {
		t.Errorf("a length changed on the way: %v, %v", refusal, err)
	}
	d, err := ParseDatagram(long)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.V3()
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.USM()
	if err != nil {
		t.Fatal(err)
	}
	k, err := u.Localize(testEngineID, r.Clock)
	if err != nil {
		t.Fatal(err)
	}
	clear(long[p.authAt : p.authAt+12])
	h := hmac.New(authTable[SHA].new, k.authK)
	h.Write(long)
	copy(long[p.authAt:], h.Sum(nil)[:SHA.macLen()])
	if _, refusal, err := receive(t, r, long); err != nil || refusal != nil {
		t.Errorf("a long length: %v, %v", refusal, err)
	}
	for _, bad := range []string{"\x30\x07\x02\x05\x00\x00\x00\x00\x01", "\x30\x80\x02\x01\x01", "\x30\x85\x00\x00\x00\x00\x03\x02\x01\x01", "\x30\x03\x02\x01\x01\x00"} {
		if _, err := ParseDatagram([]byte(bad)); !errors.Is(err, errBER) {
			t.Errorf("% x: %v", bad, err)
		}
	}
	if d, err := ParseDatagram([]byte("\x30\x06\x02\x04\x00\x00\x00\x03")); err != nil || d.Version != Version3 {
		t.Errorf("long version: %v", err)
	}
	if _, err := ParseDatagram(make([]byte, MaxMessageSize+1)); !errors.Is(err, errBER) {
		t.Errorf("long datagram: %v", err)
	}
}

// TestCommunityPDUs: what v1 and v2c messages may hold.
func TestCommunityPDUs(t *testing.T) {
	for _, tt := range []struct {
		version Version
		pdu     Tag
		ok      bool
	}{
		{Version1, PDUGet, true}, {Version1, PDUSet, true}, {Version1, PDUGetBulk, false}, {Version1, PDUReport, false}, {Version1, PDUTrapV1, true},
		{Version2c, PDUGetBulk, true}, {Version2c, PDUTrap, true}, {Version2c, PDUTrapV1, true}, {Version2c, PDUReport + 1, false}, {Version2c, TagSequence, false},
	} {
		var buf Buffer
		msg, err := EncodeReply(&buf, tt.version, []byte("public"), 1, &Reply{Type: tt.pdu})
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDatagram(msg)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Community()
		if err != nil || string(m.Community) != "public" {
			t.Fatal(err)
		}
		if p, err := m.PDU(); (err == nil) != tt.ok || tt.ok && p.Type != tt.pdu {
			t.Errorf("version %d, %#x: %v", tt.version, tt.pdu, err)
		}
	}
}
