package cli

import (
	"context"
	"strings"
	"testing"

	"mirrorsh/cli/internal/grammar"
)

func TestFilter(t *testing.T) {
	const text = "alpha 10.1.1.1\nbeta,gamma {x}\nalphabet\n"
	for _, c := range []struct{ how, regex, want string }{
		{"include", "alpha", "alpha 10.1.1.1\nalphabet\n"},
		{"include", "alpha_", "alpha 10.1.1.1\n"},
		{"include", "_gamma_", "beta,gamma {x}\n"},
		{"include", "^x|_x_", "beta,gamma {x}\n"},
		{"include", `10\.1`, "alpha 10.1.1.1\n"},
		{"include", `\_`, ""},
		{"include", "[_]", ""},
		{"exclude", "alpha", "beta,gamma {x}\n"},
		{"begin", "beta", "beta,gamma {x}\nalphabet\n"},
		{"begin", "nothing", ""},
	} {
		got, err := Filter(t.Context(), c.how, c.regex, text)
		if err != nil || got != c.want {
			t.Errorf("%s %s: %q, %v, want %q", c.how, c.regex, got, err, c.want)
		}
	}
	for bad, want := range map[string]error{
		"(": errRegex, "[": errRegex, "*": errRegex, `a{1,1001}`: errRegex,
		"(?:.?.?.?.?.?.?.?.?.?.?){90}zz": errComplexRegex,
	} {
		if _, err := Filter(t.Context(), "include", bad, text); err != want {
			t.Errorf("%q: %v, want %v", bad, err, want)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := Filter(gone, "include", "a", text); err != context.Canceled || got != "" {
		t.Errorf("nobody waits for it any more: %q, %v", got, err)
	}
	if _, err := Filter(t.Context(), "include", strings.Repeat("x", grammar.MaxRegex), text); err != nil {
		t.Error(err)
	}
}
