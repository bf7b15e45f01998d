package jmirror

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"
)

var ip4 = []byte{0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}

func TestEncode(t *testing.T) {
	ip6 := append([]byte{0x60}, make([]byte, 39)...)
	for name, c := range map[string]struct {
		header Header
		packet []byte
		ppp    bool
		want   string
		err    error
	}{
		"handle of 8 octets": {Header{0, 0x300, 0x90}, ip4, false, "0000030000000090" + hex.EncodeToString(ip4), nil},
		"handle of 4 octets": {Header{1, 0x10, 7}, ip4, false, "4000001000000007" + hex.EncodeToString(ip4), nil},
		"port alone":         {Header{}, ip4, false, "0000000000000000" + hex.EncodeToString(ip4), nil},
		"most":               {Header{3, idMask, 1<<32 - 1}, ip6, false, "ffffffffffffffff" + hex.EncodeToString(ip6), nil},
		"l2tp":               {Header{0, 1, 2}, ip4, true, "0000000100000002ff030021" + hex.EncodeToString(ip4), nil},
		"l2tp, IPv6":         {Header{0, 1, 2}, ip6, true, "0000000100000002ff030057" + hex.EncodeToString(ip6), nil},
		"empty":              {Header{}, nil, false, "", errNoIP},
		"l2tp, no IP":        {Header{}, []byte{0}, true, "", errNoIP},
		"longest":            {Header{}, append([]byte{0x45}, make([]byte, maxDatagram-headerSize-1)...), false, "", nil},
		"too long":           {Header{}, append([]byte{0x45}, make([]byte, maxDatagram-headerSize)...), false, "", errTooLong},
	} {
		got, err := c.header.Encode(nil, c.packet, c.ppp)
		if !errors.Is(err, c.err) || c.want != "" && hex.EncodeToString(got) != c.want {
			t.Errorf("%s: %x, %v; want %s, %v", name, got, err, c.want, c.err)
		}
		if err != nil {
			continue
		}
		h, rest, err := decode(got)
		if err != nil || h != c.header || !bytes.HasSuffix(rest, c.packet) {
			t.Errorf("%s: decoded %+v, %x, %v", name, h, rest, err)
		}
	}
	if _, _, err := decode(make([]byte, headerSize)); err == nil {
		t.Error("a header alone:", err)
	}
}

// FuzzDecode reads anything, and writes again what it has read.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x40\x00\x00\x10\x00\x00\x00\x07E"))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		h, rest, err := decode(datagram)
		if err != nil {
			return
		}
		if again := append(h.Append(nil), rest...); !bytes.Equal(again, datagram) {
			t.Errorf("%x becomes %x", datagram, again)
		}
	})
}

// TestDial sends to an analyzer on this machine, from its port where nobody else
// has that.
func TestDial(t *testing.T) {
	analyzer, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer analyzer.Close()
	to := analyzer.LocalAddr().(*net.UDPAddr).AddrPort()
	for name, from := range map[string]netip.Addr{
		"address of an interface": netip.MustParseAddr("127.0.0.3"),
		"address of nobody here":  netip.MustParseAddr("192.0.2.1"),
		"none":                    {},
	} {
		c, err := Dial(from, to)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		datagram, _ := Header{0, 1, 2}.Encode(nil, ip4, false)
		if _, err := c.Write(datagram); err != nil {
			t.Error(name, err)
		}
		_ = analyzer.SetReadDeadline(time.Now().Add(10 * time.Second))
		got := make([]byte, 100)
		n, sender, err := analyzer.ReadFromUDPAddrPort(got)
		if err != nil || !bytes.Equal(got[:n], datagram) {
			t.Errorf("%s: %x, %v", name, got[:n], err)
		}
		if sender.Port() != to.Port() {
			t.Errorf("%s: from port %d to %d", name, sender.Port(), to.Port())
		}
		if from.IsLoopback() && sender.Addr() != from {
			t.Errorf("%s: from %v", name, sender)
		}
		// Its port is taken now.
		second, err := Dial(from, to)
		if err != nil {
			t.Errorf("%s, once more: %v", name, err)
		} else {
			_ = second.Close()
		}
		_ = c.Close()
	}
}

// decode reads the payload of a datagram. What follows the header aliases it.
func decode(datagram []byte) (Header, []byte, error) {
	if len(datagram) <= headerSize {
		return Header{}, nil, errors.New("short")
	}
	first := binary.BigEndian.Uint32(datagram)
	return Header{
		MHV: uint8(first >> mhvShift), MirrorID: first & idMask, SessionID: binary.BigEndian.Uint32(datagram[4:]),
	}, datagram[headerSize:], nil
}
