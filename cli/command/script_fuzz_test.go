package command

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/state"
)

// FuzzScript runs scripts from the router's files: none may panic, leave the
// session in the middle of a script, or reach what is outside the files.
func FuzzScript(f *testing.F) {
	for _, s := range []string{
		"configure terminal\nhostname lab\ndo show version > a.txt\n",
		"configure file s\n", "enable 15\nmirror-enable\nshow mirror trap > x\n",
		"copy running-configuration ../startup.cnf\nmore ../secure.cnf\n",
		"show log data | include \" > a\n", "show history | begin ( &>> a\r\n", "delete s\nconfigure memory\n",
		"configure terminal\nlog destination nv-file\nlog destination syslog 0.0.0.0\nvirtual-router x\nexit\nexit\nexit\n",
	} {
		f.Add(s, uint8(15))
	}
	// Commands that wait, or raise what is asked for, take their time rightly.
	commands := slices.DeleteFunc(All(), func(c cli.Command) bool {
		usage := grammar.Usage(c.Syntax)
		return strings.HasPrefix(usage, "sleep") || strings.HasPrefix(usage, "test")
	})
	f.Fuzz(func(t *testing.T, text string, level uint8) {
		store := memory()
		if err := store.Commit(map[string][]byte{"outside.cnf": []byte("outside")}); err != nil {
			t.Fatal(err)
		}
		shell := shellOf(t, store, commands)
		if err := shell.Files().Write("s", text); err != nil {
			return // more than a file holds
		}
		o := operatorOf(t, shell)
		o.SetLevel(max(int(level%16), 10))
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), "configure file s"); err != nil && !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		if o.Mode() != cli.Exec {
			t.Errorf("the script ended in %s", o.Mode())
		}
		if outside, err := store.ReadFile("outside.cnf"); err != nil || string(outside) != "outside" {
			t.Errorf("outside of the files: %q, %v", outside, err)
		}
		files, err := store.List("")
		if err != nil {
			t.Fatal(err)
		}
		known := []string{"outside.cnf", "secure.cnf", "startup.cnf"}
		if i := slices.IndexFunc(files, func(f state.File) bool { return !slices.Contains(known, f.Name) }); i >= 0 {
			t.Errorf("%s was made outside of the files", files[i].Name)
		}
	})
}
