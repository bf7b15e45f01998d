package grammar

import (
	"slices"
	"testing"
)

// told is a line, and the command that it is told as.
type told struct {
	mode  Mode
	view  View
	line  string
	full  string
	level int
}

func (c told) check(t *testing.T, tree *Tree[string]) {
	t.Helper()
	m, err := tree.Parse(c.mode, c.view, c.line)
	if err != nil || m.Full != c.full || m.Level != c.level {
		t.Errorf("%q: %q at %d, want %q at %d: %v", c.line, m.Full, m.Level, c.full, c.level, err)
	}
}

// TestFull: whatever somebody types for a command, it is told in one way, at one
// level.
func TestFull(t *testing.T) {
	tree := fixture(t)
	ten := tree.Relevel(nil, []Path{{Mode: exec, Words: []string{"show"}}}, true, 7)
	for _, c := range []told{
		{exec, ordinary, "mirror", "mirror-enable", 12},
		{exec, ordinary, "  MIRROR-EN  ", "mirror-enable", 12},
		{exec, ordinary, "no mir", "no mirror-enable", 12},
		{config, ordinary, "do mirror-e", "mirror-enable", 12},
		{iface, ordinary, "do sh ver | inc x", "show version | include x", 1},
		{exec, View{Level: 15, Levels: ten}, "sh ver", "show version", 7},
		{exec, secure, "sh secu d", "show secure detail", 13},
		{config, ordinary, "snmp hos 10.1.1.1 v v3 joe b", "snmp-server host 10.1.1.1 version v3 joe bgp", 10},
		{config, secure, "snmp hos 10.1.1.1 v v3 joe b pack", "snmp-server host 10.1.1.1 version v3 joe bgp packetMirror", 13},
		{iface, ordinary, "snmp-server cont show ip", "snmp-server contact show ip", 10},
	} {
		c.check(t, tree)
	}
}

// TestFullOfOneCommand: what is typed with more words or fewer is told as what it is.
func TestFullOfOneCommand(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: exec}, {Mode: config, Prefixes: []Prefix{{Kw("do", "Do"), exec}}}}, []Command[string]{
		{Modes: []Mode{exec}, Level: 10, Syntax: Seq(Kw("configure", "C"), Opt(Kw("terminal", "T").Implied())), Run: "configure"},
		{Modes: []Mode{exec}, Level: 10, Syntax: Seq(Kw("configure", "C"), Kw("file", "F"), Param("FILE", Name("FILE", 9), "F")), Run: "file"},
		{Modes: []Mode{exec}, Level: 12, Syntax: Seq(Kw("mirror-enable", "M"), Opt(Kw("enable", "M").Unlisted())), Run: "mirror-enable"},
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := tree.Relevel(nil, []Path{{Mode: exec, Words: []string{"configure", "terminal"}}}, false, 14)
	for _, c := range []told{
		{exec, ordinary, "configure terminal", "configure terminal", 10},
		{exec, ordinary, " con ", "configure terminal", 10},
		{config, ordinary, "do conf", "configure terminal", 10},
		{exec, ordinary, "conf f x", "configure file x", 10},
		{exec, View{Level: 15, Levels: moved}, "conf", "configure terminal", 14},
		{exec, View{Level: 15, Levels: moved}, "conf f x", "configure file x", 10},
		{exec, ordinary, "mirror enable", "mirror-enable", 12},
		{exec, ordinary, "mirror en ", "mirror-enable", 12},
		{exec, ordinary, "mirror", "mirror-enable", 12},
	} {
		c.check(t, tree)
	}
	if _, err := tree.Parse(exec, View{Level: 13, Levels: moved}, "conf"); err == nil {
		t.Error("below the level of the whole command a part of it runs")
	}
}

func TestFullHasNoSecrets(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{{Modes: []Mode{exec},
		Syntax: Seq(Kw("key", "K"), Opt(Kw("0", "In the clear")), Param("KEY", Word("WORD", 1, 40), "The key").Secret(), Opt(Kw("primary", "P"))), Run: "key"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"k sesame", "k 0 sesame", `ke "sesame open"`, "k sesame pri"} {
		m, err := tree.Parse(exec, View{Level: 15}, line)
		words := Split(m.Full)
		if err != nil || words[0] != "key" || !slices.Contains(words, Redacted) || slices.ContainsFunc(words, func(w string) bool { return len(w) > 5 && w[:5] == "sesam" }) {
			t.Errorf("%q: %q, %v", line, words, err)
		}
	}
}
