//go:build !race

package cli

import (
	"fmt"
	"hash/maphash"
	"testing"
)

// TestLatelySameHash: lines of a loop that share a hash are kept beside each other.
func TestLatelySameHash(t *testing.T) {
	var l lately
	at := func(line string) uint64 { return maphash.String(seed, line) % 256 }
	first := "line 0"
	second := first
	for n := 1; second == first; n++ {
		if line := fmt.Sprint("line ", n); at(line) == at(first) {
			second = line
		}
	}
	lines := [][]byte{[]byte(first), []byte(second)}
	if got := testing.AllocsPerRun(100, func() {
		for _, line := range lines {
			l.text(line)
		}
	}); got != 0 {
		t.Errorf("%q and %q are made again: %v allocations", first, second, got)
	}
}
