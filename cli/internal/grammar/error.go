package grammar

import (
	"fmt"
	"strings"
)

// ErrorKind says why a line is refused.
type ErrorKind uint8

const (
	Invalid    ErrorKind = iota // unknown word, bad value, or nothing the view sees
	Ambiguous                   // a prefix of several keywords
	Incomplete                  // words are missing
)

// Error is a refusal of a line by the grammar.
type Error struct {
	Kind   ErrorKind
	Offset int // of the first byte of the offending word; for Incomplete the length of the line
	Line   string
	// Redacted is what may be said of the line at once, and At the offset of the word in it.
	Redacted string
	At       int
	// Why says what is wrong with a value, "" where that is not known.
	Why string
	// Unknown is set where no command begins so.
	Unknown bool
}

func (e *Error) Error() string {
	switch e.Kind {
	case Ambiguous:
		return fmt.Sprintf("Ambiguous command:  %q", strings.TrimSpace(e.Redacted))
	case Incomplete:
		return "Incomplete command."
	default:
		return "Invalid input detected at '^' marker."
	}
}

// refuse makes the error of a word that begins at an offset of the line.
func (r *reader) refuse(kind ErrorKind, at int) *Error {
	return &Error{Kind: kind, Offset: at, Line: r.line[:r.length]}
}

// unknown makes that of a word that no command begins with.
func (r *reader) unknown(tok token) *Error {
	refusal := r.refuse(Invalid, tok.start)
	refusal.Unknown = true
	return refusal
}
