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
	m.Never = c.AuthID != nil || c.never()
	m.NotProtocol, m.Protocol = c.NotProtocol, protocolNumbers[c.Protocol]
	if c.ProtocolNumber != nil {
		m.Protocol = uint8(*c.ProtocolNumber)
	}
	m.Source = matchAddress(c.NotSource, c.AnySource, c.Source, c.SourceMask)
	m.Destination = matchAddress(c.NotDestination, c.AnyDestination, c.Destination, c.DestinationMask)
	m.SourcePort = matchRange(&m.Never, c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	m.DestinationPort = matchRange(&m.Never, c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	m.Offset = matchRange(&m.Never, c.OffsetOperator, c.Offset, nil)
	m.TOS = matchMark(c.Precedence, c.DSField, c.TOS)
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

// never reports whether no packet here is what the words ask for.
func (c *packetClass) never() bool {
	given := func(n *int) bool { return n != nil && *n != 0 }
	return c.TrafficClass != "" && c.TrafficClass != bestEffort || c.Colour != "" && c.Colour != "green" || c.Local == "true" ||
		given(c.UserPacketClass) || given(c.SourceRoute) || given(c.DestinationRoute)
}

// matchMark is what the octet of TOS or traffic class must be, of which at most one
// form is given.
func matchMark(precedence, dsfield, octet *int) (b packet.Bits) {
	for _, mark := range []struct {
		value *int
		shift int
	}{{precedence, 5}, {dsfield, 2}, {octet, 0}} {
		if mark.value != nil {
			b = packet.Bits{Mask: math.MaxUint8 << mark.shift, Value: uint8(*mark.value << mark.shift)}
		}
	}
	return b
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

func matchRange(impossible *bool, operator string, from, end *int) packet.Range {
	if from == nil {
		return packet.Range{}
	}
	last := 0
	if end != nil {
		last = *end
	}
	r, never := packet.Between(operator, uint16(*from), uint16(last))
	*impossible = *impossible || never
	return r
}
