package packet

import (
	"encoding/binary"
	"net/netip"
)

// Next headers of IPv6 (RFC 8200 section 4), and protocols whose checksum covers
// the addresses.
const (
	hopByHop     = 0
	routing      = 43
	fragment     = 44
	encrypted    = 50 // RFC 4303
	authentic    = 51 // RFC 4302
	noNextHeader = 59
	destOptions  = 60
	dccp         = 33  // RFC 4340 section 9
	udpLite      = 136 // RFC 3828
)

// exchange puts one address in the place of another and mends checksums.
type exchange struct {
	from, to netip.Addr // of one IP version
	seen     bool       // in a packet
}

// apply changes a whole packet. Checksums that cover all that is there are made
// anew, as a capture on the host that sent a packet may lack them; those of
// fragments are adjusted (RFC 1624).
func (x *exchange) apply(p []byte) {
	h := parse(p)
	delta := x.swap(p)
	if h.v4 {
		header := p[:h.size]
		header[10], header[11] = 0, 0
		binary.BigEndian.PutUint16(header[10:], ^fold(sum(0, header)))
	}
	body := p[min(h.body, len(p)):]
	if h.part > 0 || h.routed && len(body) > 0 {
		if h.part <= 1 {
			adjust(h, body, delta)
		}
		return
	}
	if h.protocol == icmp && h.v4 || h.protocol == icmpV6 && !h.v4 {
		x.quoted(h, body)
	}
	renew(p, h, body)
}

// header is where the parts of a packet are.
type header struct {
	v4       bool
	size     int   // of the IPv4 header
	protocol uint8 // of the body
	body     int   // where it begins
	part     int   // 0: it is whole; 1: the first fragment; 2: another
	routed   bool  // by a header that names the destination
}

// parse reads the headers of IP. Past what is no header it knows, there is a body
// of that protocol.
func parse(p []byte) header {
	if p[0]>>4 == 4 {
		size := min(int(p[0]&15)*4, len(p))
		h := header{v4: true, size: size, protocol: p[9], body: size}
		if f := binary.BigEndian.Uint16(p[6:]); f&0x1fff != 0 {
			h.part = 2
		} else if f&0x2000 != 0 {
			h.part = 1
		}
		return h
	}
	h := header{protocol: p[6], body: header6}
	for h.body+8 <= len(p) && h.part < 2 {
		next, length := p[h.body], int(p[h.body+1])
		switch h.protocol {
		case routing:
			h.routed = h.routed || p[h.body+3] != 0 // segments left
			length = 8 + 8*length
		case hopByHop, destOptions:
			length = 8 + 8*length
		case authentic:
			length = 8 + 4*length
		case fragment:
			if f := binary.BigEndian.Uint16(p[h.body+2:]); f&^7 != 0 {
				h.part = 2
			} else if f&1 != 0 {
				h.part = 1
			}
			length = 8
		default:
			return h
		}
		h.protocol, h.body = next, h.body+length
	}
	return h
}

// swap exchanges the addresses of a packet, and returns what that adds to a sum
// that covers them.
func (x *exchange) swap(p []byte) (delta uint32) {
	at, size := 12, 4
	if p[0]>>4 == 6 {
		at, size = 8, 16
	}
	for _, a := range [][]byte{p[at : at+size], p[at+size : at+2*size]} {
		old, _ := netip.AddrFromSlice(a)
		if old != x.from {
			continue
		}
		delta += complement(a)
		copy(a, x.to.AsSlice())
		delta = uint32(fold(sum(delta, a)))
	}
	return delta
}

// complement is what takes octets out of a sum.
func complement(b []byte) uint32 { return uint32(^fold(sum(0, b))) }

// checksumAt is where a protocol has a checksum that covers the addresses, 0:
// it has none.
func checksumAt(h header) int {
	switch h.protocol {
	case tcp:
		return 16
	case udp, udpLite, dccp:
		return 6
	case icmpV6:
		if !h.v4 {
			return 2
		}
	}
	return 0
}

// adjust mends a checksum that covers more than is there.
func adjust(h header, body []byte, delta uint32) {
	at := checksumAt(h)
	if at == 0 || len(body) < at+2 {
		return
	}
	check := binary.BigEndian.Uint16(body[at:])
	if h.protocol == udp && check == 0 { // none
		return
	}
	check = ^fold(uint32(^check) + delta)
	if check == 0 && h.protocol == udp {
		check = 1<<16 - 1
	}
	binary.BigEndian.PutUint16(body[at:], check)
}

// renew makes the checksum of a body.
func renew(p []byte, h header, body []byte) {
	at := checksumAt(h)
	switch {
	case h.protocol == icmp && h.v4:
		at = 2
	case h.protocol == udpLite, h.protocol == dccp: // may cover a part only
		return
	case h.protocol == udp && len(body) >= 8:
		length := int(binary.BigEndian.Uint16(body[4:]))
		if length == 0 { // segmentation was left to the network card, or a jumbogram
			length = len(body)
			binary.BigEndian.PutUint16(body[4:], uint16(length))
		}
		if length < 8 || length > len(body) || h.v4 && body[6] == 0 && body[7] == 0 {
			return
		}
		body = body[:length]
	}
	if at == 0 || len(body) < at+2 {
		return
	}
	var pseudo uint32
	switch {
	case !h.v4: // RFC 8200 section 8.1
		pseudo = sum(0, p[8:header6]) + uint32(h.protocol) + uint32(len(body))
	case h.protocol != icmp:
		pseudo = sum(0, p[12:minHeader4]) + uint32(h.protocol) + uint32(len(body))
	}
	body[at], body[at+1] = 0, 0
	binary.BigEndian.PutUint16(body[at:], checksum(pseudo, body, h.protocol))
}

// quoted changes the packet that an ICMP error quotes (RFC 792, RFC 4443), of
// which the end may be missing.
func (x *exchange) quoted(h header, body []byte) {
	const head = 8
	if len(body) < head || !isError(h, body[0]) {
		return
	}
	p, least := body[head:], header6
	if h.v4 {
		least = minHeader4
	}
	if len(p) < least || (p[0]>>4 == 4) != h.v4 || p[0]>>4 != 4 && p[0]>>4 != 6 {
		return
	}
	inner := parse(p)
	delta := x.swap(p)
	if inner.v4 {
		binary.BigEndian.PutUint16(p[10:], ^fold(uint32(^binary.BigEndian.Uint16(p[10:]))+delta))
	}
	if inner.part < 2 && !inner.routed {
		adjust(inner, p[min(inner.body, len(p)):], delta)
	}
}

// isError reports whether a type of ICMP message quotes a packet.
func isError(h header, kind uint8) bool {
	if !h.v4 {
		return kind < 128
	}
	switch kind {
	case 3, 4, 5, 11, 12:
		return true
	}
	return false
}
