package grammar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// levelFixture has a privilege command over a small command set.
func levelFixture(t testing.TB) *Tree[string] {
	t.Helper()
	show := Kw("show", "Show")
	word := func(words ...string) Node {
		var s sequence
		for _, w := range words {
			s = append(s, Kw(w, w))
		}
		return s
	}
	modes := map[string]Mode{"exec": exec, "configure": config, "interface": iface}
	tree, err := New(
		[]ModeSpec{
			{Mode: exec},
			{Mode: config, EnteredBy: []Path{{Mode: exec, Words: []string{"configure", "terminal"}}}, Prefixes: []Prefix{{Kw("do", "Do"), exec}}},
			{Mode: iface, Fallback: config, EnteredBy: []Path{{Mode: config, Words: []string{"interface"}}}},
		},
		[]Command[string]{
			{Modes: []Mode{exec}, Syntax: word("enable"), Fixed: true, Run: "enable"},
			{Modes: []Mode{exec}, Level: 1, Syntax: Seq(show, Kw("version", "Version")), Run: "show version"},
			{Modes: []Mode{exec}, Level: 5, Syntax: Seq(show, Kw("users", "Users"), Opt(Kw("detail", "Detail"))), Run: "show users"},
			{Modes: []Mode{exec}, Level: 10, Syntax: Seq(Kw("test", "Test"), Alt(Kw("ip", "IP"), Kw("tone", "Tone"))), Run: "test"},
			{Modes: []Mode{exec}, Level: 1, Syntax: Seq(Kw("terminal", "Terminal"), Kw("length", "Length"), Param("n", Int(0, 9), "N"), Opt(Kw("now", "Now"))), Run: "terminal"},
			{Modes: []Mode{exec}, Level: 10, Syntax: word("traceroute"), Run: "traceroute"},
			{Modes: []Mode{exec}, Level: 10, Syntax: Seq(Kw("configure", "Configure"), Opt(Kw("terminal", "Terminal").Implied())), Run: "configure"},
			{Modes: []Mode{exec}, Level: 12, Syntax: word("mirror-enable"), No: word("mirror-enable"), Run: "mirror-enable"},
			{Modes: []Mode{exec}, Level: 13, Secure: true, Syntax: Seq(show, Kw("mirror", "Mirror"), Alt(Kw("trap", "Trap"), Kw("log", "Log"))), Run: "show mirror"},
			{Modes: []Mode{exec}, Level: 13, Secure: true, Syntax: word("trace-secure"), Run: "trace-secure"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("hostname", "Host"), Param("NAME", Name("WORD", 9), "Name")), No: word("hostname"), Run: "hostname"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("snmp-server", "SNMP"), Kw("community", "C")), Run: "community"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("snmp-server", "SNMP"), Kw("traps", "T"), Any(Kw("bgp", "B").As("c"), Kw("packetMirror", "P").As("c").Secure())), Run: "traps"},
			{Modes: []Mode{config}, Level: 10, Syntax: word("interface"), Run: "interface"},
			{Modes: []Mode{config}, Level: 13, Secure: true, Syntax: word("mirror"), No: word("mirror"), Run: "mirror"},
			{Modes: []Mode{iface}, Level: 10, Syntax: word("shutdown"), No: word("shutdown"), Run: "shutdown"},
			{Modes: []Mode{config}, Level: 15, Fixed: true, Run: "privilege", Syntax: Seq(Kw("privilege", "P"),
				Words("mode", "exec", "E", "configure", "C", "interface", "I"), Opt(Kw("all", "All")), Kw("level", "L"), Param("n", Int(0, 15), "N"),
				Param("COMMAND", CommandWords("mode", modes), "The command"))},
		})
	if err != nil {
		t.Fatal(err)
	}
	tree.SecureOutput(exec, "show", "mirror", "trap")
	return tree
}

// relevel runs privilege commands, each seen with or without the secure side.
func relevel(t testing.TB, tree *Tree[string], mirror bool, lines ...string) *Levels {
	t.Helper()
	var l *Levels
	for _, line := range lines {
		line, reset := strings.CutPrefix(line, "no ")
		m, err := tree.Parse(config, View{Level: 15, Mirror: mirror, Levels: l}, "privilege "+line)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		paths := m.Args.Get("COMMAND").([]Path)
		if reset {
			l = tree.Reset(l, paths, m.Args.Has("all"))
		} else {
			n, _ := m.Args.Get("n").(int64)
			l = tree.Relevel(l, paths, m.Args.Has("all"), int(n))
		}
	}
	return l
}

// least returns the lowest level that may run a line, 16 for none.
func least(tree *Tree[string], l *Levels, m Mode, mirror bool, line string) int {
	for level := range LevelMax + 1 {
		if _, err := tree.Parse(m, View{Level: level, Mirror: mirror, Levels: l}, line); err == nil {
			return level
		}
	}
	return LevelMax + 1
}

func TestPrivilege(t *testing.T) {
	tree := levelFixture(t)
	for _, c := range []struct {
		name  string
		rules string // separated by semicolons
		want  string // MODE LINE=LEVEL, separated by semicolons
	}{
		{"defaults", "", "exec show version=1;exec test ip=10;config hostname x=10;config no hostname=10"},
		{"all that begin so", "exec level 12 t", "exec terminal length 1=12;exec test ip=12;exec test tone=12;exec traceroute=12;exec show version=1"},
		{"a longer prefix", "exec level 12 t;exec level 15 te", "exec terminal length 1=15;exec test ip=15;exec traceroute=12"},
		{"second keyword", "exec level 1 te i", "exec test ip=1;exec test tone=10;exec terminal length 1=1"},
		{"an exact word wins", "exec level 2 test", "exec test ip=2;exec terminal length 1=1"},
		{"down below a group that goes up", "exec level 12 show;exec level 1 show users", "exec show version=12;exec show users=1;exec show users detail=1"},
		{"the order of plain rules does not count", "exec level 1 show users;exec level 12 show", "exec show version=12;exec show users=1"},
		{"optional keyword", "exec level 9 show users detail", "exec show users=5;exec show users detail=9"},
		{"no is apart", "configure level 3 hostname", "config hostname x=3;config no hostname=10"},
		{"no by itself", "configure level 11 no", "config no hostname=11;config hostname x=10;exec no mirror-enable=12"},
		{"no of one", "configure level 4 no hostname", "config no hostname=4;config hostname x=10"},
		{"one of a group", "configure level 11 snmp-server community", "config snmp-server community=11;config snmp-server traps=10"},
		{"whole group", "configure all level 11 snmp", "config snmp-server community=11;config snmp-server traps bgp=11"},
		{"options go with their command", "configure level 11 snmp-server traps", "config snmp-server traps bgp=11;config snmp-server community=10"},
		{"whole mode", "exec all level 5 configure", "exec configure terminal=5;exec configure=5;config hostname x=5;config no hostname=5;iface shutdown=5;iface hostname x=5;config do show version=1"},
		{"what goes without saying", "exec level 12 configure terminal", "exec configure terminal=12;exec configure=12;config hostname x=10"},
		{"what goes without saying, lower", "exec level 12 c;exec level 3 configure t", "exec configure terminal=3;exec configure=3"},
		{"a mode by what goes without saying", "exec all level 5 configure terminal", "exec configure terminal=5;exec configure=5;config hostname x=5"},
		{"whole mode below", "configure all level 5 interface", "config interface=5;iface shutdown=5;config hostname x=10"},
		{"mode before group before command", "configure all level 8 snmp-server community;configure all level 7 snmp-server;exec all level 5 configure", "config snmp-server community=5"},
		{"in any order", "exec all level 5 configure;configure all level 7 snmp-server;configure all level 8 snmp-server community", "config snmp-server community=5"},
		{"group before command", "configure all level 8 snmp-server community;configure all level 7 snmp-server", "config snmp-server community=7"},
		{"plain after all", "configure all level 7 snmp-server;configure level 9 snmp-server community", "config snmp-server community=9;config snmp-server traps=7"},
		{"all supersedes plain", "configure level 9 snmp-server community;configure all level 7 snmp-server", "config snmp-server community=7"},
		{"a narrower all supersedes a wider plain", "configure level 9 snmp-server;configure all level 7 snmp-server community", "config snmp-server community=7;config snmp-server traps=9"},
		{"taken back", "exec level 12 t;no exec level 12 te", "exec terminal length 1=1;exec test ip=10;exec traceroute=12"},
		{"taken back, but not the other kind", "exec all level 12 test;no exec level 12 test", "exec test ip=12"},
		{"fixed commands stay", "exec all level 15 e;exec level 15 t", "exec enable=0"},
		{"set again", "exec level 12 test;exec level 3 test", "exec test ip=3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "fixed commands stay" {
				// Naming a fixed command alone is naming nothing.
				if _, err := tree.Parse(config, ordinary, "privilege exec level 15 e"); err == nil {
					t.Error("a fixed command can be named")
				}
				c.rules = "exec level 15 t"
			}
			var l *Levels
			if c.rules != "" {
				l = relevel(t, tree, false, strings.Split(c.rules, ";")...)
			}
			for _, w := range strings.Split(c.want, ";") {
				line, level, _ := strings.Cut(w, "=")
				mode, line, _ := strings.Cut(line, " ")
				m := map[string]Mode{"exec": exec, "config": config, "iface": iface}[mode]
				if got := fmt.Sprint(least(tree, l, m, false, line)); got != level {
					t.Errorf("%s: %q needs level %s, want %s", mode, line, got, level)
				}
			}
			again := relevel(t, tree, true, spellRules(l)...)
			if d := cmp.Diff(spellRules(l), spellRules(again)); d != "" {
				t.Errorf("replayed by a session that sees the secure side: %s", d)
			}
		})
	}
}

// spellRules writes rules as privilege takes them.
func spellRules(l *Levels) []string {
	var lines []string
	for _, r := range l.Rules() {
		mode := map[Mode]string{exec: "exec", config: "configure", iface: "interface"}[r.Mode]
		if r.All {
			mode += " all"
		}
		lines = append(lines, fmt.Sprintf("%s level %d %s", mode, r.Level, strings.Join(r.Words, " ")))
	}
	return lines
}

// TestPrivilegeAndSecureCommands: an ordinary rule moves no secure command,
// however it is worded, and a secure one needs the secure side to be seen.
func TestPrivilegeAndSecureCommands(t *testing.T) {
	tree := levelFixture(t)
	for _, rules := range [][]string{
		{"exec level 1 show"}, {"exec all level 1 show"}, {"exec level 1 t"}, {"exec level 1 no"},
		{"exec all level 1 configure"}, {"configure level 1 no"}, {"exec level 1 m"},
	} {
		for _, mirror := range []bool{false, true} {
			l := relevel(t, tree, mirror, rules...)
			for _, c := range []struct {
				mode Mode
				line string
			}{{exec, "show mirror trap"}, {exec, "show mirror log"}, {config, "mirror"}, {config, "no mirror"}, {config, "snmp-server traps packetMirror"}} {
				if got := least(tree, l, c.mode, true, c.line); got != 13 {
					t.Errorf("%q with %v: level %d, want 13", c.line, rules, got)
				}
			}
			for i := range rules {
				for _, r := range l.Rules() {
					if r.Secure && !mirror {
						t.Errorf("%q makes a secure rule without the secure side", rules[i])
					}
				}
			}
		}
	}
	l := relevel(t, tree, true, "exec level 14 trac")
	if got := spellRules(l); !cmp.Equal(got, []string{"exec level 14 trace-secure", "exec level 14 traceroute"}) ||
		!l.Rules()[0].Secure || l.Rules()[1].Secure {
		t.Errorf("a prefix of both makes %+v", l.Rules())
	}
	l = relevel(t, tree, true, "exec level 14 show mi", "configure all level 11 mirror")
	for line, want := range map[string]int{"show mirror log": 14, "show mirror trap": 14} {
		if got := least(tree, l, exec, true, line); got != want {
			t.Errorf("%q: level %d, want %d", line, got, want)
		}
		if got := least(tree, l, exec, false, line); got != 16 {
			t.Errorf("%q is seen without mirror-enable at level %d", line, got)
		}
	}
	if got := least(tree, l, config, true, "mirror"); got != 11 {
		t.Errorf("mirror: level %d, want 11", got)
	}
	// The secure parts of shared commands go with show mirror trap.
	if got := least(tree, l, config, true, "snmp-server traps packetMirror"); got != 14 {
		t.Errorf("packetMirror: level %d, want 14", got)
	}
	if (View{Level: 13, Mirror: true, Levels: l}).SeesSecure() || !(View{Level: 14, Mirror: true, Levels: l}).SeesSecure() {
		t.Error("the secure parts of output do not go with show mirror trap")
	}
}

// TestPrivilegeRefusals: what names no command that is seen is refused alike, at
// the word where it goes wrong.
func TestPrivilegeRefusals(t *testing.T) {
	tree := levelFixture(t)
	for _, c := range []struct{ line, nonsense string }{
		{"exec level 5 show mirror", "exec level 5 show qqqqqq"},
		{"exec level 5 trace-secure", "exec level 5 qqqqqqqqqqqq"},
		{"exec level 5 show mirror trap", "exec level 5 show qqqqqq trap"},
		{"configure level 5 mirror", "configure level 5 qqqqqq"},
		{"configure level 5 no mirror", "configure level 5 no qqqqqq"},
		{"configure level 5 snmp-server traps packetMirror", "configure level 5 snmp-server traps qqqqqqqqqqqq"},
		{"exec level 5 terminal length 1", "exec level 5 terminal length q"},
		{"exec level 5 terminal length now", "exec level 5 terminal length qqq"},
		{"exec level 5 enable", "exec level 5 qqqqqq"},
		{`exec level 5 "show"`, `exec level 5 qqqqqq`},
	} {
		_, err := tree.Parse(config, ordinary, "privilege "+c.line)
		_, want := tree.Parse(config, ordinary, "privilege "+c.nonsense)
		got, ok := err.(*Error)
		if !ok || got.Offset != want.(*Error).Offset || got.Kind != want.(*Error).Kind {
			t.Errorf("%q: %+v, want %+v", c.line, err, want)
		}
	}
}

func TestPrivilegeHelp(t *testing.T) {
	tree := levelFixture(t)
	for _, c := range []struct {
		view       View
		line, want string
	}{
		{ordinary, "privilege exec level 5 t", "  terminal    Terminal\n  test        Test\n  traceroute  traceroute\n"},
		{ordinary, "privilege exec level 5 show ", "  users    Users\n  version  Version\n  <cr>\n"},
		{secure, "privilege exec level 5 show ", "  mirror   Mirror\n  users    Users\n  version  Version\n  <cr>\n"},
		{ordinary, "privilege exec level 5 show u", "  users  Users\n"},
	} {
		got, err := tree.Choices(config, c.view, c.line)
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
		} else if d := cmp.Diff(c.want, got.Format()); d != "" {
			t.Errorf("%q: %s", c.line, d)
		}
	}
	if _, err := tree.Choices(config, ordinary, "privilege exec level 5 show m"); err == nil {
		t.Error("a secure word can be completed without the secure side")
	}
}

// TestHelpFollowsLevels: what a level may not run is not listed, and does not
// make a prefix ambiguous.
func TestHelpFollowsLevels(t *testing.T) {
	tree := levelFixture(t)
	l := relevel(t, tree, false, "exec level 12 show", "exec level 1 show users", "exec level 15 te")
	for _, c := range []struct {
		level      int
		line, want string
	}{
		{1, "", "  enable  enable\n  show    Show\n"},
		{1, "show ", "  users  Users\n"},
		{12, "show ", "  users    Users\n  version  Version\n"},
		{14, "t", "  traceroute  traceroute\n"},
	} {
		got, err := tree.Choices(exec, View{Level: c.level, Levels: l}, c.line)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got.Format()); d != "" {
			t.Errorf("%q at level %d: %s", c.line, c.level, d)
		}
	}
	if _, err := tree.Parse(exec, View{Level: 14, Levels: l}, "t"); err != nil {
		t.Errorf("t is not traceroute for level 14: %v", err)
	}
}

func TestRawTakesTheLineAsItIs(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{{Modes: []Mode{exec},
		Syntax: Seq(Kw("banner", ""), Opt(Words("kind", "motd", "", "exec", "")), Param("TEXT", Raw("LINE", 100), ""))}})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		`banner motd  #a  b# `:          `motd|#a  b# `,
		`banner #Hello ! "world#`:       `|#Hello ! "world#`,
		`banner "open`:                  `|"open`,
		`banner exec "a"b" c" "d`:       `exec|"a"b" c" "d`,
		`banner exec #really?# ! after`: `exec|#really?# ! after`,
		`banner motd ! text!`:           `motd|! text!`,
	} {
		m, err := tree.Parse(exec, ordinary, line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
		} else if got := m.Args.Text("kind") + "|" + m.Args.Text("TEXT"); got != want {
			t.Errorf("%q is read as %q, want %q", line, got, want)
		}
	}
	for _, line := range []string{"banner", "banner motd", `bogus "x`} {
		if _, err := tree.Parse(exec, ordinary, line); err == nil {
			t.Errorf("%q is accepted", line)
		}
	}
}

func BenchmarkParseWithLevels(b *testing.B) {
	tree := levelFixture(b)
	l := relevel(b, tree, false, "exec level 12 t", "exec all level 5 configure", "configure level 9 snmp-server community")
	for name, levels := range map[string]*Levels{"none": nil, "some": l} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tree.Parse(config, View{Level: 15, Levels: levels}, "snmp-server traps bgp"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
