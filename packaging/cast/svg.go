package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// The sizes of the picture, in its units.
const (
	cell   = 7.2 // width of a character
	row    = 16.0
	margin = 12.0
	title  = 22.0
)

const head = `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 %.0f %.0f" role="img" aria-label="A session: mirroring is switched on, and a receiver decodes the trap">
<style>
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#24292f;white-space:pre}
.f{fill:#ffffff;stroke:#d0d7de}.t{fill:#656d76}.k{fill:#0550ae}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.f{fill:#0d1117;stroke:#30363d}.t{fill:#8d96a0}.k{fill:#79c0ff}}
@media (prefers-reduced-motion:no-preference){.a{animation:a 1ms both}@keyframes a{from{opacity:0}}}
</style>
`

// draw makes the picture: the panes one below the other. Without animation all
// text is there.
func draw(panes []*pane) []byte {
	var body bytes.Buffer
	y := margin
	for _, p := range panes {
		var text bytes.Buffer
		height := p.draw(&text, y+title+row) - y + margin
		fmt.Fprintf(&body, `<rect class="f" x="1" y="%.1f" width="%.1f" height="%.1f" rx="6"/>`+"\n", y, width()-2, height)
		fmt.Fprintf(&body, `<text class="t" x="%.1f" y="%.1f">%s</text>`+"\n", margin, y+row, escape(p.title))
		body.Write(text.Bytes())
		y += height + margin
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, head, width(), y)
	b.Write(body.Bytes())
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func width() float64 { return columns*cell + 2*margin }

// draw writes the text of a pane, the first line at y, and returns where the
// last one is.
func (p *pane) draw(b *bytes.Buffer, y float64) (last float64) {
	at, column := y, 0
	for _, s := range p.all {
		for i, line := range strings.Split(strings.ReplaceAll(s.text, "\r", ""), "\n") {
			if i > 0 {
				at, column = at+row, 0
			}
			for len(line) > 0 { // as a terminal wraps
				part := line[:min(len(line), columns-column)]
				if strings.TrimSpace(part) != "" {
					last = at
					fmt.Fprintf(b, `<text class="%s"%s x="%.1f" y="%.1f" textLength="%.1f">%s</text>`+"\n",
						class(s), delay(s.at), margin+float64(column)*cell, at, float64(len(part))*cell, escape(part))
				}
				column += len(part)
				if line = line[len(part):]; line != "" {
					at, column = at+row, 0
				}
			}
		}
	}
	return last
}

func class(s shown) string {
	if s.key {
		return "k a"
	}
	return "a"
}

func delay(at time.Duration) string {
	if at == 0 {
		return ""
	}
	return fmt.Sprintf(` style="animation-delay:%.2fs"`, at.Seconds())
}

func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
