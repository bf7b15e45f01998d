package command

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/side"
)

// lists makes policy and classifier lists of all kinds, ordinary ones of two protocols,
// of names that begin alike, and has RADIUS make one for each of some subscribers.
func (o *operator) lists(t *testing.T, names []string, subscribers int) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	x, _ := o.Router().Secure(side.Clear(true))
	for _, name := range names {
		for _, p := range []policy.Protocol{policy.IP, policy.IPv6} {
			must(o.Router().Policies().Create(p, name))
			must(o.Router().Policies().AddClassifier(p, name, "any"))
		}
		for _, p := range []mirror.Protocol{mirror.IP, mirror.L2TP, mirror.IPv6} {
			must(x.Mirror().CreatePolicyList(p, name))
		}
		must(x.Mirror().AddClassifier(mirror.IP, name, "any", nil))
	}
	enable, analyzer := uint32(mirror.LIEnable), netip.MustParseAddr("192.168.99.2")
	for i := range subscribers {
		must(o.Router().Default().Network().Login(network.Subscriber{Name: fmt.Sprint("sub", i), AcctSessionID: fmt.Sprint("a", i)},
			&mirror.Attributes{Action: &enable, Analyzer: &analyzer}))
	}
}

// TestListNamesCost: of the names of many lists those alone are looked at that are
// listed, and those that are not are counted.
func TestListNamesCost(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable")
	const n, mirrored = 3 * grammar.MaxNames, 2 * grammar.MaxNames
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("list%03d", i*7%n))
	}
	o.lists(t, names, mirrored)
	for kind, c := range map[string]struct {
		namer any
		all   int
	}{
		"policy lists": {ordinaryPolicyNames, n}, "classifier lists": {ordinaryClassifierNames, n},
		"secure policy lists": {policyNames, n + mirrored}, "secure classifier lists": {classifierNames, n},
		"secure policy lists of IP": {policyNamesOf(mirror.IP), n}, // none of RADIUS, which no command changes
	} {
		for prefix, want := range map[string]int{"": c.all, "list0": 100, "list1": 50, "list07": 10, "other": 0, "list149x": 0} {
			given, left := 0, 0
			visit := func(string) bool { given++; return given < grammar.MaxNames }
			switch of := c.namer.(type) {
			case cli.CrowdNamer:
				left = of(o.Session, prefix, visit)
			case cli.Namer:
				for _, name := range of(o.Session) {
					visit(name)
				}
			}
			if most := min(want, grammar.MaxNames); given != most || given+left != want {
				t.Errorf("%s, %q: %d given out and %d left, want %d of %d", kind, prefix, given, left, most, want)
			}
		}
	}
}

// TestAwkwardListNames: names of lists are listed, and counted, as they may be typed on,
// whatever characters they have.
func TestAwkwardListNames(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	var names []string
	for c := '!'; c <= '~'; c++ {
		names = append(names, fmt.Sprintf("%ca", c), fmt.Sprintf("n%c", c), fmt.Sprintf("n%c%c", c, c))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	o.lists(t, names, 0)
	lists := 0
	for _, line := range []string{
		"ip policy-list ", "no ip classifier-list ", "do show policy-list ", "do show classifier-list ", "do show secure policy-list ",
		"do show secure classifier-list ", "secure ipv6 policy-list ", "mirror username joe ip secure-policy-list ",
	} {
		for _, partial := range []string{"", "n", "n-", "n_", "n.", "n!", "n|", "nn", "z", `"`, `"n`, `"n?`, `"n\`, `"n\"`, `"nn`} {
			quote := grammar.Quote
			if strings.HasPrefix(partial, `"`) {
				quote = grammar.QuoteAlways
			}
			var want []string
			for _, name := range names {
				if q := quote(name); strings.HasPrefix(q, partial) && (partial == "" || q[0] == partial[0]) {
					want = append(want, q)
				}
			}
			more := max(len(want)-grammar.MaxNames, 0)
			want = want[:len(want)-more]
			text := ""
			for _, q := range want {
				text += "  " + q + "\n"
			}
			if more > 0 {
				text += fmt.Sprintf("  ... and %d more\n", more)
			}
			if _, got := o.Complete(line + partial); len(want) > 1 && !strings.HasPrefix(got, text) {
				t.Errorf("%q Tab lists\n%s\nwant\n%s", line+partial, got, text)
			}
			lists += len(want)
		}
	}
	if lists < 1000 {
		t.Errorf("%d names have been looked for", lists)
	}
}
