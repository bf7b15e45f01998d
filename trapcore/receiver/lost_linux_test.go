package receiver

import (
	"net"
	"testing"
	"time"

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
		lost, read := uint64(0), uint64(0)
		// The system may deliver after the call that sent.
		for deadline := time.Now().Add(patience); lost+read < sent && time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			err := raw.Control(func(fd uintptr) {
				for {
					if _, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_DONTWAIT); err != nil {
						return
					}
					read++
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			lost = lostAt(raw)
		}
		if lost == 0 || lost+read != sent {
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
	before := r.Counts().Lost
	for deadline := time.Now().Add(patience); before == 0 && time.Now().Before(deadline); before = r.Counts().Lost {
		time.Sleep(time.Millisecond)
	}
	_ = r.Close()
	if c := r.Counts(); before == 0 || c.Lost < before || c.Traps != c.Datagrams || c.Lost+c.Datagrams > maxQueue+1000 {
		t.Errorf("%+v", c)
	}
}
