package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mirrorsh/trapcore/receiver"
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

// oddUsers have names that mean something in the file of a receiver.
var oddUsers = []string{"#x", "'x", "o'brien", "a#b", "-e", "0x41"}

// TestReceiverConfigurationReadsBack: mirrorsh receive finds each user in what is
// shown. What net-snmp cannot write is said.
func TestReceiverConfigurationReadsBack(t *testing.T) {
	unwritable := []string{`m"u`, `m\u`}
	var script strings.Builder
	script.WriteString(mirrorPreamble)
	for i, name := range append(oddUsers, unwritable...) {
		typed := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
		fmt.Fprintf(&script, "snmp-server user \"%s\" group mirror authentication sha \"auth passphrase\" privacy aes \"priv passphrase\"\n", typed)
		fmt.Fprintf(&script, "snmp-server host 127.0.0.%d version v3 \"%s\" packetMirror\n", i+1, typed)
	}
	shown, _ := mirrorsh(t, 0, script.String()+"end\nshow snmp receiver-configuration\n", "--quiet")
	var users receiver.Users
	if err := users.Read("shown", strings.NewReader(shown[strings.Index(shown, "\n")+1:])); err != nil {
		t.Fatalf("%v:\n%s", err, shown)
	}
	var names []string
	for _, c := range users.Credentials {
		names = append(names, c.Name)
	}
	if slices.Sort(names); !slices.Equal(names, slices.Sorted(slices.Values(oddUsers))) {
		t.Errorf("%q in\n%s", names, shown)
	}
	for _, name := range unwritable {
		if !strings.Contains(shown, "# net-snmp has no way to write the name of user "+name+"\n") {
			t.Errorf("nothing is said of %s:\n%s", name, shown)
		}
	}
}
