package cli

import (
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
