package command

import (
	"regexp"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// TestAlias types aliases, and commands by them.
func TestAlias(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "configure terminal", "hostname lab", "alias exec sc show clock", "alias exec p show", "alias exec cf configure terminal",
		"alias exec lg log here", "end")
	for line, want := range map[string]string{
		"sc":                            o.do(t, "show clock"),
		"SC":                            o.do(t, "show clock"),
		"  p   clock":                   o.do(t, "show clock"),
		"p clock | exclude .":           "",
		"show aliases":                  "Alias Command\n----- ------------------\ncf    configure terminal\nlg    log here\np     show\nsc    show clock\n",
		"show configuration | i alias ": "alias exec cf \"configure terminal\"\nalias exec lg \"log here\"\nalias exec p \"show\"\nalias exec sc \"show clock\"\n",
	} {
		if got := o.do(t, line); got != want {
			t.Errorf("%q prints %q, want %q", line, got, want)
		}
	}
	o.do(t, "cf")
	if got := o.Prompt(); got != "lab(config)#" {
		t.Errorf("prompt %q", got)
	}
	if got, want := o.do(t, "do sc"), o.do(t, "run show clock"); got != want {
		t.Errorf("do sc prints %q", got)
	}
	if h := o.History(); h[len(h)-2] != "do sc" {
		t.Errorf("history %q", h)
	}
	for line, want := range map[string]string{
		"sc":                                   "                 ^\n% Invalid input detected at '^' marker.\n", // of Exec
		"do p clock x":                         "                        ^\n% Invalid input detected at '^' marker.\n",
		"do sc x":                              "                   ^\n% Invalid input detected at '^' marker.\n",
		"do lg":                                "% there is no terminal to show messages on\n",
		"alias exec show show clock":           "% a command has that name\n",
		"alias exec a/b show clock":            "",
		"alias exec pw enable secret 5 hidden": "",
		"alias exec pw test subscriber login a password b": "% an alias cannot hold a secret\n",
		"no alias exec none": "% no such alias\n",
	} {
		before := o.Prompt()
		err := o.Execute(t.Context(), line)
		if got := o.take(); err == nil || want != "" && strings.TrimLeft(got, " ") != strings.TrimLeft(want, " ") {
			t.Errorf("%s%s: %q, %v, want %q", before, line, got, err, want)
		}
	}
	o.do(t, "no alias exec P")
	o.do(t, "end")
	if err := o.Execute(t.Context(), "p clock"); err == nil {
		t.Error("an alias that was removed is read")
	}
}

// TestAliasHelp: ? and Tab have aliases where commands begin, and what follows them.
func TestAliasHelp(t *testing.T) {
	o := operatorOf(t, newShell(t), "configure terminal", "alias exec si show interfaces", "end")
	for line, want := range map[string]string{
		"": `  si +Alias of show interfaces\n`, "si": `^  si  Alias of show interfaces\n$`, "si gig": `^  gigabitEthernet `, "si ": `  fastEthernet `,
	} {
		if help := o.Help(line); !regexp.MustCompile(want).MatchString(help) {
			t.Errorf("%q: %q", line, help)
		}
	}
	if insert, _ := o.Complete("si gig"); insert != "abitEthernet " {
		t.Errorf("completes with %q", insert)
	}
	if list := o.Suggest("si"); len(list) != 1 || list[0].Text != "si" {
		t.Errorf("suggests %+v", list)
	}
	o.do(t, "configure terminal")
	if help := o.Help("do si"); help != "  si  Alias of show interfaces\n" {
		t.Errorf("help %q", help)
	}
	if help := o.Help("si"); !strings.HasPrefix(help, "   ") {
		t.Errorf("an alias is offered where it is none: %q", help)
	}
}

// TestAliasSides: what stands for a secure command is of the secure side, and is not
// there for who does not see that.
func TestAliasSides(t *testing.T) {
	shell := newShell(t)
	ordinary := operatorOf(t, shell, "configure terminal", "alias exec mt show mirror log", "end")
	asked := ordinary.typed(t, "m")
	o := operatorOf(t, shell, "mirror-enable", "configure terminal", "log severity debug", "secure ip policy-list tapped", "exit", "do clear log data",
		"alias exec st show mirror trap", "alias exec sp show policy-list tapped", "alias exec lf show log data | include joe", "alias exec vx nothing known",
		"alias exec sc show clock", "alias exec st show clock", "end")
	if list := o.do(t, "show aliases"); strings.Count(list, "\n") != 8 {
		t.Errorf("all aliases: %s", list)
	}
	for _, line := range []string{"show aliases", "show configuration | include alias", "show log data"} {
		text := ordinary.do(t, line)
		for _, word := range []string{"st ", "sp ", "lf ", "vx ", "tapped", "nothing", "mirror trap"} {
			if strings.Contains(text, "alias exec "+word) || strings.Contains(text, "\n"+word) {
				t.Errorf("%s: %s", line, text)
			}
		}
		if !strings.Contains(text, "sc ") {
			t.Errorf("%s has no ordinary alias: %s", line, text)
		}
	}
	if now := ordinary.typed(t, "m"); now != asked {
		t.Errorf("m: %q, was %q", now, asked)
	}
	for _, line := range []string{"st", "sp", "vx"} {
		err := ordinary.Execute(t.Context(), line)
		unknown := ordinary.Execute(t.Context(), "zz")
		if err == nil || err.Error() != unknown.Error() {
			t.Errorf("%s: %v", line, err)
		}
	}
	if got, want := o.do(t, "st"), o.do(t, "show clock"); got != want {
		t.Errorf("st prints %q", got)
	}
	o.do(t, "configure terminal")
	o.do(t, "no alias exec st")
	if text := ordinary.do(t, "show log data"); strings.Contains(text, " st") {
		t.Errorf("the log knows: %s", text)
	}
	if err := shell.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	again := makeShell(t, trapcore.Options{}, cli.Options{Habits: Habits(), Store: shell.Store})
	if err := again.Restore(t.Context(), func(file string, line int, reason string, _ side.Side) { t.Error(file, line, reason) }); err != nil {
		t.Fatal(err)
	}
	for _, secure := range []bool{false, true} {
		want, got := aliasesOf(configuration(t, shell, secure)), aliasesOf(configuration(t, again, secure))
		if want != got || want == "" {
			t.Errorf("%v: %s, was %s", secure, got, want)
		}
	}
}

func aliasesOf(text string) (lines string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "alias") {
			lines += line
		}
	}
	return lines
}

// TestAliasInScript: aliases count where a script goes on, too.
func TestAliasInScript(t *testing.T) {
	shell := newShell(t)
	operatorOf(t, shell, "configure terminal", "alias exec cf configure terminal", "end")
	if out, err := batch(t, shell, "cf\nhostname lab\nend\nshow configuration system | include hostname\n"); err != nil || out != "Enter configuration commands, one per line.  End with ^Z.\nhostname lab\n" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := batch(t, shell, "configure terminal\n"+strings.Repeat("alias exec a0 show clock\n", 200)); err != nil {
		t.Error(err)
	}
	_, err := batch(t, shell, "configure terminal\n"+manyAliases(cli.MaxAliasName))
	if err == nil {
		t.Error("there is no end of aliases")
	}
}

func manyAliases(n int) (lines string) {
	for i := range 200 {
		lines += "alias exec a" + strings.Repeat("b", i%n) + strings.Repeat("c", i/n) + " show clock\n"
	}
	return lines
}
