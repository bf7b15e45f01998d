package packet

import (
	"fmt"
	"strconv"
	"strings"
)

// Match is what a packet must be to match an entry of an IP classifier list. The
// zero value matches every IPv4 packet.
type Match struct {
	// Never is of an entry that asks for what no packet here has, such as a traffic
	// class that nothing gives.
	Never bool

	NotProtocol         bool
	Protocol            uint8 // 0: any
	Source, Destination Address
	SourcePort          Range
	DestinationPort     Range
	TCPFlags, IPFlags   Bits
	Offset              Range
	TOS                 Bits
}

// Address is addresses that differ from Value only in the bits of Wildcard.
type Address struct {
	Not             bool
	Value, Wildcard uint32
}

// AnyAddress matches all of them.
var AnyAddress = Address{Wildcard: 1<<32 - 1}

func (a Address) has(v uint32) bool { return ((v^a.Value)&^a.Wildcard == 0) != a.Not }

// Range is numbers from From to To.
type Range struct {
	Given    bool // else it is any number
	Not      bool
	From, To uint16
}

func (r Range) has(n uint16) bool { return (r.From <= n && n <= r.To) != r.Not }

// Between is a range that has a number as an operator of a classifier says: eq,
// neq, gt, lt and, with end, range.
func Between(operator string, n, end uint16) (r Range, never bool) {
	r = Range{Given: true, From: n, To: n}
	switch operator {
	case "neq":
		r.Not = true
	case "gt":
		r.From, r.To = n+1, 1<<16-1
		never = n == 1<<16-1
	case "lt":
		r.From, r.To = 0, n-1
		never = n == 0
	case "range":
		r.To = end
		never = end < n
	}
	return r, never
}

// Bits are those of a field that must have a value.
type Bits struct{ Mask, Value uint8 }

func (b Bits) has(v uint8) bool { return v&b.Mask == b.Value }

// Has reports whether a packet matches. One without a field that the entry asks
// for, such as a port, does not.
func (m *Match) Has(f *Fields) bool {
	switch {
	case m.Never, f.V6,
		m.Protocol != 0 && (f.Protocol == m.Protocol) == m.NotProtocol,
		m.Protocol == 0 && m.NotProtocol,
		!m.Source.has(f.Source), !m.Destination.has(f.Destination),
		!m.TOS.has(f.TOS), !m.IPFlags.has(f.IPFlags),
		m.Offset.Given && !m.Offset.has(f.Offset):
		return false
	}
	return hasPorts(f, m.SourcePort, m.DestinationPort, m.TCPFlags)
}

// hasPorts reports whether TCP or UDP of a packet are what an entry asks for.
func hasPorts(f *Fields, source, destination Range, flags Bits) bool {
	switch {
	case (source.Given || destination.Given) && !f.Ports,
		source.Given && !source.has(f.SourcePort),
		destination.Given && !destination.has(f.DestinationPort),
		flags.Mask != 0 && !f.Flags, !flags.has(f.TCPFlags):
		return false
	}
	return true
}

// flag is a bit by its names.
type flag struct {
	names []string
	bit   uint8
}

var (
	tcpFlags = []flag{
		{[]string{"fin"}, 1}, {[]string{"syn"}, 2}, {[]string{"rst"}, 4},
		{[]string{"psh"}, 8}, {[]string{"ack"}, 16}, {[]string{"urg"}, 32},
	}
	ipFlags = []flag{
		{[]string{"more-fragments", "mf"}, 1}, {[]string{"dont-fragment", "df"}, 2}, {[]string{"reserved"}, 4},
	}
)

// TCPFlags reads an expression of TCP flags: names that & joins, each of which
// may have ! before it, or the number that all of them make.
func TCPFlags(expression string) (Bits, error) { return bits("tcp-flags", tcpFlags, expression) }

// IPFlags is TCPFlags for those of the IP header.
func IPFlags(expression string) (Bits, error) { return bits("ip-flags", ipFlags, expression) }

func bits(what string, flags []flag, expression string) (b Bits, err error) {
	all := uint8(1<<len(flags) - 1)
	if n, err := strconv.ParseUint(expression, 0, 8); err == nil && n <= uint64(all) {
		return Bits{all, uint8(n)}, nil
	}
	for term := range strings.SplitSeq(expression, "&") {
		name, not := strings.CutPrefix(strings.ToLower(strings.TrimSpace(term)), "!")
		bit := named(flags, strings.Join(strings.Fields(name), "-"))
		want := bit
		if not {
			want = 0
		}
		switch {
		case bit == 0:
			return b, flagError(what, flags)
		case b.Mask&bit != 0 && b.Value&bit != want:
			return b, fmt.Errorf("%s: a flag cannot be both set and not", what)
		}
		b.Mask, b.Value = b.Mask|bit, b.Value|want
	}
	return b, nil
}

func named(flags []flag, name string) uint8 {
	for _, f := range flags {
		for _, n := range f.names {
			if n == name {
				return f.bit
			}
		}
	}
	return 0
}

func flagError(what string, flags []flag) error {
	var names []string
	for _, f := range flags {
		names = append(names, f.names[0])
	}
	return fmt.Errorf("%s must be a number up to %d, or names joined by &, ! before one that is not set: %s", what, 1<<len(flags)-1, strings.Join(names, ", "))
}
