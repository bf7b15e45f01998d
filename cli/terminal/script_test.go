package terminal

import (
	"strings"
	"testing"
)

// A step sends keys and then waits for the cursor's row, with `|` for the
// cursor, and for rows above.
type step struct {
	send   string
	cursor string
	rows   []string
}

const (
	up, down, right, left = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
	home, end, del        = "\x1b[1~", "\x1b[4~", "\x1b[3~"
)

// scripts are the behaviour of both editors.
var scripts = []struct {
	name       string
	cols, rows int // 80 x 24 if zero
	steps      []step
}{
	{name: "a line", steps: []step{
		{"", "r1>|", nil},
		{"version", "r1>version|", nil},
		{"\r", "r1>|", []string{"r1>version", `got "version" <nil>`}},
		{"\r", "r1>|", []string{`got "" <nil>`}},
	}},
	{name: "line ends", steps: []step{
		{"a\rb\nc\r\nd\r\x00e\r\r", "r1>|", []string{`got "a" <nil>`, `got "b" <nil>`, `got "c" <nil>`, `got "d" <nil>`, `got "e" <nil>`, `got "" <nil>`}},
		{"x", "r1>x|", nil},
	}},
	{name: "backspace and delete", steps: []step{
		{"abcd\x7f", "r1>abc|", nil},
		{"\b", "r1>ab|", nil},
		{left + del, "r1>a|", nil},
		{"\x7f\x7f\x7f", "r1>|", nil},
		{"abc\x01\x04", "r1>|bc", nil},
		{"\r", "r1>|", []string{`got "bc" <nil>`}},
	}},
	{name: "arrows", steps: []step{
		{"abc" + left + left, "r1>a|bc", nil},
		{"X", "r1>aX|bc", nil},
		{right, "r1>aXb|c", nil},
		{home + "Y", "r1>Y|aXbc", nil},
		{end + "Z", "r1>YaXbcZ|", nil},
		{"\x1bOD\x1b[1;5D", "r1>YaXb|cZ", nil},
		{"\r", "r1>|", []string{`got "YaXbcZ" <nil>`}},
	}},
	{name: "emacs", steps: []step{
		{"one two  three\x01", "r1>|one two  three", nil},
		{"\x06\x06\x02", "r1>o|ne two  three", nil},
		{"\x05\x17", "r1>one two  |", nil},
		{"\x17\x19", "r1>one two  |", nil},
		{"\x01\x06\x06\x06\x0b", "r1>one|", nil},
		{"\x01\x19", "r1> two  |one", nil},
		{"\x15\x05\x19", "r1>one two  |", nil},
		{"\x14", "r1>one two  |", nil},
		{"ab\x14", "r1>one two  ba|", nil},
		{"\x02\x14", "r1>one two  ab|", nil},
		{"\r", "r1>|", []string{`got "one two  ab" <nil>`}},
		{"\x19", "r1>|", nil}, // cut text is forgotten with its line
		{"x", "r1>x|", nil},
	}},
	{name: "words", steps: []step{
		{"one two  three\x1bb", "r1>one two  |three", nil},
		{"\x1bb\x1bb\x1bb", "r1>|one two  three", nil},
		{"\x1bf", "r1>one| two  three", nil},
		{"\x1bd", "r1>one|  three", nil},
		{"\x05\x19", "r1>one  three two|", nil},
		{"\x1bf\x1bd", "r1>one  three two|", nil},
		{"\r", "r1>|", []string{`got "one  three two" <nil>`}},
	}},
	{name: "history", steps: []step{
		{"one\r", "r1>|", []string{`got "one" <nil>`}},
		{"two\r", "r1>|", []string{`got "two" <nil>`}},
		{"dra" + up, "r1>two|", nil},
		{"\x10", "r1>one|", nil},
		{up, "r1>one|", nil},
		{down + "\x0e", "r1>dra|", nil},
		{"\x0e", "r1>dra|", nil},
		{up + "!\r", "r1>|", []string{`got "two!" <nil>`}},
		{up + up, "r1>two|", nil},
	}},
	{name: "history is the session's, not go-prompt's", steps: []step{
		{"plain one\r", "r1>|", []string{`got "plain one" <nil>`}},
		{"secure one\r", "r1>|", []string{`got "secure one" <nil>`}},
		{up, "r1>secure one|", nil},
		{"\x15hide\r", "r1>|", []string{`got "hide" <nil>`}},
		{up, "r1>hide|", nil},
		{up, "r1>plain one|", nil},
		{up, "r1>plain one|", nil},
	}},
	{name: "help", steps: []step{
		{"show v?", "r1>show v|", []string{"r1>show v?", "help for <show v>"}},
		{"ersion\r", "r1>|", []string{`got "show version" <nil>`}},
	}},
	{name: "help leaves the cursor where it was", steps: []step{
		{"show version" + left + left + left, "r1>show vers|ion", nil},
		{"?", "r1>show vers|ion", []string{"help for <show vers>"}},
		{"X", "r1>show versX|ion", nil},
		{"?", "r1>show versX|ion", []string{"help for <show versX>"}},
	}},
	{name: "quoted", steps: []step{
		{"a\x16?b", "r1>a?b|", nil},
		{"\x16\x03c", "r1>a?bc|", nil},
		{"\x16\x16?", "r1>a?bc|", []string{"help for <a?bc>"}},
		{"\r", "r1>|", []string{`got "a?bc" <nil>`}},
	}},
	{name: "tab", steps: []step{
		{"ter\t", "r1>terminal |", nil},
		{"sho\t", "r1>terminal show|", []string{"choices", "  show", "  showme"}},
		{"x\t", "r1>terminal showx|", nil},
		{"\x15", "r1>|", nil},
		{"ter 1\x01" + right + right + right + "\t", "r1>terminal | 1", nil},
		{"\r", "r1>|", []string{`got "terminal  1" <nil>`}},
	}},
	{name: "interrupt", steps: []step{
		{"show ver" + left + "\x03", "r1>|", []string{"r1>show ver^C", `got "" interrupted`}},
		{"one\r", "r1>|", []string{`got "one" <nil>`}},
		{"\x03", "r1>|", []string{"r1>^C"}},
		{"two\r", "r1>|", []string{`got "two" <nil>`}},
	}},
	{name: "end of configuration", steps: []step{
		{"show\x1a", "r1>|", []string{"r1>show^Z", `got "" end of configuration`}},
		{"two\r", "r1>|", []string{`got "two" <nil>`}},
	}},
	{name: "end of input", steps: []step{
		{"x\x04", "r1>x|", nil},
		{"\x7f\x04", "|", []string{`got "" EOF`, "no goroutine left"}},
	}},
	{name: "redraw", steps: []step{
		{"abc" + left + "\x0c", "r1>ab|c", []string{"r1>abc"}},
		{"\x12d\r", "r1>|", []string{`got "abdc" <nil>`}},
	}},
	{name: "bracketed paste and unknown keys", steps: []step{
		{"\x1b[200~show\x1b[201~\x1b[15~\x1b[[A\x1b[24;80R\x1bx\x00\x07\x1b", "r1>showx|", nil},
		{"\r", "r1>|", []string{`got "showx" <nil>`}},
		{"a\x1b[1;\rb", "r1>b|", []string{`got "a" <nil>`}},
	}},
	{name: "wide and odd characters", steps: []step{
		{"é日本\x02", "r1>é日|本", nil},
		{"\x7fx", "r1>éx|本", nil},
		{"\xff\xfe\u00a0\u202e", "r1>éx |本", nil},
		{"\x04\x0b\x05\r", "r1>|", []string{`got "éx " <nil>`}},
	}},
	{name: "password", steps: []step{
		{"password\r", "Password: |", nil},
		{"ab?c", "Password: ****|", nil},
		{"\x7f", "Password: ***|", nil},
		{"\t" + left + "\x16?\r", "r1>|", []string{"Password: ****", `secret "ab??" <nil>`}},
		{"password\rab\x15c\r", "r1>|", []string{"Password: *", `secret "c" <nil>`}},
		{"password\rab\x03", "r1>|", []string{`secret "" interrupted`}},
		{"password\r\x04", "r1>|", []string{`secret "" EOF`}},
		{up, "r1>password|", nil},
	}},
	{name: "single keys", steps: []step{
		{"key\r", "|", nil},
		{"q", "r1>|", []string{`key 'q' <nil>`}},
		{"key\r ", "r1>|", []string{`key ' ' <nil>`}},
		{"key\r\r", "r1>|", []string{`key '\r' <nil>`}},
		{"key\r\x03x", "r1>x|", []string{`key '\x03' interrupted`}},
	}},
	{name: "type-ahead during a command", steps: []step{
		{"wait\r", "|", []string{"running"}},
		{"one\rtwo\rthr" + left, "|", nil},
		{"\x03", "r1>th|r", []string{"ended: interrupted", `got "one" <nil>`, `got "two" <nil>`}},
	}},
	{name: "interrupt typed right behind a command", steps: []step{
		{"wait\r\x03x", "r1>x|", []string{"ended: interrupted"}},
		{"\x03wait\r", "|", []string{"running", "r1>x^C"}},
		{"\x03\x03y", "r1>y|", []string{"ended: interrupted"}},
	}},
	{name: "a line of several rows", steps: []step{
		{strings.Repeat("a", 76), "r1>" + strings.Repeat("a", 76) + "|", nil},
		{"a" + strings.Repeat("b", 90), strings.Repeat("b", 10) + "|", []string{"r1>" + strings.Repeat("a", 77), strings.Repeat("b", 80)}},
		{"\r", "r1>|", []string{`got "` + strings.Repeat("a", 75), `aa` + strings.Repeat("b", 78), strings.Repeat("b", 12) + `" <nil>`}},
		{"x", "r1>x|", nil},
	}},
	{name: "help below a line of several rows", steps: []step{
		{strings.Repeat("c", 85) + "?", strings.Repeat("c", 8) + "|", []string{"r1>" + strings.Repeat("c", 77), strings.Repeat("c", 8) + "?", "help for <" + strings.Repeat("c", 70)}},
		{"d\r", "r1>|", []string{strings.Repeat("c", 8) + "d", strings.Repeat("c", 10) + `d" <nil>`}},
	}},
	{name: "prompt as wide as the window", steps: []step{
		{"prompt " + strings.Repeat("p", 80) + "\rx", "x|", []string{strings.Repeat("p", 80), strings.Repeat("p", 12) + `" <nil>`}},
	}},
	{name: "narrow window", cols: 40, rows: 10, steps: []step{
		{strings.Repeat("a", 36) + "bcdef", "cdef|", []string{"r1>" + strings.Repeat("a", 36) + "b"}},
		{"\r", "r1>|", []string{`abcdef" <nil>`}},
		{"show ver?", "r1>show ver|", []string{"help for <show ver>"}},
	}},
	{name: "tiny window", cols: 10, rows: 3, steps: []step{
		{"one\r", "r1>|", []string{"r1>one"}},
		{"version\r", "r1>|", []string{"r1>version", `got "versi`}},
		{"v?", "r1>v|", []string{"help for <"}},
	}},
	{name: "tiny window and long prompt", cols: 8, rows: 2, steps: []step{
		{"prompt host1(config)#\r", "nfig)#|", []string{"host1(co"}},
		{"s", "nfig)#s|", nil},
		{"\r", "nfig)#|", []string{`got "s"`}},
	}},
}

func TestScripts(t *testing.T) {
	for _, s := range scripts {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			both(t, func(t *testing.T, kind string) {
				cols, rows := s.cols, s.rows
				if cols == 0 {
					cols, rows = defaultWidth, defaultHeight
				}
				c := startConsole(t, kind, cols, rows)
				c.cursor("r1>|")
				for _, step := range s.steps {
					c.send(step.send)
					c.cursor(step.cursor)
					for _, row := range step.rows {
						c.row(row)
					}
				}
			})
		})
	}
}
