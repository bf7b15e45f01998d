package command

import (
	"strings"
	"testing"
)

// TestMirrorEnable: however it is spelled, what guards the command is the same, and
// help tells of one spelling.
func TestMirrorEnable(t *testing.T) {
	shell := newShell(t)
	operatorOf(t, shell, "configure terminal", "privilege exec level 14 mirror-enable")
	for _, spelling := range []string{"mirror-enable", "mirror enable", "mirror", "mir", "mir en", "MIRROR ENABLE"} {
		o := operatorOf(t, shell)
		o.SetLevel(13)
		if err := o.Execute(t.Context(), spelling); err == nil {
			t.Errorf("%q runs below the level that mirror-enable was moved to", spelling)
		}
		o.SetLevel(14)
		o.do(t, spelling)
		o.do(t, "show mirror trap")
		o.do(t, "no "+spelling)
		if err := o.Execute(t.Context(), "show mirror trap"); err == nil {
			t.Errorf("no %s changes nothing", spelling)
		}
	}
	o, c := operatorOf(t, shell), operatorOf(t, shell, "configure terminal")
	for _, line := range []string{"m", "mirror", "mirror-enable", "mirror ", "mirror e", "no m", "no mirror ", "default mirror "} {
		for _, help := range []string{o.typed(t, line), c.Help("privilege exec level 7 " + line)} {
			if strings.Contains(help, "\n  enable ") || strings.HasPrefix(help, "  enable ") || strings.Contains(help, "  mirror ") {
				t.Errorf("%q offers %s", line, help)
			}
		}
	}
}
