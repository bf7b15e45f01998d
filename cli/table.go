package cli

import (
	"bytes"
	"reflect"
	"strings"
	"sync"

	"github.com/mattn/go-runewidth"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twcache"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Table is a table in house style: header lines, a rule of dashes per column,
// rows; columns joined by one blank (REFERENCE.md, tables).
type Table struct {
	// Header has one or more lines of as many cells as there are columns.
	Header [][]string
	// Widths are the smallest column widths; a missing one is 0.
	Widths []int
	// Fixed keeps to Widths: what is longer sticks out (REFERENCE.md, tables).
	Fixed bool
	Rows  [][]string
	// Centred centres headers and cells of "---", the odd blank on the right,
	// as show version does; otherwise all is left-justified.
	Centred bool
	// Gap joins the columns; one blank if empty.
	Gap string
	// KeepBlanks keeps the blanks at the end of lines, where the router has them.
	KeepBlanks bool
}

// String lays the table out. All use of the table library is here, because it
// pads the last column and keeps the slices it is given.
func (t Table) String() string {
	widths := make([]int, len(t.Header[0]))
	copy(widths, t.Widths)
	for _, line := range append(t.Header[:len(t.Header):len(t.Header)], t.Rows...) {
		for i, cell := range line {
			if t.Fixed {
				break
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	gap := t.Gap
	if gap == "" {
		gap = " "
	}
	l := layouts.Get().(*layout)
	defer layouts.Put(l)
	l.out.Reset()
	l.table.Reset()
	// The library is given one cell with all the lines: each cell and row costs
	// it far more than a line.
	var b strings.Builder
	add := func(line []string, centred bool) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		for i, width := range widths {
			cell := ""
			if i < len(line) {
				cell = line[i]
			}
			blanks := max(0, width-columns(cell))
			left := 0
			if centred || t.Centred && cell == "---" {
				left = blanks / 2
			}
			pad(&b, left)
			b.WriteString(cell)
			pad(&b, blanks-left)
			if i < len(widths)-1 {
				b.WriteString(gap)
			}
		}
	}
	for _, line := range t.Header {
		add(line, t.Centred)
	}
	rule := make([]string, len(widths))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	add(rule, false)
	for _, row := range t.Rows {
		add(row, false)
	}
	// Appending cannot fail without a streaming renderer.
	_ = l.table.Append([]string{b.String()})
	if err := l.table.Render(); err != nil {
		return "table: " + err.Error() + "\n"
	}
	if t.KeepBlanks {
		return l.out.String()
	}
	var trimmed strings.Builder
	for line := range strings.Lines(l.out.String()) {
		trimmed.WriteString(strings.TrimRight(line, " \n"))
		trimmed.WriteByte('\n')
	}
	return trimmed.String()
}

// columns is how wide text is on a terminal.
func columns(text string) int {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return runewidth.StringWidth(text)
		}
	}
	return len(text)
}

func pad(b *strings.Builder, n int) {
	const blanks = "                                                                "
	for ; n > len(blanks); n -= len(blanks) {
		b.WriteString(blanks)
	}
	b.WriteString(blanks[:n])
}

// layout is a library table to use again: making one costs far more than
// filling it.
type layout struct {
	out   bytes.Buffer
	table *tablewriter.Table
}

var layouts = sync.Pool{New: func() any {
	l := &layout{}
	l.table = tablewriter.NewTable(&l.out,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off, ShowHeader: tw.Off},
				Lines:      tw.LinesNone,
			},
		})),
		tablewriter.WithPadding(tw.PaddingNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		// Our cells are strings; the default cache for other types is large.
		tablewriter.WithStringerCacheCustom(twcache.NewLRU[reflect.Type, reflect.Value](1)),
	)
	return l
}}
