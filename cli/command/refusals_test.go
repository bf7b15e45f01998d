package command

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// TestRefusalsSayWhy: a value that is none is refused with the reason.
func TestRefusalsSayWhy(t *testing.T) {
	shell := newShell(t)
	for _, c := range []struct{ line, why string }{
		{"terminal length 9999", "out of range: 0 to 512"},
		{"terminal length -1", "out of range: 0 to 512"},
		{"terminal length 99999999999999999999", "out of range: 0 to 512"},
		{"terminal length ten", "not a number"},
		{"terminal length 1.5", "not a number"},
		{"terminal length +1", "not a number"},
		{"configure terminal;snmp-server host 10.1.1.999 public", "not an IP address, not the name of a host with its domain"},
		{"configure terminal;snmp-server host lab public", "not the name of a host with its domain"},
		{"configure terminal;snmp-server host ::g public", "not an IP address, not the name of a host with its domain"},
		{"configure terminal;snmp-server user a group admin authentication sha short", "too short: at least 8 characters"},
		{"configure terminal;snmp-server user " + strings.Repeat("a", 200) + " group admin", "too long: at most 32 characters"},
		{`configure terminal;snmp-server user "" group admin`, "too short: at least 1 character"},
		{`configure terminal;snmp-server user "a b" group admin`, "not printable ASCII without blanks"},
		{"configure terminal;snmp-server user é group admin", "not printable ASCII without blanks"},
		{`configure terminal;snmp-server contact "é"`, "not printable ASCII"},
		{"configure terminal;snmp-server location é", "not printable ASCII"},
		{"test subscriber login é", "not printable ASCII"},
		{"configure terminal;snmp-server community <hidden>", "<hidden> stands for a secret: type the secret"},
		{`configure terminal;snmp-server user "a group admin`, "quotes do not go around a word"},
		{"configure terminal;snmp-server view v x.y included", "not an object identifier"},
		{"configure terminal;interface fastEthernet 99/99/99", "not a valid SLOT/PORT[.SUB]"},
		{"configure terminal;interface loopback x", "not a valid NUMBER"},
		{"configure terminal;enable password level 16 0 rocket", "out of range: 0 to 15"},
		{"configure terminal;enable password 7 rocket", "not a password as show secret shows it"},
		{"clock set 25:00:00 1 January 2026", "not a valid HH:MM:SS"},
		{"show bogus", ""},
		{"bogus", ""},
		{"show version bogus", ""},
	} {
		o := operatorOf(t, shell)
		lines := strings.Split(c.line, ";")
		for _, line := range lines[:len(lines)-1] {
			o.do(t, line)
		}
		err := o.Execute(t.Context(), lines[len(lines)-1])
		var refusal *cli.Refusal
		if !errors.As(err, &refusal) || refusal.Text != "% Invalid input detected at '^' marker." || refusal.Why != c.why {
			t.Errorf("%q: %+v, want %q", c.line, refusal, c.why)
		}
		if strings.Contains(o.out.String(), c.why) && c.why != "" {
			t.Errorf("%q: the output of a batch says why", c.line)
		}
	}
}

// TestQuietMakesSenseAlone: without the echo, a refusal shows the line it is
// about, without its secrets.
func TestQuietMakesSenseAlone(t *testing.T) {
	for script, want := range map[string][2]string{
		"foo bar": {"host1#foo bar\n      ^\n% Invalid input detected at '^' marker.\n",
			"x.scr:1: foo bar: % Invalid input detected at '^' marker.\n"},
		"show version\nterminal length 513": {"host1#terminal length 513\n                      ^\n% Invalid input detected at '^' marker.\n",
			"x.scr:2: % Invalid input detected at '^' marker. (out of range: 0 to 512)\n"},
		"show":   {"host1#show\n% Incomplete command.\n", "x.scr:1: % Incomplete command.\n"},
		"sh s x": {"host1#sh s x\n         ^\n% Ambiguous command:  \"sh s x\"\n", "x.scr:1: % Ambiguous command:  \"sh s x\"\n"},
		"configure terminal\nsnmp-server community squirrel view v bogus bogus": {
			"host1(config)#snmp-server community <hidden> view <hidden> <hidden> <hidden>\n" + strings.Repeat(" ", 68) + "^\n% Invalid input detected at '^' marker.\n",
			"x.scr:2: % Invalid input detected at '^' marker.\n"},
		"configure terminal\nsn squirrel":             {"host1(config)#sn <hidden>\n                 ^\n% Invalid input detected at '^' marker.\n", "x.scr:2: % Invalid input detected at '^' marker.\n"},
		"configure terminal\nsnmp-server co squirrel": {"host1(config)#snmp-server co <hidden>\n" + strings.Repeat(" ", 26) + "^\n% Ambiguous command:  \"snmp-server co <hidden>\"\n", "x.scr:2: % Ambiguous command:  \"snmp-server co <hidden>\"\n"},
		"community squirrel":                          {"host1#community <hidden>\n      ^\n% Invalid input detected at '^' marker.\n", "x.scr:1: community <hidden>: % Invalid input detected at '^' marker.\n"},
		"enable 15\nsquirrel":                         {"host1#<hidden>\n      ^\n% Invalid input detected at '^' marker.\n", "x.scr:2: <hidden>: % Invalid input detected at '^' marker.\n"},
		"show bogus ?":                                {"host1#show bogus ?\n           ^\n% Invalid input detected at '^' marker.\n", "x.scr:1: % Invalid input detected at '^' marker.\n"},
		"configure terminal\nno snmp-server user joe": {"host1(config)#no snmp-server user joe\n% user joe does not exist\n", "x.scr:2: % user joe does not exist\n"},
	} {
		shell := newShell(t)
		var out, errs bytes.Buffer
		w := bufio.NewWriter(&out)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs, Quiet: true}
		err := b.Run(t.Context(), cli.Source{Name: "x.scr", R: strings.NewReader(script)})
		if !errors.Is(err, cli.ErrRefused) {
			t.Errorf("%q: %v", script, err)
		}
		got := out.String()
		if i := strings.Index(got, "host1"); i >= 0 {
			got = got[i:]
		}
		if got != want[0] || errs.String() != want[1] {
			t.Errorf("%q: shows\n%s%s", script, got, errs.String())
		}
		b.Session.Close()
	}
}
