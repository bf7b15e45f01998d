//go:build interop

package command

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"mirrorsh/trapcore/network"

	"github.com/google/go-cmp/cmp"
)

// TestRADIUSShow has a client that mirrors, and what is shown of its requests to
// who may see that and who may not.
func TestRADIUSShow(t *testing.T) {
	sh := radiusShell(t)
	port, free := udpPort(t)
	free()
	o := operatorOf(t, sh, "mirror-enable", "configure terminal", "radius dynamic-request server 127.0.0.1", fmt.Sprint("udp-port ", port),
		"key secret", "authorization change", "end")
	if err := sh.Router.Default().Network().Login(network.Subscriber{Name: "joe", AcctSessionID: "1"}, nil); err != nil {
		t.Fatal(err)
	}
	radclient(t, port, "Acct-Session-Id = 1")
	radclient(t, port, "User-Name = joe", "LI-Action = 1", "Med-IP-Address = 192.168.99.2")
	radclient(t, port, "User-Name = jim", "LI-Action = 1", "Med-IP-Address = 192.168.99.2")

	blindOne := operatorOf(t, sh)
	ordinary := fmt.Sprintf(`Invalid client addresses: 0

Server 127.0.0.1
    UDP port:             %d
    Unknown packet types: 0
    No secret:            0
    Bad lengths:          0

Counter            Disconnect CoA
------------------ ---------- ---
Requests           0          1
Accepts            0          1
Rejects            0          0
No session ID      0          0
Bad authenticators 0          0
Packets dropped    0          0
Retransmissions    0          0
`, port)
	if d := cmp.Diff(ordinary, blindOne.do(t, "show radius dynamic-request statistics")); d != "" {
		t.Error(d)
	}
	secure := func(line string, rows ...string) {
		t.Helper()
		shown := o.do(t, line)
		for _, row := range rows {
			if !strings.Contains(shown, row+"\n") {
				t.Errorf("%s: no row %q in\n%s", line, row, shown)
			}
		}
	}
	secure("show radius dynamic-request statistics", "Counter            Disconnect CoA Packet Mirroring",
		"Requests           0          1   2", "Accepts            0          1   1", "Rejects            0          0   1")
	blindOne.do(t, "baseline radius dynamic-request")
	secure("show radius dynamic-request statistics delta", "Requests           0          0   2")
	o.do(t, "baseline radius dynamic-request")
	secure("show radius dynamic-request statistics delta", "Requests           0          0   0")
	secure("show radius dynamic-request statistics", "Requests           0          1   2")

	row := fmt.Sprintf("127.0.0.1 %-8d open       enabled              disabled              configured", port)
	secure("show radius dynamic-request servers", row)
	if a, b := o.do(t, "show radius dynamic-request servers"), blindOne.do(t, "show radius dynamic-request servers"); a != b {
		t.Errorf("shown without mirror-enable:\n%s\nand with it:\n%s", b, a)
	}
}

// radclient sends a CoA request; whether it is accepted is for others to test.
func radclient(t *testing.T, port int, attributes ...string) {
	t.Helper()
	path, err := exec.LookPath("radclient")
	if err != nil {
		t.Fatalf("%v: install freeradius-utils", err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-D", "../../trapcore/radius/testdata", "-x", fmt.Sprint("127.0.0.1:", port), "coa", "secret")
	cmd.Stdin = strings.NewReader(strings.Join(attributes, "\n") + "\n")
	if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), "Received CoA-") {
		t.Fatalf("no answer: %s", out)
	}
}
