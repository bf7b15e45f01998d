package snmp

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

func TestSealHeader(t *testing.T) {
	for _, tt := range []struct {
		pair  pair
		pdu   Tag
		flags byte
		level SecurityLevel
	}{
		{pair{}, PDUTrap, 0, NoAuthNoPriv},
		{pair{}, PDUInform, flagReportable, NoAuthNoPriv},
		{pair{auth: MD5}, PDUTrap, flagAuth, AuthNoPriv},
		{pair{auth: SHA512}, PDUInform, flagAuth | flagReportable, AuthNoPriv},
		{pair{SHA, AES}, PDUTrap, flagAuth | flagPriv, AuthPriv},
		{pair{SHA, DES}, PDUInform, flagAuth | flagPriv | flagReportable, AuthPriv},
	} {
		s := testSealer(t, testUser(t, "u", tt.pair), NewEngine(1, nil))
		if s.Level() != tt.level || s.User() != "u" || s.Engine() != testEngineID {
			t.Errorf("%v: %v %s %v", tt.pair, s.Level(), s.User(), s.Engine())
		}
		var buf Buffer
		m := Message{Boots: 1, ID: 5, ContextEngine: testEngineID, PDU: tt.pdu}
		msg, err := s.Seal(&buf, &m)
		if err != nil {
			t.Fatal(err)
		}
		global := parts(t, msg)[1]
		id, _ := global.Int()
		size, _ := global.Int()
		flags, _ := global.Octets()
		model, err := global.Int()
		if err != nil || id != 5 || size != MaxMessageSize || !bytes.Equal(flags, []byte{tt.flags}) || model != 3 || !global.Empty() {
			t.Errorf("%v, %#x: ID %d, size %d, flags %x, model %d, %v", tt.pair, tt.pdu, id, size, flags, model, err)
		}
	}
}

// TestSealFollowsTime: what is kept from message to message must not outlive
// what it was made of.
func TestSealFollowsTime(t *testing.T) {
	s := testSealer(t, testUser(t, "u", pair{SHA, AES}), NewEngine(1, nil))
	var buf Buffer
	for _, m := range []Message{
		{Boots: 1, Time: 1, PDU: PDUTrap}, {Boots: 1, Time: 2, PDU: PDUTrap}, {Boots: 2, Time: 2, PDU: PDUTrap},
		{Boots: 2, Time: 2, PDU: PDUInform}, {Boots: 2, Time: 2, PDU: PDUInform, MaxSize: 484}, {Boots: 1, Time: 1, PDU: PDUTrap},
	} {
		m.ContextEngine = testEngineID
		msg, err := s.Seal(&buf, &m)
		if err != nil {
			t.Fatal(err)
		}
		all := parts(t, msg)
		_, _ = all[1].Int()
		size, _ := all[1].Int()
		flags, _ := all[1].Octets()
		usm, err := all[2].expect(TagSequence)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = usm.Octets()
		boots, _ := usm.Int()
		time, _ := usm.Int()
		wantSize := m.MaxSize
		if wantSize == 0 {
			wantSize = MaxMessageSize
		}
		if boots != m.Boots || time != m.Time || size != wantSize || flags[0]&flagReportable != 0 != Confirmed(m.PDU) {
			t.Errorf("%+v: boots %d, time %d, size %d, flags %x", m, boots, time, size, flags)
		}
	}
}

func TestSaltsDiffer(t *testing.T) {
	for _, p := range []pair{{SHA, DES}, {SHA, AES}} {
		u := testUser(t, "u", p)
		keys, err := u.Localize(testEngineID, NewEngine(1, nil))
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for range 2 { // two senders with the same key
			s, err := NewSealer(keys)
			if err != nil {
				t.Fatal(err)
			}
			var buf Buffer
			for range 50 {
				msg, err := s.Seal(&buf, &Message{Boots: 1, PDU: PDUTrap, ContextEngine: testEngineID})
				if err != nil {
					t.Fatal(err)
				}
				usm := parts(t, msg)[2].in
				salt := string(usm[len(usm)-saltLen:])
				if seen[salt] {
					t.Fatalf("%v: salt %x twice", p, salt)
				}
				seen[salt] = true
			}
		}
	}
}

func TestSealErrors(t *testing.T) {
	e := NewEngine(1, nil)
	s := testSealer(t, testUser(t, "u", pair{SHA, DES}), e)
	var buf Buffer
	m := Message{Boots: 1, PDU: PDUTrap, ContextEngine: testEngineID, Varbinds: make([]byte, MaxMessageSize)}
	if _, err := s.Seal(&buf, &m); !errors.Is(err, ErrTooBig) {
		t.Errorf("too big: %v", err)
	}
	for _, encode := range []func() ([]byte, error){
		func() ([]byte, error) { return EncodeV2c(&buf, "c", PDUTrap, 1, m.Varbinds) },
		func() ([]byte, error) { return EncodeV1(&buf, "c", &TrapV1{Enterprise: mib.SnmpTraps}, m.Varbinds) },
	} {
		if _, err := encode(); !errors.Is(err, ErrTooBig) {
			t.Errorf("too big: %v", err)
		}
	}
	m.Varbinds = nil
	e.des[side.Ordinary].Store(1<<32 | 1<<31 - 1)
	if _, err := s.Seal(&buf, &m); !errors.Is(err, errSalts) {
		t.Errorf("salts used up: %v", err)
	}
	e.Restart(2)
	m.Boots = 2
	if _, err := s.Seal(&buf, &m); err != nil {
		t.Errorf("boots incremented: %v", err)
	}
	for _, id := range []EngineID{"", "1234", "\x00\x00\x00\x00\x00"} {
		if _, err := testUser(t, "u", pair{}).Localize(id, e); !errors.Is(err, ErrEngineID) {
			t.Errorf("engine %v: %v", id, err)
		}
	}
}

// TestPaddedBufferGrows: the room for padding stays when the buffer moves.
func TestPaddedBufferGrows(t *testing.T) {
	var b Buffer
	for _, n := range []int{1, 600, 5000, 3, 70000} {
		s := strings.Repeat("x", n)
		b.resetPadded(8)
		b.PutRawString(s)
		b.PutRawString("head")
		b.pad(7)
		if got, want := string(b.Bytes()), "head"+s+strings.Repeat("\x00", 7); got != want {
			t.Fatalf("%d: %d octets, want %d", n, len(got), len(want))
		}
	}
}

// TestSealAll makes, of as many messages as there are lanes and more, the octets
// that Seal makes of each, whatever their lengths.
func TestSealAll(t *testing.T) {
	for _, p := range pairs() {
		user := testUser(t, "u", p)
		one, all := testSealer(t, user, NewEngine(1, nil)), testSealer(t, user, NewEngine(1, nil))
		one.keys.aes.Store(7) // else it begins anywhere
		all.keys.aes.Store(7)
		for n := range 2*lanes + 2 {
			bufs, messages, wire := make([]Buffer, n), make([]Message, n), make([][]byte, n)
			for i := range messages {
				messages[i] = Message{Boots: 1, Time: 2, ID: int32(i), ContextEngine: testEngineID, PDU: PDUTrap, Varbinds: bytes.Repeat([]byte{byte(i)}, 29*(n-i)*(i%3))}
			}
			if done, err := all.SealAll(bufs, messages, wire); done != n || err != nil {
				t.Fatalf("%v: %d of %d, %v", p, done, n, err)
			}
			for i := range messages {
				var buf Buffer
				want, err := one.Seal(&buf, &messages[i])
				if err != nil || !bytes.Equal(wire[i], want) {
					t.Errorf("%v: message %d of %d is\n%x, want\n%x, %v", p, i, n, wire[i], want, err)
				}
			}
		}
	}
}

// TestSealAllEnds before the message that cannot be made, and no later one is lost.
func TestSealAllEnds(t *testing.T) {
	s := testSealer(t, testUser(t, "u", pair{SHA, AES}), NewEngine(1, nil))
	const n = 2 * lanes
	for long := range n {
		bufs, messages, wire := make([]Buffer, n), make([]Message, n), make([][]byte, n)
		for i := range messages {
			messages[i] = Message{ID: int32(i), ContextEngine: testEngineID, PDU: PDUTrap}
		}
		messages[long].Varbinds = make([]byte, MaxMessageSize)
		done, err := s.SealAll(bufs, messages, wire)
		if done != long || !errors.Is(err, ErrTooBig) {
			t.Errorf("%d messages before the long one at %d, %v", done, long, err)
		}
		rest := done + 1
		if done, err := s.SealAll(bufs[rest:], messages[rest:], wire[rest:]); done != n-rest || err != nil {
			t.Errorf("%d of %d after the long one, %v", done, n-rest, err)
		}
	}
}

// encodeNotification resets buf and builds the varbind list of a notification
// in it, without the header of the list: it is the same for every receiver.
// list[own:] are the notification's own varbinds, which is all a v1 trap has.
func encodeNotification(buf *Buffer, upTime uint32, trap mib.OID, vbs []Varbind) (list []byte, own int) {
	buf.Reset()
	buf.PutVarbinds(vbs)
	n := buf.Len()
	buf.PutNotification(upTime, TrapHead(trap))
	return buf.Bytes(), buf.Len() - n
}
