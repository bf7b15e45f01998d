package snmp

import (
	"crypto/aes"
	"crypto/des"
	"crypto/subtle"
	"encoding/binary"
)

// The modes are written out here because crypto/cipher allocates a stream per
// message and its CFB is deprecated; RFC 3826 leaves no other choice of mode.

// lanes is how many messages are encrypted in turns. A block of CFB waits for the
// one before it, for as long as a processor needs for several of other messages.
const lanes = 4

// lane is a message between its two halves.
type lane struct {
	buf  *Buffer // what is in it is encrypted
	salt uint64
	iv   [aes.BlockSize]byte
	ks   [aes.BlockSize]byte // key stream

	sealed [aes.BlockSize]byte // what is decrypted in place

	text   []byte
	before []byte // the block of it that was encrypted last
}

// encrypt encrypts what is in the buffers.
func (s *Sealer) encrypt(all []lane) {
	switch priv := s.keys.priv; {
	case priv == NoPriv, len(all) == 0:
	case priv == DES:
		for i := range all {
			s.encryptCBC(&all[i])
		}
	default:
		s.encryptCFB(all)
	}
}

// encryptCFB encrypts in place with AES in CFB mode with a feedback of 128 bits
// (RFC 3826 section 3.1.2.3).
func (s *Sealer) encryptCFB(all []lane) {
	common := len(all[0].buf.Bytes()) // what all of them have in whole blocks
	for i := range all {
		l := &all[i]
		l.text, l.before = l.buf.Bytes(), l.iv[:]
		common = min(common, len(l.text))
	}
	at := 0
	for ; at+aes.BlockSize <= common && len(all) > 1; at += aes.BlockSize {
		for i := range all {
			l := &all[i]
			s.block.Encrypt(l.ks[:], l.before)
			l.before = l.text[at : at+aes.BlockSize]
			xor16(l.before, l.ks[:])
		}
	}
	for i := range all {
		l := &all[i]
		ks, before, rest := l.ks[:], l.before, l.text[at:]
		for len(rest) >= aes.BlockSize {
			s.block.Encrypt(ks, before)
			before = rest[:aes.BlockSize]
			xor16(before, ks)
			rest = rest[aes.BlockSize:]
		}
		if len(rest) > 0 {
			s.block.Encrypt(ks, before)
			subtle.XORBytes(rest, rest, ks)
		}
		l.text, l.before = nil, nil
	}
}

// xor16 is dst ^= src for a block.
func xor16(dst, src []byte) {
	xor8(dst[:8], src[:8])
	xor8(dst[8:16], src[8:16])
}

// encryptCBC encrypts whole blocks in place with DES in CBC mode. The
// initialisation vector is the pre-IV of the key, xor the salt (RFC 3414
// section 8.1.1.1).
func (s *Sealer) encryptCBC(l *lane) {
	prev := l.iv[:des.BlockSize]
	binary.BigEndian.PutUint64(prev, l.salt)
	xor8(prev, s.keys.privK[des.BlockSize:])
	for p := l.buf.Bytes(); len(p) > 0; p = p[des.BlockSize:] {
		b := p[:des.BlockSize]
		xor8(b, prev)
		s.block.Encrypt(b, b)
		prev = b
	}
}

// decrypt is the way back (RFC 3414 section 8.3.2, RFC 3826 section 3.3.2): in
// place, padding included.
func (s *Sealer) decrypt(text []byte, p *USMParameters) {
	l := &s.lanes[0]
	if s.keys.priv == DES {
		before, sealed := l.iv[:des.BlockSize], l.ks[:des.BlockSize]
		copy(before, p.Priv)
		xor8(before, s.keys.privK[des.BlockSize:])
		for ; len(text) > 0; text = text[des.BlockSize:] {
			b := text[:des.BlockSize]
			copy(sealed, b)
			s.block.Decrypt(b, b)
			xor8(b, before)
			before, sealed = sealed, before
		}
		return
	}
	before, sealed := l.iv[:], l.sealed[:]
	binary.BigEndian.PutUint32(before[0:], uint32(p.Boots))
	binary.BigEndian.PutUint32(before[4:], uint32(p.Time))
	copy(before[8:], p.Priv)
	for len(text) > 0 {
		s.block.Encrypt(l.ks[:], before)
		n := copy(sealed, text)
		subtle.XORBytes(text[:n], text[:n], l.ks[:n])
		text = text[n:]
		before, sealed = sealed, before
	}
}

// xor8 is dst ^= src for eight octets.
func xor8(dst, src []byte) {
	binary.NativeEndian.PutUint64(dst, binary.NativeEndian.Uint64(dst)^binary.NativeEndian.Uint64(src))
}
