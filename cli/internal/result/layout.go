package result

import (
	"bytes"
	"cmp"
	"io"
	"reflect"
	"strings"
	"sync"

	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twcache"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/tw"
)

// All use of the table library is in this file. It gets headings and rows, splits
// cells into lines and finds the widths; houseStyle, its renderer, writes what it
// comes to.

// The library would remember texts and their widths: they may be secret, and it takes
// longer than to count.
func init() { twwidth.SetCacheCapacity(0) }

func (t *Table) appendText(b *strings.Builder) {
	l := layouts.Get().(*layout)
	defer layouts.Put(l)
	l.style.begin(t, b)
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
	l.style.begin(nil, nil)
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
	text   []byte   // the line that is written
	dashes []string // those below the headings
}

// begin begins with a table, in the room that earlier ones have grown.
func (h *houseStyle) begin(spec *Table, out *strings.Builder) {
	clear(h.text[:cap(h.text)]) // what it says may be secret
	*h = houseStyle{spec: spec, out: out, widths: h.widths[:0], text: h.text[:0], dashes: h.dashes[:0]}
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
	if len(h.widths) > 0 {
		return
	}
	for i, c := range h.spec.Columns {
		w := c.Width
		if !h.spec.Fixed {
			w = max(w, f.NormalizedWidths.Get(i), f.Row.Widths.Get(i))
		}
		h.widths = append(h.widths, w)
	}
}

// rule writes the dashes below the headings, once.
func (h *houseStyle) rule() {
	if h.ruled {
		return
	}
	h.ruled = true
	for _, w := range h.widths {
		h.dashes = append(h.dashes, run(dashes, w))
	}
	h.line(h.dashes, false)
}

// line writes the cells of a line, each as wide as its column.
func (h *houseStyle) line(cells []string, centred bool) {
	b := h.text[:0]
	for i := range h.spec.Columns {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		free := max(0, h.widths[i]-columns(cell))
		left := 0
		if centred || h.spec.Centred && cell == "---" {
			left = free / 2
		}
		if i > 0 {
			b = append(b, cmp.Or(h.spec.Gap, " ")...)
		}
		b = append(b, run(blanks, left)...)
		b = append(b, cell...)
		b = append(b, run(blanks, free-left)...)
	}
	if !h.spec.KeepBlanks {
		b = bytes.TrimRight(b, " ")
	}
	b = append(b, '\n')
	h.out.Write(b)
	h.text = b
}

const (
	blanks = "                                                                                                    "
	dashes = "----------------------------------------------------------------------------------------------------"
)

// run is the first n octets of what repeats itself.
func run(of string, n int) string {
	if n > len(of) {
		of = strings.Repeat(of, n/len(of)+1)
	}
	return of[:n]
}
