package command

import (
	"strings"
	"testing"
)

// TestTextWithoutItsEnd: how many lines were taken for a text is said at the end
// of each kind of script, and at which line it began.
func TestTextWithoutItsEnd(t *testing.T) {
	const text = "configure terminal\nbanner %s#Hello\nhostname lab\n\nsnmp-server contact joe\n"
	const want = "text without its end: # is missing, and 3 lines after it counted as text and did not run"
	for _, kind := range []string{"", "motd ", "login ", "exec "} {
		lines := strings.Replace(text, "%s", kind, 1)
		for where, run := range map[string]func(*operator) string{
			"a file of the router": func(o *operator) string { return o.run(t, "configure file b.scr") },
			"a file that is copied": func(o *operator) string {
				return o.run(t, "copy b.scr running-configuration")
			},
		} {
			shell := shellOn(t, memory())
			script(t, shell, "b.scr", strings.Split(strings.TrimSuffix(lines, "\n"), "\n")...)
			got := run(operatorOf(t, shell))
			if !strings.Contains(got, "% b.scr:2: "+want) {
				t.Errorf("%sin %s: %s", kind, where, got)
			}
			if name := shell.Router.Hostname(); name != "host1" {
				t.Errorf("%sin %s: host name %s", kind, where, name)
			}
		}
	}
}
