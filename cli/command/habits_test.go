package command

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

const invalid = "% Invalid input detected at '^' marker."

// TestHabits: what operators of other routers type is refused in the documented
// words, and answered with the command that does it.
func TestHabits(t *testing.T) {
	const atOnce, names = "commands take effect at once, and the configuration saves itself", "operators have no names here: line vty and password let them in"
	shell := newShell(t)
	for _, c := range []struct{ line, why string }{
		{"write terminal", "type show configuration"},
		{"wr t", "type show configuration"},
		{"configure terminal;wr t", "type do show configuration"},
		{"configure terminal;do write term", "type do show configuration"},
		{"configure terminal;interface loopback 0;wr term", "type do show configuration"},
		{"write erase", "what runs is what is saved: take settings back with no"},
		{"erase startup-config", "what runs is what is saved: take settings back with no"},
		{"show log", "type show log data"},
		{"show logging", "type show log data"},
		{"sh log messages", "type show log data"},
		{"clear log", "type clear log data"},
		{"sh inv", "type show hardware"},
		{"show interfaces status", "not the name of an interface, type show ip interface brief"},
		{"show interfaces terse", "not the name of an interface, type show ip interface brief"},
		{"show ip access-lists", "type show access-list"},
		{"show snmp host", "type show snmp trap"},
		{"show aaa servers", "type show radius servers"},
		{"show debugging", "type show log configuration"},
		{"who", "type show users"},
		{"dir flash:", "type dir"},
		{"clear counters", "type baseline snmp"},
		{"clear line 3", "type clear line vty NUMBER"},
		{"terminal no monitor", "type no terminal monitor"},
		{"u all", "type no log severity in Global Configuration"},
		{"debug ip packet", "type log severity debug CATEGORY in Global Configuration"},
		{"do show version", "do and run are for the configuration modes: type the command without"},
		{"commit", atOnce},
		{"commit confirmed 5", atOnce},
		{"rollback 1", atOnce},
		{"set system host-name x", "type configure terminal"},
		{"request system reboot", "type reload"},
		{"display current-configuration", "type show configuration"},
		{"dis ver", "not a number, type show version"},
		{"display version", "type show version"},
		{"system-view", "type configure terminal"},
		{"save", "type write memory"},
		{"undo shutdown", "type no"},
		{"configure terminal;logging host 10.1.1.1", "type log destination syslog SERVER"},
		{"configure terminal;logging 10.1.1.1", "type log destination syslog SERVER"},
		{"configure terminal;logging console", "type log destination console"},
		{"configure terminal;no logging console", "type no log destination"},
		{"configure terminal;username bob password squirrel", names},
		{"configure terminal;snmp-server host 10.1.1.1 traps version 2c public", "type snmp-server host ADDRESS version v2c COMMUNITY"},
		{"configure terminal;snmp-server host 10.1.1.1 version 3 priv ops", "type snmp-server host ADDRESS version v3 USER"},
		{"configure terminal;snmp-server host 10.1.1.1 informs public", "type snmp-server host ADDRESS version v2c COMMUNITY informs"},
		{"configure terminal;snmp-server enable traps snmp linkup", "type snmp-server enable traps link"},
		{"configure terminal;snmp-server group ops v3 priv", "type snmp-server group GROUP priv"},
		{"configure terminal;snmp-server view v iso included", "not an object identifier, type snmp-server view VIEW OBJECT-ID included"},
		{"configure terminal;ip access-list standard x", "type access-list NAME permit ADDRESS"},
		{"configure terminal;vrf definition blue", "type virtual-router NAME"},
		{"configure terminal;interface loopback 0;ip address 10.1.1.1/24", "not an IPv4 address, type ip address ADDRESS MASK"},
		{"configure terminal;line vty 0 4;login local", "type login"},
		// A command of another mode.
		{"hostname r1", "a command of Global Configuration"},
		{"no shut", "a command of Interface Configuration"},
		{"exec-timeout 0 0", "a command of Line Configuration"},
		{"configure terminal;no shutdown", "a command of Interface Configuration"},
		{"configure terminal;show version", "a command of Exec: type do before it"},
		{"configure terminal;sh run", "a command of Exec: type do before it"},
		{"configure terminal;interface loopback 0;wr", "a command of Exec: type do before it"},
		{"configure terminal;interface loopback 0;exec-timeout 0 0", "a command of Line Configuration"},
		// What nobody knows.
		{"squirrel", ""},
		{"show squirrel", ""},
		{"show version squirrel", ""},
		{"write squirrel", ""},
		{"configure terminal;snmp-server squirrel", ""},
		{"enable;display version", ""}, // it may be the password, typed too early
		{"enable;show logging", "type show log data"},
	} {
		for _, mirror := range []bool{false, true} {
			o := operatorOf(t, shell)
			if mirror {
				o.do(t, "mirror-enable")
			}
			lines := strings.Split(c.line, ";")
			for _, line := range lines[:len(lines)-1] {
				o.do(t, line)
			}
			last := lines[len(lines)-1]
			var refusal *cli.Refusal
			err := o.Execute(t.Context(), last)
			if !errors.As(err, &refusal) || refusal.Text != invalid && refusal.Text != "% Incomplete command." || refusal.Why != c.why {
				t.Errorf("%q (mirror-enable %v): %v, want %q", c.line, mirror, err, c.why)
				if refusal != nil {
					t.Errorf("it says %q", refusal.Why)
				}
			}
			o.Close()
		}
	}
}

// TestHintOfALevel names the level that a command needs.
func TestHintOfALevel(t *testing.T) {
	shell := newShell(t)
	operatorOf(t, shell, "configure terminal", "privilege exec level 10 reload")
	for _, c := range []struct {
		level     int
		line, why string
	}{
		{1, "configure terminal", "needs privilege level 10"},
		{1, "conf t", "needs privilege level 10"},
		{1, "sh run", "needs privilege level 5"},
		{1, "show snmp trap", "needs privilege level 5"},
		{1, "reload", "needs privilege level 10"},
		{10, "show startup-configuration", "needs privilege level 15"},
		{0, "show version", "needs privilege level 1"},
		{1, "wr t", ""}, // nor does the other one exist
		{1, "hostname x", ""},
		{1, "squirrel", ""},
	} {
		o := &operator{}
		o.Session = shell.NewSession(cli.SessionOptions{Level: c.level, Out: &o.out})
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), c.line); !errors.As(err, &refusal) || refusal.Text != invalid || refusal.Why != c.why {
			t.Errorf("%q at level %d: %v, want %q", c.line, c.level, err, c.why)
		}
		o.Close()
	}
}

// hiddenLines are typed without mirror-enable.
var hiddenLines = []string{
	"show mirror trap", "show mirror rules", "show snmp secure-log", "show secure policy-list", "clear mirror log", "test mirror traps",
	"mirror trap-enable", "snmp-server secure-log", "secure ip policy-list p", "mirror ip-address 10.1.1.1 ip secure-policy-list p",
	"ip policy secure-input p", "snmp-server enable traps packetMirror", "mirror disable", "snmp-server host 10.1.1.1 version v3 u packetMirror",
	"mirror analyzer-ip-address 10.1.1.1", "ip analyzer", "snmp-server clear secure-log",
}

// TestHintsHideTheSecureSide: without mirror-enable no hint is given for what is
// secure, at any level and in any mode, and none names it.
func TestHintsHideTheSecureSide(t *testing.T) {
	shell := newShell(t)
	for _, mode := range [][]string{nil, {"configure terminal"}, {"configure terminal", "interface loopback 0"}, {"configure terminal", "line vty 0"}} {
		for _, level := range []int{1, 10, 15} {
			if level < cli.LevelConfigure && mode != nil {
				continue
			}
			for _, line := range hiddenLines {
				for _, before := range []string{"", "do ", "no "} {
					o := operatorOf(t, shell)
					o.Session = shell.NewSession(cli.SessionOptions{Level: level, Out: &o.out})
					for _, m := range mode {
						o.do(t, m)
					}
					var refusal *cli.Refusal
					if err := o.Execute(t.Context(), before+line); err == nil {
						t.Errorf("%v %q is taken", mode, before+line)
					} else if errors.As(err, &refusal) && refusal.Why != "" && !strings.HasPrefix(refusal.Why, "do and run are for") {
						t.Errorf("%v at level %d: %q: %q", mode, level, before+line, refusal.Why)
					}
					o.Close()
				}
			}
		}
	}
}

// TestHabitsAreRefused: no habit is a command, what each answers with is, and none
// of the secure side.
func TestHabitsAreRefused(t *testing.T) {
	tree := newShell(t).Tree()
	all := grammar.View{Level: grammar.LevelMax, Mirror: true}
	understood := func(line string) bool {
		return slices.ContainsFunc(cli.AllModes, func(m grammar.Mode) bool {
			match, err := tree.Parse(m, all, line)
			var g *grammar.Error
			return (err == nil || errors.As(err, &g) && g.Kind == grammar.Incomplete) && !match.Secure
		})
	}
	plain := strings.NewReplacer("[", "", "]", "", "*/*", "10.0.0.0/8", "*.*", "10.1.1.1", "*", "x")
	for _, h := range Habits() {
		if (h.Use == "") == (h.Say == "") {
			t.Errorf("%q has both or neither of a command and a text", h.Typed)
		}
		for _, word := range strings.Split(lastWord(h.Typed), "|") {
			line := plain.Replace(strings.TrimSuffix(h.Typed, lastWord(h.Typed)) + word)
			line = strings.NewReplacer("do|run", "do", "v1|v2c|v3", "v3", "auth|noauth|priv", "priv", "3|v3", "v3").Replace(line)
			if !strings.HasPrefix(line, "do ") && accepted(tree, line) {
				t.Errorf("%q is a command", line)
			}
		}
		known := h.Use
		for i, r := range known {
			if w, _, _ := strings.Cut(known[i:], " "); i > 0 && known[i-1] == ' ' && r >= 'A' && r <= 'Z' && strings.ToUpper(w) == w {
				known = known[:i]
				break
			}
		}
		if h.Use != "" && !understood(strings.TrimSpace(known)) {
			t.Errorf("%q: %q is no command", h.Typed, h.Use)
		}
	}
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func accepted(tree *grammar.Tree[cli.Handler], line string) bool {
	return slices.ContainsFunc(cli.AllModes, func(m grammar.Mode) bool {
		_, err := tree.Parse(m, grammar.View{Level: grammar.LevelMax, Mirror: true}, line)
		return err == nil
	})
}

// TestUnderstandsAsItParses: what the quick reading says of a line is what comes
// of it.
func TestUnderstandsAsItParses(t *testing.T) {
	tree := newShell(t).Tree()
	n := 0
	for _, mode := range cli.AllModes {
		for line := range tree.Lines(mode, sampleValue) {
			if n++; n%29 > 0 {
				continue
			}
			cut := line[:strings.LastIndexByte(" "+line, ' ')]
			for _, line := range []string{line, cut, line + " x", "do " + line, "x" + line} {
				if grammar.IsBlank(line) {
					continue
				}
				for _, view := range []grammar.View{{Level: 1}, {Level: 10}, {Level: 15}, {Level: 15, Mirror: true}} {
					_, err := tree.Parse(mode, view, line)
					var g *grammar.Error
					incomplete := errors.As(err, &g) && g.Kind == grammar.Incomplete
					if whole, begun := tree.Understands(mode, view, line); whole != (err == nil) || incomplete && !begun || whole && !begun {
						t.Errorf("%s at level %d: %q: %v, %v, but %v", mode, view.Level, line, whole, begun, err)
					}
				}
			}
		}
	}
}
