package receiver

import (
	"net"
	"testing"

	"github.com/gosnmp/gosnmp"
	"golang.org/x/sys/unix"
)

// TestLost: what a socket had no room for is counted, so that counts add up.
func TestLost(t *testing.T) {
	for _, at := range []string{"127.0.0.1:0", "[::1]:0"} {
		addr, err := net.ResolveUDPAddr("udp", at)
		if err != nil {
			t.Fatal(err)
		}
		in, err := net.ListenUDP("udp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		_ = in.SetReadBuffer(1) // as little as there can be
		raw, err := in.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		out, err := net.Dial("udp", in.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		const sent = 200
		for range sent {
			if _, err := out.Write(make([]byte, 500)); err != nil {
				t.Fatal(err)
			}
		}
		lost, read := lostAt(raw), 0
		err = raw.Control(func(fd uintptr) {
			for err := error(nil); err == nil; read++ {
				_, _, err = unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_DONTWAIT)
			}
			read-- // the one that was not there
		})
		if err != nil {
			t.Fatal(err)
		}
		if lost == 0 || lost+uint64(read) != sent {
			t.Errorf("%s: %d lost and %d read of %d", at, lost, read, sent)
		}
	}
}

// TestLostOfReceiver: it is told after the end, too.
func TestLostOfReceiver(t *testing.T) {
	r := listen(t, "127.0.0.1:0", "authCommunity log public")
	if err := r.raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 1) }); err != nil {
		t.Fatal(err)
	}
	if lost := r.Counts().Lost; lost != 0 {
		t.Errorf("%d lost before anything is sent", lost)
	}
	out, err := net.Dial("udp", r.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	trap, err := (&gosnmp.SnmpPacket{Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.SNMPv2Trap, Variables: []gosnmp.SnmpPDU{
		{Name: ".1.3.6.1.2.1.1.3.0", Type: gosnmp.TimeTicks, Value: uint32(1)},
		{Name: ".1.3.6.1.6.3.1.1.4.1.0", Type: gosnmp.ObjectIdentifier, Value: ".1.3.6.1.6.3.1.1.5.3"},
	}}).MarshalMsg()
	if err != nil {
		t.Fatal(err)
	}
	for range maxQueue + 1000 { // nobody takes them
		if _, err := out.Write(trap); err != nil {
			t.Fatal(err)
		}
	}
	_ = r.Close()
	if c := r.Counts(); c.Lost == 0 || c.Traps != c.Datagrams || c.Lost+c.Datagrams > maxQueue+1000 {
		t.Errorf("%+v", c)
	}
}
