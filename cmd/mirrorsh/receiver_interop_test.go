//go:build interop

package main

import (
	"fmt"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// TestReceiverConfiguration has an snmptrapd that knows nothing but what the
// router shows decode traps and informs of every pair of protocols.
func TestReceiverConfiguration(t *testing.T) {
	const hosts = 8
	for _, options := range []string{"packetMirror", "informs packetMirror"} {
		t.Run(options, func(t *testing.T) {
			var scripts, conf []string
			var script strings.Builder
			n := 0
			flush := func() {
				stdout, _ := mirrorsh(t, 0, script.String()+"end\nshow snmp receiver-configuration\n")
				conf = append(conf, receiverLines(stdout)...)
				scripts = append(scripts, script.String())
				script.Reset()
				n = 0
			}
			for _, a := range snmp.AuthProtocols() {
				for _, p := range snmp.PrivProtocols() {
					if n == 0 {
						script.WriteString(mirrorPreamble)
					}
					n++
					fmt.Fprintf(&script, "snmp-server user %v-%v group mirror authentication %[1]v \"auth pass of %[1]v\" privacy %[2]v \"priv pass of %[2]v\"\n", a, p)
					fmt.Fprintf(&script, "snmp-server host 127.0.0.%d version v3 %v-%v udp-port 9 %s\n", n, a, p, options)
					if n == hosts {
						flush()
					}
				}
			}
			if n > 0 {
				flush()
			}
			for i, s := range scripts { // the port is not known yet
				scripts[i] = s + "snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps " + mib.MirrorNotifications[0].Short() + "\n"
			}
			if len(conf) != 2*36 {
				t.Fatalf("%d lines: %q", len(conf), conf)
			}
			d := startTrapd(t, hosts, conf...)
			for _, s := range scripts {
				mirrorsh(t, 0, strings.ReplaceAll(s, "udp-port 9 ", "udp-port "+fmt.Sprint(d.port)+" "))
			}
			// Only what was authenticated and decrypted with the right keys is logged.
			log := d.until(t, func(log string) bool {
				return strings.Count(log, "::"+mib.MirrorNotifications[0].Name) >= 36
			})
			for _, a := range snmp.AuthProtocols() {
				for _, p := range snmp.PrivProtocols() {
					if !strings.Contains(log, fmt.Sprintf(", user %v-%v, context router1", a, p)) {
						t.Errorf("nothing from %v-%v", a, p)
					}
				}
			}
		})
	}
}

// TestReceiverConfigurationOfOddNames: snmptrapd takes what is shown of users whose
// names mean something in its file.
func TestReceiverConfigurationOfOddNames(t *testing.T) {
	var script strings.Builder
	script.WriteString(mirrorPreamble)
	for i, name := range oddUsers {
		fmt.Fprintf(&script, "snmp-server user %q group mirror authentication sha \"auth passphrase\" privacy aes \"priv passphrase\"\n", name)
		fmt.Fprintf(&script, "snmp-server host 127.0.0.%d version v3 %q udp-port 9 packetMirror\n", i+1, name)
	}
	shown, _ := mirrorsh(t, 0, script.String()+"end\nshow snmp receiver-configuration\n")
	d := startTrapd(t, len(oddUsers), receiverLines(shown)...)
	mirrorsh(t, 0, strings.ReplaceAll(script.String(), "udp-port 9 ", "udp-port "+fmt.Sprint(d.port)+" ")+
		"snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps "+mib.MirrorNotifications[0].Short()+"\n")
	d.until(t, func(log string) bool {
		for _, name := range oddUsers {
			if !strings.Contains(log, ", user "+name+", context router1") {
				return false
			}
		}
		return true
	})
}
