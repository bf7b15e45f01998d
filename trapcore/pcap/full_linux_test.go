package pcap

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk: the capture ends behind the last packet that is whole, and says so
// once.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pcap")
	var told []error
	f, err := Open(path, func(err error) { told = append(told, err) })
	if err != nil {
		t.Fatal(err)
	}
	var old unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 400, Max: old.Max}); err != nil {
		t.Fatal(err)
	}
	payload := bytes.Repeat([]byte("x"), 100)
	f.Record(headers, [][]byte{payload})
	f.Record(headers, [][]byte{payload, payload}) // of which one has room
	f.Record(headers, [][]byte{payload})
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	f.Record(headers, [][]byte{payload})
	if len(told) != 1 || !errors.Is(told[0], unix.EFBIG) || strings.Contains(told[0].Error(), path) {
		t.Error(told)
	}
	if got, _ := read(t, path); len(got) != 2 {
		t.Errorf("%d packets", len(got))
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
