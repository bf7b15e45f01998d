package snmp

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mirrorsh/mib"
)

// Tag is the BER tag of a value or a PDU (RFC 3416 section 3, X.690).
type Tag byte

const (
	TagInteger          Tag = 0x02
	TagOctetString      Tag = 0x04
	TagNull             Tag = 0x05
	TagObjectIdentifier Tag = 0x06
	TagSequence         Tag = 0x30
	TagIPAddress        Tag = 0x40
	TagCounter32        Tag = 0x41
	TagUnsigned32       Tag = 0x42 // Gauge32 is the same tag
	TagTimeTicks        Tag = 0x43
	TagOpaque           Tag = 0x44
	TagCounter64        Tag = 0x46
	TagNoSuchObject     Tag = 0x80
	TagNoSuchInstance   Tag = 0x81
	TagEndOfMibView     Tag = 0x82
)

// Value is the value of a varbind. The zero Value is NULL. It is small, holds
// no pointer that its maker may change, encodes without allocating, and may be
// compared with ==.
type Value struct {
	tag Tag    // 0 is NULL too
	num uint64 // integers, as two's complement; an IPv4 address in network order
	str string // octet strings; object identifiers as their BER content
}

// Integer is an INTEGER or Integer32, which enumerations are too.
func Integer(v int32) Value { return Value{tag: TagInteger, num: uint64(int64(v))} }

// Unsigned is an Unsigned32 or Gauge32.
func Unsigned(v uint32) Value { return Value{tag: TagUnsigned32, num: uint64(v)} }

// Counter is a Counter32.
func Counter(v uint32) Value { return Value{tag: TagCounter32, num: uint64(v)} }

// BigCounter is a Counter64. SNMPv1 cannot carry it.
func BigCounter(v uint64) Value { return Value{tag: TagCounter64, num: v} }

// Ticks is a TimeTicks, in hundredths of a second.
func Ticks(v uint32) Value { return Value{tag: TagTimeTicks, num: uint64(v)} }

// OctetString is an OCTET STRING of any octets.
func OctetString(v string) Value { return Value{tag: TagOctetString, str: v} }

// ObjectID is an OBJECT IDENTIFIER. It allocates; keep the values that recur.
func ObjectID(v mib.OID) Value {
	return Value{tag: TagObjectIdentifier, str: string(appendOID(nil, v))}
}

// Address is an IpAddress. IPv4 only (an IPv4-mapped address counts); anything
// else encodes as 0.0.0.0.
func Address(a netip.Addr) Value {
	v := Value{tag: TagIPAddress}
	if a = a.Unmap(); a.Is4() {
		b := a.As4()
		v.num = uint64(binary.BigEndian.Uint32(b[:]))
	}
	return v
}

// DateAndTime is the textual convention of RFC 2579, see [DateAndTimeOctets].
// It allocates.
func DateAndTime(t time.Time) Value {
	b := DateAndTimeOctets(t)
	return OctetString(string(b[:DateAndTimeLen(t)]))
}

// DateAndTimeLen returns how many of the octets of a [DateAndTime] are sent: 8 of
// one without a zone.
func DateAndTimeLen(t time.Time) int {
	if t.Location() == mib.NoZone {
		return 8
	}
	return 11
}

// maxOffset is the most hours from UTC of a DateAndTime (RFC 2579).
const maxOffset = 13

// DateAndTimeOctets returns the 11 octets of a [DateAndTime]: t in its location,
// tenths of a second cut off. Seconds of the offset from UTC, which it cannot
// hold, are left out of the local time too, and beyond [maxOffset] the time is
// in UTC. Years that do not fit, 0 to 65535, are clamped.
func DateAndTimeOctets(t time.Time) [11]byte {
	_, offset := t.Zone()
	minutes := offset / 60
	if minutes/60 > maxOffset || minutes/60 < -maxOffset {
		minutes = 0
	}
	t = t.UTC().Add(time.Duration(minutes) * time.Minute)
	sign := byte('+')
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	year, month, day := t.Date()
	year = min(max(year, 0), 65535)
	hour, minute, second := t.Clock()
	return [11]byte{
		byte(year >> 8), byte(year), byte(month), byte(day),
		byte(hour), byte(minute), byte(second), byte(t.Nanosecond() / 100_000_000),
		sign, byte(minutes / 60), byte(minutes % 60),
	}
}

// Tag returns the tag the value has on the wire.
func (v Value) Tag() Tag {
	if v.tag == 0 {
		return TagNull
	}
	return v.tag
}

// Int64 returns an INTEGER, or an unsigned number as it is (a Counter64 above
// 2^63-1 turns negative); 0 for what is no number.
func (v Value) Int64() int64 { return int64(v.Uint64()) }

// Uint64 returns a number; a negative INTEGER as two's complement; 0 for what
// is no number.
func (v Value) Uint64() uint64 {
	if v.tag == TagIPAddress {
		return 0
	}
	return v.num
}

// Str returns the octets of an OCTET STRING or Opaque, "" for any other value.
func (v Value) Str() string {
	if v.tag == TagObjectIdentifier {
		return ""
	}
	return v.str
}

// OID returns a fresh object identifier, nil for any other value.
func (v Value) OID() mib.OID {
	if v.tag != TagObjectIdentifier {
		return nil
	}
	o, _ := parseOID(v.str)
	return o
}

// Addr returns an IpAddress, the zero Addr for any other value.
func (v Value) Addr() netip.Addr {
	if v.tag != TagIPAddress {
		return netip.Addr{}
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(v.num))
	return netip.AddrFrom4(b)
}

// String returns the value for people: numbers in decimal, addresses and object
// identifiers dotted, printable strings as they are, other octets as 0x and hex.
func (v Value) String() string {
	switch v.Tag() {
	case TagInteger:
		return strconv.FormatInt(int64(v.num), 10)
	case TagCounter32, TagUnsigned32, TagTimeTicks, TagCounter64:
		return strconv.FormatUint(v.num, 10)
	case TagObjectIdentifier:
		return v.OID().String()
	case TagIPAddress:
		return v.Addr().String()
	case TagOctetString, TagOpaque:
		return printable(v.str)
	case TagNoSuchObject:
		return "noSuchObject"
	case TagNoSuchInstance:
		return "noSuchInstance"
	case TagEndOfMibView:
		return "endOfMibView"
	}
	return "null"
}

func printable(s string) string {
	odd := func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }
	if strings.IndexFunc(s, odd) < 0 {
		return s
	}
	const digits = "0123456789abcdef"
	b := make([]byte, 0, 2+2*len(s))
	b = append(b, "0x"...)
	for i := range len(s) {
		b = append(b, digits[s[i]>>4], digits[s[i]&15])
	}
	return string(b)
}

// Varbind is a name with its instance, and a value.
type Varbind struct {
	Name  mib.OID
	Value Value
}
