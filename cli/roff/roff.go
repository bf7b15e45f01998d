// Package roff writes manual pages in the man(7) macros. It imports nothing of
// ours.
package roff

import (
	"fmt"
	"strings"
)

// Page is a manual page in the making.
type Page struct{ b strings.Builder }

// Head is the title line of a page.
type Head struct {
	Name    string
	Section int
	Date    string // YYYY-MM-DD
	Source  string // program and version
}

// New begins a page.
func New(h Head) *Page {
	p := &Page{}
	fmt.Fprintf(&p.b, ".TH %s %d %s %q\n.nh\n.ad l\n", strings.ToUpper(h.Name), h.Section, h.Date, h.Source)
	return p
}

// String returns the page.
func (p *Page) String() string { return p.b.String() }

// Section begins a section, Subsection a part of one.
func (p *Page) Section(title string)    { p.b.WriteString(".SH " + quote(strings.ToUpper(title)) + "\n") }
func (p *Page) Subsection(title string) { p.b.WriteString(".SS " + quote(title) + "\n") }

// First writes the paragraph after a title, Text one that follows another.
func (p *Page) First(text string) { p.fill(escape(text)) }
func (p *Page) Text(text string)  { p.b.WriteString(".PP\n"); p.fill(escape(text)) }

// Item writes a tag and what it stands for.
func (p *Page) Item(tag, text string) {
	p.b.WriteString(".TP\n\\fB" + escape(tag) + "\\fR\n")
	p.fill(escape(text))
}

// Forms writes lines of syntax, each of which may be long.
func (p *Page) Forms(lines ...string) {
	p.b.WriteString(".RS 4\n")
	for i, line := range lines {
		if i > 0 {
			p.b.WriteString(".br\n")
		}
		p.fill(escape(line))
	}
	p.b.WriteString(".RE\n")
}

// Code writes lines as they are.
func (p *Page) Code(lines ...string) {
	p.b.WriteString(".RS 4\n.nf\n")
	for _, line := range lines {
		p.b.WriteString(guard(escape(line)) + "\n")
	}
	p.b.WriteString(".fi\n.RE\n")
}

// Prose writes text as a terminal has it: paragraphs apart by an empty line,
// and indented lines as they are.
func (p *Page) Prose(text string) {
	for _, part := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if lines := strings.Split(part, "\n"); strings.HasPrefix(part, "  ") {
			for i := range lines {
				lines[i] = strings.TrimPrefix(lines[i], "  ")
			}
			p.b.WriteString(".sp\n")
			p.Code(lines...)
		} else {
			p.Text(part)
		}
	}
}

// width is that of a line of the source.
const width = 76

// fill writes the words of a text that is escaped.
func (p *Page) fill(text string) {
	column := 0
	for _, w := range strings.Fields(text) {
		switch {
		case column == 0:
			w = guard(w)
		case column+1+len(w) > width:
			p.b.WriteByte('\n')
			column, w = 0, guard(w)
		default:
			p.b.WriteByte(' ')
			column++
		}
		p.b.WriteString(w)
		column += len(w)
	}
	p.b.WriteByte('\n')
}

// guard keeps a line from being read as a request.
func guard(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// escape writes a text so that every character of it is shown as it is, which
// is what who copies a command needs.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case escapes[r] != "":
			b.WriteString(escapes[r])
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var escapes = map[rune]string{'\\': `\e`, '-': `\-`, '\'': `\(aq`, '`': `\(ga`, '^': `\(ha`, '~': `\(ti`}

// quote makes an argument of a request.
func quote(text string) string { return `"` + strings.ReplaceAll(escape(text), `"`, `\(dq`) + `"` }
