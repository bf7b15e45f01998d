package network

import (
	"math/rand/v2"
	"slices"
	"testing"
)

type one struct{ n uint64 }

func (o *one) key() uint64 { return o.n }

// TestSeveral: whatever comes and goes, members are given out in order, from one key
// to another.
func TestSeveral(t *testing.T) {
	rng := rand.New(rand.NewPCG(*modelSeed, 0))
	all := make([]*one, 4)
	for n := range all {
		all[n] = &one{uint64(n)}
	}
	var s several[*one]
	var have []*one
	for range 2_000 {
		o := all[rng.IntN(len(all))]
		if at := slices.Index(have, o); at >= 0 {
			s.remove(o)
			have = slices.Delete(have, at, at+1)
		} else {
			s.add(o)
			have = append(have, o)
		}
		slices.SortFunc(have, func(a, b *one) int { return int(a.n) - int(b.n) })
		from, before := uint64(rng.IntN(5)), uint64(rng.IntN(6))
		var want []*one
		for _, o := range have {
			if o.n >= from && o.n < before {
				want = append(want, o)
			}
		}
		if got := slices.Collect(s.between(from, before)); !slices.Equal(got, want) {
			t.Fatalf("from %d to %d of %v: %v", from, before, have, got)
		}
		if got := slices.Collect(s.all()); !slices.Equal(got, have) || s.empty() != (len(have) == 0) {
			t.Fatalf("all %v, want %v", got, have)
		}
	}
}
