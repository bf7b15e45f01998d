package eventlog

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// disk is a store in memory that can be full.
type disk struct {
	mu     sync.Mutex
	files  map[string][]byte
	full   bool
	writes int
}

func (d *disk) ReadFile(name string) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if data, ok := d.files[name]; ok {
		return slices.Clone(data), nil
	}
	return nil, fs.ErrNotExist
}

func (d *disk) WriteFile(name string, data []byte, _ fs.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writes++
	if d.full {
		return syscall.ENOSPC
	}
	d.files[name] = slices.Clone(data)
	return nil
}

func (d *disk) setFull(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func TestNVFile(t *testing.T) {
	d := &disk{files: map[string][]byte{filePath: []byte("from before\n")}}
	l := newLog(t, Options{Files: d})
	if err := l.SetFile(true, Notice); err != nil {
		t.Fatal(err)
	}
	l.Log(System, Notice, "default", "one")
	l.Log(System, Info, "default", "not for the file")
	flush(t, l)
	d.setFull(true)
	l.Log(System, Notice, "default", "two")
	flush(t, l)
	if got := string(d.files[filePath]); got != "from before\nNOTICE 11/22/2026 06:12:11 UTC system (default): one\n" {
		t.Fatalf("a full disk has %q", got)
	}
	if got := l.Destinations()[1]; got.Sent != 1 || got.Failed != 0 {
		t.Errorf("destination %+v", got)
	}
	d.setFull(false)
	l.SetTimestamps(false)
	l.Log(System, Notice, "default", "three")
	l.Close()
	want := "from before\nNOTICE 11/22/2026 06:12:11 UTC system (default): one\n" +
		"NOTICE 11/22/2026 06:12:11 UTC system (default): two\nNOTICE system (default): three\n"
	if got := string(d.files[filePath]); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := newLog(t, Options{}).SetFile(true, Debug); !errors.Is(err, errNoFiles) {
		t.Errorf("without files: %v", err)
	}
}

func TestNVFileIsBounded(t *testing.T) {
	line := strings.Repeat("z", 99) + "\n"
	old := strings.Repeat(line, maxFile/len(line))
	d := &disk{files: map[string][]byte{filePath: []byte(old)}}
	l := newLog(t, Options{Files: d})
	if err := l.SetFile(true, Debug); err != nil {
		t.Fatal(err)
	}
	l.Log(System, Info, "default", "newest")
	l.Close()
	got := string(d.files[filePath])
	if len(got) > maxFile || len(got) < maxFile-len(line) || !strings.HasPrefix(got, line) || !strings.HasSuffix(got, "newest\n") {
		t.Errorf("%d octets, begin %.20q", len(got), got)
	}
}

func TestFullDiskLosesTheOldest(t *testing.T) {
	d := &disk{files: map[string][]byte{}, full: true}
	l := newLog(t, Options{Files: d})
	if err := l.SetFile(true, Debug); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("z", 1000)
	for range 4 {
		for range maxFile / len(text) {
			l.Log(System, Info, "default", text)
		}
		flush(t, l)
	}
	if got := l.Destinations()[1]; got.Failed == 0 || got.Dropped != 0 {
		t.Errorf("destination %+v", got)
	}
}
