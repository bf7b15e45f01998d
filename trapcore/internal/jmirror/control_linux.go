package jmirror

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// control leaves the checksum out, and lets the system divide datagrams that are
// longer than the path takes.
func control(_, _ string, c syscall.RawConn) error {
	var refused error
	err := c.Control(func(fd uintptr) {
		if err := unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_NO_CHECK, 1); err != nil {
			refused = fmt.Errorf("no checksum: %w", err)
		} else if err := unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, unix.IP_PMTUDISC_DONT); err != nil {
			refused = fmt.Errorf("path mtu: %w", err)
		}
	})
	if err != nil {
		return err
	}
	return refused
}
