//go:build !linux

package notify

// offloads says that the system does not divide messages: each datagram is one.
const offloads = false

func segmentControl() []byte { return nil }
func setSegment([]byte, int) {}
