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
}

// newHeadings reads the ordinary configuration.
func newHeadings(ordinary string) *headings {
	h := &headings{there: map[string]bool{}}
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
// lines that lead to secure lines and are secure themselves.
func (h *headings) lead(line, next string, isSecure func(line string) bool) bool {
	text := strings.TrimSpace(line)
	if strings.HasPrefix(text, routerHeading) && indent(line) == 0 {
		h.router = text
		return h.there[text+"\n"+text] || text == routerHeading+trapcore.DefaultName
	}
	return isComment(line) || indent(next) <= indent(line) || h.there[h.router+"\n"+text] || isSecure(text)
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

// indent returns how far a line is indented; a tab reaches to the next of every
// eight columns.
func indent(line string) int {
	n := 0
	for _, c := range []byte(line) {
		switch c {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		default:
			return n
		}
	}
	return n
}
