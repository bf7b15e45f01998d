//go:build interop

package main

import (
	"fmt"
	"strings"
	"testing"

	"mirrorsh/mib"
)

// TestTrapsOverIPv6: an snmptrapd on udp6 decodes traps and informs of every version,
// and the router's informs are acknowledged.
func TestTrapsOverIPv6(t *testing.T) {
	for _, tt := range []struct {
		name, conf, host, then string
		want                   int
	}{
		{"v3 traps", createUser("mirrorUser", "sha", "auth passphrase", "aes", "priv passphrase"), "version v3 mirrorUser packetMirror", "test mirror traps all", len(mib.MirrorNotifications)},
		{"long run", createUser("mirrorUser", "sha", "auth passphrase", "aes", "priv passphrase"), "version v3 mirrorUser packetMirror",
			"test mirror traps analyzerUnreachable juniPacketMirrorDateAndTime 2026-11-22,6:12:11.0,+0:0 juniPacketMirrorAnalyzerAddress 10.0.0.1 count 90", 90},
		{"v3 informs", "createUser mirrorUser SHA \"auth passphrase\" AES \"priv passphrase\"\nauthUser log mirrorUser priv", "version v3 mirrorUser informs packetMirror", "test mirror traps all", len(mib.MirrorNotifications)},
		{"v1", "authCommunity log public", "version v1 public link", "configure terminal\ninterface fastEthernet 1/0\nip address 10.9.9.1 255.255.255.0", 1},
		{"v2c informs", "authCommunity log public", "version v2c public informs link", "configure terminal\ninterface fastEthernet 1/0\nip address 10.9.9.1 255.255.255.0", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := startTrapdAt(t, []string{"::1"}, tt.conf)
			stdout, _ := mirrorsh(t, 0, mirrorPreamble+"snmp-server user mirrorUser group mirror authentication sha \"auth passphrase\" privacy aes \"priv passphrase\"\n"+
				fmt.Sprintf("snmp-server host ::1 %s\n", at(tt.host, d.port))+
				"interface fastEthernet 6/0\nip address 10.7.7.1 255.0.0.0\nsnmp-server trap-source fastEthernet 6/0\n"+
				"snmp-server enable traps packetMirror link\nmirror trap-enable\nend\nshow snmp receiver-configuration\nshow snmp trap\n"+tt.then+"\n")
			got := d.until(t, func(log string) bool { return strings.Count(log, "\nTRAP ") >= tt.want })
			if n := strings.Count(got, "\nTRAP "); n != tt.want {
				t.Errorf("%d decoded", n)
			}
			if strings.Contains(tt.host, "v3") && !strings.Contains(stdout, fmt.Sprintf("s to udp6:[::1]:%d\n", d.port)) {
				t.Errorf("receiver configuration:\n%s", stdout)
			}
		})
	}
}

// at puts a port behind the security string of a host.
func at(host string, port int) string {
	words := strings.Fields(host)
	words[2] += fmt.Sprintf(" udp-port %d", port)
	return strings.Join(words, " ")
}
