package main

import (
	"strings"
	"testing"
)

// TestReceiverConfigurationIsHidden: keys at level 15 alone, secure hosts where
// they are seen.
func TestReceiverConfigurationIsHidden(t *testing.T) {
	const script = mirrorPreamble + `snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server user ops group admin authentication md5 "auth passphrase" privacy des "priv passphrase"
snmp-server host 127.0.0.1 version v3 watcher packetMirror
snmp-server host 127.0.0.2 version v3 ops
snmp-server host 127.0.0.3 public
end
`
	at15, _ := mirrorsh(t, 0, script+"show snmp receiver-configuration\n", "--quiet")
	if n := strings.Count(at15, "-l 0x"); n != 4 || strings.Contains(at15, "<hidden>") {
		t.Errorf("level 15: %s", at15)
	}
	at10, _ := mirrorsh(t, 0, script+"disable\nenable 10\nshow snmp receiver-configuration\n", "--quiet")
	if strings.Contains(at10, "-l 0x") || strings.Count(at10, "-l <hidden>") != 2 || strings.Contains(at10, "watcher") {
		t.Errorf("level 10: %s", at10)
	}
	blind, _ := mirrorsh(t, 0, script+"no mirror-enable\nshow snmp receiver-configuration\n", "--quiet")
	if strings.Contains(blind, "watcher") || strings.Count(blind, "createUser") != 1 {
		t.Errorf("without mirror-enable: %s", blind)
	}
}
