//go:build interop

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReloadClosesWhatIsMirrored: a reload logs out the mirrored subscriber and
// deactivates the mirrored interface before the router goes, and the traps of
// that still leave. The interface is mirrored again afterwards.
func TestReloadClosesWhatIsMirrored(t *testing.T) {
	d := startTrapd(t, 1, createUser("u", "sha", "auth passphrase", "aes", "priv passphrase"))
	mirrorsh(t, 0, mirrorPreamble+`snmp-server user u group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 u udp-port `+fmt.Sprint(d.port)+` packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
secure ip policy-list tap
classifier-group *
mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 2500 mirror-identifier 7 session-identifier 8
exit
exit
interface fastEthernet 1/0
ip address 10.1.1.1 255.255.255.0
ip policy secure-input tap
exit
mirror username joe ip secure-policy-list tap
end
test subscriber login joe ip-address 10.0.0.1
reload
`)
	var got []string
	for _, r := range d.wait(t, 9) {
		line := strings.TrimPrefix(r.name(), "juniPacketMirror")
		for _, v := range r.varbinds[2:] {
			name, value, _ := strings.Cut(v, "juniPacketMirrorT")
			if name != "Juniper-PACKET-MIRROR-MIB::" {
				continue
			}
			if kind, what, _ := strings.Cut(value, ".0 = "); kind == "argetIpAddress" || kind == "erminationReason" {
				_, what, _ = strings.Cut(what, ": ")
				line += " " + what
			}
		}
		got = append(got, line)
	}
	want := []string{
		"InterfaceSessionActivated 10.1.1.1",
		"SessionStart 0.0.0.0", "SessionStart 10.0.0.1", "SessionStart 10.0.0.1",
		"SessionEnd 10.0.0.1 adminReboot(7)", "SessionEnd 10.0.0.1 adminReboot(7)", "SessionEnd 0.0.0.0 adminReboot(7)",
		"InterfaceSessionDeactivated 10.1.1.1",
		"InterfaceSessionActivated 10.1.1.1", // by the configuration that is restored
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
