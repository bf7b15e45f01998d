package command

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// slipSecrets are values that no other word of a line holds.
var slipSecrets = []string{"Zq7Zq7Zq7Zq7", `"Zq7Zq7 Zq7 Zq7Zq7"`, "Zq7Zq7Zq7Zq7Zq7!", "0a7f0a7f0a7f0a7f0a7f0a7f0a7f0a7f", "7Zq7Zq7Zq7"}

// everySlip makes the test take minutes.
const everySlip = false

// strides is how many lines with secrets there are for each that is tried.
const strides = 7 * share

// secretLine is a line of the grammar with a secret in its place.
type secretLine struct {
	mode   grammar.Mode
	line   string
	secret string
	first  string // word without which nothing is known of the line; "": any word will do
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
				all = append(all, secretLine{mode: mode, line: line, secret: secret})
			}
		}
	}
	return all
}

// earlySecrets returns lines in which a secret comes too early: behind a command
// that asks for it, and behind one that leads to the mode in which it is set.
func earlySecrets(t *testing.T, shell *cli.Shell) []secretLine {
	tree := shell.Tree()
	within := map[grammar.Mode][]secretLine{}
	for _, s := range linesWithSecrets(shell) {
		within[s.mode] = append(within[s.mode], s)
	}
	var all []secretLine
	for _, mode := range cli.AllModes {
		for line := range tree.Lines(mode, sampleValue) {
			m, err := tree.Parse(mode, grammar.View{Level: 15, Mirror: true}, line)
			if err != nil {
				continue // a sample that is no value
			}
			first, _, _ := strings.Cut(line, " ")
			if m.Command.Asks {
				for _, behind := range []string{"", "do ", "run "} {
					all = append(all, secretLine{mode, behind + line + " " + slipSecrets[0], slipSecrets[0], first})
				}
			}
			if s := within[m.Command.Enters]; len(s) > 0 && !strings.HasPrefix(line, "no ") {
				last := s[len(s)-1]
				all = append(all, secretLine{mode, line + " " + last.line, last.secret, first})
			}
		}
	}
	if len(all) < 10 {
		t.Fatalf("%d lines", len(all))
	}
	return all
}

// slipKind is a way to mistype a line; the secret stands in it as it is.
type slipKind struct {
	make func(line, secret string) []string
	// accepted says that a line may be understood, and the secret be a name in it.
	accepted bool
}

var slipKinds = map[string]slipKind{
	"letter":         {make: letterSlips},
	"word":           {make: wordSlips},
	"swapped words":  {make: swappedWords, accepted: true},
	"broken off":     {make: brokenOff, accepted: true},
	"pasted as one":  {make: pastedAsOne},
	"wrong case":     {make: wrongCase},
	"other blanks":   {make: otherBlanks},
	"prefix":         {make: prefixes},
	"filter":         {make: filtered, accepted: true},
	"abbreviated":    {make: abbreviated, accepted: true},
	"without quotes": {make: func(line, secret string) []string { return []string{strings.ReplaceAll(line, `"`, "")} }},
}

// letterSlips has one letter dropped, doubled, moved or wrong, at every position.
func letterSlips(line, _ string) []string {
	var all []string
	for i := range len(line) {
		before, c, after := line[:i], line[i:i+1], line[i+1:]
		all = append(all, before+after, before+c+c+after, before+"x"+after, before+`"`+after, before+c+`"`+after, before+c+" "+after, before+"!"+after, before+" !"+c+after)
		if after != "" {
			all = append(all, before+after[:1]+c+after[1:])
		}
	}
	return all
}

// wordSlips has one word dropped, doubled, moved or wrong, at every position.
func wordSlips(line, _ string) []string {
	var all []string
	words := strings.Split(line, " ")
	with := func(parts ...[]string) { all = append(all, strings.Join(slices.Concat(parts...), " ")) }
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

func swappedWords(line, _ string) []string {
	var all []string
	words := strings.Split(line, " ")
	for i := range words {
		for j := range i {
			w := slices.Clone(words)
			w[i], w[j] = w[j], w[i]
			all = append(all, strings.Join(w, " "))
		}
		w := slices.Delete(slices.Clone(words), i, i+1)
		all = append(all, strings.Join(slices.Insert(slices.Clone(w), 0, words[i]), " "), strings.Join(append(w, words[i]), " "))
	}
	return all
}

// brokenOff has the secret behind each beginning of a line, with a blank or not.
func brokenOff(line, secret string) []string {
	all := []string{secret, `"` + secret, secret + `"`}
	command, _, _ := strings.Cut(line, secret)
	words := strings.Fields(command)
	for n := range words {
		begun := strings.Join(words[:n+1], " ")
		all = append(all, begun+" "+secret, begun+secret, begun+" "+secret+" "+secret, secret+" "+begun, begun+` "`+secret, `"`+begun+" "+secret, begun+" | include "+secret, begun+" > "+secret, strings.Join(words[:n+1], "")+secret)
	}
	return all
}

// pastedAsOne has another line before, or behind, without the end of the first.
func pastedAsOne(line, secret string) []string {
	var all []string
	for _, other := range []string{
		"configure terminal", "hostname red", "snmp-server contact Joe", "snmp-server location Lab 7", "show version", "show configuration | include x",
		"enable 15", "interface loopback 0", "virtual-router red", "line vty 0 4", "radius dynamic-request server 10.1.2.3", "end", "exit",
		"banner motd #hello#", "access-list a permit any", "snmp-server enable traps link", "! comment", "no login", "sleep 1", "run", "foo",
	} {
		all = append(all, other+" "+line, other+line, line+other, line+" "+other, other+"\t"+line, other+"\r"+line)
	}
	return slices.DeleteFunc(all, func(s string) bool { return strings.HasPrefix(s, "!") })
}

func wrongCase(line, secret string) []string {
	before, after, _ := strings.Cut(line, secret)
	return []string{strings.ToUpper(before) + secret + after, strings.ToUpper(strings.ReplaceAll(before, " ", "")) + secret, strings.ToTitle(before) + secret + " " + secret}
}

func otherBlanks(line, secret string) []string {
	var all []string
	for _, blank := range []string{"\t", "  ", " \t ", "\u00a0", "\r", "\v", "_", "-", ".", ",", "=", ":", "/"} {
		all = append(all, strings.ReplaceAll(line, " ", blank), strings.Replace(line, " ", blank, 1), strings.ReplaceAll(line, " "+secret, blank+secret))
	}
	return all
}

func prefixes(line, _ string) []string {
	var all []string
	for _, p := range []string{"do", "run", "no", "default", "do do", "configure terminal", "terminal configure", "configure \"terminal", "show", "sudo", "#", "host1#", "host1(config)#", ">", "|", "-c"} {
		all = append(all, p+" "+line, p+line)
	}
	return all
}

func filtered(line, secret string) []string {
	var all []string
	for _, f := range []string{" | include ", " | begin ", " | json ", " |include", " | ", "|", " > ", ">", " >> ", " &> ", " | include x > ", " ; ", ";", " && "} {
		all = append(all, line+f, line+f+secret, line+f+line)
	}
	return all
}

// abbreviated has every word cut to its first letters.
func abbreviated(line, secret string) []string {
	var all []string
	for n := 1; n <= 4; n++ {
		words := strings.Fields(line)
		for i, w := range words {
			if !strings.Contains(secret, w) {
				words[i] = w[:min(n, len(w))]
			}
		}
		all = append(all, strings.Join(words, " "), strings.Join(words, " ")+" "+secret)
	}
	return all
}

// lost reports whether nothing of the command is left in a line.
func (s secretLine) lost(line string) bool {
	if s.first != "" {
		before, _, _ := strings.Cut(line, strings.Trim(s.secret, `"`)) // what comes before it
		return !slices.Contains(strings.Fields(before), s.first)
	}
	line = strings.ReplaceAll(line, strings.Trim(s.secret, `"`), "")
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
// that is kept of it holds the secret, nor what is said of it if a word of the
// command is left.
func TestSlipsKeepNoSecret(t *testing.T) {
	tree := newShell(t).Tree()
	all := linesWithSecrets(newShell(t))
	early := earlySecrets(t, newShell(t))
	for name, kind := range slipKinds {
		t.Run(name, func(t *testing.T) {
			lines, kept, said := 0, 0, 0
			for i, s := range append(all, early...) {
				if (i+len(name))%strides > 0 && !everySlip {
					continue
				}
				for n, line := range kind.make(s.line, s.secret) {
					if grammar.IsBlank(line) {
						continue
					}
					view := slipViews[(i+n)%len(slipViews)]
					for _, mode := range []grammar.Mode{s.mode, cli.Exec} {
						lines++
						m, err := tree.Parse(mode, view, line)
						if survives(m.Redacted, s.secret) && (err != nil || !kind.accepted) {
							if kept++; kept <= 8 {
								t.Errorf("%s: %q is kept as %q (refused: %v)", mode, line, m.Redacted, err != nil)
							}
						}
						_, herr := tree.Choices(mode, view, line)
						if aloud := sayings(err) + sayings(herr); survives(aloud, s.secret) && !s.lost(line) {
							if said++; said <= 8 {
								t.Errorf("%s: %q: it is said %q", mode, line, aloud)
							}
						}
					}
				}
			}
			t.Logf("%d lines, %d kept a secret, %d said one", lines, kept, said)
		})
	}
}

// TestScriptsShowNoSecret: a script shows its lines without their secrets, whether
// they are carried out, refused, left out, asked about or commented out, and the
// marker stands below the word that is wrong.
func TestScriptsShowNoSecret(t *testing.T) {
	shell := newShell(t)
	for i, s := range linesWithSecrets(shell) {
		if i%strides > 0 && !everySlip {
			continue
		}
		for _, line := range []string{s.line + " ?", s.line + "?", s.line, "  " + s.line, s.line + " x", "! " + s.line, "!" + s.line} {
			lines := ways[s.mode] + line + "\n"
			if strings.HasSuffix(line, "?") {
				shell = newShell(t) // help lists the communities that there are
			}
			out := transcript(t, shell, "mirror-enable\n"+lines)
			if s.mode != cli.Exec {
				out += transcript(t, shell, "mirror-enable\nconfigure terminal x\n"+strings.TrimPrefix(lines, ways[cli.GlobalConfig]))
			}
			if err := shell.Files().Write("s", lines); err != nil {
				t.Fatal(err)
			}
			out += transcript(t, shell, "mirror-enable\nconfigure file s\n")
			if survives(out, s.secret) {
				t.Errorf("%s: %q: it is shown\n%s", s.mode, line, out)
			}
			before, _, ok := strings.Cut(out, "^\n")
			at := before[strings.LastIndex(before, "\n")+1:]
			above := strings.TrimSuffix(before, "\n"+at)
			if above = above[strings.LastIndex(above, "\n")+1:]; ok && (len(at) > len(above) || strings.TrimSpace(above[:len(at)]) == "") {
				t.Errorf("%s: %q: the marker is at %d of %q", s.mode, line, len(at), above)
			}
		}
	}
}

// transcript runs a script that goes on, with echo, and returns all that is shown.
func transcript(t *testing.T, shell *cli.Shell, script string) string {
	t.Helper()
	var out bytes.Buffer
	w := bufio.NewWriter(&out)
	s := shell.NewSession(cli.SessionOptions{Level: 15, Out: w})
	defer s.Close()
	b := &cli.Batch{Session: s, Out: w, Errors: &out, KeepGoing: true}
	if err := b.Run(t.Context(), cli.Source{Name: "script", R: strings.NewReader(script)}); err != nil && !errors.Is(err, cli.ErrRefused) {
		t.Fatal(err)
	}
	return out.String()
}

var slipViews = []grammar.View{{Level: 15}, {Level: 15, Mirror: true}, {Level: 10}, {Level: 1}}

// sayings are what a refusal may say of the line.
func sayings(err error) string {
	var g *grammar.Error
	if !errors.As(err, &g) {
		return ""
	}
	return g.Redacted + "\n" + g.Error() + "\n" + g.Why
}
