package securelog

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// NoCoreDumps sets the core size limit of the process to 0, soft and hard. The
// mapping of a log is left out of core dumps whether or not this was called.
func NoCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("set core limit to 0: %w", err)
	}
	return nil
}

// mapMemory returns size zero bytes outside the Go heap and outside core dumps.
func mapMemory(size int) ([]byte, error) {
	mem, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map memory of a secure log: %w", err)
	}
	if err := keepOutOfDumps(mem); err != nil {
		_ = unix.Munmap(mem)
		return nil, fmt.Errorf("keep a secure log out of core dumps: %w", err)
	}
	return mem, nil
}

// lockMemory keeps a mapping out of swap where RLIMIT_MEMLOCK has room; without
// it the log works all the same. All of the mapping is in memory from then on, so
// a log that nobody uses is not locked.
func lockMemory(mem []byte) { _ = unix.Mlock(mem) }
