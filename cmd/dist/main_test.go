package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSameBytes: owners, times and modes of the machine are not in an archive.
func TestSameBytes(t *testing.T) {
	var first []byte
	for i, mode := range []os.FileMode{0o700, 0o755} {
		from, to := t.TempDir(), t.TempDir()
		bin := filepath.Join(from, "x_1", "bin", "x")
		if err := os.MkdirAll(filepath.Dir(bin), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bin, []byte("program"), mode); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i) * time.Hour)
		if err := os.Chtimes(bin, at, at); err != nil {
			t.Fatal(err)
		}
		if err := archiveAll(from, to); err != nil {
			t.Fatal(err)
		}
		got := read(t, filepath.Join(to, "x_1.tar.gz"))
		if first == nil {
			first = got
		} else if !bytes.Equal(got, first) {
			t.Error("the bytes differ")
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
