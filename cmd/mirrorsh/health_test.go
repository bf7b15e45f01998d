package main

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestHealth(t *testing.T) {
	l := startLab(t, "show snmp engineID\n")
	out, _ := mirrorsh(t, 0, "", "health", l.snmp.String())
	if !strings.HasPrefix(out, "engine ID 0x8000130a05") || !strings.Contains(out, ", boots 1, time ") {
		t.Errorf("it prints %q", out)
	}
	if status := l.stop(); status != 0 {
		t.Fatalf("status %d", status)
	}
	other, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	silent, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		request := make([]byte, 1500)
		for {
			n, from, err := other.ReadFrom(request)
			if err != nil {
				return
			}
			_, _ = other.WriteTo(request[:n], from)
		}
	}()
	for what, c := range map[string]struct {
		status int
		args   []string
		says   string
	}{
		"stopped":       {1, []string{l.snmp.String()}, "no router answers on " + l.snmp.String()},
		"an echo":       {1, []string{other.LocalAddr().String()}, "the answer is of no SNMPv3 engine"},
		"silence":       {1, []string{"--wait", "50ms", silent.LocalAddr().String()}, "i/o timeout"},
		"no address":    {1, []string{"127.0.0.1"}, "missing port"},
		"two addresses": {2, []string{"127.0.0.1:1", "127.0.0.1:2"}, "health takes one address: see health --help"},
	} {
		t.Run(what, func(t *testing.T) {
			stdout, stderr := mirrorsh(t, c.status, "", append([]string{"health"}, c.args...)...)
			if stdout != "" || !strings.Contains(stderr, c.says) {
				t.Errorf("it prints %q, and says %q", stdout, stderr)
			}
		})
	}
}

// TestServiceManagerIsTold that a router serves, and that it stops (sd_notify(3)).
func TestServiceManagerIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	l := startLab(t, "")
	told := func(want string) {
		t.Helper()
		text := make([]byte, 100)
		if err := manager.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		if n, err := manager.Read(text); err != nil || string(text[:n]) != want {
			t.Errorf("it is told %q, %v", text[:n], err)
		}
	}
	told("READY=1")
	l.stop()
	told("STOPPING=1")
}
