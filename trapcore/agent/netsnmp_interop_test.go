//go:build interop

package agent

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/snmp"
)

// tool runs one of net-snmp's tools and returns what it prints.
func (g *rig) tool(name string, args ...string) (string, error) {
	g.t.Helper()
	return runTool(g.t, g.addr, name, args...)
}

func runTool(t testing.TB, addr, name string, args ...string) (string, error) {
	t.Helper()
	state := t.TempDir()
	if err := os.MkdirAll(filepath.Join(state, "cert_indexes"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var options, rest []string
	for i, a := range args {
		if strings.HasPrefix(a, "-") || i > 0 && strings.HasPrefix(args[i-1], "-") && len(args[i-1]) == 2 {
			options = append(options, a)
		} else {
			rest = append(rest, a)
		}
	}
	cmd := exec.CommandContext(ctx, name, append(append(options, "-r0", "-t2", "udp:"+addr), rest...)...)
	cmd.Env = append(os.Environ(), "MIBS=", "MIBDIRS=", "SNMPCONFPATH="+state, "SNMP_PERSISTENT_DIR="+state)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		t.Fatalf("%s, of net-snmp, must be installed: %v", name, err)
	}
	return strings.TrimRight(out.String(), "\n"), err
}

// v3 are the options of a user at authPriv or less.
func v3(name string, auth snmp.AuthProtocol, priv snmp.PrivProtocol, more ...string) []string {
	level := "noAuthNoPriv"
	var args []string
	if auth != snmp.NoAuth {
		level = "authNoPriv"
		args = append(args, "-a", netSNMPName(auth.String()), "-A", authPass)
	}
	if priv != snmp.NoPriv {
		level = "authPriv"
		args = append(args, "-x", netSNMPName(priv.String()), "-X", privPass)
	}
	return append(append([]string{"-v3", "-u", name, "-l", level}, args...), more...)
}

// netSNMPName spells a protocol as net-snmp does.
func netSNMPName(keyword string) string {
	s := strings.ToUpper(keyword)
	for _, prefix := range []string{"SHA", "AES"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && rest != "" && !strings.HasSuffix(rest, "C") {
			return prefix + "-" + rest
		}
	}
	return s
}

// translate asks net-snmp for the identifiers of names.
func translate(t testing.TB, names []string) []string {
	t.Helper()
	state := t.TempDir()
	if err := os.MkdirAll(filepath.Join(state, "cert_indexes"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "snmptranslate", append([]string{"-M", "../../mib", "-m", "ALL", "-IR", "-On"}, names...)...)
	cmd.Env = append(os.Environ(), "MIBS=", "MIBDIRS=", "SNMPCONFPATH="+state, "SNMP_PERSISTENT_DIR="+state)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("snmptranslate: %v", err)
	}
	found := strings.Fields(string(out))
	if len(found) != len(names) {
		t.Fatalf("snmptranslate knows %d of %d names", len(found), len(names))
	}
	return found
}
