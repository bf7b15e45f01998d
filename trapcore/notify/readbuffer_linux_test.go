package notify

import (
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// forceReadBuffer sets a receive buffer beyond what the system grants anybody,
// if it lets us.
func forceReadBuffer(t testing.TB, c *net.UDPConn, size int) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, size)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
