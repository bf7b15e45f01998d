package cli

import (
	"cmp"
	"slices"
	"strings"
)

// MaxTyped is the longest line that can be typed at a terminal, in characters.
const MaxTyped = 4096

// DefaultHistory is how many lines a session remembers.
const DefaultHistory = 25

// history is what a session remembers of what was typed. Secure lines have
// room of their own, so that they never push an ordinary one out.
type history struct {
	size             int
	next             int
	ordinary, secure []remembered
}

type remembered struct {
	number int
	line   string
}

func newHistory() history { return history{size: DefaultHistory} }

func (h *history) add(line string, secure bool) {
	if len(line) > MaxTyped {
		line = strings.ToValidUTF8(line[:MaxTyped], "") // nobody can recall a longer one
	}
	list := &h.ordinary
	if secure {
		list = &h.secure
	}
	h.next++
	*list = append(*list, remembered{h.next, line})
	h.trim()
}

func (h *history) trim() {
	for _, list := range []*[]remembered{&h.ordinary, &h.secure} {
		if n := len(*list) - h.size; n > 0 {
			*list = slices.Delete(*list, 0, n)
		}
	}
}

func (h *history) resize(n int) {
	h.size = n
	h.trim()
}

// visible returns the newest lines, oldest first.
func (h *history) visible(secure bool) []string {
	all := slices.Clone(h.ordinary)
	if secure {
		all = append(all, h.secure...)
		slices.SortFunc(all, func(a, b remembered) int { return cmp.Compare(a.number, b.number) })
	}
	if n := len(all) - h.size; n > 0 {
		all = all[n:]
	}
	lines := make([]string, len(all))
	for i, r := range all {
		lines[i] = r.line
	}
	return lines
}
