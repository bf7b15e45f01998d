package securelog

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestClearOverwritesMemory(t *testing.T) {
	const secret = "jwbooth@isptheatre.com"
	l := newLog(t, 3, asText)
	l.SetOn(true)
	for range 5 {
		l.AppendTrap(sampleTrap())
	}
	if n := bytes.Count(l.ring.mem, []byte(secret)); n != 3 {
		t.Fatalf("the mapping holds the secret %d times, want 3", n)
	}
	l.Clear()
	if i := bytes.IndexFunc(l.ring.mem, func(r rune) bool { return r != 0 }); i >= 0 {
		t.Errorf("octet %d of the mapping is not 0 after Clear", i)
	}
	if status, _ := l.Read(); status != (Status{On: true, Capacity: 3}) {
		t.Errorf("after Clear: %+v", status)
	}
	l.AppendTrap(sampleTrap())
	if status, _ := l.Read(); status != (Status{On: true, Held: 1, Capacity: 3}) {
		t.Errorf("after Clear and one entry: %+v", status)
	}
}

func TestOverwritingLeavesNothingBehind(t *testing.T) {
	l := newLog(t, 1, asText)
	l.SetOn(true)
	l.AppendTrap(sampleTrap())
	short := sampleTrap()
	short.Varbinds = nil
	l.AppendTrap(short)
	if bytes.Contains(l.ring.mem, []byte("jwbooth")) || bytes.Contains(l.ring.mem, []byte("theatre")) {
		t.Error("the end of an overwritten entry is still in memory")
	}
}

func sliceAddress(b []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) }

// TestMappingIsNotDumped looks for the "dd" flag (do not dump) of the mapping.
func TestMappingIsNotDumped(t *testing.T) {
	l := newLog(t, Capacity, asText)
	field := func(name string) string {
		smaps, err := os.ReadFile("/proc/self/smaps")
		if err != nil {
			t.Fatal(err)
		}
		_, value, _ := strings.Cut(mappingAround(t, string(smaps), sliceAddress(l.ring.mem)), name)
		value, _, _ = strings.Cut(value, "\n")
		return value
	}
	if l.Clear(); strings.Contains(field("VmFlags:")+" ", " lo ") {
		t.Error("a log that nobody uses is locked, all of it in memory")
	}
	l.SetOn(true)
	l.AppendTrap(sampleTrap())
	flags := field("VmFlags:")
	if !strings.Contains(flags+" ", " dd ") {
		t.Errorf("flags of the mapping: %q, want dd among them", flags)
	}
	// Locked, unless this user may not lock that much.
	other, err := unix.Mmap(-1, 0, len(l.ring.mem), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Munmap(other) }()
	if may := unix.Mlock(other) == nil; may != strings.Contains(flags+" ", " lo ") {
		t.Errorf("flags of the mapping: %q; memory can be locked: %t", flags, may)
	}
}

// TestViewingLeavesNoCopy looks at the memory that the entries were read into.
func TestViewingLeavesNoCopy(t *testing.T) {
	l := newLog(t, 3, asText)
	l.SetOn(true)
	l.AppendTrap(sampleTrap())
	var copied []byte
	for d := range l.ring.entries(0, 1) {
		copied = d.buf
	}
	if len(copied) == 0 || bytes.IndexFunc(copied, func(r rune) bool { return r != 0 }) >= 0 {
		t.Errorf("%d octets, left behind: %q", len(copied), copied)
	}
}

// mappingAround returns the part of smaps that describes the mapping with address.
func mappingAround(t *testing.T, smaps string, address uintptr) string {
	t.Helper()
	rest := smaps
	for rest != "" {
		line, after, _ := strings.Cut(rest, "\n")
		var low, high uintptr
		if _, err := fmt.Sscanf(line, "%x-%x ", &low, &high); err == nil && low <= address && address < high {
			return after
		}
		rest = after
	}
	t.Fatal("no mapping holds the log")
	return ""
}

func TestNoCoreDumps(t *testing.T) {
	if err := NoCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit != (unix.Rlimit{}) {
		t.Errorf("core limit %+v, want 0", limit)
	}
}
