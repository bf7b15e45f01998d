package command

import (
	"strings"
	"testing"
)

// TestNamesAsShown: every name of an interface that a show prints can be typed as it
// is, in each command that shows interfaces.
func TestNamesAsShown(t *testing.T) {
	o := operatorOf(t, newShell(t), "configure terminal", "interface fastEthernet 9/0.5", "interface gigabitEthernet 1/0", "interface atm 2/1.2",
		"interface loopback 0", "interface tunnel gre:Lab", "end", "test subscriber login ann")
	names := 0
	for line := range strings.Lines(o.do(t, "show ip interface brief")) {
		name, _, _ := strings.Cut(line, " ")
		if name == "Interface" || strings.HasPrefix(name, "-") {
			continue
		}
		names++
		for _, show := range []string{"show interfaces ", "show interface ", "show ip interface "} {
			if got := o.run(t, show+name); !strings.HasPrefix(got, name+" ") {
				t.Errorf("%s%s: %q", show, name, got)
			}
		}
	}
	if names != 6 {
		t.Errorf("%d names", names)
	}
}

// TestDescription: it is shown, is ifAlias, and is saved as it was typed.
func TestDescription(t *testing.T) {
	for _, text := range []string{"uplink", "uplink to core1 ! 5", strings.Repeat("x", 64)} {
		o := operatorOf(t, newShell(t), "configure terminal", "interface FastEthernet9/0", `description "`+text+`"`)
		all := o.VirtualRouter().Network().Interfaces()
		if got := o.VirtualRouter().Row(all[0]).Alias; got != text {
			t.Errorf("ifAlias is %q, want %q", got, text)
		}
		if got := o.do(t, "do show interfaces"); !strings.Contains(got, "  Description: "+text+"\n") {
			t.Errorf("%q is not in %s", text, got)
		}
		if got := o.do(t, "do show configuration ip"); !strings.Contains(got, "\n description \""+text+"\"\n") {
			t.Errorf("%q is not in %s", text, got)
		}
		o.do(t, "no description")
		if got := o.do(t, "do show configuration ip"); strings.Contains(got, "description") {
			t.Errorf("after no description: %s", got)
		}
	}
	o := operatorOf(t, newShell(t), "configure terminal", "interface FastEthernet9/0")
	if got := o.run(t, "description "+strings.Repeat("x", 65)); !strings.HasPrefix(got, "%") && !strings.Contains(got, "\n%") {
		t.Errorf("65 characters: %q", got)
	}
}
