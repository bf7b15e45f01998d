package command

import (
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// TestTriggerHelp: the value of a trigger may have blanks, and help goes on.
func TestTriggerHelp(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	for line, want := range map[string]string{
		"mirror username ":                              "  WORD  The value, in quotes if it has blanks in it\n",
		"mirror username a ":                            "  ip    IP\n  ipv6  IPv6\n  l2tp  L2TP\n",
		"mirror nas-port-id ":                           "  LINE  The value, which may have blanks in it\n",
		"mirror nas-port-id a b ":                       "  ip    IP\n  ipv6  IPv6\n  l2tp  L2TP\n",
		"mirror nas-port-id a b i":                      "  ip    IP\n  ipv6  IPv6\n",
		"mirror nas-port-id a b ip ":                    "  secure-policy-list  The policy that mirrors\n",
		"mirror nas-port-id a b ip secure-policy-list ": "  NAME  The name of the secure policy list\n",
		"mirror disable nas-port-id ":                   "  LINE  The value, which may have blanks in it\n",
	} {
		if got := o.Help(line); got != want {
			t.Errorf("%q: %s", line, got)
		}
	}
	if insert, _ := o.Complete("mirror nas-port-id a b ip sec"); insert != "ure-policy-list " {
		t.Errorf("Tab adds %q", insert)
	}
	if o.Mode() != grammar.Mode(cli.GlobalConfig) {
		t.Error(o.Mode())
	}
}
