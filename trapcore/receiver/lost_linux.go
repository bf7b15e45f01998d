package receiver

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// lostAt returns how many datagrams the system has dropped at a socket, most because
// its buffer was full: the last column of /proc/net/udp (proc(5)).
func lostAt(c syscall.RawConn) uint64 {
	const inode, drops = 9, 12
	var s unix.Stat_t
	var err error
	if cerr := c.Control(func(fd uintptr) { err = unix.Fstat(int(fd), &s) }); cerr != nil || err != nil {
		return 0
	}
	own := strconv.FormatUint(s.Ino, 10)
	for _, table := range []string{"/proc/self/net/udp", "/proc/self/net/udp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue // it is not told here
		}
		defer f.Close()
		for in := bufio.NewScanner(f); in.Scan(); {
			if row := strings.Fields(in.Text()); len(row) > drops && row[inode] == own {
				n, _ := strconv.ParseUint(row[drops], 10, 64)
				return n
			}
		}
	}
	return 0
}
