package command

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const manualFile = "../MANUAL.md"

// TestManual holds the manual to the tables. UPDATE=1 writes it.
func TestManual(t *testing.T) {
	want := manual()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(manualFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(manualFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("cli/MANUAL.md is out of date, run make manual: %s", diff)
	}
}

// TestEveryCommandIsDocumented keeps help and manual complete.
func TestEveryCommandIsDocumented(t *testing.T) {
	for _, c := range All() {
		if c.Summary == "" || c.Run.Run == nil || len(c.Modes) == 0 {
			t.Errorf("%s: summary, modes or handler is missing", name(&c))
		}
	}
}
