package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The picture has two panels: traps per second as bars, and time against number
// of things as lines, both axes logarithmic.
const (
	panelWidth  = 360
	panelHeight = 240
	margin      = 40
)

var colours = []string{"#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf", "#393b79", "#637939", "#8c6d31", "#843c39", "#637bb5"}

// picture draws traps per second and growth as SVG.
func (r results) picture() []byte {
	var b bytes.Buffer
	width, height := 2*panelWidth+4*margin+190, panelHeight+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", width, height)
	r.bars(&b, margin, margin)
	r.lines(&b, panelWidth+3*margin, margin)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func label(b *bytes.Buffer, x, y int, anchor, text string) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="%s">%s</text>`+"\n", x, y, anchor, html.EscapeString(text))
}

// bars draws traps per second of each program, and of the loopback without one.
func (r results) bars(b *bytes.Buffer, x, y int) {
	names, values := r.below("BenchmarkTrap"), []float64{}
	for _, name := range names {
		values = append(values, r["BenchmarkTrap/"+name+" traps/s"])
	}
	if v, ok := r["BenchmarkLoopback traps/s"]; ok {
		names, values = append(names, "loopback"), append(values, v)
	}
	label(b, x, y-12, "start", "Secure traps a second, authPriv SHA AES-128, to one host")
	if len(names) == 0 {
		label(b, x, y+20, "start", "not measured")
		return
	}
	most, step := max(slices.Max(values), 1), panelHeight/len(names)
	for i, name := range names {
		w := int((panelWidth - 130) * values[i] / most)
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", x+70, y+i*step+8, w, step-16, colours[i%len(colours)])
		label(b, x+64, y+i*step+step/2+4, "end", name)
		label(b, x+74+w, y+i*step+step/2+4, "start", number(math.Round(values[i])))
	}
}

// lines draws the time to configure n, 2n and 4n of each kind, by that of n.
func (r results) lines(b *bytes.Buffer, x, y int) {
	label(b, x, y-12, "start", "Time to configure n, 2n, 4n things, by that of n (dashed: in proportion)")
	at := func(size, times float64) (int, int) {
		return x + int(size/2*panelWidth), y + panelHeight - int(math.Log2(max(times, 1))/3*panelHeight)
	}
	for i, name := range []string{"n", "2n", "4n"} {
		cx, cy := at(float64(i), 1)
		label(b, cx, cy+16, "middle", name)
	}
	for _, times := range []float64{1, 2, 4, 8} {
		cx, cy := at(0, times)
		label(b, cx-6, cy+4, "end", fmt.Sprintf("%.0fx", times))
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#ddd"/>`+"\n", cx, cy, x+panelWidth, cy)
	}
	x0, y0 := at(0, 1)
	x2, y2 := at(2, 4)
	fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="black" stroke-dasharray="4"/>`+"\n", x0, y0, x2, y2)
	for i, kind := range r.below("BenchmarkGrowth") {
		key, colour := "BenchmarkGrowth/"+kind+"/configure ", colours[i%len(colours)]
		if r[key+"x2"] == 0 || r[key+"x4"] == 0 {
			continue // it failed
		}
		x1, y1 := at(1, r[key+"x2"])
		x2, y2 := at(2, r[key+"x4"])
		fmt.Fprintf(b, `<polyline points="%d,%d %d,%d %d,%d" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", x0, y0, x1, y1, x2, y2, colour)
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="8" height="8" fill="%s"/>`+"\n", x+panelWidth+12, y+i*17, colour)
		label(b, x+panelWidth+24, y+i*17+8, "start", strings.ReplaceAll(kind, "_", " "))
	}
}
