package cli

import (
	"strings"
	"testing"
)

// TestMacroLines: which lines a macro has, and which files are refused.
func TestMacroLines(t *testing.T) {
	const two = "! of no macro\n<# m1 #>\nshow clock\n<# // comment #>\n<#endtmpl#>\r\n<# Second_2 #>\nshow users\n<# endtmpl #>\n"
	for _, tt := range []struct{ text, name, want, err string }{
		{two, "m1", "||show clock||||||", ""},
		{two, "M1", "||show clock||||||", ""},
		{two, "second_2", "||||||show users||", ""},
		{two, "m2", "", "no such macro in the file"},
		{"", "m1", "", "no such macro in the file"},
		{"<# m1 #>\nshow clock\n", "m1", "", "macro m1 has no endtmpl"},
		{"<# endtmpl #>\n", "m1", "", "line 1: endtmpl without a macro"},
		{"<# 1m #>\n", "1m", "", "line 1: control expression is not supported"},
		{"<# m1 #>\n<# while x #>\n<# endtmpl #>\n", "m1", "", "line 2: control expression is not supported"},
		{"<# m1 #>\nhostname <# name #>\n<# endtmpl #>\n", "m1", "", "line 2: control expressions in commands are not supported"},
	} {
		lines, err := macroLines(tt.text, tt.name)
		said := ""
		if err != nil {
			said = err.Error()
		}
		if got := strings.Join(lines, "|"); got != tt.want || said != tt.err {
			t.Errorf("%s of %q: %q, %q, want %q, %q", tt.name, tt.text, got, said, tt.want, tt.err)
		}
	}
}
