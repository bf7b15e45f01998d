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
