package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFolder: what is no regular file, or outside, is not opened, and nobody waits for
// the other end of a FIFO.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("outside")
	write("sub/file")
	if err := unix.Mkfifo(filepath.Join(dir, "sub/fifo"), 0o600); err != nil {
		t.Fatal(err)
	}
	link("file", "sub/inside")
	link("fifo", "sub/pipe")
	link("../outside", "sub/out")
	link("/dev/zero", "sub/device")
	link("loop", "sub/loop")
	for name, opens := range map[string]bool{
		"file": true, "inside": true,
		"fifo": false, "pipe": false, "out": false, "device": false, "loop": false, ".": false, "none": false, "../outside": false,
	} {
		f, err := folder(filepath.Join(dir, "sub")).Open(name)
		if (err == nil) != opens {
			t.Errorf("%s: %v", name, err)
		}
		if name == "none" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = f.Close() // it was only read
		}
	}
}
