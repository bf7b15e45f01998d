// Package radiustest is a RADIUS server for tests. Only tests import it.
package radiustest

import (
	"net"
	"net/netip"
	"testing"

	"layeh.com/radius"
)

// Serve answers requests that arrive at an address, one after the other, until the test
// ends, and returns the port. What cannot be read with the key gets no answer.
func Serve(t testing.TB, at netip.Addr, key string, answer func(request *radius.Packet, from netip.Addr) *radius.Packet) (port uint16) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, 0)))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buffer)
			if err != nil {
				return
			}
			request, err := radius.Parse(buffer[:n], []byte(key))
			if err != nil {
				continue
			}
			if out, err := answer(request, from.Addr().Unmap()).Encode(); err == nil {
				_, _ = conn.WriteToUDPAddrPort(out, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
}
