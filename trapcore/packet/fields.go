// Package packet is the IP packets of subscribers, all of them made up or
// replayed: what classifiers see of them ([Fields], [Match]), plain flows, and
// captures with the addresses of a subscriber.
//
// It imports nothing of ours.
package packet

import (
	"encoding/binary"
	"net/netip"
)

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

// Fields are what classifiers see of an IP packet.
type Fields struct {
	V6            bool
	Protocol, TOS uint8 // of IPv6 that behind the extension headers, and the traffic class

	// Of IPv4.
	IPFlags             uint8  // reserved, DF and MF, in the low bits
	Offset              uint16 // of a fragment, in units of 8 octets
	Source, Destination uint32

	// Of IPv6.
	Source6, Destination6 netip.Addr
	ICMP                  bool // type and code are there
	ICMPType, ICMPCode    uint8

	Ports                       bool // those of TCP or UDP are there
	SourcePort, DestinationPort uint16
	Flags                       bool // those of TCP are there
	TCPFlags                    uint8
}

// Read reads the fields of a packet; it reports false for one that is not IP.
func Read(p []byte) (f Fields, ok bool) {
	switch {
	case len(p) >= header6 && p[0]>>4 == 6:
		return read6(p), true
	case len(p) < minHeader4 || p[0]>>4 != 4:
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
	if f.Offset == 0 {
		f.readBody(p[header:])
	}
	return f, true
}

func read6(p []byte) Fields {
	h := parse(p)
	f := Fields{
		V6: true, Protocol: h.protocol, TOS: p[0]<<4 | p[1]>>4,
		Source6: netip.AddrFrom16([16]byte(p[8:24])), Destination6: netip.AddrFrom16([16]byte(p[24:40])),
	}
	if h.part < 2 && h.body < len(p) {
		f.readBody(p[h.body:])
	}
	return f
}

// readBody reads what is behind the headers of IP.
func (f *Fields) readBody(b []byte) {
	switch {
	case f.V6 && f.Protocol == icmpV6 && len(b) >= 2:
		f.ICMP, f.ICMPType, f.ICMPCode = true, b[0], b[1]
	case (f.Protocol == tcp || f.Protocol == udp) && len(b) >= 4:
		f.Ports = true
		f.SourcePort, f.DestinationPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		if f.Protocol == tcp && len(b) >= 14 {
			f.Flags, f.TCPFlags = true, b[13]&0x3f
		}
	}
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
