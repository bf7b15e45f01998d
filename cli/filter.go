package cli

import (
	"errors"
	"regexp"
	"strings"
)

var errRegex = errors.New("invalid regular expression")

// compileRegex reads a regular expression of the router: as usual, and "_"
// stands for the edge of the line, a comma, a blank or a brace (reference
// cli.md 2.6).
func compileRegex(text string) (*regexp.Regexp, error) {
	var b strings.Builder
	set := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			// The next character stands for itself, whatever it is.
			i++
			b.WriteString(regexp.QuoteMeta(text[i : i+1]))
			continue
		case c == '[' && !set:
			set = true
		case c == ']':
			set = false
		case c == '_' && !set:
			b.WriteString(`(?:^|$|[, {}])`)
			continue
		}
		b.WriteByte(text[i])
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, errRegex
	}
	return re, nil
}

// filter keeps the lines of text that "begin", "include" or "exclude" lets pass.
func filter(how, regex, text string) (string, error) {
	re, err := compileRegex(regex)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	begun := false
	for line := range strings.Lines(text) {
		hit := re.MatchString(strings.TrimSuffix(line, "\n"))
		begun = begun || hit
		if how == "begin" && begun || how == "include" && hit || how == "exclude" && !hit {
			out.WriteString(line)
		}
	}
	return out.String(), nil
}
