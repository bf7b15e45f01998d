package grammar

import (
	"fmt"
	"net/netip"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Type is the type of a parameter.
type Type interface {
	// Parse returns the value of a word, and whether it is one of the type.
	Parse(word string) (any, bool)
	// Usage is what help shows: <0 - 65535>, A.B.C.D, WORD.
	Usage() string
}

type intType struct{ min, max int64 }

// Int is a decimal number from min to max.
func Int(min, max int64) Type { return intType{min, max} }

func (t intType) Usage() string { return fmt.Sprintf("<%d - %d>", t.min, t.max) }

func (t intType) Parse(s string) (any, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < t.min || n > t.max || s[0] == '+' {
		return nil, false
	}
	return n, true
}

type ipv4Type struct{}

// IPv4 is an address in dotted decimal, a netip.Addr.
func IPv4() Type { return ipv4Type{} }

func (ipv4Type) Usage() string { return "A.B.C.D" }

func (ipv4Type) Parse(s string) (any, bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Is4()
}

type wordType struct {
	usage    string
	min, max int
	ok       func(rune) bool
}

// Word is a string of min to max characters, all printable; blanks need quotes.
func Word(usage string, min, max int) Type { return wordType{usage, min, max, unicode.IsPrint} }

// Name is a string of 1 to max printable ASCII characters without blanks.
func Name(usage string, max int) Type {
	return wordType{usage, 1, max, func(r rune) bool { return r > ' ' && r < 0x7f }}
}

func (t wordType) Usage() string { return t.usage }

func (t wordType) Parse(s string) (any, bool) {
	if n := utf8.RuneCountInString(s); n < t.min || n > t.max || !utf8.ValidString(s) {
		return nil, false
	}
	for _, r := range s {
		if !t.ok(r) {
			return nil, false
		}
	}
	return s, true
}

type restType struct{ wordType }

// ASCII is a string of min to max printable ASCII characters; blanks need quotes.
func ASCII(usage string, min, max int) Type { return wordType{usage, min, max, ascii} }

func ascii(r rune) bool { return ' ' <= r && r <= '~' }

// Text is the rest of the line, 1 to max printable ASCII characters, with or
// without quotes. Where keywords may follow in the syntax, it ends before the first
// word that is one of them, written in full and not in quotes, and that goes on
// as the syntax does.
func Text(max int) Type { return restType{wordType{"LINE", 1, max, ascii}} }

type rawType struct{ wordType }

// Raw is the rest of the line as it stands, 1 to max printable characters or
// tabs: quotes, blanks and exclamation marks are part of it.
func Raw(usage string, max int) Type {
	return rawType{wordType{usage, 1, max, func(r rune) bool { return unicode.IsPrint(r) || r == '\t' }}}
}

type funcType struct {
	usage  string
	parse  func(string) (any, bool)
	reason string
}

// Func is a type of the caller's own. A word that is none is refused as
// no valid one of the usage.
func Func(usage string, parse func(word string) (value any, ok bool)) Type {
	return funcType{usage: usage, parse: parse}
}

// FuncWhy is a Func that says in words of its own why a word is none.
func FuncWhy(usage, reason string, parse func(word string) (value any, ok bool)) Type {
	return funcType{usage, parse, reason}
}

func (t funcType) Usage() string                 { return t.usage }
func (t funcType) Parse(word string) (any, bool) { return t.parse(word) }
