package cli

import (
	"strings"
	"testing"

	"mirrorsh/cli/internal/grammar"
)

// TestUnderstand: a line that is remembered means what it means to the tree, whatever
// the session has read before in other modes, at other levels, on the other side.
func TestUnderstand(t *testing.T) {
	kw := func(name string) *grammar.Keyword { return grammar.Kw(name, "") }
	word := grammar.Name("WORD", 9)
	command := func(level int, secure bool, n grammar.Node, modes ...grammar.Mode) Command {
		return Command{Modes: modes, Level: level, Secure: secure, Syntax: n}
	}
	tree, err := grammar.New(modeSpecs(), []Command{
		command(1, false, kw("clear"), Exec),
		command(10, false, kw("clear"), GlobalConfig),
		command(13, true, kw("clearance"), Exec),
		command(5, false, grammar.Seq(kw("show"), grammar.Opt(kw("secret").Secure()), grammar.Opt(grammar.Param("WORD", word, ""))), Exec),
		command(1, false, grammar.Seq(kw("enable"), grammar.Param("KEY", word, "").Secret()), Exec),
		command(1, false, grammar.Seq(kw("privilege"), grammar.Param("WORDS", grammar.CommandWords("", nil), "")), Exec),
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := tree.Relevel(nil, []grammar.Path{{Mode: Exec, Words: []string{"show"}}}, false, 9)
	s := &Session{shell: &Shell{tree: tree}}
	seen := map[reading]*grammar.Match[Handler]{}
	for round := range 4 {
		for _, mode := range []grammar.Mode{Exec, GlobalConfig} {
			for _, v := range []grammar.View{
				{Level: 1}, {Level: 5}, {Level: 15}, {Level: 5, Mirror: true}, {Level: 15, Mirror: true},
				{Level: 5, Levels: moved}, {Level: 9, Levels: moved}, {Level: 15, Mirror: true, Levels: moved},
			} {
				for _, line := range []string{"clear", "c", "clearance", "show", "show secret", "show s", "do show s", "enable joe", " show  s "} {
					r := reading{mode, v, line}
					want, wrong := tree.Parse(mode, v, line)
					m, err := s.understand(r)
					if (err == nil) != (wrong == nil) || m.Command != want.Command || m.Secure != want.Secure || m.Level != want.Level ||
						m.Full != want.Full || m.Redacted != want.Redacted || m.Mode != want.Mode || m.Args.Has("secret") != want.Args.Has("secret") {
						t.Fatalf("round %d: %q in %s for %+v is %+v, %v, and to the tree %+v, %v", round, line, mode, v, m, err, want, wrong)
					}
					if secret := strings.HasPrefix(line, "enable"); err == nil && round == 3 && (seen[r] == m) == secret {
						t.Errorf("%q in %s for %+v: remembered is %v", line, mode, v, seen[r] == m)
					}
					seen[r] = m
				}
			}
		}
	}
}

// TestReadingsAreBounded: a session keeps neither lines that come but once nor more than
// it may.
func TestReadingsAreBounded(t *testing.T) {
	tree, err := grammar.New(modeSpecs(), []Command{{Modes: []grammar.Mode{Exec}, Syntax: grammar.Seq(grammar.Kw("show", ""), grammar.Param("LINE", grammar.Text(999), ""))}})
	if err != nil {
		t.Fatal(err)
	}
	s := &Session{shell: &Shell{tree: tree}}
	read := func(what string) {
		if _, err := s.understand(reading{Exec, grammar.View{Level: 15}, "show " + what}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 * maxKept {
		read(strings.Repeat("x", i%200+1) + strings.Repeat("y", i/200+1))
	}
	if n := len(s.known.lines); n != 0 {
		t.Errorf("%d lines that came once are kept", n)
	}
	for i := range 3 * maxKept {
		for range 2 {
			read(strings.Repeat("x", i%200+1) + strings.Repeat("z", i/200+1))
		}
		read(strings.Repeat("x", maxKeptLine+i%200))
	}
	n := 0
	for line, kept := range s.known.lines {
		n += len(kept)
		if len(line) > maxKeptLine {
			t.Errorf("a line of %d octets is kept", len(line))
		}
	}
	if once := len(s.known.once); n == 0 || n > maxKept || once > maxKept {
		t.Errorf("%d lines are kept, and %d hashes", n, once)
	}
}
