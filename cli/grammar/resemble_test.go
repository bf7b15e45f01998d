package grammar

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestResembles: what is known of the letters of two words rules out none that are
// near enough, and lets none in that are not.
func TestResembles(t *testing.T) {
	for _, c := range []struct {
		typed, meant string
		want         bool
	}{
		{"comunity", "community", true}, {"COMMUNTIY", "community", true}, {"com", "community", true}, {"", "key", true},
		{"xommunixy", "community", true}, {"xommunixx", "community", false}, {"communityabc", "community", false},
		{"kye", "key", true}, {"kex", "key", true}, {"xex", "key", false}, {"ke", "key", true}, {"keyy", "key", true}, {"snmp_server", "snmp-server", true},
		{"é", "key", false}, {"k\u00e9y", "key", false},
	} {
		w, meant := newTypedWord(c.typed), newSpelled(c.meant)
		if got := w.resembles(&meant); got != c.want {
			t.Errorf("%q for %q: %v", c.typed, c.meant, got)
		}
	}
	rnd := rand.New(rand.NewPCG(1, 1))
	near := 0
	for range 20000 {
		word := func() string {
			b := make([]byte, 1+rnd.IntN(8))
			for i := range b {
				b[i] = "abc-1A"[rnd.IntN(6)]
			}
			return string(b)
		}
		typed, meant := newTypedWord(word()), newSpelled(word())
		want := strings.HasPrefix(meant.folded, typed.folded) || distance(typed.folded, meant.folded) <= max(1, len(meant.folded)/4)
		if got := typed.resembles(&meant); got != want {
			t.Errorf("%q for %q: %v", typed.text, meant.folded, got)
		}
		if want {
			near++
		}
	}
	if near < 500 {
		t.Errorf("only %d words were near each other", near)
	}
}
