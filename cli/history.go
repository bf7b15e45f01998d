package cli

import (
	"cmp"
	"slices"
	"strings"

	"mirrorsh/trapcore/side"
)

// MaxTyped is the longest line that can be typed at a terminal, in characters.
const MaxTyped = 4096

// DefaultHistory is how many lines a session remembers.
const DefaultHistory = 25

// history is what a session remembers of what was typed. Secure lines have
// room of their own, so that they never push an ordinary one out.
type history struct {
	size  int
	next  int
	lines [side.Count][]remembered
}

type remembered struct {
	number int
	line   string
}

func newHistory() history { return history{size: DefaultHistory} }

func (h *history) add(line string, of side.Side) {
	if len(line) > MaxTyped {
		line = strings.ToValidUTF8(line[:MaxTyped], "") // nobody can recall a longer one
	}
	h.next++
	h.lines[of] = append(h.lines[of], remembered{h.next, line})
	if len(h.lines[of]) > 2*h.size { // not each time
		h.trim()
	}
}

// trim forgets the lines that there is no room for.
func (h *history) trim() {
	for of, list := range h.lines {
		if n := len(list) - h.size; n > 0 {
			h.lines[of] = slices.Delete(list, 0, n)
		}
	}
}

func (h *history) resize(n int) {
	h.trim()
	h.size = n
	h.trim()
}

// visible returns the newest lines that a reader sees, oldest first.
func (h *history) visible(c side.Clearance) []string {
	h.trim()
	var all []remembered
	for _, of := range side.Both {
		if c.Sees(of) {
			all = append(all, h.lines[of]...)
		}
	}
	slices.SortFunc(all, func(a, b remembered) int { return cmp.Compare(a.number, b.number) })
	if n := len(all) - h.size; n > 0 {
		all = all[n:]
	}
	lines := make([]string, len(all))
	for i, r := range all {
		lines[i] = r.line
	}
	return lines
}
