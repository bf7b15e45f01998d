package packet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

var (
	host  = netip.MustParseAddr("10.1.2.3")
	other = netip.MustParseAddr("10.9.9.9")
)

// replay replays packets as joe's, and returns them and what was left out.
func replay(t *testing.T, of netip.Addr, packets ...[]byte) (up, down [][]byte, left LeftOut, err error) {
	t.Helper()
	r, err := NewReplay(bytes.NewReader(pcap(t, layers.LinkTypeRaw, packets...)), joe, of)
	if err != nil {
		t.Fatal(err)
	}
	for {
		p, d, err := r.Next()
		if err != nil {
			return up, down, r.Left, err
		}
		if d == Upstream {
			up = append(up, bytes.Clone(p))
		} else {
			down = append(down, bytes.Clone(p))
		}
	}
}

func flow(of netip.Addr, protocol string, v6 bool, d Direction) []byte {
	f := Flow{Subscriber: of, Protocol: protocol, V6: v6, Size: 100}
	return f.Append(nil, d, 5)
}

// TestReplay: a replayed packet is that which the subscriber would have sent or
// got itself, whatever had become of its checksums.
func TestReplay(t *testing.T) {
	for _, protocol := range []string{"udp", "tcp", "icmp"} {
		for _, v6 := range []bool{false, true} {
			for _, lacking := range []bool{false, true} {
				from, to := flow(host, protocol, v6, Upstream), flow(host, protocol, v6, Downstream)
				if lacking { // left to the network card
					for _, p := range [][]byte{from, to} {
						spoil(p)
					}
				}
				up, down, left, err := replay(t, netip.Addr{}, from, to)
				if err != io.EOF || len(up) != 1 || len(down) != 1 || left != (LeftOut{}) {
					t.Fatal(protocol, v6, up, down, left, err)
				}
				if want := flow(joe, protocol, v6, Upstream); !bytes.Equal(up[0], want) {
					t.Errorf("%s %v %v: sent\n%x, want\n%x", protocol, v6, lacking, up[0], want)
				}
				if want := flow(joe, protocol, v6, Downstream); !bytes.Equal(down[0], want) {
					t.Errorf("%s %v %v: got\n%x, want\n%x", protocol, v6, lacking, down[0], want)
				}
			}
		}
	}
}

// spoil breaks the checksums of a packet.
func spoil(p []byte) {
	h := parse(p)
	if h.v4 {
		p[10] ^= 0x55
	}
	at := checksumAt(h)
	if h.protocol == icmp {
		at = 2
	}
	p[h.body+at] ^= 0x55
}

// TestReplayedBy: packets of whom, by what the capture begins with.
func TestReplayedBy(t *testing.T) {
	mine, reply, theirs := flow(host, "udp", false, Upstream), flow(host, "udp", false, Downstream), flow(other, "udp", false, Upstream)
	mine6 := flow(host, "udp", true, Upstream)
	discover := udpPacket(netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("255.255.255.255"))
	group := udpPacket(host, netip.MustParseAddr("224.0.0.251"))
	link := flow(host, "icmp", true, Upstream)
	copy(link[8:], netip.MustParseAddr("fe80::1").AsSlice())
	short := mine[:60]
	for name, c := range map[string]struct {
		of       netip.Addr
		packets  [][]byte
		up, down int
		left     string
		err      error
	}{
		"first":                     {netip.Addr{}, [][]byte{mine, theirs, reply}, 1, 1, "1 of others", io.EOF},
		"the other way round":       {netip.Addr{}, [][]byte{reply, mine}, 1, 1, "", io.EOF},
		"whom one names":            {host, [][]byte{reply, theirs, mine, mine}, 2, 1, "1 of others", io.EOF},
		"both versions":             {netip.Addr{}, [][]byte{mine, mine6}, 2, 0, "", io.EOF},
		"none of one of them":       {host, [][]byte{mine6, mine}, 2, 0, "", io.EOF},
		"no address yet":            {netip.Addr{}, [][]byte{discover, mine, group}, 2, 0, "1 of others", io.EOF},
		"what stays on the link":    {netip.Addr{}, [][]byte{link, mine6}, 1, 0, "1 of others", io.EOF},
		"cut short":                 {netip.Addr{}, [][]byte{short, mine}, 1, 0, "1 cut short", io.EOF},
		"not IP":                    {netip.Addr{}, [][]byte{{0}, mine}, 1, 0, "1 not IP", io.EOF},
		"all of it":                 {netip.Addr{}, [][]byte{{0}, short, mine, theirs}, 1, 0, "1 not IP, 1 cut short, 1 of others", io.EOF},
		"nobody":                    {netip.Addr{}, [][]byte{{0}, discover}, 0, 0, "1 not IP, 1 of others", errNobody},
		"nothing":                   {netip.Addr{}, nil, 0, 0, "", errNobody},
		"somebody who is not there": {netip.MustParseAddr("10.7.7.7"), [][]byte{mine}, 0, 0, "1 of others", errNobody},
	} {
		up, down, left, err := replay(t, c.of, c.packets...)
		if len(up) != c.up || len(down) != c.down || left.String() != c.left || !errors.Is(err, c.err) {
			t.Errorf("%s: %d and %d, left out %q, %v", name, len(up), len(down), left, err)
		}
		if c.err == errNobody && !strings.HasSuffix(err.Error(), c.left) {
			t.Errorf("%s: %v does not say what was left out", name, err)
		}
	}
}

// udpPacket is one without a checksum.
func udpPacket(from, to netip.Addr) []byte {
	p := []byte{0x45, 0, 0, 29, 0, 0, 0, 0, 64, udp, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 68, 0, 67, 0, 9, 0, 0, 'x'}
	copy(p[12:], from.AsSlice())
	copy(p[16:], to.AsSlice())
	return p
}

// TestReplayMends: packets whose checksums are not plain.
func TestReplayMends(t *testing.T) {
	t.Run("UDP without a checksum", func(t *testing.T) {
		up, _, _, _ := replay(t, host, udpPacket(host, other))
		if p := up[0]; p[26] != 0 || p[27] != 0 || fold(sum(0, p[:20])) != 0xffff {
			t.Errorf("%x", p)
		}
	})
	t.Run("fragments", func(t *testing.T) {
		whole, want := flow(host, "udp", false, Upstream), flow(joe, "udp", false, Upstream)
		up, _, _, _ := replay(t, host, fragments(whole)...)
		for i, p := range fragments(want) {
			if !bytes.Equal(up[i], p) {
				t.Errorf("fragment %d is\n%x, want\n%x", i, up[i], p)
			}
		}
	})
	t.Run("quoted by ICMP", func(t *testing.T) {
		for _, v6 := range []bool{false, true} {
			up, down := unreachable(host, v6), unreachable(joe, v6)
			_, got, _, _ := replay(t, host, flow(host, "udp", v6, Upstream), up)
			if !bytes.Equal(got[0], down) {
				t.Errorf("IPv6 %v: is\n%x, want\n%x", v6, got[0], down)
			}
		}
	})
	t.Run("options and headers before the body", func(t *testing.T) {
		for _, make := range []func(netip.Addr) []byte{options4, headers6} {
			up, _, _, _ := replay(t, netip.Addr{}, make(host))
			if want := make(joe); !bytes.Equal(up[0], want) {
				t.Errorf("is\n%x, want\n%x", up[0], want)
			}
		}
	})
	t.Run("lengths left to the network card", func(t *testing.T) {
		p, p6 := flow(host, "tcp", false, Upstream), flow(host, "tcp", true, Upstream)
		p[2], p[3], p6[4], p6[5] = 0, 0, 0, 0
		up, _, _, _ := replay(t, netip.Addr{}, p, p6)
		if !bytes.Equal(up[0], flow(joe, "tcp", false, Upstream)) || !bytes.Equal(up[1], flow(joe, "tcp", true, Upstream)) {
			t.Errorf("%x", up)
		}
	})
}

// fragments divides an IPv4 packet in two.
func fragments(p []byte) [][]byte {
	const first = 20 + 40
	a, b := bytes.Clone(p[:first]), append(bytes.Clone(p[:20]), p[first:]...)
	a[6], b[7] = 0x20, (first-20)/8
	for _, f := range [][]byte{a, b} {
		binary.BigEndian.PutUint16(f[2:], uint16(len(f)))
		f[10], f[11] = 0, 0
		binary.BigEndian.PutUint16(f[10:], ^fold(sum(0, f[:20])))
	}
	return [][]byte{a, b}
}

// unreachable is what a router says of a packet of a host, of which it quotes the
// beginning.
func unreachable(of netip.Addr, v6 bool) []byte {
	quoted := flow(of, "udp", v6, Upstream)[:60]
	p := (&Flow{Subscriber: of, Protocol: "icmp", V6: v6, Size: 80 + len(quoted)}).Append(nil, Downstream, 0)
	h := parse(p)
	p[h.body] = 3
	if v6 {
		p[h.body] = 1
	}
	p[h.body+1] = 3
	copy(p[h.body+8:], quoted)
	renew(p, h, p[h.body:])
	return p
}

// options4 is a packet with an IPv4 option, router alert (RFC 2113).
func options4(of netip.Addr) []byte {
	p := flow(of, "udp", false, Upstream)
	p = append(append(bytes.Clone(p[:20]), 0x94, 4, 0, 0), p[20:]...)
	p[0] = 0x46
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	p[10], p[11] = 0, 0
	binary.BigEndian.PutUint16(p[10:], ^fold(sum(0, p[:24])))
	return p
}

// headers6 is one with hop-by-hop and destination options.
func headers6(of netip.Addr) []byte {
	p := flow(of, "tcp", true, Upstream)
	p[6] = hopByHop
	binary.BigEndian.PutUint16(p[4:], uint16(len(p)-40+16))
	head := append(bytes.Clone(p[:40]), destOptions, 0, 1, 4, 0, 0, 0, 0, tcp, 0, 1, 4, 0, 0, 0, 0)
	return append(head, p[40:]...)
}
