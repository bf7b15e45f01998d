//go:build interop

package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestDistTwice: two trees of the same sources, elsewhere, make the same archives.
func TestDistTwice(t *testing.T) {
	var first []byte
	for range 2 {
		tree := t.TempDir()
		copySources(t, tree)
		cmd := exec.Command("make", "-s", "dist", "PLATFORMS="+runtime.GOOS+"/"+runtime.GOARCH)
		cmd.Dir = tree
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("make dist: %v\n%s", err, out)
		}
		sums := read(t, filepath.Join(tree, "dist", "SHA256SUMS"))
		if first == nil {
			first = sums
		} else if !bytes.Equal(sums, first) {
			t.Errorf("%s, then %s", first, sums)
		}
	}
}

// copySources copies what a build reads, without the repository's history.
func copySources(t *testing.T, to string) {
	t.Helper()
	for _, name := range []string{"Makefile", "go.mod", "go.sum", "ascii", "cli", "cmd", "mib", "securelog", "trapcore"} {
		if out, err := exec.Command("cp", "-R", filepath.Join("..", "..", name), to).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
}
