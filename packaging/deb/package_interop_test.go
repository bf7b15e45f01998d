//go:build interop

package deb

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// run returns what a program prints on both outputs.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// built makes the package of this machine, once.
func built(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	run(t, "./build", runtime.GOARCH, dir)
	all, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(all) != 1 {
		t.Fatalf("packages: %v, %v", all, err)
	}
	return all[0]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var (
	lintianError = regexp.MustCompile(`(?m)^[EW]: .*`)
	exposure     = regexp.MustCompile(`Overall exposure level for \S+: ([\d.]+)`)
)

// most is the exposure that systemd-analyze may find, of 10.
const most = 2.0

func TestPackage(t *testing.T) {
	path := built(t)
	if again := built(t); !bytes.Equal(read(t, again), read(t, path)) {
		t.Error("the same sources make other bytes")
	}
	if out, _ := exec.Command("lintian", "--tag-display-limit", "0", path).CombinedOutput(); lintianError.Match(out) {
		t.Errorf("lintian: %s", out)
	}
	root := t.TempDir()
	run(t, "dpkg", "-x", path, root)
	units := filepath.Join(root, "usr/lib/systemd/system")
	if out := run(t, filepath.Join(root, "usr/bin/mirrorsh"), "--version"); !strings.HasPrefix(out, "mirrorsh ") {
		t.Errorf("the program prints %s", out)
	}
	if out := string(read(t, filepath.Join(root, "usr/share/doc/mirrorsh/copyright"))); !strings.Contains(out, "github.com/gosnmp/gosnmp v") {
		t.Error("copyright without the modules")
	}
	// What the units need beside themselves.
	run(t, "cp", "-a", "--no-clobber", "/usr/lib/systemd/system/.", units)
	for _, u := range []string{"mirrorsh.service", "mirrorsh@lab.service"} {
		run(t, "systemd-analyze", "verify", "--root="+root, "--man=no", "/usr/lib/systemd/system/"+u)
	}
	for _, u := range []string{"mirrorsh.service", "mirrorsh@.service"} {
		out := run(t, "systemd-analyze", "security", "--no-pager", "--offline=yes", "--root="+root, "/usr/lib/systemd/system/"+u)
		m := exposure.FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("no exposure in %s", out)
		}
		if level, err := strconv.ParseFloat(m[1], 64); err != nil || level > most {
			t.Errorf("%s: exposure %s, want at most %v\n%s", u, m[1], most, out)
		}
	}
}
