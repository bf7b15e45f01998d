//go:build interop

package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestNoLinkTrapsForWhatIsRestored holds that coldStart comes before anything
// that the saved configuration seems to change.
func TestNoLinkTrapsForWhatIsRestored(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	d := startTrapd(t, 1, "authCommunity log public")
	mirrorsh(t, 0, "enable 15\nconfigure terminal\ninterface atm 1/0\nshutdown\n", "--state", dir)
	host := "enable 15\nconfigure terminal\nsnmp-server enable traps link snmp\nsnmp-server host 127.0.0.1 version v2c public udp-port "
	mirrorsh(t, 0, host+strconv.Itoa(d.port)+"\n", "--state", dir)
	mirrorsh(t, 0, "show privilege\n", "--state", dir)
	d.until(t, func(log string) bool { return strings.Contains(log, "coldStart") })
	var names []string
	for _, r := range d.wait(t, 1) {
		names = append(names, r.name())
	}
	if got := strings.Join(names, " "); got != "coldStart" {
		t.Errorf("received %s", got)
	}
}
