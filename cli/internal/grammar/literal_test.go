package grammar

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLiteral says at the end of which lines a ? is a character like any other.
func TestLiteral(t *testing.T) {
	tree, err := New([]ModeSpec{
		{Mode: exec},
		{Mode: config, Prefixes: []Prefix{{Kw("do", ""), exec}}},
		{Mode: iface, Fallback: config},
	}, []Command[string]{
		{Modes: []Mode{config}, Syntax: Seq(Kw("banner", ""), Opt(Words("kind", "motd", "", "exec", "")), Param("TEXT", Raw("LINE", 100), ""))},
		{Modes: []Mode{config}, Syntax: Seq(Kw("hostname", ""), Param("NAME", Name("WORD", 20), ""))},
		{Modes: []Mode{exec}, Syntax: Seq(Kw("show", ""), Kw("version", "")), Shows: true},
		{Modes: []Mode{iface}, Syntax: Kw("shutdown", "")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{
		``: false, `ban`: false, `banner `: false, `banner motd `: false, `banner mot`: false, `banner motd#`: true,
		`banner #`: true, `banner motd #Is it`: true, `banner motd #Is it# `: true, `banner motd "Is it`: true,
		`banner motd !Is it`: true, `BAN M ^a b`: true, ` banner exec # "open`: true, `banner exec #"a"b`: true,
		`hostname `: false, `hostname a`: false, `hostname "a`: true, `hostname "a b`: true, `hostname "a\"`: true,
		`hostname "a"`: false, `hostname a"b`: false, `hostname !`: false, `hostname a! `: false, `host "`: true,
		`!`: true, ` ! a comment`: true, `bogus `: false, `bogus "`: true, `no banner motd `: false,
		`do show version | include "a`: true, `do show version | include a`: false,
	} {
		for _, m := range []Mode{config, iface} {
			if got := tree.Literal(m, ordinary, line); got != want {
				t.Errorf("%q in %s: %v, want %v", line, m, got, want)
			}
		}
	}
	if tree.Literal(exec, ordinary, "banner #") {
		t.Error("what is no command of the mode is text")
	}
}

// FuzzQuote holds that what is quoted is one word, which no keyword and no
// stand-in for a secret can be, and that nothing in the way takes it apart.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a", "<hidden>", `"`, `\`, `\"`, "!", "a!", "a b", "?", ";", "|", ">", "no", "^", "-x", "é", " ", "\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r\n") || !utf8.ValidString(s) {
			return // no value has them
		}
		for name, quote := range map[string]func(string) string{"as needed": Quote, "always": QuoteAlways} {
			word := quote(s)
			tokens, _ := split(nil, "x "+word+" y")
			if len(tokens) != 3 || tokens[1].text != s || tokens[1].broken {
				t.Fatalf("%s: %q is written %s and read as %v", name, s, word, tokens)
			}
			if !tokens[1].quoted && strings.ContainsAny(s, awkward) {
				t.Fatalf("%s: %q is not quoted", name, s)
			}
		}
	})
}
