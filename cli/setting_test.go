package cli

import (
	"context"
	"testing"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

type kept struct {
	Number int    `cli:"NUMBER"`
	Text   string `cli:"TEXT"`
}

// TestShownOtherwise: a setting is set by one line and shown by another.
func TestShownOtherwise(t *testing.T) {
	x := &Setting[*string, kept]{
		Syntax: grammar.Seq(grammar.Kw("keep", ""), grammar.Param("NUMBER", grammar.Int(0, 9), "")),
		Shown:  grammar.Seq(grammar.Kw("keep", ""), grammar.Param("TEXT", grammar.Raw("LINE", 80), "")),
		Set:    func(context.Context, *Session, *string, kept) error { return nil },
		Lines:  func(p *string, _ side.Clearance) []kept { return []kept{{Text: *p}} },
	}
	c := x.Commands()[0]
	if err := checkCommand(&c); err != nil {
		t.Error(err)
	}
	if got := x.Text(kept{Number: 7}); got != "keep 7" {
		t.Errorf("the line is %q", got)
	}
	text := "seven  of \"nine\""
	lines, err := x.lines(&text, side.Clearance{}, false)
	if err != nil || len(lines) != 1 || lines[0].Text != "keep "+text {
		t.Errorf("shown as %+v, %v", lines, err)
	}
	x.Shown = nil
	if err := checkCommand(&c); err == nil {
		t.Error("a field without a word is taken")
	}
}

// TestScalarRestores: the default version of a value need not be its no version.
func TestScalarRestores(t *testing.T) {
	restore := grammar.Kw("size", "")
	row := Scalar[*int, int]{
		Words: grammar.Kw("size", ""), Value: grammar.Param("SIZE", grammar.Int(0, 9), ""),
		Off:     grammar.Seq(grammar.Kw("size", ""), grammar.Opt(grammar.Param("SIZE", grammar.Int(0, 9), "").As("VALUE"))),
		Restore: restore,
	}.Row()
	if c := row.Commands()[0]; c.Default != grammar.Node(restore) || c.No == c.Default {
		t.Errorf("the default version is %v", c.Default)
	}
}
