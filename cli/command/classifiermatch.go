package command

import (
	"encoding/binary"
	"math"
	"net/netip"

	"mirrorsh/trapcore/packet"
)

// bestEffort is the traffic class of packets that nothing has classified.
const bestEffort = "best-effort"

// protocolNumbers are those of the names, 0 for any.
var protocolNumbers = map[string]uint8{"icmp": 1, "igmp": 2, "ip": 0, "tcp": 6, "udp": 17}

// match is what a packet must be to match the entry.
func (c *classifier) match() (m packet.Match, err error) {
	given := func(n *int) bool { return n != nil && *n != 0 }
	m.Never = c.AuthID != nil || c.TrafficClass != "" && c.TrafficClass != bestEffort ||
		c.Colour != "" && c.Colour != "green" || c.Local == "true" ||
		given(c.UserPacketClass) || given(c.SourceRoute) || given(c.DestinationRoute)
	m.NotProtocol, m.Protocol = c.NotProtocol, protocolNumbers[c.Protocol]
	if c.ProtocolNumber != nil {
		m.Protocol = uint8(*c.ProtocolNumber)
	}
	m.Source = matchAddress(c.NotSource, c.AnySource, c.Source, c.SourceMask)
	m.Destination = matchAddress(c.NotDestination, c.AnyDestination, c.Destination, c.DestinationMask)
	m.SourcePort = matchRange(&m, c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	m.DestinationPort = matchRange(&m, c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	m.Offset = matchRange(&m, c.OffsetOperator, c.Offset, nil)
	for _, mark := range []struct {
		value *int
		shift int
	}{{c.Precedence, 5}, {c.DSField, 2}, {c.TOS, 0}} {
		if mark.value != nil {
			m.TOS = packet.Bits{Mask: math.MaxUint8 << mark.shift, Value: uint8(*mark.value << mark.shift)}
		}
	}
	if c.TCPFlags != "" {
		if m.TCPFlags, err = packet.TCPFlags(c.TCPFlags); err != nil {
			return m, err
		}
	}
	if c.IPFlags != "" {
		m.IPFlags, err = packet.IPFlags(c.IPFlags)
	}
	return m, err
}

// matchAddress has no mask for a host.
func matchAddress(not, any bool, address, mask netip.Addr) packet.Address {
	a := packet.AnyAddress
	if !any {
		a.Value, a.Wildcard = ipv4Number(address), ipv4Number(mask)
	}
	a.Not = not
	return a
}

func ipv4Number(a netip.Addr) uint32 {
	if !a.Is4() {
		return 0
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

func matchRange(m *packet.Match, operator string, from, end *int) packet.Range {
	if from == nil {
		return packet.Range{}
	}
	last := 0
	if end != nil {
		last = *end
	}
	r, never := packet.Between(operator, uint16(*from), uint16(last))
	m.Never = m.Never || never
	return r
}
