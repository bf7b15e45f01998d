package packet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

var joe = netip.MustParseAddr("10.0.0.5")

// pcap is a capture of frames.
func pcap(t testing.TB, link layers.LinkType, frames ...[]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	if err := w.WriteFileHeader(65535, link); err != nil {
		t.Fatal(err)
	}
	for _, f := range frames {
		if err := w.WritePacket(gopacket.CaptureInfo{CaptureLength: len(f), Length: len(f)}, f); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

// pcapNG is one with an interface of each link type, each with one frame.
func pcapNG(t testing.TB, links []layers.LinkType, frames ...[]byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := pcapgo.NewNgWriter(&file, links[0])
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range frames {
		at := 0
		if i > 0 {
			if at, err = w.AddInterface(pcapgo.NgInterface{LinkType: links[i]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(f), Length: len(f), InterfaceIndex: at}, f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	_, err := w.Write(b)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// otherOrder is a pcap whose numbers have the other order of octets.
func otherOrder(b []byte) []byte {
	b = bytes.Clone(b)
	swap := func(at, n int) {
		for i := range n / 2 {
			b[at+i], b[at+n-1-i] = b[at+n-1-i], b[at+i]
		}
	}
	swap(0, 4)
	swap(4, 2)
	swap(6, 2)
	for at := 8; at < 24; at += 4 {
		swap(at, 4)
	}
	for at := 24; at < len(b); {
		n := int(binary.LittleEndian.Uint32(b[at+8:]))
		for i := range 4 {
			swap(at+4*i, 4)
		}
		at += 16 + n
	}
	return b
}

func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read returns all packets of a capture, and what ended it.
func read(r io.Reader) (all [][]byte, err error) {
	c, err := newCapture(r)
	for err == nil {
		var p []byte
		if p, _, err = c.Next(); err == nil {
			all = append(all, bytes.Clone(p))
		}
	}
	return all, err
}

// TestCaptureFormats reads the same packets from every format, however its octets
// arrive.
func TestCaptureFormats(t *testing.T) {
	v4 := (&Flow{Subscriber: joe, Protocol: "udp", Size: 64}).Append(nil, Upstream, 1)
	v6 := (&Flow{Subscriber: joe, Protocol: "tcp", V6: true, Size: 80}).Append(nil, Upstream, 1)
	plain := pcap(t, layers.LinkTypeRaw, v4, v6)
	nanos := bytes.Clone(plain)
	binary.LittleEndian.PutUint32(nanos, pcapNanoseconds)
	ng := pcapNG(t, []layers.LinkType{layers.LinkTypeRaw, layers.LinkTypeIPv6}, v4, v6)
	for name, file := range map[string][]byte{
		"pcap": plain, "nanoseconds": nanos, "big endian": otherOrder(plain), "pcapng": ng,
		"gzip": zipped(t, plain), "pcapng in gzip": zipped(t, ng),
	} {
		for _, r := range []io.Reader{bytes.NewReader(file), iotest.OneByteReader(bytes.NewReader(file))} {
			got, err := read(r)
			if err != io.EOF || len(got) != 2 || !bytes.Equal(got[0], v4) || !bytes.Equal(got[1], v6) {
				t.Errorf("%s: %x, %v", name, got, err)
			}
		}
	}
}

// TestFrames: the packet in a frame of each kind, and none in others.
func TestFrames(t *testing.T) {
	v4 := (&Flow{Subscriber: joe, Protocol: "udp", Size: 64}).Append(nil, Upstream, 1)
	v6 := (&Flow{Subscriber: joe, Protocol: "udp", V6: true, Size: 64}).Append(nil, Upstream, 1)
	const macs = "0200 0000 0001 0200 0000 0002"
	for _, c := range []struct {
		name string
		link layers.LinkType
		head string
		ip   []byte // nil: there is none
	}{
		{"raw", layers.LinkTypeRaw, "", v4},
		{"raw, IPv6", layers.LinkTypeRaw, "", v6},
		{"raw, as BSD has it", 12, "", v4},
		{"raw, as OpenBSD has it", 14, "", v6},
		{"IPv4", layers.LinkTypeIPv4, "", v4},
		{"IPv6", layers.LinkTypeIPv6, "", v6},
		{"Ethernet", layers.LinkTypeEthernet, macs + "0800", v4},
		{"Ethernet, IPv6", layers.LinkTypeEthernet, macs + "86dd", v6},
		{"VLAN", layers.LinkTypeEthernet, macs + "8100 0064 0800", v4},
		{"two VLANs", layers.LinkTypeEthernet, macs + "88a8 0064 8100 0065 86dd", v6},
		{"two VLANs, as an E-series router has them", layers.LinkTypeEthernet, macs + "9100 0064 8100 0065 0800", v4},
		{"two VLANs of one kind", layers.LinkTypeEthernet, macs + "8100 0064 8100 0065 0800", v4},
		{"PPPoE", layers.LinkTypeEthernet, macs + "8864 1100 0001 0042 0021", v4},
		{"PPPoE in a VLAN", layers.LinkTypeEthernet, macs + "8100 0064 8864 1100 0001 0042 0057", v6},
		{"PPP", layers.LinkTypePPP, "ff03 0021", v4},
		{"PPP, compressed", layers.LinkTypePPP, "21", v4},
		{"PPP in HDLC", layers.LinkTypePPP_HDLC, "ff03 0057", v6},
		{"PPP with a direction", 204, "00 ff03 0021", v4},
		{"PPP over Ethernet", layers.LinkTypePPPEthernet, "1100 0001 0042 0057", v6},
		{"loopback", layers.LinkTypeNull, "0200 0000", v4},
		{"loopback of OpenBSD", layers.LinkTypeLoop, "0000 0018", v6},
		{"cooked", layers.LinkTypeLinuxSLL, "0000 0001 0006 0200 0000 0001 0000 0800", v4},
		{"cooked 2", layers.LinkTypeLinuxSLL2, "86dd 0000 0000 0001 0001 0006 0200 0000 0001 0000", v6},
		{"ARP", layers.LinkTypeEthernet, macs + "0806", nil},
		{"802.3", layers.LinkTypeEthernet, macs + "0040", nil},
		{"VLAN cut short", layers.LinkTypeEthernet, macs + "8100", nil},
		{"LCP", layers.LinkTypePPP, "ff03 c021", nil},
		{"neither version", layers.LinkTypeRaw, "55", nil},
	} {
		frame := append(fromHex(t, c.head), c.ip...)
		padded := append(bytes.Clone(frame), make([]byte, 10)...)
		for _, f := range [][]byte{frame, padded} {
			got, err := read(bytes.NewReader(pcap(t, c.link, f)))
			if err != io.EOF || len(got) != 1 || !bytes.Equal(got[0], c.ip) {
				t.Errorf("%s: %x, %v", c.name, got, err)
			}
		}
		for n := range len(frame) { // no panic
			_, _ = read(bytes.NewReader(pcap(t, c.link, frame[:n])))
		}
	}
	var unknown linkError
	if _, err := read(bytes.NewReader(pcap(t, layers.LinkTypeLinuxUSB, v4))); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "USB") {
		t.Error("USB:", err)
	}
}

// TestBrokenCaptures have an error that says what is wrong, wherever they end.
func TestBrokenCaptures(t *testing.T) {
	v4 := (&Flow{Subscriber: joe, Protocol: "udp", Size: 64}).Append(nil, Upstream, 1)
	plain := pcap(t, layers.LinkTypeRaw, v4, v4)
	ng := pcapNG(t, []layers.LinkType{layers.LinkTypeRaw}, v4)
	for name, file := range map[string][]byte{"pcap": plain, "gzip": zipped(t, plain), "pcapng": ng} {
		for n := range len(file) {
			_, err := read(bytes.NewReader(file[:n]))
			between := name == "pcap" && (n == 24 || n == 24+16+64) || err == io.EOF && name == "pcapng"
			switch {
			case n == 0 && err != errNoCapture,
				n > 0 && !between && !errors.Is(err, errTruncated):
				t.Errorf("%s of %d octets, cut to %d: %v", name, len(file), n, err)
			}
		}
	}
	long := bytes.Clone(ng)
	at := bytes.LastIndex(long, v4[:20]) - 8
	binary.LittleEndian.PutUint32(long[at:], 1<<31) // captured
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"text":                             {[]byte("configure terminal\n"), "neither a pcap nor a pcapng file"},
		"another version":                  {append([]byte{0xd4, 0xc3, 0xb2, 0xa1, 9, 0}, make([]byte, 20)...), "cannot be read: Unknown major version 9"},
		"gzip of text":                     {zipped(t, []byte("configure terminal\n")), "neither a pcap nor a pcapng file"},
		"a packet of 2 GB in a short file": {long, "ends within a packet"},
		"damaged gzip":                     {append(bytes.Clone(zipped(t, plain)[:30]), bytes.Repeat([]byte{0xff}, 100)...), "cannot be read"},
	} {
		if _, err := read(bytes.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := read(io.MultiReader(bytes.NewReader(long), endless{})); err == nil || !strings.Contains(err.Error(), "a block of more than") {
		t.Errorf("a packet of 2 GB: %v", err)
	}
	broken := errors.New("the disk is gone")
	if _, err := read(io.MultiReader(bytes.NewReader(plain[:60]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("disk: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// loop is a capture that repeats a packet until it has so many octets.
type loop struct {
	head, packet []byte
	left         int
	at           int
}

func (l *loop) Read(p []byte) (n int, err error) {
	if len(l.head) > 0 {
		n = copy(p, l.head)
		l.head = l.head[n:]
		return n, nil
	}
	if l.left <= 0 && l.at == 0 {
		return 0, io.EOF
	}
	n = copy(p, l.packet[l.at:])
	l.at = (l.at + n) % len(l.packet)
	l.left -= n
	return n, nil
}

// TestLargeCapture: one of 1 GB takes no more memory than a small one.
func TestLargeCapture(t *testing.T) {
	frame := (&Flow{Subscriber: joe, Protocol: "udp", Size: MaxSize}).Append(nil, Upstream, 1)
	file := pcap(t, layers.LinkTypeRaw, frame)
	c, err := newCapture(&loop{head: file[:24], packet: file[24:], left: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	packets := 0
	for {
		_, whole, err := c.Next()
		if err == io.EOF {
			break
		}
		if err != nil || !whole {
			t.Fatal(packets, whole, err)
		}
		packets++
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; packets < 1<<30/2000 || got > 1<<20 {
		t.Errorf("%d packets took %d octets of memory", packets, got)
	}
}

// FuzzCapture replays anything.
func FuzzCapture(f *testing.F) {
	v4 := (&Flow{Subscriber: joe, Protocol: "tcp", Size: 64}).Append(nil, Upstream, 1)
	v6 := (&Flow{Subscriber: joe, Protocol: "udp", V6: true, Size: 64}).Append(nil, Downstream, 1)
	eth := append(fromHex(f, "0200 0000 0001 0200 0000 0002 8864 1100 0001 0042 0021"), v4...)
	f.Add(pcap(f, layers.LinkTypeRaw, v4, v6))
	f.Add(pcap(f, layers.LinkTypeEthernet, eth, eth))
	f.Add(pcapNG(f, []layers.LinkType{layers.LinkTypeRaw, layers.LinkTypeEthernet}, v6, eth))
	f.Add(zipped(f, pcap(f, layers.LinkTypeRaw, v4)))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := NewReplay(bytes.NewReader(file), joe, netip.Addr{})
		for n := 0; err == nil && n < 1000; n++ {
			var p []byte
			var d Direction
			if p, d, err = r.Next(); err != nil {
				break
			}
			from, to := addresses(p)
			if d == Upstream && from != joe && from != Address6(joe) || d == Downstream && to != joe && to != Address6(joe) {
				t.Fatalf("from %v to %v: %x", from, to, p)
			}
		}
	})
}
