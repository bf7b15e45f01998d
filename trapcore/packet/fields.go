// Package packet is the IP packets of subscribers, all of them made up or
// replayed: what classifiers see of them ([Fields], [Match]), plain flows, and
// captures with the addresses of a subscriber.
//
// It imports nothing of ours.
package packet

import "encoding/binary"

// Direction is which way a packet goes.
type Direction uint8

const (
	Upstream   Direction = iota // from the subscriber
	Downstream                  // to the subscriber
)

// Protocol numbers.
const (
	icmp   = 1
	tcp    = 6
	udp    = 17
	icmpV6 = 58
)

const (
	minHeader4 = 20
	header6    = 40
)

// Fields are what classifiers see of an IPv4 packet.
type Fields struct {
	Protocol, TOS       uint8
	IPFlags             uint8  // reserved, DF and MF, in the low bits
	Offset              uint16 // of a fragment, in units of 8 octets
	Source, Destination uint32

	Ports                       bool // those of TCP or UDP are there
	SourcePort, DestinationPort uint16
	Flags                       bool // those of TCP are there
	TCPFlags                    uint8
}

// Read reads the fields of a packet; it reports false for one that is not IPv4.
func Read(p []byte) (f Fields, ok bool) {
	if len(p) < minHeader4 || p[0]>>4 != 4 {
		return f, false
	}
	header := int(p[0]&15) * 4
	if header < minHeader4 || header > len(p) {
		return f, false
	}
	fragment := binary.BigEndian.Uint16(p[6:])
	f = Fields{
		Protocol: p[9], TOS: p[1], IPFlags: uint8(fragment >> 13), Offset: fragment & 0x1fff,
		Source: binary.BigEndian.Uint32(p[12:]), Destination: binary.BigEndian.Uint32(p[16:]),
	}
	rest := p[header:]
	if f.Offset != 0 || f.Protocol != tcp && f.Protocol != udp || len(rest) < 4 {
		return f, true
	}
	f.Ports = true
	f.SourcePort, f.DestinationPort = binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
	if f.Protocol == tcp && len(rest) >= 14 {
		f.Flags, f.TCPFlags = true, rest[13]&0x3f
	}
	return f, true
}

// Cast is whom a packet goes to.
type Cast uint8

const (
	Unicast Cast = iota
	Multicast
	Broadcast
)

// CastOf is whom an IP packet goes to, by its destination address.
func CastOf(p []byte) Cast {
	switch {
	case len(p) >= header6 && p[0]>>4 == 6 && p[24] == 0xff, // RFC 4291 section 2.7
		len(p) >= minHeader4 && p[0]>>4 == 4 && p[16]>>4 == 14: // RFC 5771
		return Multicast
	case len(p) >= minHeader4 && p[0]>>4 == 4 && binary.BigEndian.Uint32(p[16:]) == 1<<32-1:
		return Broadcast
	}
	return Unicast
}
