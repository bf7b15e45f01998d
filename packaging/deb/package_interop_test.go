//go:build interop

package deb

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"mirrorsh/packaging/internal/program"
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

// built makes the package of an architecture.
func built(t *testing.T, arch string) (path string) {
	t.Helper()
	dir := t.TempDir()
	run(t, "./build", arch, dir)
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
	roots := map[string]string{}
	for arch := range program.Architectures {
		path := built(t, arch)
		if arch == runtime.GOARCH && !bytes.Equal(read(t, built(t, arch)), read(t, path)) {
			t.Error("the same sources make other bytes")
		}
		roots[arch] = t.TempDir()
		checkPackage(t, arch, path, roots[arch])
	}
	checkUnits(t, roots[runtime.GOARCH])
	for arch, root := range roots {
		checkTrap(t, arch, filepath.Join(root, "usr/bin/mirrorsh"), filepath.Join(roots[runtime.GOARCH], "usr/bin/mirrorsh"))
	}
}

// checkPackage looks at a package, and unpacks it into root.
func checkPackage(t *testing.T, arch, path, root string) {
	t.Helper()
	if got := run(t, "dpkg-deb", "--show", "--showformat=${Package} ${Architecture} ${Section} ${Depends}", path); got != "mirrorsh "+arch+" net " {
		t.Errorf("%s: it says %q", path, got)
	}
	if out, _ := exec.Command("lintian", "--tag-display-limit", "0", path).CombinedOutput(); lintianError.Match(out) {
		t.Errorf("lintian: %s", out)
	}
	run(t, "dpkg", "-x", path, root)
	program.CheckStatic(t, arch, filepath.Join(root, "usr/bin/mirrorsh"))
	if out := string(read(t, filepath.Join(root, "usr/share/doc/mirrorsh/copyright"))); !strings.Contains(out, "github.com/gosnmp/gosnmp v") {
		t.Error("copyright without the modules")
	}
}

func checkUnits(t *testing.T, root string) {
	t.Helper()
	units := filepath.Join(root, "usr/lib/systemd/system")
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

// patience bounds the wait for a trap.
const patience = 60 * time.Second

// checkTrap lets a router of an architecture send a trap to a receiver of this one.
func checkTrap(t *testing.T, arch, router, receiver string) {
	t.Helper()
	receive := exec.Command(receiver, "receive", "127.0.0.1:0", "--count", "1", "--user", "mirrorUser SHA $AUTH AES $PRIV")
	receive.Env = append(os.Environ(), "AUTH=auth passphrase", "PRIV=priv passphrase")
	var trap bytes.Buffer
	receive.Stdout = &trap
	said, err := receive.StderrPipe()
	if err == nil {
		err = receive.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = receive.Process.Kill() })
	defer late.Stop()
	line, _ := bufio.NewReader(said).ReadString('\n')
	_, rest, _ := strings.Cut(line, "receiving on 127.0.0.1:")
	port, _, _ := strings.Cut(rest, ",")
	out, err := program.Command(arch, router, "--identity", arch, "--level", "15", "-c", `mirror-enable; configure terminal; `+
		`snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"; `+
		`snmp-server host 127.0.0.1 version v3 mirrorUser udp-port `+port+` packetMirror; snmp-server enable traps packetMirror; `+
		`mirror trap-enable; end; test mirror traps sessionStart`).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", arch, err, out)
		_ = receive.Process.Kill()
	}
	if err := receive.Wait(); err != nil || !strings.Contains(trap.String(), "juniPacketMirrorSessionStart: trap v3 mirrorUser authPriv") {
		t.Errorf("%s: received %s, %v\n%s", arch, trap.String(), err, out)
	}
}
