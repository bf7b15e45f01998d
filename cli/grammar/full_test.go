package grammar

import (
	"slices"
	"testing"
)

// TestFull: whatever somebody types for a command, it is told in one way, at one
// level.
func TestFull(t *testing.T) {
	tree := fixture(t)
	ten := tree.Relevel(nil, []Path{{Mode: exec, Words: []string{"show"}}}, true, 7)
	for _, c := range []struct {
		mode  Mode
		view  View
		line  string
		full  string
		level int
	}{
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
		m, err := tree.Parse(c.mode, c.view, c.line)
		if err != nil || m.Full != c.full && !slices.Equal(Split(m.Full), Split(c.full)) || m.Level != c.level {
			t.Errorf("%q: %q at %d, want %q at %d: %v", c.line, m.Full, m.Level, c.full, c.level, err)
		}
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
