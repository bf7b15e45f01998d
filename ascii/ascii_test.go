package ascii

import (
	"strings"
	"testing"
)

func TestDisplay(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{
		{"", 9, ""}, {"joe", 9, "joe"}, {"joe", 2, "jo"}, {`a\b`, 9, `a\b`}, {"j\u00f6", 99, `j\xc3\xb6`}, {"j\u00f6", 8, `j\xc3`}, {"j\u00f6", 4, "j"},
		{"\x00\x1f ~\x7f\x80\xff", 99, `\x00\x1f ~\x7f\x80\xff`}, {strings.Repeat("x", 300), 255, strings.Repeat("x", 255)},
	} {
		got := Display(tt.text, tt.n)
		if got != tt.want || !Printable(got) || Printable(tt.text) != (Display(tt.text, 999) == tt.text) {
			t.Errorf("%q in %d: %q", tt.text, tt.n, got)
		}
	}
}
