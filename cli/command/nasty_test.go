package command

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// nasty are values that something on the way to the configuration and back may
// take for something else.
var nasty = []string{
	"", " ", "<hidden>", "<Hidden>", "hidden", "a b", " a", "a ", "a  b", "\t", "a\tb", `"`, `""`, `a"b`, `"a"`, `\`, `\\`, `a\`, `\"`, `\n`, `a\nb`, `\t`,
	"!", "!a", "a!", "a ! b", "|", "a|b", "| include a", ">", ">>", "&>", "a>b", "> file", "?", "a?", "?a", "a ? b", ";", "a;b", "#", "#a#", "^", "^a^", "^C", "^Z",
	"-", "-a", "--", "no", "default", "do", "run", "exit", "end", "view", "v", "ro", "r", "in", "i", "group", "*", "**", "0", "5", "7", "007", "+1", "0x10", "1.3", "10.1.2.3",
	"ip", "any", "host", "deny", "level", "key", "informs", "udp-port", "packetMirror", "ip secure-policy-list x", "l2tp", "secure-policy-list",
	"'", "'a b'", "`", "$HOME", "%s", "%", "~", "(", "[", "{", "}", "=", ",", "é", "日本語", "ﬁ", "\u00a0", "\u200b", "\u202e", "e\u0301", "\x00", "\x01", "\x7f", "\x1b[31m", "a\rb", "a\nb", "\xff", "\u0085", "\u2028",
	"! End of configuration script", "virtual-router default", "configure terminal", strings.Repeat("x", 255), strings.Repeat("?", 15), strings.Repeat("\\", 31), strings.Repeat(`"`, 31),
	"gre:lab", "gre:<hidden>", "gre:?", "gre:!", "gre:|a", "!:a", "?:;", "spl_1", "default1", "mirror", "everything",
}

// holes returns the lines of a mode with a hole where one parameter stands, by
// the form of the command.
func holes(tree *grammar.Tree[cli.Handler], mode grammar.Mode) []string {
	const hole = "\x00"
	seen := map[string]bool{}
	var lines []string
	for line := range tree.Lines(mode, func(p *grammar.Parameter) string {
		if _, ok := p.Type.Parse("word1234"); ok || p.Type.Usage() == "TYPE:NAME" || p.Type.Usage() == "HEX" {
			return hole + sampleValue(p)
		}
		return sampleValue(p)
	}) {
		words := strings.Split(line, hole)
		for i := 1; i < len(words); i++ {
			_, rest, _ := strings.Cut(words[i], " ")
			before := strings.Join(words[:i], "")
			if !seen[before] {
				seen[before] = true
				lines = append(lines, before+hole+rest+strings.Join(words[i+1:], ""))
			}
		}
	}
	return lines
}

// prepared is what the lines of the grammar need to be accepted.
const prepared = `mirror-enable
configure terminal
snmp-server group word1234 priv read everything notify everything
snmp-server user word1234 group word1234 authentication sha passphrase privacy aes passphrase
interface loopback 1
exit
secure ip policy-list word1234
exit
end
`

// replays holds the configuration of a shell to what comes of it: as a script
// of a session, as lines typed one by one, and saved.
func replays(t testing.TB, shell *cli.Shell) error {
	want := configuration(t, shell, true)
	again := newShell(t)
	if out, err := batch(t, again, "mirror-enable\n"+want); err != nil {
		return fmt.Errorf("%w: %s of\n%s", err, out, want)
	}
	if got := configuration(t, again, true); got != want {
		return fmt.Errorf("the configuration is\n%s\nwant\n%s", got, want)
	}
	if err := shell.Changed(side.Secure); err != nil {
		return err
	}
	restored := newShell(t)
	restored.Store = shell.Store
	var skipped error
	err := restored.Restore(t.Context(), func(file string, line int, reason string, _ side.Side) {
		skipped = errors.Join(skipped, fmt.Errorf("%s:%d: %s", file, line, reason))
	})
	if err := errors.Join(err, skipped); err != nil {
		return fmt.Errorf("%w of\n%s", err, want)
	}
	if got := configuration(t, restored, true); got != want {
		return fmt.Errorf("restored is\n%s\nwant\n%s", got, want)
	}
	return nil
}

// TestNastyValuesReadBack gives every parameter of every configuration command
// that takes a word each of the values, plain and in quotes. Whatever is
// accepted is shown and saved so that it reads back.
func TestNastyValuesReadBack(t *testing.T) {
	tree := newShell(t).Tree()
	accepted := 0
	for mode, way := range ways {
		if mode == cli.Exec {
			continue
		}
		for i, line := range holes(tree, mode) {
			if i%share > 0 {
				continue
			}
			if strings.Contains(line, "password") || strings.Contains(line, "secret") || strings.Contains(line, "authentication") {
				continue // hashed
			}
			if strings.HasPrefix(line, "privilege") || strings.HasPrefix(line, "do ") || strings.HasPrefix(line, "no ") || strings.HasPrefix(line, "default ") {
				continue
			}
			before, after, _ := strings.Cut(line, "\x00")
			shell := newShell(t)
			var script strings.Builder
			for _, value := range nasty {
				for _, written := range []string{value, grammar.QuoteAlways(value)} {
					if strings.ContainsAny(written, "\r\n") {
						continue // more than a line
					}
					script.WriteString("end\n" + way + before + written + " " + after + "\n")
				}
			}
			// All in one router; if that does not read back, which of them is it?
			n, err := nastyRun(t, shell, script.String())
			accepted += n
			if err != nil {
				t.Errorf("%q: %v", line, err)
			}
		}
	}
	if accepted < 1000/(2*share) {
		t.Errorf("only %d lines were accepted", accepted)
	}
	t.Logf("%d lines were accepted", accepted)
}

// nastyRun runs a script on top of what is prepared, keeps going, and replays
// the configuration; n counts the lines that were accepted.
func nastyRun(t testing.TB, shell *cli.Shell, script string) (n int, err error) {
	o := operatorOf(t, shell)
	for line := range strings.Lines(prepared + script) {
		var refusal *cli.Refusal
		switch err := o.Execute(t.Context(), strings.TrimSuffix(line, "\n")); {
		case err == nil:
			n++
		case !errors.As(err, &refusal):
			return n, err
		}
		o.take()
	}
	return n, replays(t, shell)
}

// FuzzConfigurationReadsBack runs scripts of the router and holds what is shown
// afterwards to the same.
func FuzzConfigurationReadsBack(f *testing.F) {
	for i, v := range nasty {
		if i%share > 0 {
			continue
		}
		f.Add("hostname "+grammar.QuoteAlways(v), v)
		f.Add("banner motd #"+v+"#", v)
		f.Add("snmp-server contact "+v, v)
	}
	f.Fuzz(func(t *testing.T, line, value string) {
		if strings.Contains(line, "log destination") || strings.Contains(line, "radius") || strings.Contains(line, "password") || strings.Contains(line, "secret") {
			return // they open sockets and hash
		}
		shell := newShell(t)
		w := bufio.NewWriter(io.Discard)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &bytes.Buffer{}, KeepGoing: true, Quiet: true}
		defer func() { b.Session.Close() }()
		script := prepared + "configure terminal\n" + line + "\nvirtual-router " + value + "\nvirtual-router " + grammar.QuoteAlways(value) +
			"\nsnmp-server location " + grammar.QuoteAlways(value) + "\naccess-list " + grammar.QuoteAlways(value) + " permit any\n"
		if err := b.Run(t.Context(), cli.Source{Name: "f", R: strings.NewReader(script)}); err != nil && !errors.Is(err, cli.ErrRefused) {
			return // it ended the session, or is too long
		}
		if err := replays(t, shell); err != nil {
			t.Error(err)
		}
	})
}

// TestNastyValuesBySETReadBack sets every text that a manager may set to each of
// the values. Whatever is accepted is shown and saved so that it reads back.
func TestNastyValuesBySETReadBack(t *testing.T) {
	probe := operatorOf(t, newShell(t), "configure terminal", "snmp-server community boss admin")
	set := func(o *operator, name mib.OID, value string) bool {
		return askAgent(t, o, snmp.PDUSet, snmp.Varbind{Name: name, Value: snmp.OctetString(value)}).ErrorStatus == 0
	}
	var texts []mib.OID
	for _, oid := range agent.Objects() {
		if set(probe, oid.Sub(0), "word1234") {
			texts = append(texts, oid.Sub(0))
		}
	}
	slices.SortFunc(texts, mib.OID.Compare)
	if len(texts) < 3 {
		t.Fatalf("only %v can be set", texts)
	}
	accepted := 0
	for values := range slices.Chunk(nasty, len(texts)) { // a command takes what SET takes: TestTextsByCommandAndSET
		shell := newShell(t)
		o := operatorOf(t, shell, "configure terminal", "snmp-server community boss admin")
		for i, value := range values {
			if set(o, texts[i], value) {
				accepted++
			}
		}
		if err := replays(t, shell); err != nil {
			t.Errorf("%q: %v", values, err)
		}
	}
	if accepted < len(nasty)/2 {
		t.Errorf("only %d values were accepted", accepted)
	}
	t.Logf("%d values of %d objects were accepted", accepted, len(texts))
}
