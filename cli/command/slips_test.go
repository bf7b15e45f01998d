package command

import (
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// slipSecrets are values that no other word of a line holds.
var slipSecrets = []string{"Zq7Zq7Zq7Zq7", `"Zq7Zq7 Zq7 Zq7Zq7"`, "Zq7Zq7Zq7Zq7Zq7!", "0a7f0a7f0a7f0a7f0a7f0a7f0a7f0a7f", "7Zq7Zq7Zq7"}

// everySlip makes the test take minutes.
const everySlip = false

// secretLine is a line of the grammar with a secret in its place.
type secretLine struct {
	mode   grammar.Mode
	line   string
	secret string
}

// secretLines returns the lines of every command that takes a secret.
func linesWithSecrets(shell *cli.Shell) []secretLine {
	var all []secretLine
	seen := map[string]bool{}
	for _, mode := range cli.AllModes {
		for i, secret := range slipSecrets {
			if (i+len(mode))%len(slipSecrets) > 0 && !everySlip {
				continue
			}
			value := func(p *grammar.Parameter) string {
				if p.IsSecret() {
					return secret
				}
				return sampleValue(p)
			}
			for line := range shell.Tree().Lines(mode, value) {
				if !strings.Contains(line, secret) || seen[line] {
					continue
				}
				seen[line] = true
				all = append(all, secretLine{mode, line, secret})
			}
		}
	}
	return all
}

// slips returns line with one letter or one word dropped, doubled, moved or
// wrong, at every position.
func slips(line string) []string {
	var all []string
	for i := range len(line) {
		before, c, after := line[:i], line[i:i+1], line[i+1:]
		all = append(all, before+after, before+c+c+after, before+"x"+after, before+`"`+after, before+c+`"`+after, before+c+" "+after, before+"!"+after, before+" !"+c+after)
		if after != "" {
			all = append(all, before+after[:1]+c+after[1:])
		}
	}
	words := strings.Split(line, " ")
	with := func(parts ...[]string) {
		var all2 []string
		for _, p := range parts {
			all2 = append(all2, p...)
		}
		all = append(all, strings.Join(all2, " "))
	}
	for i := range words {
		w := words[i : i+1]
		with(words[:i], words[i+1:])
		with(words[:i], w, words[i:])
		with(words[:i], []string{"bogus"}, words[i:])
		with(words[:i], []string{"bogus"}, words[i+1:])
		with(words[:i], []string{"?"}, words[i:])
		if i+1 < len(words) {
			with(words[:i], words[i+1:i+2], w, words[i+2:])
		}
	}
	return all
}

// lost reports whether nothing of the command is left in a line.
func (s secretLine) lost(line string) bool {
	command := strings.Fields(strings.Replace(s.line, s.secret, "", 1))
	return !slices.ContainsFunc(command, func(word string) bool { return strings.Contains(line, word) })
}

// survives reports whether four letters of a secret are still there.
func survives(kept, secret string) bool {
	for _, part := range strings.Fields(strings.Trim(secret, `"`)) {
		for i := 0; i+4 <= len(part); i++ {
			if strings.Contains(kept, part[i:i+4]) {
				return true
			}
		}
	}
	return false
}

// TestSlipsKeepNoSecret: whatever slip is made in a line with a secret, nothing
// that is kept or said of it holds the secret.
func TestSlipsKeepNoSecret(t *testing.T) {
	shell := shellWith(t, All())
	tree := shell.Tree()
	for _, view := range []grammar.View{{Level: 15}, {Level: 15, Mirror: true}, {Level: 10}} {
		lines, kept, accepted := 0, 0, 0
		for i, s := range linesWithSecrets(shell) {
			if i%23 > 0 && !everySlip {
				continue
			}
			for _, line := range slips(s.line) {
				if grammar.IsBlank(line) {
					continue
				}
				for _, mode := range []grammar.Mode{s.mode, cli.Exec} {
					lines++
					m, err := tree.Parse(mode, view, line)
					said := m.Redacted
					if err != nil {
						said += "\n" + err.Error()
					}
					if _, herr := tree.Choices(mode, view, line); herr != nil {
						said += "\n" + herr.Error()
					}
					if !survives(said, s.secret) || s.lost(line) {
						continue
					}
					if err == nil {
						accepted++
					}
					if kept++; kept <= 8 {
						t.Errorf("%s: %q is kept as %q (refused: %v)", mode, line, said, err != nil)
					}
				}
			}
		}
		t.Logf("view %+v: %d lines, %d kept a secret, %d of them accepted", view, lines, kept, accepted)
	}
}
