package acl

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// TestRulesByKey: who keeps rules by their keys, and after edits asks for those only,
// has what All returns, in its order; names may begin alike.
func TestRulesByKey(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	var ls Lists
	kept := map[RuleKey]Rule{}
	names := []string{"a", "ab", "a!", "b"}
	for step := range 600 {
		for range rnd.IntN(4) {
			name := names[rnd.IntN(len(names))]
			rule := Rule{Permit: rnd.IntN(2) == 0, Address: netip.AddrFrom4([4]byte{10, byte(rnd.IntN(8))}), Wildcard: 1<<16 - 1}
			switch rnd.IntN(12) {
			case 0:
				_ = ls.Remove(name)
			case 1, 2, 3, 4, 5:
				_ = ls.RemoveRule(name, rule)
			default:
				if err := ls.Add(name, rule); err != nil {
					t.Fatal(err)
				}
			}
		}
		keys, all := ls.TakeEdited()
		if all != (step == 0) {
			t.Fatalf("%d: all %v", step, all)
		}
		if all {
			keys = ls.Keys()
		}
		for _, k := range keys {
			if r, ok := ls.Rule(k); ok {
				kept[k] = r
			} else {
				delete(kept, k)
			}
		}
		var got, want []string
		order := ls.Keys()
		slices.SortFunc(order, RuleKey.Compare)
		for _, k := range order {
			got = append(got, fmt.Sprint(k.List, kept[k]))
		}
		for _, l := range ls.All() {
			for _, r := range l.Rules {
				want = append(want, fmt.Sprint(l.Name, r))
			}
		}
		if !slices.Equal(got, want) || len(kept) != len(order) {
			t.Fatalf("%d: %d kept, %q, want %q", step, len(kept), got, want)
		}
	}
}
