package grammar

import (
	"errors"
	"testing"
)

// TestFullWordsAreNoAbbreviations: a mode that has a word in full means it. The
// mode above does not take it for the beginning of one of its own.
func TestFullWordsAreNoAbbreviations(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: config}, {Mode: iface, Fallback: config}}, []Command[string]{
		{Modes: []Mode{config}, Syntax: Seq(Kw("ip", "IP"), Kw("policy-list", "L"), Param("NAME", Name("NAME", 9), "N")), Enters: "list", Run: "list"},
		{Modes: []Mode{config}, Syntax: Seq(Kw("snmp-server", "S"), Kw("trap", "T")), Run: "trap"},
		{Modes: []Mode{iface}, Syntax: Seq(Kw("ip", "IP"), Kw("policy", "P"), Kw("input", "I"), Param("NAME", Name("NAME", 9), "N")), Run: "policy"},
		{Modes: []Mode{iface}, Syntax: Seq(Kw("snmp", "S"), Kw("link", "L")), Run: "link"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode       Mode
		line, want string
		at         int
	}{
		{iface, "ip policy input p", "policy", 0},
		{iface, "ip policy p", "", 10},
		{iface, "ip policy secret p", "", 10},
		{iface, "ip policy-list p", "list", 0},
		{iface, "ip policy-l p", "list", 0},
		{iface, "snmp trap", "trap", 0}, // the first word is one of the command
		{config, "ip policy p", "list", 0},
	} {
		m, err := tree.Parse(c.mode, View{Level: 15}, c.line)
		var refusal *Error
		switch {
		case err == nil && m.Command.Run != c.want:
			t.Errorf("%s: %s", c.line, m.Command.Run)
		case err != nil && (!errors.As(err, &refusal) || c.want != "" || refusal.Offset != c.at):
			t.Errorf("%s: %v at %d", c.line, err, refusal.Offset)
		}
	}
	if c, _ := tree.Heading(iface, View{Level: 15}, "ip policy secret p"); c != nil {
		t.Errorf("a refused line was to lead to the mode of %s", c.Run)
	}
	if choices, err := tree.Choices(iface, View{Level: 15}, "ip policy "); err != nil || len(choices.List) != 1 {
		t.Errorf("%+v, %v", choices, err)
	}
}
