package grammar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// listOf gives out names, those that need no quotes in their order and until there are
// enough, or all of them.
type listOf struct {
	names   []string
	ordered bool
	visited int
}

func (l *listOf) Each(_ any, prefix string, visit func(string) bool) (left int) {
	names := l.names
	if l.ordered {
		for _, name := range names {
			if !bare(name) {
				visit(name)
			}
		}
		names = slices.DeleteFunc(slices.Sorted(slices.Values(names)), func(n string) bool { return !bare(n) || !strings.HasPrefix(n, prefix) })
	}
	for i, name := range names {
		l.visited++
		if !visit(name) && l.ordered {
			return len(names) - i - 1
		}
	}
	return 0
}

func namesTree(t *testing.T, parse func(string) (any, bool)) *Tree[string] {
	t.Helper()
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{{Modes: []Mode{exec},
		Syntax: Seq(Kw("see", "See"), Param("name", Value("NAME", "", parse, func(any) (string, bool) { return "", false }), "The name").From("all"))}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// offered is what help has of names, and the same by looking at all of them.
func offered(t *testing.T, tree *Tree[string], l *listOf, partial string) (got, want string) {
	t.Helper()
	c, err := tree.Choices(exec, View{Level: 15, Names: l}, "see "+partial)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.List {
		if x.Name {
			got += x.Token + "\n"
		}
	}
	quote := Quote
	if strings.HasPrefix(partial, `"`) {
		quote = QuoteAlways
	}
	n := 0
	for _, name := range slices.Compact(slices.Sorted(slices.Values(l.names))) {
		if strings.HasPrefix(quote(name), partial) {
			if n++; n <= MaxNames {
				want += quote(name) + "\n"
			}
		}
	}
	return fmt.Sprint(got, c.More), fmt.Sprint(want, max(n-MaxNames, 0))
}

func TestNamesOfMany(t *testing.T) {
	tree := namesTree(t, func(s string) (any, bool) { return s, true })
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, MaxNames, MaxNames + 1, 700} {
		var names, awkward []string
		for i := range n {
			names = append(names, fmt.Sprintf("%d/%d.%d", r.IntN(3), r.IntN(3), i))
			awkward = append(awkward, fmt.Sprintf("%s%d", []string{"a", "a b", `a"`, `a\`, "!"}[r.IntN(5)], i))
		}
		for _, partial := range []string{"", "1", "1/2", "1/2.", "a", "a1", `"`, `"1`, `"1/2`, `"a`, `"a b`, `"a\`} {
			for _, l := range []*listOf{{names: names}, {names: names, ordered: true}, {names: awkward}, {names: awkward, ordered: true}} {
				if got, want := offered(t, tree, l, partial); got != want {
					t.Errorf("%d names, %q:\n%s\nwant\n%s", n, partial, got, want)
				}
			}
		}
	}
}

// TestNamesCost: of many names no more is made than is listed.
func TestNamesCost(t *testing.T) {
	parsed := 0
	tree := namesTree(t, func(s string) (any, bool) { parsed++; return s, true })
	var names []string
	for i := range 20_000 {
		names = append(names, fmt.Sprintf("1/0.%d", i))
	}
	for _, l := range []*listOf{{names: names}, {names: names, ordered: true}} {
		parsed = 0
		if got, want := offered(t, tree, l, "1/0."); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if l.ordered && l.visited != MaxNames {
			t.Errorf("%d names were looked at", l.visited)
		}
		if parsed > 2*maxParsed {
			t.Errorf("%d names were parsed", parsed)
		}
	}
}
