package remote

import (
	"fmt"
	"testing"
)

func TestUserName(t *testing.T) {
	for name, want := range map[string]string{
		"joe": "joe", "": "", "a b\x1b[2J": `a\x20b\x1b[2J`, "jürgen": `j\xc3\xbcrgen`,
		"0123456789012345678901234567ü": `0123456789012345678901234567\xc3`, "012345678901234567890123456789ü": "012345678901234567890123456789",
		fmt.Sprintf("%040d", 0): fmt.Sprintf("%032d", 0),
	} {
		if got := userName(name); got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}
