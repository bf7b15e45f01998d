package snmp

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
)

// FuzzMessage: no message of any version makes the receiver panic, and none
// passes for a user's without its key.
func FuzzMessage(f *testing.F) {
	u := *testUser(f, "u", pair{SHA, AES})
	u.Group = GroupPublic
	r := testReceiver(f, u, User{Name: "plain", Group: GroupPublic})
	forger := u
	forger.AuthKey = make(Key, len(u.AuthKey))
	for _, who := range []User{u, forger, {Name: "plain", Group: GroupPublic}} {
		s := testSealer(f, &who, r.Clock)
		var buf Buffer
		msg, err := s.Seal(&buf, &Message{Boots: 2, ID: 5, PDU: PDUGet, ContextEngine: testEngineID})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(msg))
	}
	m := newRaw3()
	f.Add(m.encode())
	m.engine, m.user = "", ""
	f.Add(m.encode())
	for _, version := range []Version{Version1, Version2c, 2} {
		var buf Buffer
		msg, err := EncodeReply(&buf, version, []byte("public"), 1, &Reply{Type: PDUGet})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(msg))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := ParseDatagram(in)
		if err != nil {
			return
		}
		if m, err := d.Community(); err == nil {
			if p, err := m.PDU(); err == nil && len(p.Varbinds) > MaxVarbinds {
				t.Errorf("%d varbinds", len(p.Varbinds))
			}
		}
		m, err := d.V3()
		if err != nil {
			return
		}
		opened, refusal := r.Open(m)
		if (opened == nil) == (refusal == nil) {
			t.Fatal("neither or both")
		}
		// Nothing above is sealed with the user's key and boots of the receiver.
		if opened != nil && opened.Level != NoAuthNoPriv {
			t.Errorf("%s was taken at %v", opened.User.Name, opened.Level)
		}
		if refusal != nil && refusal.To != nil {
			var buf Buffer
			if _, err := refusal.To.Seal(&buf, r.Clock.Now(), &Reply{Type: PDUReport}); err != nil {
				t.Error(err)
			}
		}
	})
}

// FuzzUSMParameters: security parameters of any content parse or do not, and
// what parses encodes to the same octets, save for the form of lengths.
func FuzzUSMParameters(f *testing.F) {
	m := newRaw3()
	f.Add(m.usm())
	m.auth, m.priv, m.boots, m.time = "123456789012", "12345678", math.MaxInt32, 150
	f.Add(m.usm())
	m.user = strings.Repeat("u", MaxName+1)
	f.Add(m.usm())
	f.Add(m.usm()[:20])
	f.Add([]byte("\x30\x84\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r := NewReader(in)
		r.long = true
		msg := &MessageV3{raw: in, security: r}
		p, err := msg.USM()
		if err != nil {
			if !errors.Is(err, errBER) {
				t.Errorf("error of another kind: %v", err)
			}
			return
		}
		if !bytes.Equal(in[p.authAt:p.authAt+len(p.Auth)], p.Auth) {
			t.Errorf("MAC is not at %d", p.authAt)
		}
		again := raw3{
			engine: string(p.Engine), boots: int64(p.Boots), time: int64(p.Time), user: string(p.User), auth: string(p.Auth), priv: string(p.Priv),
		}.usm()
		if len(again) > len(in) || len(again) == len(in) && !bytes.Equal(again, in) {
			t.Errorf("% x became % x", in, again)
		}
	})
}
