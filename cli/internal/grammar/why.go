package grammar

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Why a value is refused. The words say what the type wants and never repeat
// what was typed, which may be a secret.

// explainer is a type that says why a word is none of it.
type explainer interface {
	// why has close set if the word is of the right kind, but wrong.
	why(word string) (reason string, close bool)
}

func (t intType) why(s string) (string, bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return "not a number", false
	}
	return fmt.Sprintf("out of range: %d to %d", t.min, t.max), true
}

func (ipv4Type) why(s string) (string, bool) {
	return "not an IPv4 address", s != "" && '0' <= s[0] && s[0] <= '9'
}

func (ipType) why(s string) (string, bool) {
	return "not an IP address", s != "" && ('0' <= s[0] && s[0] <= '9' || strings.Contains(s, ":"))
}

func (t wordType) why(s string) (string, bool) {
	switch n := utf8.RuneCountInString(s); {
	case !t.ok(s):
		switch {
		case t.ok("é"):
			return "not printable", true
		case t.ok(" "):
			return "not printable ASCII", true
		}
		return "not printable ASCII without blanks", true
	case n < t.min:
		return fmt.Sprintf("too short: at least %d %s", t.min, characters(t.min)), true
	case n > t.max:
		return fmt.Sprintf("too long: at most %d %s", t.max, characters(t.max)), true
	}
	return "", false
}

func (t rawType) why(s string) (string, bool) {
	if t.refused != nil {
		if reason := t.refused(s); reason != "" {
			return reason, true
		}
	}
	return t.wordType.why(s)
}

func characters(n int) string {
	if n == 1 {
		return "character"
	}
	return "characters"
}

func (t valueOf[V]) why(s string) (string, bool) {
	if t.reason != "" {
		return t.reason, true
	}
	return "not a valid " + t.usage, s != "" && '0' <= s[0] && s[0] <= '9'
}

// notes are the reasons why parameters did not take a word.
type notes []note

// note is a type that did not take a text, which began with a word.
type note struct {
	typ  Type
	text string
	tok  token
}

// add notes that a type did not take a text. Most words that one does not take are
// keywords, of which nobody asks why.
func (n *notes) add(t Type, text string, tok token) { *n = append(*n, note{t, text, tok}) }

// why has close set if the text is of the right kind, but wrong.
func (n *note) why() (reason string, close bool) {
	e, ok := n.typ.(explainer)
	switch {
	case n.tok.broken:
		return "quotes do not go around a word", true
	case n.tok.text == Redacted && !n.tok.quoted:
		return Redacted + " stands for a secret: type the secret", true
	case ok:
		return e.why(n.text)
	}
	return "", true
}

// String joins the reasons; keywords says that a keyword was possible.
func (n notes) String(keywords bool) string {
	var list, far []string // far are those that only count where no keyword may stand
	for i := range n {
		reason, close := n[i].why()
		to := &list
		if !close {
			to = &far
		}
		if reason != "" && !slices.Contains(*to, reason) {
			*to = append(*to, reason)
		}
	}
	if len(list) == 0 && !keywords {
		return strings.Join(far, ", ")
	}
	return strings.Join(list, ", ")
}
