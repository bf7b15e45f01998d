package config

import (
	"slices"
	"strings"
	"testing"
)

// TestTextsArePacked: neighbours that are short are a piece, and say what they said.
func TestTextsArePacked(t *testing.T) {
	long := strings.Repeat("x", short)
	for _, tt := range []struct {
		name         string
		text, packed Text
	}{
		{"nothing", nil, nil},
		{"an empty piece", Text{""}, Text{""}},
		{"one piece", Text{"a\n"}, Text{"a\n"}},
		{"two", Text{"a\n", "b\n"}, Text{"a\nb\n"}},
		{"empty ones among them", Text{"", "a\n", "", ""}, Text{"a\n"}},
		{"as long as is short", Text{"x", long[1:]}, Text{long}},
		{"longer", Text{"x", long}, Text{"x", long}},
		{"neighbours", Text{"a\n", "b\n", long, "c\n", "d\n"}, Text{"a\nb\n", long, "c\nd\n"}},
		{"more than is short", Text{long[1:], "x", "y", "z"}, Text{long, "yz"}},
	} {
		got := tt.text.Packed()
		if !slices.Equal(got, tt.packed) {
			t.Errorf("%s: %.40q", tt.name, []string(got))
		}
		whole := strings.Join(tt.text, "")
		if !got.Equal(tt.text) || !one(whole).Equal(got) || got.String() != whole || got.Len() != len(whole) {
			t.Errorf("%s: says something else", tt.name)
		}
	}
}
