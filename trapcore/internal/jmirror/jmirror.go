// Package jmirror has the datagram that carries a mirrored packet to its analyzer:
// UDP over IPv4, with the mirror header in front, as Wireshark's jmirror dissector
// and OpenLI read it. [Dial] opens a socket that sends such datagrams.
//
//	 0                   1                   2                   3
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//	+---+-----------------------------------------------------------+
//	|MHV|                 mirror identifier                         |
//	+---+-----------------------------------------------------------+
//	|                      session identifier                       |
//	+---------------------------------------------------------------+
//	|  IP packet, or the PPP frame (RFC 1662) of an L2TP session    |
//
// It imports nothing of ours.
package jmirror

import (
	"encoding/binary"
	"errors"
)

// Sizes in octets.
const (
	headerSize = 8
	pppSize    = 4
	// maxDatagram is what a UDP datagram over IPv4 without options holds.
	maxDatagram = 65535 - 20 - 8
)

const (
	mhvShift = 30
	idMask   = 1<<mhvShift - 1
)

// Header is the mirror header. MHV has 2 bits, MirrorID 30.
type Header struct {
	MHV       uint8
	MirrorID  uint32
	SessionID uint32
}

// Errors of packets that have no place in a datagram, and of datagrams that have
// no packet in them.
var (
	errTooLong = errors.New("longer than a datagram holds")
	errNoIP    = errors.New("neither IPv4 nor IPv6")
)

// Append adds the header to a buffer.
func (h Header) Append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(h.MHV&3)<<mhvShift|h.MirrorID&idMask)
	return binary.BigEndian.AppendUint32(b, h.SessionID)
}

// Encode adds the payload of a datagram to a buffer: the header and the IP packet,
// in a PPP frame if ppp is set.
func (h Header) Encode(b, packet []byte, ppp bool) ([]byte, error) {
	size := headerSize + len(packet)
	if ppp {
		size += pppSize
	}
	switch {
	case len(packet) == 0:
		return b, errNoIP
	case size > maxDatagram:
		return b, errTooLong
	}
	b = h.Append(b)
	if ppp {
		// The address and control octets stay: decoders tell a frame by them.
		switch packet[0] >> 4 {
		case 4:
			b = append(b, 0xff, 0x03, 0x00, 0x21) // RFC 1332 section 2
		case 6:
			b = append(b, 0xff, 0x03, 0x00, 0x57) // RFC 5072 section 2
		default:
			return b, errNoIP
		}
	}
	return append(b, packet...), nil
}
