package snmp

import (
	"crypto/hmac"
	"fmt"
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
		return ErrLevel
	}
	msg[p.authAt] ^= 1
	return nil
}

// ShortenMAC returns a message that a [Sealer] of k made with only n octets of
// MAC; they are right for the new message.
func (k *LocalKeys) ShortenMAC(msg []byte, n int) ([]byte, error) {
	m, p, err := security(msg)
	if err != nil {
		return nil, err
	}
	if n < 0 || n > len(p.Auth) {
		return nil, fmt.Errorf("MAC of %d octets: %w", n, ErrLevel)
	}
	var b Buffer
	b.PutRaw(m.raw[m.data.off:]) // msgData is the last element
	data := b.Len()
	b.PutString(TagOctetString, string(p.Priv))
	after := b.Len()
	b.PutString(TagOctetString, string(make([]byte, n)))
	b.PutString(TagOctetString, string(p.User))
	b.PutInt(TagInteger, int64(p.Time))
	b.PutInt(TagInteger, int64(p.Boots))
	b.PutString(TagOctetString, string(p.Engine))
	b.Wrap(TagSequence, data)
	b.Wrap(TagOctetString, data)
	mark := b.Len()
	b.PutInt(TagInteger, int64(m.Model))
	b.PutString(TagOctetString, string([]byte{m.Flags}))
	b.PutInt(TagInteger, int64(m.MaxSize))
	b.PutInt(TagInteger, int64(m.ID))
	b.Wrap(TagSequence, mark)
	b.PutInt(TagInteger, int64(Version3))
	b.PutHeader(TagSequence, b.Len())
	short := append([]byte(nil), b.Bytes()...)
	h := hmac.New(authTable[k.auth].new, k.authK)
	h.Write(short)
	copy(short[len(short)-after-n:], h.Sum(nil)[:n])
	return short, nil
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
