//go:build interop

package agent

import (
	"net/netip"
	"testing"

	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestNoninterferenceTools: snmpwalk and snmpbulkwalk print the same, with
// trap hosts of both sides at one address and names of both sides.
func TestNoninterferenceTools(t *testing.T) {
	p := newPair(t)
	for _, g := range []*rig{p.empty, p.busy} {
		g.must(g.lcd().As(side.Clearance{}).SetGroup(snmp.NewGroup("mirror", snmp.AuthNoPriv, "user", "", "")))
		for i := range 7 {
			h := notify.NewHost(netip.AddrFrom4([4]byte{127, 0, 0, byte(i + 2)}), "tapper1")
			h.Version, h.Port = snmp.Version3, 1
			g.must(g.traps().As(side.Clear(true)).SetHost(h))
		}
		g.serve()
	}
	for _, tool := range []string{"snmpwalk", "snmpbulkwalk"} {
		args := append(v3("ops", snmp.SHA, snmp.AES, "-M", "../../mib", "-m", "ALL"), ".1")
		a, errA := p.empty.tool(tool, args...)
		p.noise(1)
		b, errB := p.busy.tool(tool, args...)
		if errA != nil || errB != nil || a != b || len(a) < 10000 {
			t.Errorf("%s differs, %v, %v: %d and %d octets", tool, errA, errB, len(a), len(b))
		}
	}
}
