package noninterference

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/side"
)

// capture is the pcap file c.txt that both routers have: packets of a host, of another,
// and one that is cut short.
func capture(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	err := w.WriteFileHeader(1<<16-1, layers.LinkTypeRaw)
	for i := range 40 {
		f := packet.Flow{Subscriber: netip.AddrFrom4([4]byte{10, 1, 2, byte(i % 3)}), Protocol: []string{"udp", "tcp", "icmp"}[i%3], V6: i%5 == 0, Size: 100}
		p := f.Append(nil, packet.Direction(i%2), uint32(i))
		p = p[:len(p)-i%7/6]
		err = errors.Join(err, w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(p), Length: 100}, p))
	}
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestTraffic: packets of subscribers, mirrored to an analyzer that is there and
// is not, and of others, by every kind of session, show the same to all.
func TestTraffic(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	for round, analyzer := range []string{"ip analyzer", "no ip analyzer", "ip analyzer"} {
		p.secretly("configure terminal\ninterface fastEthernet 9/0\n" + analyzer + "\nend")
		for _, name := range []string{"joe", "ann", "eve", "nobody"} {
			for _, line := range []string{
				"udp count 100", "udp size 64 ipv6 direction upstream", "tcp count 3 size 1500", "icmp direction downstream", "icmp ipv6 count 65",
				"pcap c.txt", "pcap c.txt direction upstream count 4", "pcap c.txt host 10.1.2.1", "pcap none.pcap", "pcap a.txt",
			} {
				if err := p.step((round+len(line))%len(kinds), "test subscriber traffic "+name+" "+line+"\nshow interfaces\nshow subscribers"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if round == 0 {
			mirrored(t, p)
			if err := p.give(0, "test subscriber login eve ip-address 10.0.0.8 interface fastEthernet 1/0"); err != nil {
				t.Fatal(err)
			}
		}
		p.noise()
	}
	if err := errors.Join(p.observe(), p.walk()); err != nil {
		t.Fatal(err)
	}
}

// mirrored makes sure that packets were.
func mirrored(t *testing.T, p *pair) {
	t.Helper()
	secure, _ := p.busy.router.Secure(side.Clear(true))
	var sent, lost uint64
	for _, s := range secure.Mirror().Sessions() {
		for _, of := range s.Counts {
			sent += of[mirror.Sent].Packets
			lost += of[mirror.Unreachable].Packets
		}
	}
	if sent < 100 || lost > 0 {
		t.Errorf("%d packets were mirrored, %d not", sent, lost)
	}
}
