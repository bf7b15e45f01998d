package listed

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestNames: those of a prefix are given out in order and each once, as many as are
// asked for, and the rest is counted; those that may need quotes are all given out.
func TestNames(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	var n Names
	have := map[string]int{}
	for range 3000 {
		name := fmt.Sprintf("%s%d", []string{"list", "List_", "a.b-", "spl_", "a b", `a"`, "!"}[rng.IntN(7)], rng.IntN(60))
		if have[name] > 0 && rng.IntN(2) == 0 {
			n.Remove(name)
			if have[name]--; have[name] == 0 {
				delete(have, name)
			}
			continue
		}
		n.Add(name)
		have[name]++
	}
	var words, others []string
	for name := range have {
		if strings.ContainsAny(name, ` "!`) {
			others = append(others, name)
		} else {
			words = append(words, name)
		}
	}
	slices.Sort(words)
	slices.Sort(others)
	if len(words) < 100 || len(others) < 50 {
		t.Fatalf("%d words, %d others", len(words), len(others))
	}
	for _, prefix := range []string{"", "l", "list1", "List", "a", "a.b-5", "z", "list\xff", `a\`} {
		want := slices.DeleteFunc(slices.Clone(words), func(s string) bool { return !strings.HasPrefix(s, prefix) })
		for _, most := range []int{1, 20, 1000} {
			var got, quoted []string
			left := n.Each(prefix, func(name string) bool {
				if slices.Contains(others, name) {
					quoted = append(quoted, name)
					return false
				}
				got = append(got, name)
				return len(got) < most
			})
			if k := min(most, len(want)); !slices.Equal(got, want[:k]) || left != len(want)-k {
				t.Errorf("%q, at most %d: %v, %d left", prefix, most, got, left)
			}
			if slices.Sort(quoted); !slices.Equal(quoted, others) {
				t.Errorf("%q: %v, want %v", prefix, quoted, others)
			}
		}
	}
}

// TestNamesRemoved: nothing is left of names that are gone.
func TestNamesRemoved(t *testing.T) {
	var n Names
	all := []string{"a", "a", "b c", "b c", "b d", "b"}
	for _, name := range all {
		n.Add(name)
	}
	for _, name := range all {
		n.Remove(name)
	}
	if n.words.Len() != 0 || len(n.others) != 0 {
		t.Errorf("%d words, %v", n.words.Len(), n.others)
	}
}
