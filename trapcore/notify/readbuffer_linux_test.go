package notify

import (
	"net"
	"testing"
	"unsafe"

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

// manyMessages is how many datagrams a sink takes with one call.
const manyMessages = 64

// message is struct mmsghdr of recvmmsg(2).
type message struct {
	unix.Msghdr
	n uint32
}

// readMany returns a function that waits for datagrams, and says how many came. It
// allocates nothing, so that benchmarks count what the sender does.
func readMany(t testing.TB, c *net.UDPConn) func() (int, error) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var all [manyMessages]message
	in := make([]byte, 2048) // of all: nobody looks at them
	into := &unix.Iovec{Base: &in[0]}
	into.SetLen(len(in))
	for i := range all {
		all[i].Iov = into
		all[i].SetIovlen(1)
	}
	var got int
	read := func(fd uintptr) bool {
		n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&all[0])), manyMessages, 0, 0, 0)
		got = int(n)
		return errno == 0
	}
	return func() (int, error) { err := raw.Read(read); return got, err }
}
