package main

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestDocsHaveEveryFlag: manual page and completions are made from the tables,
// so whatever is added is in them.
func TestDocsHaveEveryFlag(t *testing.T) {
	page, _ := mirrorsh(t, 0, "", "man")
	sets := []*pflag.FlagSet{(&config{}).flags()}
	for _, s := range subcommands() {
		sets = append(sets, s.flagSet())
		if !strings.Contains(page, `.SH "MIRRORSH `+strings.ToUpper(s.name)+`"`) {
			t.Errorf("the page has no %s", s.name)
		}
	}
	for _, fs := range sets {
		fs.VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(page, `\-\-`+strings.ReplaceAll(f.Name, "-", `\-`)) {
				t.Errorf("the page has no --%s", f.Name)
			}
			for _, shell := range shellNames() {
				if out, _ := mirrorsh(t, 0, "", "completion", shell); !strings.Contains(out, f.Name) {
					t.Errorf("%s has no --%s", shell, f.Name)
				}
			}
		})
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range exitStatuses {
		if !strings.Contains(strings.ReplaceAll(string(readme), "`", ""), "| "+s[0]+" | "+strings.ReplaceAll(s[1], "(5s)", "")) && s[0] != "3" {
			t.Errorf("README has no exit status %s: %s", s[0], s[1])
		}
	}
}

func TestDocsMistakes(t *testing.T) {
	for args, says := range map[string]string{
		"completion":      "completion takes one of bash, fish, zsh: see completion --help",
		"completion tcsh": "completion takes one of bash, fish, zsh: see completion --help",
		"man 2":           "man takes 1 or 5: see man --help",
		"man 1 5":         "man takes 1 or 5: see man --help",
	} {
		if _, stderr := mirrorsh(t, exitUsage, "", strings.Fields(args)...); stderr != "mirrorsh: "+says+"\n" {
			t.Errorf("%s: %q", args, stderr)
		}
	}
}
