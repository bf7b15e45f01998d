//go:build !race

package command

import (
	"bufio"
	"io"
	"math"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// TestPlainLinesAllocateNothing counts the allocations of the lines of a batch, with their
// echo, once they have been read twice.
func TestPlainLinesAllocateNothing(t *testing.T) {
	const configure = "enable 15\nconfigure terminal\n"
	for _, tt := range []struct {
		name, before, lines string
		most                float64 // for all the lines together
	}{
		{"comments and empty lines", "enable 15\n", "! a comment\n  \n!", 0},
		{"moves", "enable 15\n", "configure terminal\nexit\nconfigure terminal\nend\ndisable\nenable 15", 0},
		{"abbreviations", "enable 15\n", "conf t\nexi\nconf t\nend", 0},
		{"what is so already", configure, "hostname edge\nsnmp-server contact Joe\nsnmp-server trap-source loopback 1", 0},
		{"what is not there", configure, "no hostname\nno snmp-server contact\nno snmp-server trap-source", 0},
		{"of a level below", configure, "line console 0\nhostname edge\nline console 0\nexit", 4},
		{"of the secure side", configure + "do mirror-enable\n", "mirror trap-enable", 0},
		{"lists", configure, "snmp-server enable traps ospf link bgp\nno snmp-server enable traps atmPing", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shell := newShell(t)
			run := func(times int) float64 {
				script := tt.before + strings.Repeat(tt.lines+"\n", times)
				return testing.AllocsPerRun(5, func() {
					out := bufio.NewWriter(io.Discard)
					s := shell.NewSession(cli.SessionOptions{Level: 1, Out: out})
					defer s.Close()
					batch := cli.Batch{Session: s, Out: out, Errors: io.Discard}
					if err := batch.Run(t.Context(), cli.Source{Name: "lines", R: strings.NewReader(script)}); err != nil {
						t.Fatal(err)
					}
				})
			}
			least := math.Inf(1) // a save or a collection may come in between
			for try := 0; try < 5 && least > tt.most+0.5; try++ {
				least = min(least, (run(1010)-run(10))/1000)
			}
			if least > tt.most+0.5 {
				t.Errorf("%.2f allocations each time", least)
			}
		})
	}
}
