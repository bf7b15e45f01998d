package grammar

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"mirrorsh/ascii"
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
	a, ok := parseAddr(s)
	if !ok || !a.Is4() {
		return nil, false
	}
	return a, true
}

// parseAddr reads an address. Of what is none it makes no error, which is for nobody.
func parseAddr(s string) (netip.Addr, bool) {
	if strings.IndexByte(s, '.') < 0 && strings.IndexByte(s, ':') < 0 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(s)
	return a, err == nil
}

type ipType struct{}

// IP is an address of IPv4 or IPv6, a netip.Addr.
func IP() Type { return ipType{} }

func (ipType) Usage() string { return "A.B.C.D|X:X::X:X" }

func (ipType) Parse(s string) (any, bool) {
	a, ok := parseAddr(s)
	if !ok || a.Is4In6() || a.Zone() != "" {
		return nil, false
	}
	return a, true
}

type wordType struct {
	usage    string
	min, max int
	ok       func(string) bool
}

// Word is a string of min to max printable ASCII characters; blanks need quotes.
func Word(usage string, min, max int) Type { return wordType{usage, min, max, ascii.Printable} }

// Name is a string of 1 to max printable ASCII characters without blanks.
func Name(usage string, max int) Type { return wordType{usage, 1, max, ascii.Visible} }

func (t wordType) Usage() string { return t.usage }

func (t wordType) Parse(s string) (any, bool) {
	n := utf8.RuneCountInString(s)
	return s, t.min <= n && n <= t.max && t.ok(s)
}

type restType struct{ wordType }

// Text is the rest of the line, 1 to max printable ASCII characters, with or
// without quotes. Where keywords may follow in the syntax, it ends before the first
// word that is one of them, written in full and not in quotes, and that goes on
// as the syntax does.
func Text(max int) Type { return restType{wordType{"LINE", 1, max, ascii.Printable}} }

type rawType struct {
	wordType
	refused func(text string) (reason string) // nil: nothing is
}

// Raw is the rest of the line as it stands, 1 to max printable characters or
// tabs: quotes, blanks and exclamation marks are part of it.
func Raw(usage string, max int) Type { return RawBut(usage, max, nil) }

// RawBut is a Raw of which refused says why a text is none, "" if it is one.
func RawBut(usage string, max int, refused func(text string) (reason string)) Type {
	return rawType{wordType{usage, 1, max, shown}, refused}
}

func (t rawType) Parse(s string) (any, bool) {
	if t.refused != nil && t.refused(s) != "" {
		return nil, false
	}
	return t.wordType.Parse(s)
}

// shown reports whether a terminal shows a text and does nothing else.
func shown(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && r != '\t' }) < 0
}
