package grammar

import "strings"

// token is one word of a line. Offsets are in bytes.
type token struct {
	text       string
	start, end int
	quoted     bool // was in quotes: never a keyword
	broken     bool // a quote that is not closed, or closed in the middle of a word
}

// Rules of the line: words are separated by blanks;
// double quotes group, and inside them \" and \\ stand for themselves without
// the backslash; "!" where the command could begin starts a comment.

func blank(c byte) bool { return c == ' ' || c == '\t' }

// split appends the tokens of line to dst and returns the length of the line
// without its comment.
func split(dst []token, line string) ([]token, int) {
	for i := 0; ; {
		for i < len(line) && blank(line[i]) {
			i++
		}
		if i == len(line) || line[i] == '!' && len(dst) == 0 {
			return dst, i
		}
		t := token{start: i}
		if line[i] == '"' {
			t.quoted = true
			t.text, i, t.broken = unquote(line, i)
		}
		from := i
		for i < len(line) && !blank(line[i]) {
			i++
		}
		if t.quoted {
			t.broken = t.broken || i > from
		} else {
			t.text = line[from:i]
		}
		t.end = i
		dst = append(dst, t)
	}
}

// unquote reads the quoted word at line[i]; next is the offset after it.
func unquote(line string, i int) (text string, next int, broken bool) {
	start := i + 1
	for i = start; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			text = line[start:i]
			if strings.IndexByte(text, '\\') >= 0 {
				text = unescape(text)
			}
			return text, i + 1, false
		}
	}
	return line[start:], len(line), true
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// inQuotes reports whether what is typed at the end of a line stands in quotes
// or in a comment.
func inQuotes(line string, tokens []token, length int) bool {
	if length < len(line) {
		return true
	}
	if len(tokens) == 0 || !tokens[len(tokens)-1].quoted {
		return false
	}
	_, _, open := unquote(line, tokens[len(tokens)-1].start)
	return open
}

// awkward are characters that mean something before the grammar sees them: to an
// editor, to a list of commands, or to who reads the line.
const awkward = `?;|<>"\`

// Quote writes a word so that it is read back as itself where only a parameter
// may stand: as it is if the grammar reads that as the same single word and
// nothing else.
func Quote(s string) string {
	if bare(s) {
		return s
	}
	return QuoteAlways(s)
}

// bare reports whether a word needs no quotes.
func bare(s string) bool {
	if s == "" || s[0] == '!' {
		return false
	}
	for i := range len(s) {
		if blank(s[i]) || strings.IndexByte(awkward, s[i]) >= 0 {
			return false
		}
	}
	return true
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Escape writes what stands in quotes so that it is read back as itself.
func Escape(s string) string { return escaped.Replace(s) }

// QuoteAlways writes a word in quotes, so that it is never a keyword and keeps
// its blanks as the rest of a line.
func QuoteAlways(s string) string {
	return `"` + Escape(s) + `"`
}

// IsBlank reports whether a line holds nothing but blanks and a comment.
func IsBlank(line string) bool {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	return i == len(line) || line[i] == '!'
}

// Split returns the words of a line, those in quotes without them.
func Split(line string) []string {
	tokens, _ := split(nil, line)
	words := make([]string, len(tokens))
	for i := range tokens {
		words[i] = tokens[i].text
	}
	return words
}
