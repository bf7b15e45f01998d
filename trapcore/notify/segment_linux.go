package notify

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// offloads says that the system divides a message into datagrams (UDP_SEGMENT).
const offloads = true

// segmentControl is a control message for the length of the segments.
func segmentControl() []byte {
	b := make([]byte, unix.CmsgSpace(2))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
	h.Level, h.Type = unix.SOL_UDP, unix.UDP_SEGMENT
	h.SetLen(unix.CmsgLen(2))
	return b
}

// setSegment sets that length.
func setSegment(control []byte, size int) {
	binary.NativeEndian.PutUint16(control[unix.CmsgLen(0):], uint16(size))
}
