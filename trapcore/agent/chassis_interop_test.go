//go:build interop

package agent

import (
	"os/exec"
	"strings"
	"testing"

	"mirrorsh/trapcore/chassis"
)

// TestHardwareIsNamed: the modules have a name for each model and for each kind
// of hardware in it.
func TestHardwareIsNamed(t *testing.T) {
	var oids []string
	for _, m := range chassis.Models() {
		oids = append(oids, "."+m.Product.String())
		for _, p := range m.Physical(chassis.Release{}) {
			if p.Vendor != nil {
				oids = append(oids, "."+p.Vendor.String())
			}
		}
	}
	cmd := exec.CommandContext(t.Context(), "snmptranslate", append([]string{"-M", "../../mib", "-m", "ALL", "-Os"}, oids...)...)
	cmd.Env = append(cmd.Environ(), "MIBS=", "MIBDIRS=", "SNMP_PERSISTENT_DIR="+t.TempDir())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range strings.Fields(string(out)) {
		if strings.ContainsAny(name, ".") {
			t.Errorf("%s is %s", oids[i], name)
		}
	}
}
