//go:build !linux

package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// What tests ask of the system and each has its own name for.

func stopOutput(tty *os.File) error { return unix.IoctlSetInt(int(tty.Fd()), unix.TIOCSTOP, 0) }

func unread(pipe *os.File) (int, error) {
	const fionread = 0x4004667f // sys/filio.h of BSD
	return unix.IoctlGetInt(int(pipe.Fd()), fionread)
}

func forceReadBuffer(uintptr, int) error { return errors.ErrUnsupported }
