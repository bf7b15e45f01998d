package packet

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

// packet6 is an IPv6 packet of traffic class 0xb8 from 2001:db8:0:1::5 to
// 2001:db8::1, whose first header is next.
func packet6(next uint8, body ...byte) []byte {
	p := []byte{0x6b, 0x80, 0, 0, 0, 0, next, 64}
	p = append(p, netip.MustParseAddr("2001:db8:0:1::5").AsSlice()...)
	p = append(p, netip.MustParseAddr("2001:db8::1").AsSlice()...)
	p = append(p, body...)
	binary.BigEndian.PutUint16(p[4:], uint16(len(body)))
	return p
}

func TestMatch6(t *testing.T) {
	dns := packet6(udp, 0x13, 0x88, 0, 53, 0, 8, 0, 0)
	syn := packet6(tcp, 4, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0)
	echo := packet6(icmpV6, 128, 0, 0, 0, 0, 0, 0, 0)
	options := packet6(hopByHop, udp, 0, 1, 4, 0, 0, 0, 0, 0x13, 0x88, 0, 53, 0, 8, 0, 0)
	first := packet6(fragment, udp, 0, 0, 1, 0, 0, 0, 1, 0x13, 0x88, 0, 53, 0, 8, 0, 0)
	later := packet6(fragment, udp, 0, 0, 8, 0, 0, 0, 1, 0x13, 0x88, 0, 53, 0, 8, 0, 0)
	prefix := netip.MustParsePrefix
	number := func(n uint16) Range { return span("eq", n, 0) }
	for name, c := range map[string]struct {
		m      Match6
		packet []byte
		want   bool
	}{
		"any":                       {Match6{}, dns, true},
		"never":                     {Match6{Never: true}, dns, false},
		"IPv4":                      {Match6{}, segment(udp, 5000, 53), false},
		"source":                    {Match6{Source: prefix("2001:db8:0:1::/64")}, dns, true},
		"source host":               {Match6{Source: prefix("2001:db8:0:1::5/128")}, dns, true},
		"other source":              {Match6{Source: prefix("2001:db8:0:2::/64")}, dns, false},
		"everything":                {Match6{Source: prefix("::/0")}, dns, true},
		"destination":               {Match6{Destination: prefix("2001:db8::1/128")}, dns, true},
		"other destination":         {Match6{Destination: prefix("2001:db8::2/128")}, dns, false},
		"traffic class":             {Match6{TrafficClass: Bits{0xff, 0xb8}}, dns, true},
		"other traffic class":       {Match6{TrafficClass: Bits{0xff, 0xb9}}, dns, false},
		"precedence":                {Match6{TrafficClass: Bits{0xe0, 0xa0}}, dns, true},
		"protocol":                  {Match6{Protocol: number(udp)}, dns, true},
		"protocol 0":                {Match6{Protocol: number(0)}, dns, false},
		"protocol behind options":   {Match6{Protocol: number(udp)}, options, true},
		"port":                      {Match6{DestinationPort: number(53)}, dns, true},
		"other port":                {Match6{DestinationPort: number(54)}, dns, false},
		"source port":               {Match6{SourcePort: span("range", 5000, 5001)}, dns, true},
		"port behind options":       {Match6{DestinationPort: number(53)}, options, true},
		"port of a first fragment":  {Match6{DestinationPort: number(53)}, first, true},
		"port of a later fragment":  {Match6{DestinationPort: number(53)}, later, false},
		"protocol of a fragment":    {Match6{Protocol: number(udp)}, later, true},
		"port of an echo":           {Match6{DestinationPort: span("neq", 1, 0)}, echo, false},
		"port that is cut off":      {Match6{DestinationPort: number(53)}, dns[:42], false},
		"flags":                     {Match6{TCPFlags: Bits{0x12, 2}}, syn, true},
		"flags of UDP":              {Match6{TCPFlags: Bits{0x10, 0}}, dns, false},
		"type":                      {Match6{ICMPType: number(128)}, echo, true},
		"other type":                {Match6{ICMPType: number(129)}, echo, false},
		"type and code":             {Match6{ICMPType: number(128), ICMPCode: number(0)}, echo, true},
		"other code":                {Match6{ICMPType: number(128), ICMPCode: number(1)}, echo, false},
		"type of UDP":               {Match6{ICMPType: span("lt", 255, 0)}, dns, false},
		"type that is cut off":      {Match6{ICMPType: number(128)}, echo[:41], false},
		"options that are cut off":  {Match6{Protocol: number(hopByHop)}, options[:44], true},
		"headers to the very end":   {Match6{DestinationPort: number(53)}, options[:48], false},
		"the traffic class of none": {Match6{TrafficClass: Bits{0xff, 0}}, packet6(59)[:40], false},
	} {
		f, ok := Read(c.packet)
		if !ok {
			t.Errorf("%s: no packet", name)
		}
		if got := c.m.Has(&f); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	f, _ := Read(dns)
	if m := (Match{Source: AnyAddress, Destination: AnyAddress}); m.Has(&f) {
		t.Error("an entry of IPv4 matches an IPv6 packet")
	}
}
