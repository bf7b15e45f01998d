package terminal

import (
	"slices"
	"strings"
	"testing"
)

// sent returns what has been written since a mark in the raw output.
func (c *testConsole) sent(since int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.raw[since:])
}

func (c *testConsole) mark() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.raw)
}

// TestKeystrokeIsEchoed: a character at the end of the line is written, and
// nothing before it anew.
func TestKeystrokeIsEchoed(t *testing.T) {
	for _, c := range []struct {
		name, kind, setup string
		list              bool
	}{
		{"plain", "plain", "", false},
		{"rich without suggestions", "rich", "silent", false},
		{"rich", "rich", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			con := startConsole(t, c.kind, 80, 24)
			con.cursor("r1>|")
			if c.setup != "" {
				con.send(c.setup + "\r")
				con.row(`got "` + c.setup + `" <nil>`)
				con.cursor("r1>|")
			}
			line := ""
			for _, key := range "show version of zebras" {
				at := con.mark()
				line += string(key)
				con.send(string(key))
				con.cursor("r1>" + line + "|")
				got := con.sent(at)
				if !c.list && got != string(key) {
					t.Fatalf("%q: %q is written", line, got)
				}
				if got = strings.TrimPrefix(got, "\x1b[?25l"); !strings.HasPrefix(got, string(key)) || strings.Contains(got, "r1>") || strings.Contains(got, "\r") && !strings.Contains(got, "\x1b[J") {
					t.Fatalf("%q: %q is written", line, got)
				}
				if strings.HasPrefix(line, "show version of z") && got != string(key) && !strings.HasSuffix(line, " z") {
					t.Fatalf("%q: nothing is suggested, and %q is written", line, got)
				}
			}
			con.send("\r")
			con.row(`got "` + line + `" <nil>`)
		})
	}
}

// TestLastRowStays: nothing scrolls while a line is typed after the screen is full.
func TestLastRowStays(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		con := startConsole(t, kind, 60, 16)
		con.cursor("r1>|")
		for range 20 {
			con.send("size\r")
		}
		con.send("hide\r")
		con.row(`got "hide" <nil>`)
		con.cursor("r1>|")
		before := con.text()
		at := slices.Index(before, "r1>")
		line := ""
		for _, key := range "show t" {
			line += string(key)
			con.send(string(key))
			con.cursor("r1>" + line + "|") // scrolled rows are rows of the text, too
			if got := con.text(); len(got) != len(before) || !slices.Equal(got[:at], before[:at]) || got[at] != strings.TrimRight("r1>"+line, " ") {
				t.Fatalf("%q: the screen is\n%s\nand was\n%s", line, strings.Join(got, "\n"), strings.Join(before, "\n"))
			}
		}
	})
}

// TestTypedAheadStays: nor does anything when the line was begun before the prompt.
func TestTypedAheadStays(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		con := startConsole(t, kind, 60, 16)
		con.cursor("r1>|")
		for range 20 {
			con.send("size\r")
		}
		con.send("hide\rs") // at once
		con.row(`got "hide" <nil>`)
		con.cursor("r1>s|")
		before := con.text()
		line := "s"
		for _, key := range "how t" {
			line += string(key)
			con.send(string(key))
			con.cursor("r1>" + line + "|")
			if got := con.text(); len(got) != len(before) {
				t.Fatalf("%q: the screen is\n%s\nand was\n%s", line, strings.Join(got, "\n"), strings.Join(before, "\n"))
			}
		}
	})
}
