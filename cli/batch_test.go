package cli

import (
	"bufio"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitCommands(t *testing.T) {
	for text, want := range map[string][]string{
		"a; b":                 {"a", "b"},
		`x "a; b" c;d`:         {`x "a; b" c`, "d"},
		`x "a\"; b"; c`:        {`x "a\"; b"`, "c"},
		"":                     {""},
		"a;;b;":                {"a", "", "b", ""},
		`x "never closed; y`:   {`x "never closed; y`},
		`back\; slash outside`: {`back\`, "slash outside"},
	} {
		if diff := cmp.Diff(want, SplitCommands(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// TestReadLine: a line is what was read, whatever was read before it.
func TestReadLine(t *testing.T) {
	var want []string
	for i := range 3000 {
		want = append(want, fmt.Sprint("line ", i*i%700), strings.Repeat("x", i%(2*maxKeptLine)), "")
	}
	in, before := bufio.NewReaderSize(strings.NewReader(strings.Join(want, "\r\n")+"\n"), MaxLine), new(lately)
	for i := range want {
		if line, err := readLine(in, before); err != nil || line != want[i] {
			t.Fatalf("line %d is %q, %v, not %q", i, line, err, want[i])
		}
	}
}

func TestCommandLike(t *testing.T) {
	for text, want := range map[string]bool{
		" snmp-server host": true, "show x": true, "no\tip": true, "ip6 address": true,
		"": false, " ": false, "show": false, "a comment": false, "Show x": false, "9x y": false, "what? is": false, "-x y": false,
	} {
		if got := commandLike(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
