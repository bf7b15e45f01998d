//go:build interop

package snmp

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
)

// TestSnmptrapd: a real snmptrapd, which makes its keys from the passphrases
// itself, decodes a trap of every pair of protocols.
func TestSnmptrapd(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	dir := t.TempDir()
	port := freePort(t)

	var conf strings.Builder
	conf.WriteString("disableAuthorization yes\nformat2 TRAP %v\\n\n")
	for _, p := range pairs() {
		fmt.Fprintf(&conf, "createUser -e %v u%v", testEngineID, p)
		if p.auth != NoAuth {
			fmt.Fprintf(&conf, " %s %q", netSNMP(p.auth.String()), authPass)
		}
		if p.priv != NoPriv {
			fmt.Fprintf(&conf, " %s %q", netSNMP(p.priv.String()), privPass)
		}
		conf.WriteString("\n")
	}
	file := filepath.Join(dir, "snmptrapd.conf")
	if err := os.WriteFile(file, []byte(conf.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(ctx, "snmptrapd", "-f", "-Lo", "-On", "-m", "", "-M", dir, "-C", "-c", file,
		"-x", filepath.Join(dir, "agentx"), fmt.Sprintf("udp:127.0.0.1:%d", port))
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+dir, "SNMPCONFPATH="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatalf("snmptrapd, of net-snmp, must be installed: %v", err)
	}
	lines := make(chan string, 256)
	go func() { // ends with the process
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	defer func() {
		cancel()
		for range lines {
		}
		_ = cmd.Wait()
	}()
	await(t, ctx, lines, "NET-SNMP version")

	conn, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	engine, ids := NewEngine(77, nil), NewIDs(1)
	var buf, content Buffer
	for _, p := range pairs() {
		s := testSealer(t, testUser(t, "u"+p.String(), p), engine)
		marker := "marker " + p.String()
		list, _ := encodeNotification(&content, engine.Now().UpTime, mib.MustOID("1.3.6.1.4.1.4874.2.2.77.3.0.5"),
			[]Varbind{{mib.MustOID("1.3.6.1.4.1.4874.2.2.77.1.2.0"), OctetString(marker)}})
		now := engine.Now()
		msg, err := s.Seal(&buf, &Message{
			Boots: now.Boots, Time: now.Time, ID: ids.Message(), RequestID: ids.Request(),
			ContextEngine: testEngineID, Context: ContextName(DefaultRouter), PDU: PDUTrap, Varbinds: list,
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write(msg); err != nil {
			t.Fatal(err)
		}
		line := await(t, ctx, lines, "TRAP ")
		for _, want := range []string{
			".1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.4.1.4874.2.2.77.3.0.5",
			`.1.3.6.1.4.1.4874.2.2.77.1.2.0 = STRING: "` + marker + `"`,
		} {
			if !strings.Contains(line, want) {
				t.Errorf("%v: snmptrapd says %s", p, line)
			}
		}
	}
}

// await returns the first line that contains want.
func await(t *testing.T, ctx context.Context, lines <-chan string, want string) string {
	t.Helper()
	var seen []string
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("snmptrapd ended, waited for %q, it said %q", want, seen)
			}
			if strings.Contains(line, want) {
				return line
			}
			seen = append(seen, line)
		case <-ctx.Done():
			t.Fatalf("waited for %q, snmptrapd said %q", want, seen)
		}
	}
}

// netSNMP is the name of a protocol in snmptrapd.conf: sha256 is SHA-256 there.
func netSNMP(keyword string) string {
	k := strings.ToUpper(keyword)
	for _, family := range []string{"SHA", "AES"} {
		if size, ok := strings.CutPrefix(k, family); ok && size != "" && !strings.HasSuffix(size, "C") {
			return family + "-" + size
		}
	}
	return k
}

// freePort returns a UDP port on loopback that was free a moment ago, for a
// program that cannot say which one it was given. It is below those that systems
// give out by themselves, so that nobody else gets it meanwhile.
func freePort(t *testing.T) int {
	t.Helper()
	for port := 10_000 + os.Getpid()%10_000; port < 30_000; port++ {
		if c, err := net.ListenPacket("udp4", fmt.Sprint("127.0.0.1:", port)); err == nil {
			_ = c.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}
