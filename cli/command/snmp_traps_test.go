package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPacketMirrorInEnableTraps types enable traps lines in which packetMirror
// stands alone, in a list and beside the filters of the others, and looks at the
// configuration and at the filter that show snmp trap says applies to it.
func TestPacketMirrorInEnableTraps(t *testing.T) {
	const enable = "snmp-server enable traps"
	for _, tt := range []struct {
		name   string
		typed  []string
		lines  []string // of show configuration
		filter string   // of packetMirror
	}{
		{"nothing", nil, nil, "6 - informational    packetmirror (global)"},
		{"alone", []string{enable + " packetMirror"}, []string{enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
		{"first of a list", []string{enable + " packetMirror ospf bgp"},
			[]string{enable + " bgp ospf", enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
		{"last of a list", []string{enable + " ospf bgp packetMirror"},
			[]string{enable + " bgp ospf", enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
		{"alone with a filter", []string{enable + " packetMirror trapFilters error"},
			[]string{enable + " per-category-trapFilters packetMirror error", enable + " packetMirror"}, "3 - error    packetmirror"},
		{"list with a filter", []string{enable + " link packetMirror trapFilters error"},
			[]string{enable + " link", enable + " trapFilters error", enable + " packetMirror"}, "3 - error    packetmirror (global)"},
		{"own filter as the default", []string{enable + " per-category-trapFilters packetMirror informational"},
			[]string{enable + " per-category-trapFilters packetMirror informational"}, "6 - informational    packetmirror"},
		{"own filter as loose as can be", []string{enable + " packetMirror trapFilters debug"},
			[]string{enable + " per-category-trapFilters packetMirror debug", enable + " packetMirror"}, "7 - debug    packetmirror"},
		{"global filter after its own", []string{enable + " packetMirror trapFilters error", enable + " per-category-trapFilters ospf alert", enable + " trapFilters warning"},
			[]string{enable + " trapFilters warning", enable + " per-category-trapFilters packetMirror error", enable + " packetMirror"}, "3 - error    packetmirror"},
		{"global filter restored", []string{enable + " packetMirror trapFilters error", "no " + enable + " trapFilters"},
			[]string{enable + " per-category-trapFilters packetMirror error", enable + " packetMirror"}, "3 - error    packetmirror"},
		{"list with a filter after its own", []string{enable + " packetMirror trapFilters error", enable + " link packetMirror trapFilters alert"},
			[]string{enable + " link", enable + " trapFilters alert", enable + " per-category-trapFilters packetMirror error", enable + " packetMirror"}, "3 - error    packetmirror"},
		{"own filter removed", []string{enable + " packetMirror trapFilters error", "no " + enable + " packetMirror trapFilters"},
			[]string{enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
		{"own filter removed per category", []string{enable + " packetMirror trapFilters error", "no " + enable + " per-category-trapFilters packetMirror"},
			[]string{enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
		{"disabled in a list", []string{enable + " ospf bgp packetMirror", "no " + enable + " packetMirror bgp"},
			[]string{enable + " ospf"}, "6 - informational    packetmirror (global)"},
		{"the others disabled", []string{enable + " ospf packetMirror", "no " + enable},
			[]string{enable + " packetMirror"}, "6 - informational    packetmirror (global)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := operatorOf(t, newShell(t), append([]string{"mirror-enable", "configure terminal"}, tt.typed...)...)
			o.do(t, "end")
			text := o.do(t, "show configuration")
			if d := cmp.Diff(tt.lines, linesWith(text, enable)); d != "" {
				t.Error(d)
			}
			filter := linesWith(o.do(t, "show snmp trap"), "packetmirror")
			want := strings.Replace(tt.filter, "    ", strings.Repeat(" ", 23-strings.Index(tt.filter, "    ")), 1)
			if d := cmp.Diff([]string{want}, filter); d != "" {
				t.Error(d)
			}
			if got, want := o.do(t, "show mirror trap"), strings.Replace(tt.filter, "    packetmirror", "", 1); !strings.Contains(got, "Trap severity level: "+want+"\n") {
				t.Errorf("show mirror trap has not %q:\n%s", want, got)
			}
			again := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
			for _, line := range linesWith(text, enable) {
				again.do(t, line)
			}
			if d := cmp.Diff(text, again.do(t, "do show configuration")); d != "" {
				t.Errorf("replayed: %s", d)
			}
			again.do(t, "end")
			again.do(t, "no mirror-enable")
			if got := again.do(t, "show snmp trap"); strings.Contains(strings.ToLower(got), "mirror") {
				t.Errorf("an ordinary session sees %s", got)
			}
			if err := again.Execute(t.Context(), "configure terminal"); err != nil {
				t.Fatal(err)
			}
			if err := again.Execute(t.Context(), enable+" ospf packetMirror"); err == nil {
				t.Error("an ordinary session enables packetMirror")
			}
		})
	}
}

func linesWith(text, part string) (found []string) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}

// TestTrapWords holds the word that trap, traps and trapstat share a beginning with.
func TestTrapWords(t *testing.T) {
	o := operatorOf(t, newShell(t))
	trap, stat := o.do(t, "show snmp trap"), o.do(t, "show snmp trapstat")
	for _, tt := range []struct{ typed, want string }{
		{"show snmp traps", trap},
		{"show snmp TRAPS", trap},
		{"show snmp trapst", stat},
		{"show snmp trapsta", stat},
	} {
		if d := cmp.Diff(tt.want, o.do(t, tt.typed)); d != "" {
			t.Errorf("%s: %s", tt.typed, d)
		}
	}
	for _, typed := range []string{"show snmp tra", "show snmp tr"} {
		if err := o.Execute(t.Context(), typed); err == nil || !strings.Contains(err.Error(), "Ambiguous") {
			t.Errorf("%s: %v", typed, err)
		}
	}
}
