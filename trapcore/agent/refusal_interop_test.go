//go:build interop

package agent

import (
	"strings"
	"testing"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestToolsRefused: net-snmp's tools say what was wrong, and show snmp can.
func TestToolsRefused(t *testing.T) {
	g := newRig(t)
	g.busy()
	g.serve()
	wrong := func(args []string, flag string) []string {
		for i, a := range args {
			if a == flag {
				args[i+1] = "not the right passphrase"
			}
		}
		return args
	}
	ops := func() []string { return v3("ops", snmp.SHA, snmp.AES, sysDescr0) }
	tap := func() []string { return v3("tap", snmp.SHA, snmp.AES, sysDescr0) }
	for _, tt := range []struct {
		args []string
		says string
		stat snmp.Stat
	}{
		{v3("nobody", snmp.SHA, snmp.AES, sysDescr0), "Unknown user name", snmp.StatUnknownUserNames},
		{wrong(ops(), "-A"), "Authentication failure", snmp.StatWrongDigests},
		{wrong(tap(), "-A"), "Unknown user name", snmp.StatUnknownUserNames},
		{wrong(ops(), "-X"), "Decryption error", snmp.StatDecryptionErrors},
		{v3("plain", snmp.SHA, snmp.AES, sysDescr0), "Unsupported security level", snmp.StatUnsupportedSecLevels},
		{append(v3("ops", snmp.SHA, snmp.AES, "-n", "router9"), sysDescr0), "", snmp.StatUnknownContexts},
	} {
		before := g.stat(side.Ordinary, tt.stat)
		out, err := g.tool("snmpget", tt.args...)
		if err == nil || !strings.Contains(out, tt.says) {
			t.Errorf("%v: %q, want %q", tt.args, out, tt.says)
		}
		if d := g.stat(side.Ordinary, tt.stat) - before; d != 1 {
			t.Errorf("%v: %v counted %d", tt.args, tt.stat, d)
		}
	}
	// The first message has the boots and time given; the Report puts them right.
	before := g.stat(side.Ordinary, snmp.StatNotInTimeWindows)
	for _, z := range []string{"1,1", "7,100000"} {
		out, err := g.tool("snmpget", append(v3("ops", snmp.SHA, snmp.AES, "-e", g.agents[0].cfg.Local.Identity().ID.String(), "-Z", z), sysDescr0)...)
		if err != nil || !strings.Contains(out, "Juniper Networks") {
			t.Errorf("-Z %s: %s", z, out)
		}
	}
	if d := g.stat(side.Ordinary, snmp.StatNotInTimeWindows) - before; d < 2 {
		t.Errorf("not in time windows: %d", d)
	}
}
