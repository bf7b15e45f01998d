package snmp

import (
	"testing"
	"time"

	"mirrorsh/trapcore/side"
)

// TestForgedMACs: wrong messages are right but for what is said of them.
func TestForgedMACs(t *testing.T) {
	clock := NewEngine(3, func() time.Time { return time.Unix(0, 0) })
	for _, p := range sealPairs {
		u := testUser(t, "mirrorUser", p)
		keys, err := u.Localize(testEngineID, clock.Forger())
		if err != nil {
			t.Fatal(err)
		}
		seal := func(k *LocalKeys) []byte {
			s, err := NewSealer(k)
			if err != nil {
				t.Fatal(err)
			}
			var b Buffer
			msg, err := s.Seal(&b, &Message{Boots: 3, Time: 0, ID: 1 << 24, RequestID: 1 << 24, ContextEngine: testEngineID, PDU: PDUTrap})
			if err != nil {
				t.Fatal(err)
			}
			return append([]byte(nil), msg...)
		}
		verify := func(msg []byte) bool {
			m, p, err := security(msg)
			if err != nil {
				t.Fatal(err)
			}
			return keys.verify(m, &p)
		}
		good := seal(keys)
		cut := func(n int) ([]byte, error) { return keys.Reframe(good, func(f *Frame) { f.MAC += n }) }
		same, err := cut(0)
		if err != nil || string(same) != string(good) {
			t.Errorf("%v: nothing cut off changes the message, %v", p, err)
		}
		short, err := cut(-1)
		if err != nil || verify(short) {
			t.Errorf("%v: a short MAC verifies, %v", p, err)
		}
		if _, at, err := security(short); err != nil || len(at.Auth) != u.Auth.macLen()-1 {
			t.Errorf("%v: MAC of %d octets, %v", p, len(at.Auth), err)
		}
		if _, err := cut(1); err == nil {
			t.Errorf("%v: a MAC can be lengthened", p)
		}
		other, err := keys.Reframe(good, func(f *Frame) { f.Flags, f.Model = WithoutAuth, 1 })
		if m, _, _ := security(other); err != nil || m.Flags != WithoutAuth || m.Model != 1 || !verify(other) {
			t.Errorf("%v: another frame: %v", p, err)
		}
		if !verify(good) {
			t.Errorf("%v: the message itself does not verify", p)
		}
		if err := SpoilMAC(good); err != nil || verify(good) {
			t.Errorf("%v: a spoilt MAC verifies, %v", p, err)
		}
		if plain := seal(keys.Below(AuthNoPriv)); !verify(plain) {
			t.Errorf("%v: the message without privacy does not verify", p)
		}
	}
	if err := SpoilMAC([]byte("no message")); err == nil {
		t.Error("what is no message can be spoilt")
	}
}

// TestForgerSharesNoSalt: boots of its DES salts are none an engine can have.
func TestForgerSharesNoSalt(t *testing.T) {
	e := NewEngine(3, nil)
	f := e.Forger()
	for range 3 {
		salt, err := f.desSalt(side.Secure)
		if err != nil || salt>>63 != 1 {
			t.Errorf("salt %#x, %v", salt, err)
		}
	}
	if salt, err := e.desSalt(side.Secure); err != nil || salt != 3<<32|1<<31 {
		t.Errorf("the engine's own first salt is %#x, %v", salt, err)
	}
}
