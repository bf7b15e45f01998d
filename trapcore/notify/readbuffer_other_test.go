//go:build !linux

package notify

import (
	"net"
	"testing"
)

// forceReadBuffer sets a receive buffer, as far as the system grants it.
func forceReadBuffer(t testing.TB, c *net.UDPConn, size int) {
	t.Helper()
	if err := c.SetReadBuffer(size); err != nil {
		t.Log(err)
	}
}

// readMany returns a function that waits for a datagram.
func readMany(_ testing.TB, c *net.UDPConn) func() (int, error) {
	in := make([]byte, 2048)
	return func() (int, error) {
		_, err := c.Read(in)
		return 1, err
	}
}
