package cli

import (
	"strings"
	"testing"
)

// TestEnviron replaces variables in lines and in answers.
func TestEnviron(t *testing.T) {
	env := Environ(func(name string) (string, bool) {
		v, ok := map[string]string{"A": "x", "B": "two words", "Q": `say "hi" \ ?;|`, "EMPTY": "", "NL": "a\nb", "D": "${A}", "LONG": strings.Repeat("x", MaxLine)}[name]
		return v, ok
	})
	for _, tt := range []struct{ line, want, answer string }{
		{"hostname ${A}", "hostname x", ""},
		{"${A}${A} $A $ ${A", "", ""},
		{"$A $ $$ {A} $", "$A $ $$ {A} $", ""},
		{"a ${NO:-x y}", "a x y", ""},
		{"a ${EMPTY:-d}${A:-d}", "a dx", ""},
		{`a "${EMPTY}"`, `a ""`, ""},
		{`a "${B}" b`, `a "two words" b`, ""},
		{`a "${Q}" "${Q}"`, `a "say \"hi\" \\ ?;|" "say \"hi\" \\ ?;|"`, `a "say "hi" \ ?;|" "say "hi" \ ?;|"`},
		{`a b"${B}`, `a b"two words`, ""},
		{`a "\"${B}"`, `a "\"two words"`, ""},
		{`a "${NO:-say "hi"}"`, `a "say \"hi\""`, `a "say "hi""`},
		{"a ${B}", "a two words", ""},
		{"a ${D}", "a ${A}", ""}, // a value is no text to look for variables in
		{"a $${A} $$${A}", "a ${A} $${A}", ""},
		{"! ${NO}", "! ${NO}", "\x00"},
		{"a ${NO}", "", ""}, {"a ${}", "", ""}, {"a ${1A}", "", ""}, {"a ${A:+x}", "", ""}, {"a ${A-x}", "", ""}, {"a ${NL}", "", ""}, {"a ${NO:-", "", ""},
		{"a ${LONG}", "", ""},
	} {
		got, err := env.Expand(tt.line)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s: %q, %v", tt.line, got, err)
		}
		want := tt.want
		switch tt.answer {
		case "\x00":
			continue
		case "":
		default:
			want = tt.answer
		}
		if got, err = env.answer(tt.line); got != want || (err != nil) != (want == "") {
			t.Errorf("answer %s: %q, %v", tt.line, got, err)
		}
	}
	if got, err := Environ(nil).Expand("${A}"); got != "${A}" || err != nil {
		t.Errorf("without an environment: %q, %v", got, err)
	}
	_, err := env.Expand("a ${NL}")
	if strings.Contains(err.Error(), "a\nb") {
		t.Errorf("the error has the value: %v", err)
	}
}
