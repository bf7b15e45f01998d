package matched

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

func host(n int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(n)}) }

// TestWithin finds what a look at all addresses finds, and stops where it is told to.
func TestWithin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	lengths := []int{Nowhere, 0, 24, 28, 30, 32}
	var table Table[int]
	is := map[int]int{} // the length for each address
	for range 5_000 {
		n := rng.IntN(64)
		if bits, ok := is[n]; ok {
			table.Delete(host(n), bits)
			delete(is, n)
		} else {
			is[n] = lengths[rng.IntN(len(lengths))]
			table.Set(host(n), is[n], n)
		}
		p, _ := host(rng.IntN(64)).Prefix(lengths[1+rng.IntN(len(lengths)-1)])
		longest := lengths[rng.IntN(len(lengths))]
		var want []int
		for n, bits := range is {
			if p.Contains(host(n)) && bits <= longest {
				want = append(want, n)
			}
		}
		slices.SortFunc(want, func(a, b int) int {
			return int(key(is[a], number(host(a)))) - int(key(is[b], number(host(b))))
		})
		got := slices.Collect(table.Within(p, longest))
		if !slices.Equal(got, want) || table.Len() != len(is) {
			t.Fatalf("within %v up to %d: %v, want %v; %d addresses of %d", p, longest, got, want, table.Len(), len(is))
		}
		for n := range table.Within(p, longest) {
			if n != want[0] {
				t.Fatal("first", n)
			}
			break
		}
	}
}
