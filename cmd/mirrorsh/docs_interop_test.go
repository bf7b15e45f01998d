//go:build interop

package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// runProgram returns what a program prints for the input; its failing fails the test.
func runProgram(t *testing.T, stdin, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestManualPagesAreClean to mandoc and to man.
func TestManualPagesAreClean(t *testing.T) {
	for _, section := range []string{"1", "5"} {
		page, _ := mirrorsh(t, 0, "", "man", section)
		if out := runProgram(t, page, "mandoc", "-T", "lint"); out != "" {
			t.Errorf("mirrorsh(%s): %s", section, out)
		}
		if out := runProgram(t, page, "groff", "-man", "-ww", "-z", "-K", "utf-8"); out != "" {
			t.Errorf("mirrorsh(%s): %s", section, out)
		}
	}
}

// TestCompletion asks the shells themselves.
func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir()) // of whose files there are none
	cases := []struct {
		words []string // the last one is completed
		want  []string
	}{
		{[]string{"--mod"}, []string{"--model"}},
		{[]string{"--model", "erx"}, []string{"erx1440", "erx310"}},
		{[]string{"rec"}, []string{"receive"}},
		{[]string{"receive", "--eng"}, []string{"--engine-id"}},
		{[]string{"receive", "--mod"}, nil},
		{[]string{"serve", "--log-level", "de"}, []string{"debug"}},
		{[]string{"completion", "z"}, []string{"zsh"}},
		{[]string{"man", ""}, []string{"1", "5"}},
	}
	script := func(shell string) string { out, _ := mirrorsh(t, 0, "", "completion", shell); return out }
	bash, fish := script("bash"), script("fish")
	for _, c := range cases {
		line := "mirrorsh " + strings.Join(c.words, " ")
		out := runProgram(t, bash+"COMP_WORDS=(mirrorsh "+quoted(c.words)+")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_mirrorsh\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n", "bash", "--norc", "-s")
		if got := slices.Sorted(slices.Values(strings.Fields(out))); !slices.Equal(got, c.want) {
			t.Errorf("bash: %s: %q, want %q", line, got, c.want)
		}
		out = runProgram(t, fish+"complete -C '"+line+"'\n", "fish", "--no-config")
		var got []string
		for _, l := range strings.Split(strings.TrimSpace(out), "\n") {
			if word, _, _ := strings.Cut(l, "\t"); word != "" {
				got = append(got, word)
			}
		}
		if slices.Sort(got); !slices.Equal(got, c.want) {
			t.Errorf("fish: %s: %q, want %q", line, got, c.want)
		}
	}
	out := runProgram(t, script("bash")+"COMP_WORDS=(mirrorsh --model = e3)\nCOMP_CWORD=3\n_mirrorsh\necho \"${COMPREPLY[@]}\"\n", "bash", "--norc", "-s")
	if out != "e320\n" {
		t.Errorf("bash: --model=e3: %q", out)
	}
	runProgram(t, script("zsh"), "zsh", "-f", "-n")
	loaded := runProgram(t, "autoload -Uz compinit; compinit -u -d "+filepath.Join(t.TempDir(), "dump")+"\n"+script("zsh")+"print ${_comps[mirrorsh]}\n", "zsh", "-f", "-s")
	if loaded != "_mirrorsh\n" {
		t.Errorf("zsh: %q", loaded)
	}
}

func quoted(words []string) string {
	var all []string
	for _, w := range words {
		all = append(all, single(w))
	}
	return strings.Join(all, " ")
}
