package terminal

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// After any editing in any window, the screen shows around the cursor what the
// line has there.
func TestViewAgainstScreen(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	keys := []Key{
		arrowLeft, arrowRight, homeKey, endKey, backspaceKey, delKey, keyCutWord, keyYank,
		keyTranspose, keyCutLeft, keyCutRight, 'a', 'b', 'c', ' ', 'd', 'e', 'f', 'g', '日',
	}
	for round := range 300 {
		width := 7 + random.IntN(40)
		screen := newVT(width, 24)
		e := edit{assistant: &fakeSession{}}
		v := view{prompt: []rune("r1>")}
		shown := v.show(e.text, e.pos, width)
		for range 150 {
			k := keys[random.IntN(len(keys))]
			if random.IntN(3) > 0 {
				k = Key('a' + random.IntN(26))
			}
			e.feed(k)
			out := v.show(e.text, e.pos, width)
			shown += out
			screen.write([]byte(strings.ReplaceAll(shown, "\n", "\r\n")))
			shown = ""
			left, right, _ := strings.Cut(screen.cursor(), "|")
			after := string(e.text[e.pos:])
			if right = strings.TrimSuffix(right, "$"); v.scrolled && !strings.HasPrefix(after, right) ||
				!v.scrolled && !strings.HasPrefix(after, right) && strings.TrimRight(after, " ") != right {
				t.Fatalf("round %d, width %d: %q right of the cursor, line has %q", round, width, right, after)
			}
			before := "r1>" + string(e.text[:e.pos])
			// The mark stands for what is to the left of it.
			if _, rest, cut := strings.Cut(left, "$"); cut {
				left = rest
			}
			if left = strings.TrimPrefix(left, "r1>"); !strings.HasSuffix(before, left) {
				t.Fatalf("round %d, width %d: %q left of the cursor, line has %q", round, width, left, before)
			}
		}
	}
}

// What is typed at the end of a line is echoed and nothing else, so that a
// program finds its command in the output however long it is.
func TestPlainEchoIsClean(t *testing.T) {
	v := view{prompt: []rune("r1>")}
	line := []rune(strings.Repeat("show configuration ", 20))
	out := v.show(nil, 0, 80)
	for i := range line {
		out += v.show(slices.Clone(line[:i+1]), i+1, 80)
	}
	if want := "r1>" + string(line); out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	if got := v.leave(); got != "\n" {
		t.Errorf("left with %q", got)
	}
}
