// Package program builds mirrorsh for tests of what runs it.
package program

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Build returns the path of the program, made from the sources at root as make
// does, so that what others have compiled is used.
func Build(t *testing.T, root string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mirrorsh")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "./cmd/mirrorsh")
	cmd.Dir = root
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// Run fails the test unless a shell's line that begins with mirrorsh ends well.
func Run(t *testing.T, path, line string) string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Env = append(cmd.Environ(), "PATH="+filepath.Dir(path)+":"+"/usr/bin:/bin")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}
