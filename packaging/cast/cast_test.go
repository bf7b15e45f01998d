package main

import (
	"encoding/xml"
	"os"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/packaging/internal/program"
)

var varies = regexp.MustCompile(`0x[0-9a-f]+|\d+`)

// words is the text of a picture, without what differs from run to run.
func words(t *testing.T, svg []byte) string {
	t.Helper()
	var picture struct {
		Text []struct {
			Text string `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal(svg, &picture); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range picture.Text {
		b.WriteString(s.Text)
	}
	return varies.ReplaceAllString(b.String(), "0")
}

// TestSessionIsTrue: the programs still say what README.md shows.
func TestSessionIsTrue(t *testing.T) {
	shown, err := os.ReadFile("session.svg")
	if err != nil {
		t.Fatal(err)
	}
	panes, err := record(program.Build(t, "../.."))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := words(t, draw(panes)), words(t, shown); got != want {
		t.Errorf("the programs say\n%s\nthe picture\n%s\nmake session.svg again", got, want)
	}
}

// TestDraw: lines wrap as on a terminal, what comes later has a later time.
func TestDraw(t *testing.T) {
	long := strings.Repeat("x", columns+3)
	svg := string(draw([]*pane{{title: "a<b", all: []shown{{text: "p>"}, {at: 1500000000, text: "k", key: true}, {at: 2000000000, text: "\r\n" + long + "\r\n"}}}}))
	for _, want := range []string{
		"@media (prefers-color-scheme:dark)", "a&lt;b</text>", ">p&gt;</text>", `<text class="k a" style="animation-delay:1.50s" x="26.4" y="50.0" textLength="7.2">k</text>`,
		`y="66.0" textLength="878.4">xxx`, `y="82.0" textLength="21.6">xxx</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s in %s", want, svg)
		}
	}
}
