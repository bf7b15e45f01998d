//go:build interop

package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/snmp"
)

// engineID is that of the default router of every ephemeral mirrorsh.
var engineID = snmp.NewEngineID([6]byte{2, 0, 0, 0, 0, 1}, snmp.DefaultRouter)

// trapd is a running snmptrapd that knows the shipped modules.
type trapd struct {
	addr netip.AddrPort // the first of those it listens at
	port int
	log  string
}

// received is a notification as snmptrapd has decoded it.
type received struct {
	security string   // such as "TRAP2, SNMP v3, user joe, context router1"
	varbinds []string // "name = TYPE: value"
}

// name returns the notification's name without its module.
func (r received) name() string {
	if len(r.varbinds) < 2 {
		return ""
	}
	_, oid, _ := strings.Cut(r.varbinds[1], "OID: ")
	_, name, _ := strings.Cut(oid, "::")
	return name
}

// startTrapd starts an snmptrapd on 127.0.0.1 to 127.0.0.hosts with the given
// lines of snmptrapd.conf. It ends with the test.
func startTrapd(t *testing.T, hosts int, conf ...string) *trapd {
	t.Helper()
	var addrs []string
	for i := range hosts {
		addrs = append(addrs, fmt.Sprintf("127.0.0.%d", i+1))
	}
	return startTrapdAt(t, addrs, conf...)
}

// startTrapdAt is startTrapd at the given addresses.
func startTrapdAt(t testing.TB, addrs []string, conf ...string) *trapd {
	t.Helper()
	return startTrapdOn(t, freePort(t), addrs, conf...)
}

// startTrapdOn is startTrapdAt on a given port.
func startTrapdOn(t testing.TB, port int, addrs []string, conf ...string) *trapd {
	t.Helper()
	dir := t.TempDir()
	d := &trapd{addr: netip.AddrPortFrom(netip.MustParseAddr(addrs[0]), uint16(port)), port: port, log: filepath.Join(dir, "log")}
	persistent := filepath.Join(dir, "persistent")
	config := filepath.Join(dir, "snmptrapd.conf")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(persistent, "cert_indexes"), 0o700),
		os.WriteFile(config, []byte(strings.Join(conf, "\n")+"\n"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-f", "-C", "-c", config, "-M", "../../mib", "-m", "ALL", "-n", "-Lf", d.log, "-F", `TRAP %P\t%v\n`}
	for _, addr := range addrs {
		transport := "udp:"
		if strings.Contains(addr, ":") {
			transport, addr = "udp6:", "["+addr+"]"
		}
		args = append(args, fmt.Sprintf("%s%s:%d", transport, addr, d.port))
	}
	cmd := exec.Command("snmptrapd", args...)
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+persistent)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if stderr.Len() > 0 {
			t.Errorf("snmptrapd: %s", &stderr)
		}
	})
	d.until(t, func(log string) bool { return strings.Contains(log, "NET-SNMP version") })
	return d
}

// until waits until the log satisfies done, and returns it.
func (d *trapd) until(t testing.TB, done func(log string) bool) string {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		log, err := os.ReadFile(d.log)
		if err == nil && done(string(log)) {
			return string(log)
		}
		if time.Now().After(deadline) {
			t.Fatalf("snmptrapd did not get there in %v; its log:\n%s", patience, log)
		}
	}
}

// wait waits until n traps have been decoded and returns all there are.
func (d *trapd) wait(t *testing.T, n int) []received {
	t.Helper()
	log := d.until(t, func(log string) bool {
		return strings.Count(log, "TRAP TRAP") >= n && strings.HasSuffix(log, "\n")
	})
	var all []received
	for line := range strings.Lines(log) {
		if line, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "TRAP "); ok {
			f := strings.Split(line, "\t")
			all = append(all, received{f[0], f[1:]})
		}
	}
	return all
}
