package packet

import (
	"encoding/binary"
	"net/netip"
)

// Datagram is the headers of an IPv4 UDP datagram.
type Datagram struct {
	From, To  netip.AddrPort
	ID        uint16
	TTL       uint8
	Unchecked bool // it has no UDP checksum (RFC 768)
}

// Append adds the datagram to a buffer. The payload fits one.
func (d *Datagram) Append(b, payload []byte) []byte {
	const udpHeader = 8
	start := len(b)
	b = append(b, make([]byte, minHeader4+udpHeader)...)
	b = append(b, payload...)
	p := b[start:]
	from, to := d.From.Addr().As4(), d.To.Addr().As4()
	p[0], p[8], p[9] = 0x45, d.TTL, udp
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	binary.BigEndian.PutUint16(p[4:], d.ID)
	copy(p[12:], from[:])
	copy(p[16:], to[:])
	binary.BigEndian.PutUint16(p[10:], ^fold(sum(0, p[:minHeader4])))
	body := p[minHeader4:]
	binary.BigEndian.PutUint16(body, d.From.Port())
	binary.BigEndian.PutUint16(body[2:], d.To.Port())
	binary.BigEndian.PutUint16(body[4:], uint16(len(body)))
	if !d.Unchecked {
		binary.BigEndian.PutUint16(body[6:], checksum(sum(0, p[12:minHeader4])+udp+uint32(len(body)), body, udp))
	}
	return b
}
