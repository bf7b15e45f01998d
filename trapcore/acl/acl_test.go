package acl

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func TestLookup(t *testing.T) {
	var ls Lists
	for _, r := range []struct {
		list string
		rule Rule
	}{
		{"ops", NewRule(false, addr("10.1.2.3"), 0)},
		{"ops", NewRule(true, addr("10.1.2.9"), 0xff)},
		{"all", NewRule(true, addr("0.0.0.0"), Any)},
		{"none", NewRule(false, addr("0.0.0.0"), Any)},
		{"odd", NewRule(true, addr("10.0.0.1"), 0x00ffff00)},
	} {
		if err := ls.Add(r.list, r.rule); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		list, from string
		want       bool
	}{
		{"ops", "10.1.2.3", false},
		{"ops", "10.1.2.4", true},
		{"ops", "::ffff:10.1.2.4", true},
		{"ops", "10.1.3.4", false},
		{"ops", "::1", false},
		{"all", "10.1.2.3", true},
		{"all", "::1", true},
		{"none", "10.1.2.3", false},
		{"odd", "10.9.9.1", true},
		{"odd", "10.9.9.2", false},
		{"missing", "10.1.2.3", false},
	} {
		if got := ls.Lookup(c.list, addr(c.from)); got != c.want {
			t.Errorf("%s from %s: %v, want %v", c.list, c.from, got, c.want)
		}
	}
}

func TestEditing(t *testing.T) {
	var ls Lists
	host, net := NewRule(true, addr("10.1.2.3"), 0), NewRule(false, addr("10.0.0.0"), 0xffffff)
	for _, r := range []Rule{host, net, host} {
		if err := ls.Add("a", r); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := fmt.Sprint(ls.All()), "[{a [permit host 10.1.2.3 deny 10.0.0.0 0.255.255.255]}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, c := range []struct {
		do   func() error
		want error
	}{
		{func() error { return ls.RemoveRule("a", NewRule(true, addr("10.0.0.0"), 0)) }, errNoRule},
		{func() error { return ls.RemoveRule("b", host) }, ErrNoList},
		{func() error { return ls.RemoveRule("a", host) }, nil},
		{func() error { return ls.RemoveRule("a", net) }, nil},
		{func() error { return ls.Remove("a") }, ErrNoList},
	} {
		if err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
}

func TestBounds(t *testing.T) {
	var ls Lists
	for i := range maxRules {
		if err := ls.Add("a", NewRule(true, fromBits(uint32(i)), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := ls.Add("a", NewRule(true, addr("10.0.0.1"), 0)); !errors.Is(err, errTooManyRules) {
		t.Errorf("one rule too many: %v", err)
	}
	for i := range maxLists - 1 {
		if err := ls.Add(fmt.Sprint("list", i), NewRule(true, addr("10.0.0.1"), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := ls.Add("more", NewRule(true, addr("10.0.0.1"), 0)); !errors.Is(err, errTooManyLists) {
		t.Errorf("one list too many: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	var ls Lists
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			r := NewRule(true, fromBits(uint32(i)), 0)
			for range 200 {
				if err := ls.Add("a", r); err != nil {
					t.Error(err)
				}
				if !ls.Lookup("a", fromBits(uint32(i))) {
					t.Error("a rule that was added does not match")
				}
				ls.All()
				if err := ls.RemoveRule("a", r); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// TestCost: a rule costs what it adds, in a list and among lists of any length;
// who has the list as it was sees no more of it.
func TestCost(t *testing.T) {
	var ls Lists
	rule := func(n int) Rule { return NewRule(true, addr(fmt.Sprintf("10.0.%d.%d", n>>8, n&255)), 0) }
	for n := range 500 {
		if err := ls.Add(fmt.Sprint("other", n), rule(n)); err != nil {
			t.Fatal(err)
		}
	}
	var rules []Rule // made before anything is counted
	for n := range 1000 {
		rules = append(rules, rule(n))
	}
	n := 0
	add := func() {
		if err := ls.Add("a", rules[n]); err != nil {
			t.Fatal(err)
		}
		n++
	}
	add()
	add()
	before := ls.lists["a"].rules
	// A list that is full is copied into one with room for a part more.
	if got := testing.AllocsPerRun(1, func() {
		for range 480 {
			add()
		}
	}); got > 20 {
		t.Errorf("480 rules made %v copies of the list", got)
	}
	if len(before) != 2 || before[1] != rule(1) {
		t.Errorf("changed under its reader: %v", before)
	}
}

// TestCostOfRemoval: a list goes rule by rule, from either end, without copies of
// it, and who has it as it was sees all of it, whatever is added meanwhile.
func TestCostOfRemoval(t *testing.T) {
	rule := func(n int) Rule { return NewRule(true, fromBits(10<<24+uint32(n)), 0) }
	for _, end := range []struct {
		name string
		of   func(rules []Rule) Rule
	}{
		{"first", func(rules []Rule) Rule { return rules[0] }},
		{"last", func(rules []Rule) Rule { return rules[len(rules)-1] }},
	} {
		t.Run(end.name, func(t *testing.T) {
			var ls Lists
			var want []Rule
			for n := range maxRules {
				want = append(want, rule(n))
				if err := ls.Add("a", rule(n)); err != nil {
					t.Fatal(err)
				}
			}
			before := ls.lists["a"].rules
			remove := func() {
				if err := ls.RemoveRule("a", end.of(ls.lists["a"].rules)); err != nil {
					t.Fatal(err)
				}
			}
			if got := testing.AllocsPerRun(1, func() {
				for range 480 {
					remove()
				}
			}); got > 20 {
				t.Errorf("480 rules that were removed made %v copies of the list", got)
			}
			if err := ls.Add("a", rule(maxRules)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(before, want) {
				t.Error("changed under its reader")
			}
			left := len(ls.lists["a"].rules)
			if left != len(ls.lists["a"].numbers) || left != maxRules-2*480+1 {
				t.Errorf("%d rules are left", left)
			}
		})
	}
}
