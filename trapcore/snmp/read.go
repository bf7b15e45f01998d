package snmp

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mirrorsh/mib"
)

// Limits of what is read. RFC 3416 bounds neither count nor nesting; a UDP
// datagram bounds the size.
const (
	MaxMessageSize = 65507 // octets, the most a UDP datagram over IPv4 carries
	MaxVarbinds    = 4096  // in one list
)

// errBER is what every error of reading wraps.
var errBER = errors.New("malformed BER")

// syntaxError says what is wrong with an encoding and where.
type syntaxError struct {
	Offset int    // octets from the start of what the Reader was given
	Reason string // lower case, constant
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("malformed BER at octet %d: %s", e.Offset, e.Reason)
}

func (e *syntaxError) Unwrap() error { return errBER }

// Reader reads an encoding from its first octet on. It accepts exactly one
// encoding of each value, the shortest, which is what [Buffer] writes: what it
// accepts encodes to the same octets again. It never reads beyond its input and
// copies what it returns as a Value.
type Reader struct {
	in   []byte
	off  int  // position of in[0] in the outermost input
	long bool // lengths and integers may take more octets than they need
}

// NewReader returns a Reader of b, which must not change while it is read.
func NewReader(b []byte) Reader { return Reader{in: b} }

// Empty reports whether all was read.
func (r *Reader) Empty() bool { return len(r.in) == 0 }

// Offset returns how many octets of the outermost input were read.
func (r *Reader) Offset() int { return r.off }

func (r *Reader) fail(reason string) error { return &syntaxError{Offset: r.off, Reason: reason} }

// Next reads one element and returns its tag and a Reader of its content.
func (r *Reader) Next() (Tag, Reader, error) {
	if len(r.in) < 2 {
		return 0, Reader{}, r.fail("truncated header")
	}
	tag := Tag(r.in[0])
	if tag&0x1f == 0x1f {
		return 0, Reader{}, r.fail("tag of more than one octet")
	}
	n, head := int(r.in[1]), 2
	if n >= 0x80 {
		octets := n & 0x7f
		switch {
		case octets == 0 || octets > 4:
			return 0, Reader{}, r.fail("length form not allowed")
		case len(r.in) < head+octets:
			return 0, Reader{}, r.fail("truncated length")
		}
		var v uint64
		for _, c := range r.in[head : head+octets] {
			v = v<<8 | uint64(c)
		}
		head += octets
		// 3 octets of length are written as 4, as no message of ours is that long.
		if !r.long && (v < 0x80 || octets == 2 && v < 0x100 || octets == 3 || octets == 4 && v < 0x10000) {
			return 0, Reader{}, r.fail("length not in its shortest form")
		}
		if v > uint64(len(r.in)) {
			return 0, Reader{}, r.fail("length beyond the input")
		}
		n = int(v)
	}
	if n > len(r.in)-head {
		return 0, Reader{}, r.fail("length beyond the input")
	}
	body := Reader{in: r.in[head : head+n : head+n], off: r.off + head, long: r.long}
	r.in, r.off = r.in[head+n:], r.off+head+n
	return tag, body, nil
}

// expect is Next for a known tag.
func (r *Reader) expect(tag Tag) (Reader, error) {
	at := *r
	got, body, err := r.Next()
	if err != nil {
		return Reader{}, err
	}
	if got != tag {
		return Reader{}, at.fail("unexpected tag")
	}
	return body, nil
}

// Int reads an INTEGER of 32 bits.
func (r *Reader) Int() (int32, error) {
	body, err := r.expect(TagInteger)
	if err != nil {
		return 0, err
	}
	v, err := body.signed()
	return int32(v), err
}

// Octets reads an OCTET STRING without copying it.
func (r *Reader) Octets() ([]byte, error) {
	body, err := r.expect(TagOctetString)
	return body.in, err
}

// OID reads an OBJECT IDENTIFIER of at most mib.MaxOIDLength sub-identifiers.
func (r *Reader) OID() (mib.OID, error) {
	body, err := r.expect(TagObjectIdentifier)
	if err != nil {
		return nil, err
	}
	return body.oid()
}

func (r *Reader) oid() (mib.OID, error) {
	o, reason := parseOID(r.in)
	if reason != "" {
		return nil, r.fail(reason)
	}
	return o, nil
}

// signed reads the whole input as an integer of 32 bits.
func (r *Reader) signed() (int64, error) {
	if len(r.in) == 0 || len(r.in) > 4 {
		return 0, r.fail("integer of no or too many octets")
	}
	if !r.long && len(r.in) > 1 && (r.in[0] == 0 && r.in[1] < 0x80 || r.in[0] == 0xff && r.in[1] >= 0x80) {
		return 0, r.fail("integer not in its shortest form")
	}
	v := int64(int8(r.in[0]))
	for _, c := range r.in[1:] {
		v = v<<8 | int64(c)
	}
	return v, nil
}

// unsigned reads the whole input as a number of the given octets.
func (r *Reader) unsigned(octets int) (uint64, error) {
	in := r.in
	switch {
	case len(in) == 0:
		return 0, r.fail("number of no octets")
	case in[0] >= 0x80:
		return 0, r.fail("negative number")
	case !r.long && len(in) > 1 && in[0] == 0 && in[1] < 0x80:
		return 0, r.fail("number not in its shortest form")
	}
	if len(in) > octets && in[0] == 0 {
		in = in[1:]
	}
	if len(in) > octets {
		return 0, r.fail("number too large")
	}
	var v uint64
	for _, c := range in {
		v = v<<8 | uint64(c)
	}
	return v, nil
}

// Value reads any value that a varbind may hold.
func (r *Reader) Value() (Value, error) {
	at := *r
	tag, body, err := r.Next()
	if err != nil {
		return Value{}, err
	}
	v := Value{tag: tag}
	switch tag {
	case TagInteger:
		var n int64
		n, err = body.signed()
		v.num = uint64(n)
	case TagCounter32, TagUnsigned32, TagTimeTicks:
		v.num, err = body.unsigned(4)
	case TagCounter64:
		v.num, err = body.unsigned(8)
	case TagOctetString, TagOpaque:
		v.str = string(body.in)
	case TagObjectIdentifier:
		_, err = body.oid()
		v.str = string(body.in)
	case TagIPAddress:
		if len(body.in) != 4 {
			return Value{}, body.fail("address not of four octets")
		}
		v.num = uint64(binary.BigEndian.Uint32(body.in))
	case TagNull, TagNoSuchObject, TagNoSuchInstance, TagEndOfMibView:
		if len(body.in) != 0 {
			return Value{}, body.fail("null with content")
		}
		if tag == TagNull {
			v.tag = 0
		}
	default:
		return Value{}, at.fail("tag of no value")
	}
	if err != nil {
		return Value{}, err
	}
	return v, nil
}

// Varbind reads one varbind.
func (r *Reader) Varbind() (Varbind, error) {
	body, err := r.expect(TagSequence)
	if err != nil {
		return Varbind{}, err
	}
	name, err := body.OID()
	if err != nil {
		return Varbind{}, err
	}
	v, err := body.Value()
	if err != nil {
		return Varbind{}, err
	}
	if !body.Empty() {
		return Varbind{}, body.fail("octets after the value")
	}
	return Varbind{Name: name, Value: v}, nil
}

// ParseVarbinds reads the content of a varbind list, at most [MaxVarbinds].
func ParseVarbinds(b []byte) ([]Varbind, error) {
	r := NewReader(b)
	var vbs []Varbind
	for !r.Empty() {
		if len(vbs) == MaxVarbinds {
			return nil, r.fail("too many varbinds")
		}
		vb, err := r.Varbind()
		if err != nil {
			return nil, fmt.Errorf("varbind %d: %w", len(vbs)+1, err)
		}
		vbs = append(vbs, vb)
	}
	return vbs, nil
}

// parseOID reads the content of an object identifier; a reason that is not ""
// says why it is none.
func parseOID[T string | []byte](in T) (o mib.OID, reason string) {
	if len(in) == 0 {
		return nil, "empty object identifier"
	}
	n := 1
	for i := range len(in) {
		if in[i] < 0x80 {
			n++
		}
	}
	if n > mib.MaxOIDLength {
		return nil, "object identifier too long"
	}
	o = make(mib.OID, 0, n)
	var v uint64
	for i := range len(in) {
		c := in[i]
		if v == 0 && c == 0x80 {
			return nil, "sub-identifier not in its shortest form"
		}
		v = v<<7 | uint64(c&0x7f)
		if v > 0xffffffff+80 || len(o) > 0 && v > 0xffffffff {
			return nil, "sub-identifier too large"
		}
		if c >= 0x80 {
			continue
		}
		if len(o) == 0 {
			first := min(v/40, 2)
			o = append(o, uint32(first))
			v -= 40 * first
		}
		o = append(o, uint32(v))
		v = 0
	}
	if in[len(in)-1] >= 0x80 {
		return nil, "truncated sub-identifier"
	}
	return o, ""
}
