package command

import (
	"strings"
	"testing"
)

// TestSpellingsOfCommands: who moves a command moves it however it is spelled.
func TestSpellingsOfCommands(t *testing.T) {
	for _, c := range []struct {
		mode, moved string
		lines       []string
	}{
		{"exec", "log here", []string{"terminal monitor", "log here"}},
		{"exec", "terminal monitor", []string{"terminal monitor", "log here"}},
		{"exec", "show arp", []string{"show arp", "show ip arp"}},
		{"exec", "show ip arp", []string{"show arp", "show ip arp"}},
		{"exec", "ping ip", []string{"ping 10.1.1.1", "ping ip 10.1.1.1", "ping vrf a 10.1.1.1"}},
		{"configure", "banner motd", []string{"banner #x#", "banner motd #x#"}},
		{"configure", "no banner motd", []string{"no banner", "no banner motd"}},
		{"configure", "line console", []string{"line console", "line console 0"}},
	} {
		shell := newShell(t)
		boss := operatorOf(t, shell, "configure terminal")
		o := operatorOf(t, shell)
		o.SetLevel(11)
		refused := func(line string) bool {
			if c.mode == "exec" {
				return strings.Contains(o.Help(line+" "), "% Invalid")
			}
			o.do(t, "configure terminal")
			err := o.Execute(t.Context(), line)
			o.do(t, "end")
			return err != nil
		}
		for _, moved := range []bool{false, true} {
			if moved {
				boss.do(t, "privilege "+c.mode+" level 12 "+c.moved)
			}
			for _, line := range c.lines {
				if refused(line) != moved {
					t.Errorf("%s is moved: %v, %s", c.moved, moved, line)
				}
			}
		}
	}
}
