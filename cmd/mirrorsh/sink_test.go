package main

import (
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"golang.org/x/net/ipv4"

	"mirrorsh/trapcore/snmp"
)

// sink is a receiver on loopback that counts what it gets. The router numbers
// the messages to each host one by one, so that one that is lost, doubled or
// out of order shows.
type sink struct {
	addr     netip.AddrPort
	received atomic.Int64
	breaks   atomic.Int64 // messages whose number does not follow the one before
	strange  atomic.Int64 // datagrams that are no SNMP message
}

// sinkBuffer holds what arrives while the receiver waits for a processor, in octets.
const sinkBuffer = 16 << 20

// startSink receives at an address of loopback until the test ends.
func startSink(t testing.TB, addr string) *sink {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(addr)})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	// Only root may go beyond what the system allows everybody.
	_ = raw.Control(func(fd uintptr) {
		if forceReadBuffer(fd, sinkBuffer) != nil {
			_ = conn.SetReadBuffer(sinkBuffer)
		}
	})
	s := &sink{addr: conn.LocalAddr().(*net.UDPAddr).AddrPort()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(ipv4.NewPacketConn(conn))
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return s
}

func (s *sink) run(conn *ipv4.PacketConn) {
	batch := make([]ipv4.Message, 64)
	for i := range batch {
		batch[i].Buffers = [][]byte{make([]byte, 2048)}
	}
	last := int32(-1)
	for {
		n, err := conn.ReadBatch(batch, 0)
		if err != nil {
			return
		}
		for i := range batch[:n] {
			id, ok := messageNumber(batch[i].Buffers[0][:batch[i].N])
			switch {
			case !ok:
				s.strange.Add(1)
			case last >= 0 && id != last+1:
				s.breaks.Add(1)
			}
			last = id
		}
		s.received.Add(int64(n))
	}
}

// messageNumber is msgID of SNMPv3, request-id of SNMPv2c.
func messageNumber(data []byte) (int32, bool) {
	d, err := snmp.ParseDatagram(data)
	if err != nil {
		return 0, false
	}
	if d.Version == snmp.Version3 {
		m, err := d.V3()
		if err != nil {
			return 0, false
		}
		return m.ID, true
	}
	m, err := d.Community()
	if err != nil {
		return 0, false
	}
	pdu, err := m.PDU()
	return pdu.RequestID, err == nil
}
