package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFullDisk runs a router that may write no more than 4 KB into a file: that
// it cannot save is said, the configuration stays in memory, the file stays the
// last one that fitted, whole, and all is saved once there is room.
func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, "configure terminal\nhostname before\n", "--state", dir, "--level", "15")
	var lines strings.Builder
	for i := range 200 {
		fmt.Fprintf(&lines, "interface loopback %d\nexit\n", i)
	}
	script := "configure terminal\nhostname after\n" + lines.String() + "end\nshow configuration\n"
	run := func(blocks string) (string, int) {
		cmd := exec.Command("sh", "-c", "ulimit -f "+blocks+"; exec mirrorsh --quiet --level 15 --state "+dir)
		cmd.Stdin = strings.NewReader(script)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	out, status := run("4") // of 512 or 1024 octets
	if status != 1 || !strings.Contains(out, "% configuration not saved: commit: file too large\n") || !strings.Contains(out, "interface loopback 199\n") {
		t.Errorf("exit status %d: %s", status, out)
	}
	saved, err := os.ReadFile(filepath.Join(dir, "startup.cnf"))
	if err != nil || !strings.HasSuffix(string(saved), "! End of configuration script\n") || strings.Contains(string(saved), "loopback 199\n") {
		t.Errorf("saved is %s, %v", saved, err)
	}
	if out, status := run("unlimited"); status != 0 {
		t.Errorf("exit status %d: %s", status, out)
	}
	if out, _ := mirrorsh(t, 0, "show configuration\n", "--state", dir, "--level", "15"); !strings.Contains(out, "hostname after\n") || !strings.Contains(out, "interface loopback 199\n") {
		t.Errorf("saved is %s", out)
	}
}

// TestPortInUse: who has the port keeps it, and the message says what to do.
func TestPortInUse(t *testing.T) {
	udp, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	_, public := sshKey(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--ssh", "off", "--snmp", udp.LocalAddr().String()}, "address already in use: give --snmp another address, or off"},
		{[]string{"--snmp", "off", "--ssh", tcp.Addr().String(), "--ssh-authorized-keys", public}, "address already in use: give --ssh another address, or off"},
	} {
		if _, stderr := mirrorsh(t, 4, "", append([]string{"serve", "--ephemeral"}, c.args...)...); !strings.Contains(stderr, c.says) {
			t.Errorf("standard error is %q, want it to say %q", stderr, c.says)
		}
	}
}

// TestFlood sends 10 000 malformed datagrams a second to the SNMP agent and to
// the RADIUS listener: managers and operators do not notice, and the router does
// not grow.
func TestFlood(t *testing.T) {
	port := freePort(t)
	l := startLab(t, labPreamble+fmt.Sprintf("radius dynamic-request server %s\nudp-port %d\nsubscriber disconnect\nkey \"%s\"\n", radiusHost, port, radiusKey))
	o, err := l.login(t.Context(), "operator")
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	before := l.resident()
	until := time.Now().Add(2 * time.Second)
	done := make(chan error, 2)
	for _, to := range []string{l.snmp.String(), fmt.Sprintf("127.0.0.1:%d", port)} {
		go func() { done <- flood(to, 10_000, until) }()
	}
	asked := 0
	g := labManager(l)
	g.Timeout, g.Retries = 2*time.Second, 60 // on a busy machine the flood fills the socket
	if err := g.Connect(); err != nil {
		t.Fatal(err)
	}
	defer g.Conn.Close()
	for time.Now().Before(until) {
		if _, err := g.Get([]string{"1.3.6.1.2.1.1.5.0"}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.do(t.Context(), "show version"); err != nil {
			t.Fatal(err)
		}
		asked++
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if growth := l.resident() - before; growth > 64 {
		t.Errorf("the memory has grown by %.1f MB", growth)
	}
	if asked == 0 {
		t.Error("nobody was answered")
	}
	o.close()
	if status := l.stop(); status != 0 || l.said() != "" {
		t.Errorf("exit status %d: %s", status, l.said())
	}
}

// flood sends datagrams of all lengths at a rate until the time is up.
func flood(to string, rate int, until time.Time) error {
	conn, err := dial(radiusHost, to)
	if err != nil {
		return err
	}
	defer conn.Close()
	junk := make([]byte, 1400)
	for i := range junk {
		junk[i] = byte(i * 7)
	}
	junk[0] = 0x30
	const step = 10 * time.Millisecond
	for tick := time.NewTicker(step); time.Now().Before(until); <-tick.C {
		for i := range rate / int(time.Second/step) {
			if _, err := conn.Write(junk[:1+i*13%len(junk)]); err != nil {
				return err
			}
		}
	}
	return nil
}
