package network

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEachSpecifier: it gives out, and looks at, what begins so and is asked for.
func TestEachSpecifier(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	var all []string
	for i := range 300 {
		id, _ := ParseInterface("gigabitEthernet", fmt.Sprintf("%d/0.%d", i%3, i))
		if err := r.CreateInterface(id); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			if err := r.RemoveInterface(id); err != nil {
				t.Fatal(err)
			}
			continue
		}
		all = append(all, id.Spec)
	}
	slices.Sort(all)
	for _, prefix := range []string{"", "0", "1/0.", "2/0.29", "3", "1/0.299/"} {
		want := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !strings.HasPrefix(s, prefix) })
		for _, most := range []int{1, 20, 1000} {
			var got []string
			left := r.EachSpecifier(GigabitEthernet, prefix, func(spec string) bool {
				got = append(got, spec)
				return len(got) < most
			})
			if n := min(most, len(want)); !slices.Equal(got, want[:n]) || left != len(want)-n {
				t.Errorf("%q, at most %d: %v, %d left", prefix, most, got, left)
			}
		}
	}
}
