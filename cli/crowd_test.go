package cli

import (
	"cmp"
	"slices"
	"testing"
)

// TestCrowdIsAskedInOrder: lines are asked for once and in the order of their keys,
// whatever order they were edited in, so that what is near each other is found together.
func TestCrowdIsAskedInOrder(t *testing.T) {
	for _, all := range []bool{false, true} {
		keys, asked := []int{5, 3, 9, 3, 1, 5}, []int(nil)
		c := &Crowd[int, int, int]{
			Compare: cmp.Compare[int],
			Edited:  func(int) ([]int, bool) { return slices.Clone(keys), all },
			Keys:    func(int) []int { return []int{9, 5, 3, 1} },
			Line:    func(_, key int) (int, bool) { asked = append(asked, key); return 0, false },
		}
		c.keep(&keptRow{valid: true, lines: &keptLines[int]{compare: cmp.Compare[int]}}, &Setting[int, int]{}, 0)
		if want := []int{1, 3, 5, 9}; !slices.Equal(asked, want) {
			t.Errorf("all %v: asked for %v", all, asked)
		}
	}
}
