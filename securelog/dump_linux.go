package securelog

import "golang.org/x/sys/unix"

// keepOutOfDumps leaves a mapping out of core dumps.
func keepOutOfDumps(mem []byte) error { return unix.Madvise(mem, unix.MADV_DONTDUMP) }
