package result

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text is text as it stands, such as a configuration; it ends in a line end. JSON
// has its lines.
type Text string

func (t Text) appendText(b *strings.Builder) { b.WriteString(string(t)) }

func (t Text) size() int { return len(t) }

func (t Text) data() any {
	lines := []string{}
	for line := range strings.Lines(string(t)) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	return object{{name: "lines", value: lines}}
}

// Record is named values in lines of text. The zero value is empty and ready.
type Record struct {
	lines   strings.Builder
	members object
}

// What room is made for: the length of a value that is no text, and members.
const usualLength, usualMembers = 16, 5

// Line adds a line. In the layout, {name} is where the next of values stands, and
// its name in JSON; {name:%-8s} also says how its text is written. Text without
// names is not in JSON.
func (r *Record) Line(layout string, values ...any) *Record {
	room := len(layout)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			room += len(v)
		case Shown:
			room += len(v.Text)
		default:
			room += usualLength
		}
	}
	r.lines.Grow(room)
	for {
		before, rest, found := strings.Cut(layout, "{")
		r.lines.WriteString(before)
		if !found {
			break
		}
		place, after, _ := strings.Cut(rest, "}")
		layout = after
		var v any
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		name, verb, formatted := strings.Cut(place, ":")
		if formatted {
			fmt.Fprintf(&r.lines, verb, verbArg(verb, v))
		} else {
			r.lines.WriteString(text(v))
		}
		r.add(name, plain(v))
	}
	r.lines.WriteByte('\n')
	return r
}

// verbArg is what a verb formats: the text of a value, or for numbers the value.
func verbArg(verb string, v any) any {
	if strings.HasSuffix(verb, "s") {
		return text(v)
	}
	return v
}

// Field adds a line of a label, padded to width, and a value. Its name in JSON is
// made of the label.
func (r *Record) Field(width int, label string, value any) *Record {
	shown := strings.TrimRight(text(value), " ")
	if shown == "" {
		r.lines.WriteString(strings.TrimRight(label, " "))
	} else {
		r.lines.WriteString(label)
		r.lines.WriteString(run(blanks, max(0, width-utf8.RuneCountInString(label))))
		r.lines.WriteString(shown)
	}
	r.lines.WriteByte('\n')
	return r.member(member{name: label, heading: true, value: plain(value)})
}

// Note adds a named value that the text does not show.
func (r *Record) Note(name string, value any) *Record {
	return r.add(name, plain(value))
}

func (r *Record) add(name string, v any) *Record { return r.member(member{name: name, value: v}) }

// member makes room for what most records have.
func (r *Record) member(m member) *Record {
	if r.members == nil {
		r.members = make(object, 0, usualMembers)
	}
	r.members = append(r.members, m)
	return r
}

// Part adds another value under a name, below what is there.
func (r *Record) Part(name string, v Value) *Record {
	r.lines.Grow(v.size())
	v.appendText(&r.lines)
	return r.add(name, v.data())
}

func (r *Record) appendText(b *strings.Builder) { b.WriteString(r.lines.String()) }

func (r *Record) size() int { return r.lines.Len() }

func (r *Record) data() any { return r.members }

// List is values of one kind. Between stands between two of them, "\n" for an
// empty line.
type List struct {
	Items   []Value
	Between string
}

func (l List) appendText(b *strings.Builder) {
	for i, v := range l.Items {
		if i > 0 {
			b.WriteString(l.Between)
		}
		v.appendText(b)
	}
}

func (l List) size() (n int) {
	for _, v := range l.Items {
		n += v.size() + len(l.Between)
	}
	return n
}

func (l List) data() any {
	all := make([]any, 0, len(l.Items))
	for _, v := range l.Items {
		all = append(all, v.data())
	}
	return all
}

// Group is values of several kinds, one below the other. Between is as in [List].
type Group struct {
	Parts   []Part
	Between string
}

// Part is a value of a group. One without a name is a record, whose values are
// those of the group.
type Part struct {
	Name  string
	Value Value
}

func (g Group) appendText(b *strings.Builder) {
	for i, p := range g.Parts {
		if i > 0 {
			b.WriteString(g.Between)
		}
		p.Value.appendText(b)
	}
}

func (g Group) size() (n int) {
	for _, p := range g.Parts {
		n += p.Value.size() + len(g.Between)
	}
	return n
}

func (g Group) data() any {
	all := object{}
	for _, p := range g.Parts {
		if own, ok := p.Value.data().(object); ok && p.Name == "" {
			all = append(all, own...)
			continue
		}
		all = append(all, member{name: p.Name, value: p.Value.data()})
	}
	return all
}

var _ json.Marshaler = object{}
