package packet

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

// TestFlow reads the packets of every flow: lengths, addresses, ports, checksums.
func TestFlow(t *testing.T) {
	joe := netip.MustParseAddr("10.0.0.5")
	for _, protocol := range []string{"udp", "tcp", "icmp"} {
		for _, v6 := range []bool{false, true} {
			for _, size := range []int{MinSize, MinSize + 1, DefaultSize, MaxSize} {
				f := Flow{Subscriber: joe, Protocol: protocol, V6: v6, Size: size}
				for _, d := range []Direction{Upstream, Downstream} {
					p := f.Append(nil, d, 7)
					if len(p) != size {
						t.Fatalf("%+v: %d octets", f, len(p))
					}
					checkPacket(t, f, d, p)
				}
			}
		}
	}
}

func checkPacket(t *testing.T, f Flow, d Direction, p []byte) {
	t.Helper()
	from, to, body, protocol := netip.Addr{}, netip.Addr{}, p, uint8(0)
	local := f.Subscriber
	if f.V6 {
		local = Address6(local)
		from, to = netip.AddrFrom16([16]byte(p[8:24])), netip.AddrFrom16([16]byte(p[24:40]))
		body, protocol = p[40:], p[6]
		if int(binary.BigEndian.Uint16(p[4:])) != len(body) {
			t.Errorf("%+v: length", f)
		}
	} else {
		from, to = netip.AddrFrom4([4]byte(p[12:16])), netip.AddrFrom4([4]byte(p[16:20]))
		body, protocol = p[20:], p[9]
		if p[0] != 0x45 || int(binary.BigEndian.Uint16(p[2:])) != len(p) || fold(sum(0, p[:20])) != 0xffff {
			t.Errorf("%+v: header %x", f, p[:20])
		}
		if g, ok := Read(p); !ok || g.Protocol != protocol || f.Protocol == "tcp" && !g.Flags {
			t.Errorf("%+v: %+v", f, g)
		}
	}
	if d == Upstream && from != local || d == Downstream && to != local || from == to {
		t.Errorf("%+v: from %v to %v", f, from, to)
	}
	pseudo := uint32(0)
	if f.V6 || protocol != icmp {
		addresses := p[12:20]
		if f.V6 {
			addresses = p[8:40]
		}
		pseudo = sum(0, addresses) + uint32(protocol) + uint32(len(body))
	}
	if fold(sum(pseudo, body)) != 0xffff {
		t.Errorf("%+v: checksum of %x", f, p)
	}
}
