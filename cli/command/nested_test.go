package command

import (
	"bufio"
	"bytes"
	"errors"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// TestRefusalsInFilesNameTheLine: a line whose first word is unknown names
// itself, however deep the script is, and shows no secret.
func TestRefusalsInFilesNameTheLine(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"foo bar", "foo bar: Invalid input detected at '^' marker."},
		{"configure terminal\nfoo", "foo: Invalid input detected at '^' marker."},
		{"community squirrel", "community <hidden>: Invalid input detected at '^' marker."},
		{"terminal length 513", "Invalid input detected at '^' marker. (out of range: 0 to 512)"},
		{"show", "Incomplete command."},
	} {
		shell := newShell(t)
		var out, errs bytes.Buffer
		w := bufio.NewWriter(&out)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs, Quiet: true}
		for name, text := range map[string]string{"inner.scr": c.line, "outer.scr": "configure file inner.scr"} {
			if err := shell.Files().Write(name, text); err != nil {
				t.Fatal(err)
			}
		}
		err := b.Run(t.Context(), cli.Source{Name: "x.scr", R: strings.NewReader("configure file outer.scr")})
		if !errors.Is(err, cli.ErrRefused) {
			t.Errorf("%q: %v", c.line, err)
		}
		number := map[bool]string{true: "2", false: "1"}[strings.Contains(c.line, "\n")]
		want := "x.scr:1: % outer.scr:1: inner.scr:" + number + ": " + c.want + "\n"
		if errs.String() != want {
			t.Errorf("%q: %q, want %q", c.line, errs.String(), want)
		}
	}
}
