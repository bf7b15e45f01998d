package packet

import (
	"encoding/binary"
	"testing"
)

// segment is an IPv4 packet of a protocol, from 10.0.0.1 to 192.0.2.9.
func segment(protocol uint8, from, to uint16, rest ...byte) []byte {
	p := []byte{0x45, 0xb8, 0, 0, 0, 1, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 192, 0, 2, 9}
	p = binary.BigEndian.AppendUint16(p, from)
	p = binary.BigEndian.AppendUint16(p, to)
	p = append(p, rest...)
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	return p
}

func at(p []byte, i int, v ...byte) []byte {
	copy(p[i:], v)
	return p
}

func span(operator string, n, end uint16) Range {
	r, _ := Between(operator, n, end)
	return r
}

func TestMatch(t *testing.T) {
	syn := segment(tcp, 1024, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0)
	dns := segment(udp, 5000, 53, 0, 8, 0, 0)
	ping := segment(icmp, 0x0800, 0, 0, 0, 0, 0)
	later := at(segment(udp, 5000, 53, 0, 8, 0, 0), 6, 0, 1)
	options := append(at(append(dns[:20:20], 1, 1, 1, 1), 0, 0x46), dns[20:]...)
	flags := func(s string) Bits {
		b, err := TCPFlags(s)
		if err != nil {
			t.Error(err)
		}
		return b
	}
	ip := func(s string) Bits {
		b, err := IPFlags(s)
		if err != nil {
			t.Error(err)
		}
		return b
	}
	from := func(v, wild uint32, not bool) Match {
		return Match{Source: Address{not, v, wild}, Destination: AnyAddress}
	}
	any := func(m Match) Match {
		m.Source, m.Destination = AnyAddress, AnyAddress
		return m
	}
	for name, c := range map[string]struct {
		m      Match
		packet []byte
		want   bool
	}{
		"any":                        {any(Match{}), dns, true},
		"never":                      {any(Match{Never: true}), dns, false},
		"protocol":                   {any(Match{Protocol: udp}), dns, true},
		"other protocol":             {any(Match{Protocol: tcp}), dns, false},
		"not protocol":               {any(Match{Protocol: tcp, NotProtocol: true}), dns, true},
		"not that protocol":          {any(Match{Protocol: udp, NotProtocol: true}), dns, false},
		"not any protocol":           {any(Match{NotProtocol: true}), dns, false},
		"host":                       {from(0x0a000001, 0, false), dns, true},
		"other host":                 {from(0x0a000002, 0, false), dns, false},
		"not host":                   {from(0x0a000002, 0, true), dns, true},
		"network":                    {from(0x0a0000ff, 0xff, false), dns, true},
		"other network":              {from(0x0a0001ff, 0xff, false), dns, false},
		"not network":                {from(0x0a0000ff, 0xff, true), dns, false},
		"odd wildcard":               {from(0x0aff0001, 0x00ff0000, false), dns, true},
		"destination":                {Match{Source: AnyAddress, Destination: Address{Value: 0xc0000209}}, dns, true},
		"other destination":          {Match{Source: AnyAddress, Destination: Address{Value: 0xc0000208}}, dns, false},
		"port":                       {any(Match{DestinationPort: span("eq", 53, 0)}), dns, true},
		"other port":                 {any(Match{DestinationPort: span("eq", 54, 0)}), dns, false},
		"source port":                {any(Match{SourcePort: span("eq", 5000, 0)}), dns, true},
		"above":                      {any(Match{DestinationPort: span("gt", 52, 0)}), dns, true},
		"not above":                  {any(Match{DestinationPort: span("gt", 53, 0)}), dns, false},
		"below":                      {any(Match{DestinationPort: span("lt", 54, 0)}), dns, true},
		"not below":                  {any(Match{DestinationPort: span("lt", 53, 0)}), dns, false},
		"any but":                    {any(Match{DestinationPort: span("neq", 54, 0)}), dns, true},
		"but that":                   {any(Match{DestinationPort: span("neq", 53, 0)}), dns, false},
		"range":                      {any(Match{DestinationPort: span("range", 50, 53)}), dns, true},
		"outside the range":          {any(Match{DestinationPort: span("range", 54, 60)}), dns, false},
		"port after options":         {any(Match{DestinationPort: span("eq", 53, 0)}), options, true},
		"port of a later fragment":   {any(Match{DestinationPort: span("eq", 53, 0)}), later, false},
		"no port":                    {any(Match{DestinationPort: span("neq", 53, 0)}), ping, false},
		"syn":                        {any(Match{TCPFlags: flags("syn & !ack")}), syn, true},
		"syn ack":                    {any(Match{TCPFlags: flags("syn&ack")}), syn, false},
		"flags of udp":               {any(Match{TCPFlags: flags("!ack")}), dns, false},
		"df":                         {any(Match{IPFlags: ip("DF & !mf")}), dns, true},
		"df with a blank":            {any(Match{IPFlags: ip("dont fragment")}), dns, true},
		"not df":                     {any(Match{IPFlags: ip("!dont-fragment")}), dns, false},
		"first fragment":             {any(Match{Offset: span("eq", 0, 0)}), dns, true},
		"second fragment":            {any(Match{Offset: span("eq", 1, 0)}), later, true},
		"not far enough":             {any(Match{Offset: span("gt", 1, 0)}), later, false},
		"precedence":                 {any(Match{TOS: Bits{0xe0, 0xa0}}), dns, true},
		"other precedence":           {any(Match{TOS: Bits{0xe0, 0xc0}}), dns, false},
		"dsfield":                    {any(Match{TOS: Bits{0xfc, 0xb8}}), dns, true},
		"tos":                        {any(Match{TOS: Bits{0xff, 0xb9}}), dns, false},
		"port that is cut off":       {any(Match{DestinationPort: span("eq", 53, 0)}), dns[:22], false},
		"tcp flags that are cut off": {any(Match{TCPFlags: flags("syn")}), syn[:33], false},
	} {
		f, ok := Read(c.packet)
		if !ok {
			t.Errorf("%s: no packet", name)
		}
		if got := c.m.Has(&f); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNoIP(t *testing.T) {
	for name, p := range map[string][]byte{
		"empty": {}, "short": make([]byte, 19), "IPv6 that is cut off": at(make([]byte, 39), 0, 0x60), "version 5": at(make([]byte, 60), 0, 0x50),
		"header of 16 octets": at(make([]byte, 60), 0, 0x44), "header that is cut off": at(make([]byte, 20), 0, 0x46),
	} {
		if _, ok := Read(p); ok {
			t.Error(name, "is read")
		}
	}
}

func TestImpossibleRanges(t *testing.T) {
	for name, c := range map[string]struct {
		operator string
		n, end   uint16
		never    bool
	}{
		"above all": {"gt", 65535, 0, true}, "above most": {"gt", 65534, 0, false},
		"below all": {"lt", 0, 0, true}, "below one": {"lt", 1, 0, false},
		"backwards": {"range", 5, 4, true}, "one": {"range", 5, 5, false},
	} {
		if _, never := Between(c.operator, c.n, c.end); never != c.never {
			t.Errorf("%s: %v", name, never)
		}
	}
}

func TestBadFlags(t *testing.T) {
	for _, s := range []string{"", "&", "!", "syn|ack", "syn & !syn", "ns"} {
		if b, err := TCPFlags(s); err == nil {
			t.Errorf("%q: %v", s, b)
		}
	}
}
