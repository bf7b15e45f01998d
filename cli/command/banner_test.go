package command

import (
	"strings"
	"testing"

	"mirrorsh/cli/access"
)

// TestMisspeltBanner: a word that was meant as a kind of banner is refused, and what
// else a text may begin with is a delimiter.
func TestMisspeltBanner(t *testing.T) {
	for _, tt := range []struct{ line, motd, login, exec string }{
		{line: "banner mtod #x"}, {line: "banner mtod #Hello from the lab#"}, {line: "banner mtod xWelcome\\nto host1x"}, {line: "banner mtod"},
		{line: "banner moted #x#"}, {line: "banner MTOD #x#"}, {line: "banner mtod\t#x#"}, {line: "banner motd. #x#"}, {line: "banner logni #x#"},
		{line: "banner lgin #x#"}, {line: "banner exce #x#"}, {line: "banner execc #x#"}, {line: "banner incoming #x#"}, {line: "banner incmoing #x#"},
		{line: "banner mot #x#", motd: "x"}, {line: "banner m #x#", motd: "x"}, {line: "banner lo #x#", login: "x"}, {line: "banner exe #x#", exec: "x"},
		{line: "banner #mtod#", motd: "mtod"}, {line: "banner # mtod #", motd: " mtod "}, {line: "banner mHellom", motd: "Hello"},
		{line: "banner xWelcome\\nto host1x", motd: "Welcome\nto host1"}, {line: "banner motd mtod mtodm", motd: "tod "},
		{line: "banner login loginl", login: "ogin"}, {line: "banner ee", motd: ""}, {line: "banner exit now e", motd: "xit now "},
	} {
		shell := shellOn(t, memory())
		o := operatorOf(t, shell, "configure terminal")
		got := o.run(t, tt.line)
		refused := tt.motd+tt.login+tt.exec == "" && tt.line != "banner ee"
		if strings.Contains(got, "% Invalid input detected at '^' marker.") != refused {
			t.Errorf("%q: %q", tt.line, got)
		}
		for b, want := range map[access.Banner]string{access.MOTD: tt.motd, access.Login: tt.login, access.Exec: tt.exec} {
			if text := shell.Access().Banner(b); text != want {
				t.Errorf("%q: the %v banner is %q, want %q", tt.line, b, text, want)
			}
		}
	}
}

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
