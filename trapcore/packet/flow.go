package packet

import (
	"encoding/binary"
	"net/netip"
)

// Bounds of a flow's packets in octets.
const (
	MinSize     = 64
	MaxSize     = 1500
	DefaultSize = 200
)

// Ports of a flow: of the subscriber, from the dynamic ones, and of its peer
// (discard, RFC 863).
const (
	localPort  = 49152
	remotePort = 9
)

// Addresses of who is at the other end (RFC 5737, RFC 3849). An IPv6 packet of a
// subscriber has an address of the same prefix, which ends in its IPv4 address.
var (
	remote4 = netip.AddrFrom4([4]byte{192, 0, 2, 1})
	remote6 = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 15: 1})
)

// Address6 is the IPv6 address of a subscriber.
func Address6(subscriber netip.Addr) netip.Addr {
	b, v4 := remote6.As16(), subscriber.As4()
	b[7] = 1
	copy(b[12:], v4[:])
	return netip.AddrFrom16(b)
}

// Subscriber6 returns whose address Address6 has made, false if it is no such one.
func Subscriber6(a netip.Addr) (subscriber netip.Addr, ok bool) {
	if !a.Is6() {
		return netip.Addr{}, false
	}
	b := a.As16()
	subscriber = netip.AddrFrom4([4]byte(b[12:]))
	return subscriber, Address6(subscriber) == a
}

// Flow is plain packets of one protocol, no two of a direction in a row alike.
type Flow struct {
	Subscriber netip.Addr // IPv4
	Protocol   string     // udp, tcp or icmp
	V6         bool
	Size       int // of a packet, from MinSize
}

// Append adds the nth packet of a direction to a buffer.
func (f *Flow) Append(b []byte, d Direction, n uint32) []byte {
	start := len(b)
	header := minHeader4
	if f.V6 {
		header = header6
	}
	b = append(b, make([]byte, f.Size)...)
	p := b[start:]
	local, remote := f.Subscriber, remote4
	if f.V6 {
		local, remote = Address6(f.Subscriber), remote6
	}
	if d == Downstream {
		local, remote = remote, local
	}
	body, protocol := p[header:], f.body(p[header:], d, n)
	var pseudo uint32
	if f.V6 {
		p[0], p[6], p[7] = 0x60, protocol, 64
		binary.BigEndian.PutUint16(p[4:], uint16(len(body)))
		from, to := local.As16(), remote.As16()
		copy(p[8:], from[:])
		copy(p[24:], to[:])
		pseudo = sum(0, p[8:header6]) + uint32(protocol) + uint32(len(body)) // RFC 8200 section 8.1
	} else {
		p[0], p[8], p[9] = 0x45, 64, protocol
		binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
		binary.BigEndian.PutUint16(p[4:], uint16(n))
		from, to := local.As4(), remote.As4()
		copy(p[12:], from[:])
		copy(p[16:], to[:])
		binary.BigEndian.PutUint16(p[10:], ^fold(sum(0, p[:minHeader4])))
		if protocol != icmp {
			pseudo = sum(0, p[12:minHeader4]) + uint32(protocol) + uint32(len(body)) // RFC 768, RFC 9293
		}
	}
	at := map[uint8]int{udp: 6, tcp: 16, icmp: 2, icmpV6: 2}[protocol]
	binary.BigEndian.PutUint16(body[at:], checksum(pseudo, body, protocol))
	return b
}

// body fills in what follows the IP header, but for its checksum, and returns the
// protocol.
func (f *Flow) body(b []byte, d Direction, n uint32) uint8 {
	from, to := uint16(localPort), uint16(remotePort)
	if d == Downstream {
		from, to = to, from
	}
	switch f.Protocol {
	case "udp":
		binary.BigEndian.PutUint16(b, from)
		binary.BigEndian.PutUint16(b[2:], to)
		binary.BigEndian.PutUint16(b[4:], uint16(len(b)))
		return udp
	case "tcp":
		binary.BigEndian.PutUint16(b, from)
		binary.BigEndian.PutUint16(b[2:], to)
		binary.BigEndian.PutUint32(b[4:], 1+n*uint32(len(b)-20))
		b[12], b[13] = 5<<4, 0x18 // no options; PSH, ACK
		binary.BigEndian.PutUint16(b[14:], 1<<16-1)
		return tcp
	}
	binary.BigEndian.PutUint32(b[4:], n) // identifier and sequence number of an echo
	switch {
	case f.V6 && d == Upstream:
		b[0] = 128
	case f.V6:
		b[0] = 129
	case d == Upstream:
		b[0] = 8
	}
	if f.V6 {
		return icmpV6
	}
	return icmp
}

// checksum is that of a body whose own one is zero yet.
func checksum(pseudo uint32, body []byte, protocol uint8) uint16 {
	check := ^fold(sum(pseudo, body))
	if check == 0 && protocol == udp {
		check = 1<<16 - 1 // zero is none (RFC 768)
	}
	return check
}

// sum adds octets as numbers of 16 bits (RFC 1071).
func sum(s uint32, b []byte) uint32 {
	for ; len(b) > 1; b = b[2:] {
		s += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	return s
}

func fold(s uint32) uint16 {
	for s > 1<<16-1 {
		s = s>>16 + s&(1<<16-1)
	}
	return uint16(s)
}
