package snmp

import (
	"crypto/aes"
	"crypto/des"
	"encoding/binary"
)

// The modes are written out here because crypto/cipher allocates a stream per
// message and its CFB is deprecated; RFC 3826 leaves no other choice of mode.

// encryptCFB encrypts p in place with AES in CFB mode with a feedback of 128
// bits. Boots and time are the authoritative engine's (RFC 3826 section 3.1.2.1).
func (s *Sealer) encryptCFB(p []byte, boots, time int32, salt uint64) {
	binary.BigEndian.PutUint32(s.iv[0:], uint32(boots))
	binary.BigEndian.PutUint32(s.iv[4:], uint32(time))
	binary.BigEndian.PutUint64(s.iv[8:], salt)
	ks, prev := s.ks[:], s.iv[:]
	for len(p) >= aes.BlockSize {
		s.block.Encrypt(ks, prev)
		prev = p[:aes.BlockSize]
		xor8(prev[:8], ks[:8])
		xor8(prev[8:], ks[8:])
		p = p[aes.BlockSize:]
	}
	if len(p) > 0 {
		s.block.Encrypt(ks, prev)
		for i := range p {
			p[i] ^= ks[i]
		}
	}
}

// encryptCBC encrypts p, whole blocks, in place with DES in CBC mode. The
// initialisation vector is the pre-IV of the key, xor the salt (RFC 3414
// section 8.1.1.1).
func (s *Sealer) encryptCBC(p []byte, salt uint64) {
	prev := s.iv[:des.BlockSize]
	binary.BigEndian.PutUint64(prev, salt)
	xor8(prev, s.keys.privK[des.BlockSize:])
	for len(p) > 0 {
		b := p[:des.BlockSize]
		xor8(b, prev)
		s.block.Encrypt(b, b)
		prev, p = b, p[des.BlockSize:]
	}
}

// xor8 is dst ^= src for eight octets.
func xor8(dst, src []byte) {
	binary.NativeEndian.PutUint64(dst, binary.NativeEndian.Uint64(dst)^binary.NativeEndian.Uint64(src))
}
