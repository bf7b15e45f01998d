//go:build !linux

package receiver

import "syscall"

// lostAt is 0: the system does not tell it of a socket.
func lostAt(syscall.RawConn) uint64 { return 0 }
