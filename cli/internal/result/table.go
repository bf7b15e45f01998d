package result

import (
	"cmp"

	"github.com/mattn/go-runewidth"
)

// Column is a column of a table.
type Column struct {
	// Head is the heading; a line end in it begins another line of headings.
	Head string
	// Name is what the column is called in JSON; "": as [Name] makes it of Head.
	Name string
	// Width is the least width.
	Width int
}

// Columns are columns of the least widths given, with one line of headings.
func Columns(heads ...string) []Column {
	all := make([]Column, len(heads))
	for i, h := range heads {
		all[i].Head = h
	}
	return all
}

// Table is a table in house style: headings, a rule of dashes per column, rows;
// columns joined by one blank.
type Table struct {
	Columns []Column
	Rows    [][]any
	// Fixed keeps to the widths: what is longer sticks out.
	Fixed bool
	// Centred centres headings and cells of "---", the odd blank on the right,
	// as show version does; otherwise all is left-justified.
	Centred bool
	// Gap joins the columns; one blank if empty.
	Gap string
	// KeepBlanks keeps the blanks at the end of lines, where the router has them.
	KeepBlanks bool
	// Name is the name of the rows in JSON if something else stands beside them.
	Name string
}

// Add adds a row.
func (t *Table) Add(cells ...any) { t.Rows = append(t.Rows, cells) }

// size takes columns for as wide as what there is at least to see in them.
func (t *Table) size() int {
	line := 1
	for _, c := range t.Columns {
		line += max(c.Width, len(c.Head)) + len(cmp.Or(t.Gap, " "))
	}
	return line * (2 + len(t.Rows))
}

func (t *Table) data() any {
	rows := []object{}
	for _, row := range t.Rows {
		o := object{}
		for i, c := range t.Columns {
			if i < len(row) {
				o = append(o, member{name: c.name(), value: plain(row[i])})
			}
		}
		rows = append(rows, o)
	}
	return rows
}

func (c *Column) name() string {
	if c.Name != "" {
		return c.Name
	}
	return Name(c.Head)
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
