package cli

import (
	"strings"

	"mirrorsh/trapcore"
)

// routerHeading begins the line that leads to the lines of a virtual router.
const routerHeading = "virtual-router "

// errNoHeading refuses a saved secure line whose place in the ordinary
// configuration is no more.
var errNoHeading = &Refusal{Text: "% what the line is about is not in the ordinary configuration"}

// headings are the ordinary lines that lead to other lines. Those of the secure
// file lead to what the ordinary configuration has made, and never make
// anything: if the two files are of different moments, as after a disk was
// full, the lines that have lost their place are left out.
type headings struct {
	there  map[string]bool // by virtual router and line
	router string          // heading of the virtual router the lines are of
	lost   bool            // there is no such virtual router
	depth  int             // indent from which lines are left out; -1: none are
}

// newHeadings reads the ordinary configuration.
func newHeadings(ordinary string) *headings {
	h := &headings{there: map[string]bool{}, depth: -1}
	for line := range strings.Lines(ordinary) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, routerHeading) {
			h.router = line
		}
		h.there[h.router+"\n"+line] = true
	}
	h.router = ""
	return h
}

// lead reports whether a line of the secure file has its place. next is the
// command after it: what is indented further belongs to the line. isSecure tells
// lines that lead to secure lines and are secure themselves. Comments have their
// place anywhere.
func (h *headings) lead(line, next string, isSecure func(line string) bool) bool {
	if isComment(line) {
		return true
	}
	text, depth := strings.TrimSpace(line), indent(line)
	if strings.HasPrefix(text, routerHeading) && depth == 0 {
		h.router, h.depth = text, -1
		h.lost = !h.there[text+"\n"+text] && text != routerHeading+trapcore.DefaultName
		return !h.lost
	}
	if h.lost || h.depth >= 0 && depth >= h.depth {
		return false
	}
	h.depth = -1
	if indent(next) <= depth || h.there[h.router+"\n"+text] || isSecure(text) {
		return true
	}
	h.depth = depth + 1
	return false
}

// nextCommand returns the first of lines that is no comment, "" if there is none.
func nextCommand(lines []string) string {
	for _, line := range lines {
		if !isComment(line) {
			return line
		}
	}
	return ""
}

// isComment reports whether a line does nothing.
func isComment(line string) bool {
	text := strings.TrimSpace(line)
	return text == "" || text[0] == '!'
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
