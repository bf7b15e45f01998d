package command

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// mixed is a script of 10 000 lines as automation writes them; those that show tables
// may be left out.
func mixed(tables bool) string {
	lines := []string{
		"enable 15",
		"configure terminal",
		"snmp-server contact Joe Administrator",
		"snmp-server host 127.0.0.9 version v2c public udp-port 1162 link cliSecurityAlert trapFilters notice",
		"snmp-server enable traps per-category-trapFilters ospf debug",
		"no snmp-server enable traps per-category-trapFilters ospf",
		"hostname edge",
		"no hostname",
		"end",
		"show privilege",
		"show snmp trap",
		"mirror-enable",
		"configure terminal",
		"snmp-server enable traps packetMirror trapFilters 5",
		"mirror trap-enable",
		"no mirror trap-enable",
		"do show terminal",
		"! a comment",
		"exit",
		"no mirror-enable",
	}
	if !tables {
		for i, line := range lines {
			if line == "show snmp trap" {
				lines[i] = "show privilege"
			}
		}
	}
	return strings.Repeat(strings.Join(lines, "\n")+"\n", 10_000/len(lines))
}

func BenchmarkBatch(b *testing.B) {
	shell := newShell(b)
	for name, tables := range map[string]bool{"tables": true, "plain": false} {
		script := mixed(tables)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out := bufio.NewWriter(io.Discard)
				s := shell.NewSession(cli.SessionOptions{Level: 1, Out: out})
				batch := cli.Batch{Session: s, Out: out, Errors: io.Discard}
				if err := batch.Run(b.Context(), cli.Source{Name: "mixed", R: strings.NewReader(script)}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}

// BenchmarkKeystroke is what one key costs in the rich editor: ? or Tab, and
// the suggestions, at the places with the most to choose from.
func BenchmarkKeystroke(b *testing.B) {
	shell := newShell(b)
	for _, line := range []string{"", "sh", "show ", "show snmp t"} {
		b.Run("exec "+line, func(b *testing.B) { keystroke(b, operatorOf(b, shell, "mirror-enable"), line) })
	}
	for _, line := range []string{"", "snmp-server ", "snmp-server host 127.0.0.1 version v3 user link "} {
		b.Run("config "+line, func(b *testing.B) {
			keystroke(b, operatorOf(b, shell, "mirror-enable", "configure terminal"), line)
		})
	}
}

func keystroke(b *testing.B, o *operator, line string) {
	b.ReportAllocs()
	for b.Loop() {
		_ = o.Help(line)
		_, _ = o.Complete(line)
		_ = o.Suggest(line)
	}
}
