package snmp

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
)

// TestOpenEveryPair: what the sealer seals opens, at every pair of protocols,
// padded or not, and answers are sealed at the level of the request.
func TestOpenEveryPair(t *testing.T) {
	for _, p := range pairs() {
		for n := range 20 { // all residues of the blocks
			u := *testUser(t, "u", p)
			u.Group = GroupPublic
			r := testReceiver(t, u)
			s := testSealer(t, &u, r.Clock)
			var buf, list Buffer
			list.PutVarbind(mib.SysUpTime.Instance0(), OctetString(strings.Repeat("x", n)))
			msg, err := s.Seal(&buf, &Message{
				Boots: 1, ID: 5, RequestID: 9, ErrorStatus: 3, ErrorIndex: 4, PDU: PDUGetBulk, ContextEngine: testEngineID,
				Context: "router1", Varbinds: list.Bytes(),
			})
			if err != nil {
				t.Fatal(err)
			}
			in, refusal, err := receive(t, r, bytes.Clone(msg))
			if err != nil || refusal != nil {
				t.Fatalf("%v: %v, %v", p, refusal, err)
			}
			if in.Level != u.Level() || in.Context != "router1" || in.ContextEngine != testEngineID || in.PDU.RequestID != 9 ||
				in.PDU.ErrorStatus != 3 || in.PDU.ErrorIndex != 4 || len(in.PDU.Varbinds) != 1 || len(in.PDU.Varbinds[0].Value.Str()) != n {
				t.Fatalf("%v: %+v", p, in)
			}
			out, err := in.Return.Seal(&buf, r.Clock.Now(), &Reply{Type: PDUResponse, ErrorStatus: 2, ErrorIndex: 1, ContextEngine: testEngineID})
			if err != nil {
				t.Fatal(err)
			}
			d, err := ParseDatagram(out)
			if err != nil {
				t.Fatal(err)
			}
			m, err := d.V3()
			if err != nil {
				t.Fatal(err)
			}
			k, err := u.Localize(testEngineID, r.Clock)
			if err != nil {
				t.Fatal(err)
			}
			var clock RemoteClock
			answer, level, err := k.Open(m, &clock, time.Now())
			if err != nil || level != u.Level() || m.ID != 5 || answer.PDU.RequestID != 9 || answer.PDU.ErrorStatus != 2 || answer.PDU.ErrorIndex != 1 {
				t.Fatalf("%v: %+v at %v, %v", p, answer, level, err)
			}
		}
	}
}

// TestRemoteAnswers: what is refused of another engine's answers.
func TestRemoteAnswers(t *testing.T) {
	u := *testUser(t, "u", pair{SHA, AES})
	local := NewEngine(1, nil)
	now := time.Now()
	seal := func(u User, id EngineID, boots, time int32, pdu Tag) []byte {
		k, err := u.Localize(id, local)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSealer(k)
		if err != nil {
			t.Fatal(err)
		}
		var buf Buffer
		msg, err := s.Seal(&buf, &Message{Boots: boots, Time: time, PDU: pdu, ContextEngine: id})
		if err != nil {
			t.Fatal(err)
		}
		return msg
	}
	other, weak, forged, unprivate := u, u, u, u
	other.Name = "v"
	weak.Priv, weak.PrivKey = NoPriv, nil
	forged.AuthKey = bytes.Clone(u.AuthKey)
	forged.AuthKey[0] ^= 1
	unprivate.PrivKey = bytes.Clone(u.PrivKey)
	unprivate.PrivKey[0] ^= 1
	var clock RemoteClock
	if !clock.Accept(5, 1000, now) {
		t.Fatal("first clock refused")
	}
	for _, tt := range []struct {
		name string
		msg  []byte
		want error
	}{
		{"good", seal(u, testEngineID, 5, 1000, PDUResponse), nil},
		{"other engine", seal(u, testEngineID+"x", 5, 1000, PDUResponse), ErrWrongEngine},
		{"other user", seal(other, testEngineID, 5, 1000, PDUResponse), ErrWrongUser},
		{"low level", seal(weak, testEngineID, 5, 1000, PDUResponse), errLevel},
		{"low level report", seal(weak, testEngineID, 5, 1000, PDUReport), nil},
		{"forged", seal(forged, testEngineID, 6, 1000, PDUResponse), errDigest},
		{"old", seal(u, testEngineID, 5, 849, PDUResponse), errNotInWindow},
		{"old boots", seal(u, testEngineID, 4, 5000, PDUResponse), errNotInWindow},
		{"privacy key", seal(unprivate, testEngineID, 5, 1000, PDUResponse), errDecrypt},
	} {
		d, err := ParseDatagram(tt.msg)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.V3()
		if err != nil {
			t.Fatal(err)
		}
		k, err := u.Localize(testEngineID, local)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.Open(m, &clock, now); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if b, at, _ := clock.At(now); b != 5 || at != 1000 {
		t.Errorf("the forged message moved the clock to %d, %d", b, at)
	}
}

// TestRemoteClock: RFC 3414 section 3.2 step 7b.
func TestRemoteClock(t *testing.T) {
	begin := time.Now()
	at := func(s int) time.Time { return begin.Add(time.Duration(s) * time.Second) }
	var c RemoteClock
	if _, _, known := c.At(begin); known {
		t.Error("knows a clock it was never told")
	}
	for _, tt := range []struct {
		after       int // seconds
		boots, time int32
		ok          bool
		wantBoots   int32
		wantTime    int32
	}{
		{0, 3, 100, true, 3, 100},
		{10, 3, 105, true, 3, 105},           // a slower clock is believed
		{10, 3, 90, true, 3, 105},            // late, inside, moves nothing
		{200, 3, 105, false, 3, 295},         // repeated
		{200, 3, 145, true, 3, 145},          // new, if slow
		{201, 2, 9999, false, 3, 146},        // before a restart
		{202, 4, 0, true, 4, 0},              // restarted
		{203, 3, 9999, false, 4, 1},          // and not back
		{204, 4, -1, false, 4, 2},            // no time at all
		{300, math.MaxInt32, 5, false, 0, 0}, // latched
	} {
		if ok := c.Accept(tt.boots, tt.time, at(tt.after)); ok != tt.ok {
			t.Errorf("at %d: %d, %d accepted: %v", tt.after, tt.boots, tt.time, ok)
		}
		if b, s, _ := c.At(at(tt.after)); tt.wantBoots != 0 && (b != tt.wantBoots || s != tt.wantTime) {
			t.Errorf("at %d: clock %d, %d, want %d, %d", tt.after, b, s, tt.wantBoots, tt.wantTime)
		}
	}
}
