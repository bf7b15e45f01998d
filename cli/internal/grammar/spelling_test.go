package grammar

import (
	"slices"
	"testing"
)

// TestSpellings: however a command is spelled, it has one level and is told in full as
// one.
func TestSpellings(t *testing.T) {
	show := Kw("show", "S")
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{
		{Modes: []Mode{exec}, Level: 1, Run: "ping", Syntax: Seq(Kw("ping", "P"), Opt(Kw("ip", "I").Implied()),
			Opt(Kw("vrf", "V"), Param("VRF", Name("WORD", 9), "V")), Param("N", Int(1, 9), "N"), Opt(Kw("source", "S")))},
		{Modes: []Mode{exec}, Level: 1, Run: "ping6", Syntax: Seq(Kw("ping", "P"), Kw("ipv6", "6"), Param("N", Int(1, 9), "N"))},
		{Modes: []Mode{exec}, Level: 5, Run: "monitor", Syntax: Seq(Kw("terminal", "T"), Kw("monitor", "M")), No: Seq(Kw("terminal", "T"), Kw("monitor", "M"))},
		{Modes: []Mode{exec}, Level: 5, Run: "here", Syntax: Seq(Kw("log", "L").For("terminal", "monitor"), Kw("here", "H").For()),
			No: Seq(Kw("log", "L").For("terminal", "monitor"), Kw("here", "H").For())},
		{Modes: []Mode{exec}, Level: 5, Run: "arp", Shows: true, Syntax: Seq(show, Alt(Kw("arp", "A"), Seq(Kw("ip", "I").For("arp"), Kw("arp", "A").For())))},
		{Modes: []Mode{exec}, Level: 5, Run: "route", Syntax: Seq(show, Kw("ip", "I"), Kw("route", "R"))},
		{Modes: []Mode{exec}, Level: 5, Run: "banner", Syntax: Seq(Kw("banner", "B"), Alt(Kw("exec", "E"), Opt(Kw("motd", "M").Implied())))},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule  []string
		line  string
		full  string
		level int
	}{
		{nil, "ping 1", "ping ip 1", 1},
		{nil, "pi  ip  vrf red 1 so", "ping  ip  vrf red 1 source", 1},
		{nil, "ping  vrf red 1", "ping ip  vrf red 1", 1},
		{[]string{"ping", "ip"}, "ping 1", "ping ip 1", 9},
		{[]string{"ping", "ip", "vrf"}, "ping vrf red 1", "ping ip vrf red 1", 9},
		{[]string{"ping", "ip", "vrf"}, "ping 1", "ping ip 1", 1},
		{[]string{"ping", "ip"}, "ping ipv6 1", "ping ipv6 1", 1},
		{[]string{"ping", "ipv6"}, "ping 1", "ping ip 1", 1},
		{nil, "log here", "terminal monitor", 5},
		{[]string{"terminal"}, "lo h", "terminal monitor", 9},
		{[]string{"terminal", "monitor"}, "log here", "terminal monitor", 9},
		{[]string{"no", "terminal", "monitor"}, "log here", "terminal monitor", 5},
		{[]string{"no", "terminal", "monitor"}, "no log here", "no terminal monitor", 9},
		{[]string{"show", "arp"}, "show ip arp", "show arp", 9},
		{[]string{"show", "arp"}, "show arp", "show arp", 9},
		{[]string{"show", "ip"}, "show arp", "show arp", 5},
		{[]string{"show", "ip"}, "show ip route", "show ip route", 9},
		{[]string{"banner", "motd"}, "banner", "banner motd", 9},
		{[]string{"banner", "motd"}, "banner exec", "banner exec", 5},
	} {
		levels := tree.Relevel(nil, []Path{{Mode: exec, Words: c.rule}}, false, 9)
		if c.rule == nil {
			levels = nil
		}
		m, err := tree.Parse(exec, View{Level: 9, Levels: levels}, c.line)
		if err != nil || m.Full != c.full || m.Level != c.level {
			t.Errorf("%v: %q is %q at %d, want %q at %d: %v", c.rule, c.line, m.Full, m.Level, c.full, c.level, err)
		}
		if _, err := tree.Parse(exec, View{Level: 8, Levels: levels}, c.line); (err == nil) != (c.level < 9) {
			t.Errorf("%v: %q at level 8: %v", c.rule, c.line, err)
		}
	}
	tree, err = New([]ModeSpec{{Mode: exec}}, []Command[string]{{Modes: []Mode{exec},
		Syntax: Seq(Kw("a", "A"), Opt(Kw("b", "B").Implied()), Opt(Kw("c", "C").Implied()))}})
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Load(); err == nil {
		t.Error("two words in a row may be left out")
	}
	if _, err := tree.Parse(exec, View{Level: LevelMax}, "a b c"); err == nil {
		t.Error("a command that is wrong is understood")
	}
}

// TestSpellingsAreMoved: whoever names a spelling moves the command.
func TestSpellingsAreMoved(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{
		{Modes: []Mode{exec}, Run: "move", Syntax: Seq(Kw("move", "M"), Kw("exec", "E").As("mode"), Param("WORDS", CommandWords("mode", map[string]Mode{"exec": exec}), "W"))},
		{Modes: []Mode{exec}, Run: "monitor", Syntax: Seq(Kw("terminal", "T"), Kw("monitor", "M"))},
		{Modes: []Mode{exec}, Run: "here", Syntax: Seq(Kw("log", "L").For("terminal", "monitor"), Kw("here", "H").For())},
		{Modes: []Mode{exec}, Run: "ping", Syntax: Seq(Kw("ping", "P"), Opt(Kw("ip", "I").Implied()), Opt(Kw("vrf", "V"), Param("VRF", Name("WORD", 9), "V")), Param("N", Int(1, 9), "N"))},
	})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string][]string{
		"terminal monitor": {"terminal", "monitor"}, "log here": {"terminal", "monitor"}, "l h": {"terminal", "monitor"}, "log": {"terminal", "monitor"},
		"ping vrf": {"ping", "ip", "vrf"}, "ping ip vrf": {"ping", "ip", "vrf"}, "ping": {"ping"},
	} {
		m, err := tree.Parse(exec, View{Level: 15}, "move exec "+line)
		paths, _ := m.Args.Get("WORDS").([]Path)
		if err != nil || len(paths) != 1 || !slices.Equal(paths[0].Words, want) {
			t.Errorf("%q: %v, %v", line, paths, err)
		}
	}
}
