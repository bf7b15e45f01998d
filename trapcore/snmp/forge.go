package snmp

import (
	"crypto/hmac"
	"math"
)

// What follows makes messages that are wrong on purpose, for receivers under
// test. Make their keys with [User.Localize], not [LCD.Keys], and with a
// [Engine.Forger]: then nothing of the engine's own counters is used.

// Forger returns an engine for the keys of wrong messages. Its DES salts carry
// a boots value that no engine ever has, so that they never meet those of e.
func (e *Engine) Forger() *Engine { return NewEngine(e.Boots()|math.MinInt32, e.clock) }

// Below returns keys of the same user for messages at a lower level.
func (k *LocalKeys) Below(level SecurityLevel) *LocalKeys { return k.at(min(level, k.level)) }

// SpoilMAC changes one bit of the MAC of a message that a [Sealer] made.
func SpoilMAC(msg []byte) error {
	_, p, err := security(msg)
	if err != nil {
		return err
	}
	if len(p.Auth) == 0 {
		return errLevel
	}
	msg[p.authAt] ^= 1
	return nil
}

// Frame is what [LocalKeys.Reframe] may change of a message.
type Frame struct {
	MAC   int   // octets of it that are there
	Flags byte  // msgFlags
	Model int32 // msgSecurityModel
}

// WithoutAuth are msgFlags that say privacy without authentication, which no
// message may (RFC 3412 section 6.4).
const WithoutAuth = flagPriv

// Reframe returns a message that a [Sealer] of k made with another frame, and the
// MAC that is right for it.
func (k *LocalKeys) Reframe(msg []byte, change func(*Frame)) ([]byte, error) {
	m, p, err := security(msg)
	if err != nil {
		return nil, err
	}
	f := Frame{MAC: len(p.Auth), Flags: m.Flags, Model: m.Model}
	change(&f)
	if f.MAC < 0 || f.MAC > len(p.Auth) {
		return nil, errLevel
	}
	var b Buffer
	b.PutRaw(m.raw[m.data.off:]) // msgData is the last element
	data := b.Len()
	b.PutString(TagOctetString, string(p.Priv))
	after := b.Len()
	b.PutString(TagOctetString, string(make([]byte, f.MAC)))
	b.PutString(TagOctetString, string(p.User))
	b.putInt(TagInteger, int64(p.Time))
	b.putInt(TagInteger, int64(p.Boots))
	b.PutString(TagOctetString, string(p.Engine))
	b.Wrap(TagSequence, data)
	b.Wrap(TagOctetString, data)
	mark := b.Len()
	b.putInt(TagInteger, int64(f.Model))
	b.PutString(TagOctetString, string([]byte{f.Flags}))
	b.putInt(TagInteger, int64(m.MaxSize))
	b.putInt(TagInteger, int64(m.ID))
	b.Wrap(TagSequence, mark)
	b.putInt(TagInteger, int64(Version3))
	b.PutHeader(TagSequence, b.Len())
	made := append([]byte(nil), b.Bytes()...)
	if f.MAC == 0 {
		return made, nil
	}
	h := hmac.New(authTable[k.auth].new, k.authK)
	h.Write(made)
	copy(made[len(made)-after-f.MAC:], h.Sum(nil)[:f.MAC])
	return made, nil
}

func security(msg []byte) (*MessageV3, USMParameters, error) {
	d, err := ParseDatagram(msg)
	if err != nil {
		return nil, USMParameters{}, err
	}
	m, err := d.V3()
	if err != nil {
		return nil, USMParameters{}, err
	}
	p, err := m.USM()
	return m, p, err
}

// Look opens what answers a wrong message as [LocalKeys.Open] does, but for the
// time of the authoritative engine, which may be as wrong as in the message.
func (k *LocalKeys) Look(m *MessageV3) (*ScopedPDU, error) {
	p, err := m.USM()
	if err != nil {
		return nil, err
	}
	level, ok := m.Level()
	switch {
	case m.Model != usmModel || !ok || m.encrypted != (level == AuthPriv) || level > k.level:
		return nil, errSecurityData
	case EngineID(p.Engine) != k.engine:
		return nil, ErrWrongEngine
	case string(p.User) != k.user:
		return nil, ErrWrongUser
	}
	k = k.at(level)
	if level >= AuthNoPriv && !k.verify(m, &p) {
		return nil, errDigest
	}
	return k.scopedPDU(m, &p)
}

// OtherExtension returns the protocol that differs in nothing but how its key is
// made longer; ok is false if there is none.
func (p PrivProtocol) OtherExtension() (other PrivProtocol, ok bool) {
	other, ok = map[PrivProtocol]PrivProtocol{AES192: AES192C, AES256: AES256C, AES192C: AES192, AES256C: AES256}[p]
	return other, ok
}
