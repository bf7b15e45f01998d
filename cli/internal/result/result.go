// Package result has what commands return: values, not text. A value is shown as
// text, laid out as the router does it, or as JSON, with the same content.
//
// It knows no command. It imports nothing of ours.
package result

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Value is what a command returns: a [Table], a [Record], a [List], a [Group] or
// [Text].
type Value interface {
	// appendText adds the text, which is empty or ends in a line end.
	appendText(b *strings.Builder)
	// size is about how long the text is, in octets.
	size() int
	// data is what becomes JSON.
	data() any
}

// String lays a value out as text; that of nil is "".
func String(v Value) string {
	switch v := v.(type) { // without a copy
	case nil:
		return ""
	case Text:
		return string(v)
	case *Record:
		return v.lines.String()
	}
	var b strings.Builder
	b.Grow(v.size())
	v.appendText(&b)
	return b.String()
}

// JSON returns a value as indented JSON with a line end; nil is null.
func JSON(v Value) (string, error) {
	var data any
	if v != nil {
		data = v.data()
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(data); err != nil {
		return "", fmt.Errorf("json: %w", err)
	}
	return b.String(), nil
}

// Shown is a value with the text that stands for it: true as up, nought as never.
type Shown struct {
	Value any
	Text  string
}

// As shows a value as text; JSON has the value.
func As(value any, text string) Shown { return Shown{value, text} }

// Choose shows a bool as one of two words.
func Choose(b bool, yes, no string) Shown {
	if b {
		return Shown{b, yes}
	}
	return Shown{b, no}
}

// text is a value on a terminal.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case Shown:
		return v.Text
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(v)
}

// plain is a value in JSON: numbers, truths and texts; what is more than that is
// the text it has everywhere else.
func plain(v any) any {
	switch v := v.(type) {
	case Shown:
		return plain(v.Value)
	case nil, string, bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float64:
		return v
	case json.Marshaler:
		return v
	case fmt.Stringer:
		return v.String()
	case []string:
		return v
	}
	return fmt.Sprint(v)
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name    string
	heading bool // of which [Name] makes the name, for which there is time in JSON
	value   any
}

func (o object) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name := m.name
		if m.heading {
			name = Name(name)
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		var value strings.Builder
		e := json.NewEncoder(&value)
		e.SetEscapeHTML(false)
		if err := e.Encode(m.value); err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s:%s", quoted, strings.TrimSpace(value.String()))
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// Name makes the JSON name of a heading: "User Name" is userName, "Mirror-ID"
// mirrorId.
func Name(heading string) string {
	words := strings.FieldsFunc(heading, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if w == strings.ToUpper(w) || i == 0 {
			w = strings.ToLower(w[:1]) + lowerRest(w[1:])
		}
		if i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		words[i] = w
	}
	return strings.Join(words, "")
}

// lowerRest lowers a word that is all capitals, and keeps any other.
func lowerRest(s string) string {
	if s == strings.ToUpper(s) {
		return strings.ToLower(s)
	}
	return s
}
