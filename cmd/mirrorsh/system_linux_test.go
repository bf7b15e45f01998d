package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// What tests ask of the system and each has its own name for.

// stopOutput has a terminal take no output, as Ctrl-S does.
func stopOutput(tty *os.File) error {
	return unix.IoctlSetInt(int(tty.Fd()), unix.TCXONC, unix.TCOOFF)
}

// unread is how many octets a pipe holds.
func unread(pipe *os.File) (int, error) { return unix.IoctlGetInt(int(pipe.Fd()), unix.TIOCINQ) }

// forceReadBuffer sets a receive buffer beyond what the system grants anybody.
func forceReadBuffer(fd uintptr, size int) error {
	return unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size)
}
