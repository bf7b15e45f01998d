package command

import (
	"fmt"
	"testing"

	"mirrorsh/cli/internal/grammar"
)

// TestRepeatedLines: what a session has read before, at whatever level and in whatever
// mode, does not show in what a line does now: it prints what it prints in a session
// that reads it for the first time.
func TestRepeatedLines(t *testing.T) {
	shell := newShell(t)
	lines := []string{
		"show privilege", "show snmp trap", "sh snmp t", "do show snmp trap", "m", "mirror-enable", "mirror trap-enable",
		"snmp-server enable traps packetMirror", "snmp-server enable traps p", "show mirror trap", "show m", "show snmp secure-log",
		"show snmp trap | include \"packetMirror\"", "classifier-group *", "shutdown", "exit", "end", "help",
	}
	type place struct {
		level  int
		mirror bool
		way    string
	}
	var places []place
	for _, level := range []int{1, 10, 13, 15} {
		for _, mirror := range []bool{false, true} {
			for _, way := range []string{"", "configure terminal", "interface fastEthernet 9/0", "ip policy-list p", "secure ip policy-list p"} {
				places = append(places, place{level, mirror, way})
			}
		}
	}
	at := func(o *operator, p place) {
		o.End()
		o.SetLevel(15)
		o.SetMirror(p.mirror)
		for _, line := range []string{"configure terminal", p.way} {
			if p.way != "" {
				_ = o.Execute(t.Context(), line) // which may be refused
			}
		}
		o.SetLevel(p.level)
		o.take()
	}
	said := func(o *operator, line string) string {
		err := o.Execute(t.Context(), line)
		return fmt.Sprintf("%s%v, at %s", o.take(), err, o.Prompt())
	}
	old := operatorOf(t, shell)
	defer old.Close()
	for round := range 3 {
		switch round { // levels are moved while lines are remembered
		case 1:
			old.Shell().Relevel([]grammar.Path{{Mode: "Exec", Words: []string{"show", "snmp"}}}, true, 11)
		case 2:
			old.Shell().Relevel([]grammar.Path{{Mode: "Exec", Words: []string{"show", "privilege"}}}, false, 14)
		}
		for _, p := range places {
			for _, line := range lines {
				at(old, p)
				got := said(old, line)
				fresh := operatorOf(t, shell)
				at(fresh, p)
				if want := said(fresh, line); got != want {
					t.Errorf("round %d, %+v: %q says\n%s\nand the first time\n%s", round, p, line, got, want)
				}
				fresh.Close()
			}
		}
	}
}
