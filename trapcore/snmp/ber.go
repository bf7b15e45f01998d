package snmp

import (
	"encoding/binary"
	"math/bits"

	"mirrorsh/mib"
)

// Buffer builds a BER encoding from its last octet to its first, so that every
// length is known when its header is written (X.690 section 8.1.3). What is
// put last stands first. The convention:
//
//	mark := buf.Len()
//	buf.PutValue(v)              // second
//	buf.PutOID(name)             // first
//	buf.Wrap(TagSequence, mark)  // around both
//
// The zero Buffer is ready. It keeps its memory over [Buffer.Reset], so a used
// Buffer does not allocate. It is not safe for concurrent use.
type Buffer struct {
	mem        []byte
	start, end int // the encoding is mem[start:end]
}

// Reset empties the buffer; slices that Bytes returned become invalid.
func (b *Buffer) Reset() { b.start, b.end = len(b.mem), len(b.mem) }

// Wipe overwrites what was put and empties the buffer.
func (b *Buffer) Wipe() {
	clear(b.mem[b.start:b.end])
	b.Reset()
}

// Len returns the number of octets put so far.
func (b *Buffer) Len() int { return b.end - b.start }

// Bytes returns what was put so far, valid until the next Put or Reset.
func (b *Buffer) Bytes() []byte { return b.mem[b.start:b.end] }

// resetPadded is Reset with room for pad to append up to n octets at the end.
func (b *Buffer) resetPadded(n int) {
	if len(b.mem) < n {
		b.mem = make([]byte, max(n, 512))
	}
	b.start, b.end = len(b.mem)-n, len(b.mem)-n
}

// pad appends n zero octets at the end, n at most what resetPadded left.
func (b *Buffer) pad(n int) {
	clear(b.mem[b.end : b.end+n])
	b.end += n
}

// reserve returns n octets in front of the encoding, to be filled.
func (b *Buffer) reserve(n int) []byte {
	if b.start < n {
		b.grow(n)
	}
	b.start -= n
	return b.mem[b.start : b.start+n]
}

func (b *Buffer) grow(n int) {
	tail := len(b.mem) - b.start // what resetPadded set aside is kept too
	mem := make([]byte, max(512, 2*(tail+n)))
	shift := len(mem) - len(b.mem)
	copy(mem[b.start+shift:], b.mem[b.start:])
	b.mem, b.start, b.end = mem, b.start+shift, b.end+shift
}

// PutRaw puts octets that are encoded already. p must not lie in the buffer.
func (b *Buffer) PutRaw(p []byte) { copy(b.reserve(len(p)), p) }

// PutRawString is PutRaw of a string.
func (b *Buffer) PutRawString(s string) { copy(b.reserve(len(s)), s) }

// PutHeader puts tag and length of the n octets put before.
func (b *Buffer) PutHeader(tag Tag, n int) {
	switch {
	case n < 0x80:
		p := b.reserve(2)
		p[0], p[1] = byte(tag), byte(n)
	case n < 0x100:
		p := b.reserve(3)
		p[0], p[1], p[2] = byte(tag), 0x81, byte(n)
	case n < 0x10000:
		p := b.reserve(4)
		p[0], p[1], p[2], p[3] = byte(tag), 0x82, byte(n>>8), byte(n)
	default:
		p := b.reserve(6)
		p[0], p[1] = byte(tag), 0x84
		binary.BigEndian.PutUint32(p[2:], uint32(n))
	}
}

// Wrap puts the header of everything put since Len was mark.
func (b *Buffer) Wrap(tag Tag, mark int) { b.PutHeader(tag, b.Len()-mark) }

// putInt puts a signed number in its fewest octets (X.690 section 8.3).
func (b *Buffer) putInt(tag Tag, v int64) { b.putNumber(tag, uint64(v), intSize(v)) }

// putUint puts an unsigned number; a leading zero octet keeps it positive.
func (b *Buffer) putUint(tag Tag, v uint64) { b.putNumber(tag, v, uintSize(v)) }

func (b *Buffer) putNumber(tag Tag, v uint64, n int) {
	p := b.reserve(2 + n)
	p[0], p[1] = byte(tag), byte(n)
	writeNumber(p[2:], v)
}

// intSize and uintSize count octets with one bit to spare for the sign.
func intSize(v int64) int   { return bits.Len64(uint64(v^v>>63))/8 + 1 }
func uintSize(v uint64) int { return bits.Len64(v)/8 + 1 }

// writeNumber fills p with the low octets of v; of 9 the first is zero.
func writeNumber(p []byte, v uint64) {
	for i := len(p) - 1; i >= 0; i-- {
		p[i] = byte(v)
		v >>= 8
	}
}

// PutString puts an octet string, or another type with octets as content.
func (b *Buffer) PutString(tag Tag, s string) {
	b.PutRawString(s)
	b.PutHeader(tag, len(s))
}

// putOID puts an OBJECT IDENTIFIER (X.690 section 8.19). A missing first or
// second sub-identifier counts as 0.
func (b *Buffer) putOID(o mib.OID) {
	mark := b.Len()
	for i := len(o) - 1; i >= 2; i-- {
		b.putSubID(uint64(o[i]))
	}
	b.putSubID(firstSubID(o))
	b.Wrap(TagObjectIdentifier, mark)
}

func (b *Buffer) putSubID(v uint64) {
	n := 1
	for w := v >> 7; w != 0; w >>= 7 {
		n++
	}
	p := b.reserve(n)
	p[n-1] = byte(v & 0x7f)
	for i := n - 2; i >= 0; i-- {
		v >>= 7
		p[i] = byte(v) | 0x80
	}
}

// firstSubID is the number that carries the first two sub-identifiers. It may
// need 33 bits: below 2 the second has no bound.
func firstSubID(o mib.OID) uint64 {
	var v uint64
	if len(o) > 0 {
		v = 40 * uint64(o[0])
	}
	if len(o) > 1 {
		v += uint64(o[1])
	}
	return v
}

// appendOID appends the content of o, without tag and length.
func appendOID(p []byte, o mib.OID) []byte {
	var b Buffer
	b.putOID(o)
	enc := b.Bytes()
	return append(p, enc[len(enc)-contentLen(enc):]...)
}

// contentLen reads the length of the one encoding that b is, made by Buffer.
func contentLen(b []byte) int {
	if b[1] < 0x80 {
		return int(b[1])
	}
	n := 0
	for _, c := range b[2 : 2+b[1]&0x7f] {
		n = n<<8 | int(c)
	}
	return n
}

// size returns the octets of the content of v.
func (v *Value) size() int {
	switch v.tag {
	case TagInteger:
		return intSize(int64(v.num))
	case TagCounter32, TagUnsigned32, TagTimeTicks, TagCounter64:
		return uintSize(v.num)
	case TagIPAddress:
		return 4
	}
	return len(v.str)
}

// write fills p, of v.size() octets, with the content of v.
func (v *Value) write(p []byte) {
	if len(v.str) != 0 {
		copy(p, v.str)
		return
	}
	writeNumber(p, v.num)
}

// putValue puts a value with its header.
func (b *Buffer) putValue(v Value) {
	n := v.size()
	v.write(b.reserve(n))
	b.PutHeader(v.Tag(), n)
}

// PutVarbind puts a name and a value as one varbind.
func (b *Buffer) PutVarbind(name mib.OID, v Value) {
	mark := b.Len()
	b.putValue(v)
	b.putOID(name)
	b.Wrap(TagSequence, mark)
}

// OIDSize returns how many octets putOID puts.
func OIDSize(o mib.OID) int {
	n := subIDSize(firstSubID(o))
	for _, sub := range o[min(2, len(o)):] {
		n += subIDSize(uint64(sub))
	}
	return sized(n)
}

// VarbindSize returns how many octets PutVarbind puts.
func VarbindSize(name mib.OID, v Value) int { return sized(OIDSize(name) + sized(v.size())) }

// sized is n octets with their header.
func sized(n int) int {
	switch {
	case n < 0x80:
		return 2 + n
	case n < 0x100:
		return 3 + n
	case n < 0x10000:
		return 4 + n
	}
	return 6 + n
}

func subIDSize(v uint64) int { return max(1, (bits.Len64(v)+6)/7) }

// PutNamed is PutVarbind with a name that [EncodeName] encoded before.
func (b *Buffer) PutNamed(name string, v Value) {
	n := v.size()
	if all := len(name) + 2 + n; all < 0x80 { // most varbinds: all lengths in one octet
		p := b.reserve(2 + all)
		p[0], p[1] = byte(TagSequence), byte(all)
		at := 2 + copy(p[2:], name)
		p[at], p[at+1] = byte(v.Tag()), byte(n)
		v.write(p[at+2:])
		return
	}
	mark := b.Len()
	b.putValue(v)
	b.PutRawString(name)
	b.Wrap(TagSequence, mark)
}

// EncodeName encodes an object identifier with its header, for [Buffer.PutNamed].
func EncodeName(o mib.OID) string {
	var b Buffer
	b.putOID(o)
	return string(b.Bytes())
}
