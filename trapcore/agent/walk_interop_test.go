//go:build interop

package agent

import (
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// TestToolsWalk: net-snmp walks the whole tree by name, in order and without an
// error, and snmpbulkwalk finds the same.
func TestToolsWalk(t *testing.T) {
	g := newRig(t)
	g.serve()
	g.must(g.agents[0].SetPacketSize(MaxPacketSize))
	for _, who := range [][]string{v3("ops", snmp.SHA, snmp.AES), {"-v2c", "-c", "boss"}} {
		byName := append(slices.Clone(who), "-M", "../../mib", "-m", "ALL", "-CI", ".1")
		walk, err := g.tool("snmpwalk", byName...)
		if err != nil {
			t.Fatalf("%v\n%s", err, walk)
		}
		lines := strings.Split(walk, "\n")
		for _, bad := range []string{"Wrong Type", "not increasing", "iso.3", "SNMPv2-SMI::enterprises", "Error in packet", "Warning", "cannot", "PacketMirror"} {
			if i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, bad) }); i >= 0 {
				t.Errorf("%s: %s", bad, lines[i])
			}
		}
		if len(lines) < 1500 {
			t.Errorf("only %d lines", len(lines))
		}
		bulk, err := g.tool("snmpbulkwalk", append(slices.Clone(who), "-M", "../../mib", "-m", "ALL", "-Cr40", ".1")...)
		if err != nil {
			t.Fatalf("%v\n%s", err, bulk)
		}
		counting := func(l string) bool {
			return strings.HasPrefix(l, "SNMPv2-MIB::snmp") || strings.Contains(l, "::usmStats")
		}
		a, b := slices.DeleteFunc(lines, counting), slices.DeleteFunc(strings.Split(bulk, "\n"), counting)
		if !slices.Equal(a, b) {
			t.Errorf("snmpbulkwalk finds %d lines, snmpwalk %d", len(b), len(a))
		}
	}
}

// TestToolsWalkV1: SNMPv1 gets through to the end too.
func TestToolsWalkV1(t *testing.T) {
	g := newRig(t)
	g.serve()
	out, err := g.tool("snmpwalk", "-v1", "-c", "boss", "-On", "-m", "", "-M", t.TempDir(), ".1.3.6.1.2.1")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if n := strings.Count(out, "\n"); n < 1000 || strings.Contains(out, "Counter64") {
		t.Errorf("%d lines", n)
	}
}

// TestModuleText: the modules shipped to users name what is served.
func TestModuleText(t *testing.T) {
	names := map[string]mib.OID{}
	for _, b := range newRegistry(modules()...) {
		for n, o := range b.names() {
			if names[n] != nil {
				t.Errorf("two objects are named %s", n)
			}
			names[n] = o
		}
	}
	var args []string
	for n := range names {
		args = append(args, n)
	}
	slices.Sort(args)
	out := translate(t, args)
	for i, o := range out {
		if o != "."+names[args[i]].String() {
			t.Errorf("%s is %v here, %s in the modules", args[i], names[args[i]], o)
		}
	}
}
