package command

import (
	"strings"
	"testing"

	"mirrorsh/trapcore/side"
)

// TestClearanceOfCommands: a secure command that was moved below the level of
// shared secure output works there, with its names, and shared output stays ordinary.
func TestClearanceOfCommands(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal",
		"interface fastEthernet 6/0", "ip policy secure-input spl", "exit",
		"privilege exec level 5 show secure policy-list", "end")
	all := o.do(t, "show secure policy-list")
	for _, tt := range []struct {
		setup []string
		runs  bool
		sees  bool
	}{
		{nil, true, true},
		{[]string{"disable 6"}, true, false},
		{[]string{"no mirror-enable"}, false, false},
		{[]string{"no mirror-enable", "disable 6"}, false, false},
		{[]string{"disable 4"}, false, false},
	} {
		s := operatorOf(t, shell, append([]string{"mirror-enable"}, tt.setup...)...)
		err := s.Execute(t.Context(), "show secure policy-list")
		if got := s.take(); (err == nil && got == all) != tt.runs {
			t.Errorf("%v: %v, %s", tt.setup, err, got)
		}
		if _, list := s.Complete("show secure policy-list "); strings.Contains(list, "spl") != tt.runs {
			t.Errorf("%v: the names are %q", tt.setup, list)
		}
		if s.Clearance().Sees(side.Secure) != tt.sees {
			t.Errorf("%v: sees shared output: %v", tt.setup, !tt.sees)
		}
		_ = s.Execute(t.Context(), "show ip interface")
		if strings.Contains(s.take(), "spl") != tt.sees {
			t.Errorf("%v: shared output tells of the policy: %v", tt.setup, !tt.sees)
		}
	}
}
