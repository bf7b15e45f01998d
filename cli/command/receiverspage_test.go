package command

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// TestReceiversPage types every line of the page: each is a command of this shell.
func TestReceiversPage(t *testing.T) {
	page, err := os.ReadFile("../RECEIVERS.md")
	if err != nil {
		t.Fatal(err)
	}
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	// The commands are read; what they would wait for is not.
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	typed := 0
	for _, m := range regexp.MustCompile("`host1(\\(config\\))?#([^`]+)`").FindAllStringSubmatch(string(page), -1) {
		line := m[2]
		if m[1] == "" {
			line = "do " + line
		}
		typed++
		err := o.Execute(ended, line)
		var no *cli.Refusal
		if errors.As(err, &no) && (strings.Contains(no.Error(), "Invalid input") || strings.Contains(no.Error(), "Incomplete") || strings.Contains(no.Error(), "Ambiguous")) {
			t.Errorf("%s: %v", line, err)
		}
	}
	if rows := strings.Count(string(page), "\n| "); typed < 15 || rows < 19 {
		t.Errorf("%d commands in %d rows", typed, rows)
	}
}
