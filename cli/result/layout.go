package result

import (
	"cmp"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twcache"
	"github.com/olekukonko/tablewriter/tw"
)

// All use of the table library is in this file. It gets headings and rows, splits
// cells into lines and finds the widths; houseStyle, its renderer, writes what it
// comes to.

func (t *Table) appendText(b *strings.Builder) {
	l := layouts.Get().(*layout)
	defer layouts.Put(l)
	l.style = houseStyle{spec: t, out: b}
	l.table.Reset()
	heads := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = c.Head
	}
	l.table.Header(heads...)
	for _, row := range t.Rows {
		// The library keeps what it is given.
		cells := make([]string, len(t.Columns))
		for i := range min(len(row), len(cells)) {
			cells[i] = text(row[i])
		}
		_ = l.table.Append(cells) // fails only while it streams
	}
	if err := l.table.Render(); err != nil {
		b.WriteString("% table: " + err.Error() + "\n")
	}
	l.style = houseStyle{}
}

// layout is a library table to use again: making one costs far more than
// filling it.
type layout struct {
	table *tablewriter.Table
	style houseStyle
}

var layouts = sync.Pool{New: func() any {
	l := &layout{}
	l.table = tablewriter.NewTable(io.Discard,
		tablewriter.WithRenderer(&l.style),
		tablewriter.WithPadding(tw.PaddingNone),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithTrimLine(tw.Off),
		// Our cells are strings; the default cache for other types is large.
		tablewriter.WithStringerCacheCustom(twcache.NewLRU[reflect.Type, reflect.Value](1)),
	)
	return l
}}

// houseStyle is the renderer of a [Table].
type houseStyle struct {
	spec   *Table
	out    *strings.Builder
	widths []int
	ruled  bool
}

func (*houseStyle) Start(io.Writer) error { return nil }

func (h *houseStyle) Header(headers [][]string, f tw.Formatting) {
	h.measure(f)
	for _, line := range headers {
		h.line(line, h.spec.Centred)
	}
}

func (h *houseStyle) Row(row []string, f tw.Formatting) {
	h.measure(f)
	h.rule()
	h.line(row, false)
}

func (*houseStyle) Footer([][]string, tw.Formatting) {}
func (*houseStyle) Line(tw.Formatting)               {}
func (*houseStyle) Config() tw.Rendition             { return tw.Rendition{} }
func (*houseStyle) Logger(*ll.Logger)                {}

// Close ends a table; one without rows has its dashes all the same.
func (h *houseStyle) Close() error {
	h.rule()
	return nil
}

// measure takes the widths the library has found, once.
func (h *houseStyle) measure(f tw.Formatting) {
	if h.widths != nil {
		return
	}
	h.widths = make([]int, len(h.spec.Columns))
	for i, c := range h.spec.Columns {
		h.widths[i] = c.Width
		if !h.spec.Fixed {
			h.widths[i] = max(c.Width, f.NormalizedWidths.Get(i), f.Row.Widths.Get(i))
		}
	}
}

// rule writes the dashes below the headings, once.
func (h *houseStyle) rule() {
	if h.ruled {
		return
	}
	h.ruled = true
	dashes := make([]string, len(h.widths))
	for i, w := range h.widths {
		dashes[i] = strings.Repeat("-", w)
	}
	h.line(dashes, false)
}

// line writes the cells of a line, each as wide as its column.
func (h *houseStyle) line(cells []string, centred bool) {
	var b strings.Builder
	for i := range h.spec.Columns {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		blanks := max(0, h.widths[i]-columns(cell))
		left := 0
		if centred || h.spec.Centred && cell == "---" {
			left = blanks / 2
		}
		if i > 0 {
			b.WriteString(cmp.Or(h.spec.Gap, " "))
		}
		pad(&b, left)
		b.WriteString(cell)
		pad(&b, blanks-left)
	}
	text := b.String()
	if !h.spec.KeepBlanks {
		text = strings.TrimRight(text, " ")
	}
	h.out.WriteString(text)
	h.out.WriteByte('\n')
}

func pad(b *strings.Builder, n int) {
	const blanks = "                                                                "
	for ; n > len(blanks); n -= len(blanks) {
		b.WriteString(blanks)
	}
	b.WriteString(blanks[:n])
}
