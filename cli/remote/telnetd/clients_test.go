package telnetd

import (
	"regexp"
	"strings"
	"testing"
)

// TestPromptsOfTools: what public tools wait for while they log in and work, in
// what they are shown by then.
func TestPromptsOfTools(t *testing.T) {
	for _, tool := range []struct {
		name                     string
		password, prompt, raised string
		setup                    []string
	}{
		{"Exscript junos_erx", `[\r\n](Telnet password:|Password:) $`, `[\r\n][\-\w+\.:/]+(?:\([^\)]+\))?[>#] ?$`, `[\r\n][\-\w+\.:/]+(?:\([^\)]+\))?[>#] ?$`,
			[]string{"terminal length 0", "terminal width 512"}},
		{"NOC Juniper.JUNOSe", `[Pp]ass[Ww]ord: ?`, `(?m)^\S+?>`, `(?m)^(\S+?)(?::\S+?)?#`, []string{"terminal length 0"}},
		{"Net::Telnet::ERX", `(?:[Ll]ogin|[Uu]sername|[Pp]assw(?:or)?d)[:\s]*$`, `[\w.-]+\s*(?:\(support\))?(?:\(config[^\)]*\))?\s*[\$#>]`, `[\w.-]+\s*[\$#>]`,
			[]string{"term len 0"}},
		{"RANCID clogin", `([Pp]assword|passwd|Enter password for [^ :]+):`, `(>|#| \(enable\))`, `#`, nil},
		{"Netmiko cisco_ios_telnet", `assword`, `(?m)>\s*$`, `(?m)#\s*$`, []string{"terminal width 511", "terminal length 0"}},
	} {
		t.Run(tool.name, func(t *testing.T) {
			addr, _ := start(t, "line vty 0 4", "password 0 sesame")
			c := dial(t, addr)
			// await takes what is shown up to text, where a pattern has to match.
			await := func(text, pattern string) {
				t.Helper()
				if shown := c.expect(text) + text; !regexp.MustCompile(pattern).MatchString(shown) {
					t.Errorf("%s does not match %q", pattern, shown)
				}
			}
			await("Telnet password: ", tool.password)
			c.send("sesame\r")
			await("host1>", tool.prompt)
			for _, line := range tool.setup {
				c.send(line + "\r")
				if shown := c.expect("host1>"); strings.Contains(shown, "% ") {
					t.Errorf("%s: %q", line, shown)
				}
			}
			c.send("enable 15\r")
			await("host1#", tool.raised)
			c.send("no such command\r")
			await("host1#", `(?m)^% Invalid input detected at '\^' marker`)
		})
	}
}
