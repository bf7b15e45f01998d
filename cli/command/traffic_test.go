package command

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
)

// TestTrafficIsMirrored: packets leave for the analyzer, and the secure side
// shows how many.
func TestTrafficIsMirrored(t *testing.T) {
	analyzer, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer analyzer.Close()
	port := analyzer.LocalAddr().(*net.UDPAddr).Port
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal",
		"interface fastEthernet 9/0", "ip address 192.168.99.1 255.255.255.0", "ip analyzer", "exit",
		"secure ip classifier-list echo icmp any any", "secure ip policy-list p", "classifier-group echo",
		fmt.Sprintf("mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port %d mirror-identifier 768 session-identifier 144", port),
		"exit", "exit", "mirror username joe ip secure-policy-list p", "exit",
		"test subscriber login joe ip-address 10.0.0.5")
	for line, want := range map[string]string{
		"test subscriber traffic joe icmp count 20":                     "40 packets passed, 8000 octets\n",
		"test subscriber traffic joe udp count 2 direction upstream":    "2 packets passed, 400 octets\n",
		"test subscriber traffic joe icmp ipv6 direction downstream":    "1 packet passed, 200 octets\n",
		"test subscriber traffic joe tcp rate 1000 size 64 count 2":     "4 packets passed, 256 octets\n",
		"test subscriber traffic joe icmp direction upstream count 1":   "1 packet passed, 200 octets\n",
		"test subscriber traffic joe icmp rate 1000 direction upstream": "1 packet passed, 200 octets\n",
	} {
		if got := o.do(t, line); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
	_ = analyzer.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := make([]byte, 2048)
	for range 42 {
		n, err := analyzer.Read(b)
		if err != nil || n != 208 || string(b[:8]) != "\x00\x00\x03\x00\x00\x00\x00\x90" || b[17] != 1 {
			t.Fatalf("%x, %v", b[:n], err)
		}
	}
	for _, line := range []string{"show mirror sessions", "show secure policy-list"} {
		got := o.do(t, line)
		for _, want := range []string{"22 Packets 4400 Bytes ingress mirrored", "20 Packets 4000 Bytes egress mirrored"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s has no %q:\n%s", line, want, got)
			}
		}
	}
	var refusal *cli.Refusal
	if err := o.Execute(t.Context(), "test subscriber traffic nobody udp"); !errors.As(err, &refusal) {
		t.Error("nobody:", err)
	}
}

// TestTrafficTellsNothing: an ordinary session sees the same whether the
// subscriber is mirrored, to an analyzer that is there or not, or nobody is.
func TestTrafficTellsNothing(t *testing.T) {
	ordinary := []string{"configure terminal", "interface fastEthernet 1/0", "exit", "interface fastEthernet 9/0", "ip address 192.168.99.1 255.255.255.0", "end",
		"test subscriber login joe ip-address 10.0.0.5 interface fastEthernet 1/0"}
	policy := []string{"mirror-enable", "configure terminal", "secure ip policy-list p", "classifier-group *",
		"mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 9", "exit", "exit", "mirror username joe ip secure-policy-list p"}
	analyzer := []string{"interface fastEthernet 9/0", "ip analyzer", "exit"}
	var first string
	for i, secure := range [][]string{nil, policy, append(append([]string{}, policy...), analyzer...)} {
		sh := newShell(t)
		ann := operatorOf(t, sh, ordinary...)
		operatorOf(t, sh, secure...)
		ann.take()
		var got string
		for _, line := range []string{"test subscriber traffic joe udp count 100", "test subscriber traffic joe icmp ipv6", "show interfaces", "show ip interface", "show subscribers", "show log data"} {
			got += ann.run(t, line)
		}
		for _, f := range sh.Router.Default().Network().Interfaces() {
			got += fmt.Sprintln(f.ID, f.In, f.Out)
		}
		if i == 0 {
			first = got
		} else if got != first {
			t.Errorf("with secure side %d:\n%s\nwithout:\n%s", i, got, first)
		}
	}
}
