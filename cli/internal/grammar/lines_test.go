package grammar

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample(p *Parameter) string {
	switch p.Type.Usage() {
	case "A.B.C.D":
		return "10.1.2.3"
	case "<1 - 65535>":
		return "1"
	}
	return "word"
}

func TestLinesCoverTheLanguage(t *testing.T) {
	tree := fixture(t)
	var got []string
	for line := range tree.Lines(exec, sample) {
		if _, err := tree.Parse(exec, secure, line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		got = append(got, line)
	}
	for _, want := range []string{"exit", "show version", "show version | begin word", "show secure detail", "no mirror-enable"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
	got = slices.Collect(tree.Lines(config, sample))
	for _, want := range []string{"snmp-server host 10.1.2.3 word packetMirror", "snmp-server host 10.1.2.3 version v2c word", "snmp-server host 10.1.2.3 word port 1"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

// TestOrdinaryOnly holds, for every prefix of every line there is, what a view
// without the secure side gets to what it would get if there were none.
func TestOrdinaryOnly(t *testing.T) {
	whole := fixture(t)
	without, err := New([]ModeSpec{
		whole.modes[exec].spec, whole.modes[config].spec, whole.modes[iface].spec,
	}, OrdinaryOnly(whole.commands))
	if err != nil {
		t.Fatal(err)
	}
	if len(without.commands) != len(whole.commands)-3 {
		t.Fatalf("%d of %d commands are ordinary", len(without.commands), len(whole.commands))
	}
	for _, m := range []Mode{exec, config, iface} {
		for line := range whole.Lines(m, sample) {
			for n := range len(line) + 1 {
				_, err1 := whole.Parse(m, ordinary, line[:n])
				_, err2 := without.Parse(m, ordinary, line[:n])
				c1, _ := whole.Choices(m, ordinary, line[:n])
				c2, _ := without.Choices(m, ordinary, line[:n])
				if d := cmp.Diff(err2, err1) + cmp.Diff(c2, c1); d != "" {
					t.Fatalf("%q in %s: %s", line[:n], m, d)
				}
			}
		}
	}
}
