package cli

import (
	"testing"

	"mirrorsh/cli/internal/grammar"
)

// TestAliasPlace: a refusal points into what was typed, not into what it stands for.
func TestAliasPlace(t *testing.T) {
	const typed, meant = "  si bogus x", "  show interfaces bogus x"
	x := spelledOut{text: meant, start: 2, was: 4, end: 17}
	for at, want := range map[int]int{2: 2, 7: 2, 16: 2, 17: 4, 18: 5, 24: 11, len(meant): len(typed)} {
		whole := &grammar.Error{Offset: at, At: at, Line: meant, Redacted: meant}
		x.place(whole, typed)
		if *whole != (grammar.Error{Offset: want, At: want, Line: typed, Redacted: typed}) {
			t.Errorf("%d: %+v", at, whole)
		}
		hidden := &grammar.Error{Offset: at, At: 5, Line: meant, Redacted: "show <hidden>"}
		x.place(hidden, typed)
		if *hidden != (grammar.Error{Offset: want, At: 5, Line: typed, Redacted: "show <hidden>"}) {
			t.Errorf("%d: %+v", at, hidden)
		}
	}
	other := &grammar.Error{Offset: 3, Line: "abcd"}
	spelledOut{text: "abcd"}.place(other, "abcd")
	if other.Offset != 3 {
		t.Error("a line without an alias is moved")
	}
}
