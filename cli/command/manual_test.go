package command

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/mib"
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

// manual returns every command in manual-page form, from the same tables that
// the shell reads, and the traps of packet mirroring. cli/MANUAL.md is this
// text; a test holds it to it.
func manual() string {
	var b strings.Builder
	b.WriteString("# Commands\n\nMade from the command tables by `make manual`. Levels are the defaults. A secure command or keyword exists only after\n" +
		"`mirror-enable`, at level 13 or more.\n\n" +
		"The output of every command that shows something can be filtered with `| begin`, `| exclude` and `| include` and a regular\n" +
		"expression. `| json` shows its values as JSON instead; it is this product's own, like the flag `--json`: the real router\n" +
		"has neither. [FAULTS.md](FAULTS.md) has what receivers make of each fault of `test mirror fault`,\n" +
		"[RECEIVERS.md](RECEIVERS.md) how to bring about what is known to break at receivers.\n\n")
	for mode, commands := range byMode() {
		fmt.Fprintf(&b, "## %s\n\n", mode)
		for _, c := range commands {
			b.WriteString(page(c))
		}
	}
	b.WriteString("## Traps of packet mirroring\n\n")
	for _, n := range mib.MirrorNotifications {
		trapPage(&b, n)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// page is a command in manual-page form.
func page(c *cli.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s.", name(c), c.Summary)
	if c.Description != "" {
		b.WriteString(" " + c.Description)
	}
	b.WriteString("\n\n```\n" + strings.Join(forms(c), "\n") + "\n```\n\n" + place(c))
	b.WriteString("\n\n")
	if len(c.Examples) > 0 {
		b.WriteString("```\n" + strings.Join(c.Examples, "\n") + "\n```\n\n")
	}
	return b.String()
}

// trapPage writes what a trap is.
func trapPage(b *strings.Builder, n *mib.Notification) {
	fmt.Fprintf(b, "### %s\n\n%s.\n\n", n.Name, strings.TrimSuffix(n.Meaning, "."))
	fmt.Fprintf(b, "| | |\n| --- | --- |\n| Object identifier | %s |\n| Severity | %s |\n", n.OID, filterText(n.Severity))
	laes := "none"
	if len(n.LAES) > 0 {
		laes = strings.Join(n.LAES, ", ")
	}
	var objects []string
	for _, o := range n.Objects {
		objects = append(objects, strings.TrimPrefix(o.Name, "juniPacketMirror"))
	}
	fmt.Fprintf(b, "| LAES messages | %s |\n| Varbinds (juniPacketMirror...) | %s |\n\n", laes, strings.Join(objects, ", "))
}
