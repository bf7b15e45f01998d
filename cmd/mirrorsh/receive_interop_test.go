//go:build interop

package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/mib"
)

// TestReceiveAsSnmptrapd: the same traps of every kind, to both: what they decode
// is the same, name by name and value by value.
func TestReceiveAsSnmptrapd(t *testing.T) {
	d := startTrapd(t, 1, createUser("mirrorUser", "sha", "auth passphrase", "aes", "priv passphrase"))
	p := startReceive(t, "127.0.0.2", "--count", fmt.Sprint(len(mib.MirrorNotifications)))
	script := strings.Replace(mirrorTo(fmt.Sprint(d.port), ""), "snmp-server enable",
		"snmp-server host 127.0.0.2 version v3 mirrorUser udp-port "+p.port+" packetMirror\nsnmp-server enable", 1)
	mirrorsh(t, 0, script+"test mirror traps all\n")
	status, stderr := p.wait(t)
	if status != exitDone || !strings.Contains(stderr, "10 traps and 0 informs of 10 datagrams; refused: 0\n") {
		t.Fatalf("%d: %s", status, stderr)
	}
	var want, got strings.Builder
	for _, r := range d.wait(t, len(mib.MirrorNotifications)) {
		fmt.Fprintln(&want, r.name())
		for _, v := range r.varbinds[2:] {
			name, value, _ := strings.Cut(v, " = ")
			_, name, _ = strings.Cut(name, "::")
			_, value, _ = strings.Cut(value, ": ")
			fmt.Fprintf(&want, "    %s = %s\n", name, strings.Trim(value, `"`))
		}
	}
	for line := range strings.Lines(p.stdout.String()) {
		switch head, _, ok := strings.Cut(line, ": trap v3 mirrorUser authPriv context router1 engine "+engineID.String()+" from 127.0.0.1:"); {
		case ok:
			fmt.Fprintln(&got, head)
		case !strings.HasPrefix(line, "    sysUpTime.0 = "):
			got.WriteString(line)
		}
	}
	if d := cmp.Diff(want.String(), got.String()); d != "" {
		t.Errorf("snmptrapd and receive (-want +got):\n%s", d)
	}
}

// TestReceiveNetSNMP: traps and informs of net-snmp's snmptrap, of every version
// and over both families.
func TestReceiveNetSNMP(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		p := startReceive(t, host, "--community", "$COMMUNITY", "--count", "5")
		to := "udp:" + p.addr
		if host != "127.0.0.1" {
			to = "udp6:" + p.addr
		}
		v3 := []string{"-v3", "-l", "authPriv", "-u", "mirrorUser", "-a", "SHA", "-A", "auth passphrase", "-x", "AES", "-X", "priv passphrase"}
		link := []string{to, "42", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"}
		for _, args := range [][]string{
			append(append(append([]string{}, v3...), "-e", "0x80001f8801020304"), link...),
			append(append(append([]string{}, v3...), "-Ci"), link...),
			append([]string{"-v2c", "-c", "secret"}, link...),
			append([]string{"-v2c", "-c", "secret", "-Ci"}, link...),
			{"-v1", "-c", "secret", to, "1.3.6.1.4.1.4874", "127.0.0.1", "2", "0", "42", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"},
		} {
			cmd := exec.Command("snmptrap", append([]string{"-M", "", "-m", "", "-r", "2", "-t", "10"}, args...)...)
			cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+t.TempDir())
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %v %s", args, err, out)
			}
		}
		status, stderr := p.wait(t)
		if status != exitDone || strings.Count(p.stdout.String(), "    sysUpTime.0 = 42\n    ifIndex.7 = 7\n") != 5 || strings.Count(p.stdout.String(), "linkDown: ") != 5 {
			t.Errorf("%s: %d: %s%s", host, status, stderr, p.stdout.String())
		}
	}
}
