package packet

import "net/netip"

// Match6 is what a packet must be to match an entry of an IPv6 classifier list.
// The zero value matches every IPv6 packet.
type Match6 struct {
	Never bool // see Match

	Source, Destination         netip.Prefix // zero: any
	TrafficClass                Bits
	Protocol                    Range // the header behind the extension headers
	SourcePort, DestinationPort Range
	TCPFlags                    Bits
	ICMPType, ICMPCode          Range
}

// Has reports whether a packet matches. One without a field that the entry asks
// for, such as a port, does not.
func (m *Match6) Has(f *Fields) bool {
	switch {
	case m.Never, !f.V6,
		m.Source.IsValid() && !m.Source.Contains(f.Source6),
		m.Destination.IsValid() && !m.Destination.Contains(f.Destination6),
		!m.TrafficClass.has(f.TOS),
		m.Protocol.Given && !m.Protocol.has(uint16(f.Protocol)):
		return false
	case (m.ICMPType.Given || m.ICMPCode.Given) && !f.ICMP,
		m.ICMPType.Given && !m.ICMPType.has(uint16(f.ICMPType)),
		m.ICMPCode.Given && !m.ICMPCode.has(uint16(f.ICMPCode)):
		return false
	}
	return hasPorts(f, m.SourcePort, m.DestinationPort, m.TCPFlags)
}
