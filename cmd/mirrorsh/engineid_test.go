package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestEngineIDIsKept: an engine ID that is set stays with the router, and its
// boots begin at 1; those of one that is used again, and of a router that keeps
// nothing, go on.
func TestEngineIDIsKept(t *testing.T) {
	const set, unset = "configure terminal\nsnmp-server engineID local 0x8000130A05AABB\nvirtual-router blue\nsnmp-server engineID local 8000130a05aabc\nend\n",
		"configure terminal\nno snmp-server engineID local\nend\n"
	const mine = "0x8000130a05aabb"
	dir := t.TempDir()
	line := regexp.MustCompile(`(?m)^(\S+) +(0x\S+) +router\d+ +(\d+)`)
	for i, run := range []struct {
		script, engine, boots string
		args                  []string
	}{
		{"", "", "1", []string{"--state", dir}},
		{set, mine, "1", []string{"--state", dir}},
		{"", mine, "2", []string{"--state", dir}},
		{set, mine, "3", []string{"--state", dir}},
		{unset, "", "5", []string{"--state", dir}},
		{set, mine, "5", []string{"--state", dir}},
		{set + "reload\n", mine, "7", []string{"--state", dir}},
		{set, mine, "", nil},
	} {
		out, _ := mirrorsh(t, 0, "enable 15\n"+run.script+"enable 15\nvirtual-router default\nshow snmp engineID\nshow configuration snmp\n", run.args...)
		var found []string
		for _, m := range line.FindAllStringSubmatch(out, -1) {
			if m[1] == "default" {
				found = m
			}
		}
		if found == nil || (run.engine == "") == (found[2] == mine) || run.boots != "" && found[3] != run.boots || run.boots == "" && len(found[3]) < 10 {
			t.Errorf("run %d: %q", i, found)
		}
		if kept := strings.Contains(out, "\nsnmp-server engineID local 8000130a05aabb\n"); kept != (run.engine != "") {
			t.Errorf("run %d: in the configuration: %v\n%s", i, kept, out)
		}
	}
}
