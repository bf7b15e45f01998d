package cli

import (
	"context"
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
)

// maxProgram is the most instructions of a regular expression. Matching takes
// time in proportion to their number and to the length of a line, and a few
// repetitions make it very large.
const maxProgram = 1200

var (
	errRegex        = errors.New("invalid regular expression")
	errComplexRegex = errors.New("regular expression is too complex")
)

// compileRegex reads a regular expression of the router (REFERENCE.md): as usual,
// and "_" stands for the edge of the line, a comma, a blank or a brace.
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
	parsed, err := syntax.Parse(b.String(), syntax.Perl)
	if err != nil {
		return nil, errRegex
	}
	prog, err := syntax.Compile(parsed.Simplify())
	switch {
	case err != nil:
		return nil, errRegex
	case len(prog.Inst) > maxProgram:
		return nil, errComplexRegex
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, errRegex
	}
	return re, nil
}

// Filter keeps the lines of text that "begin", "include" or "exclude" lets pass.
// It ends with ctx.
func Filter(ctx context.Context, how, regex, text string) (string, error) {
	re, err := compileRegex(regex)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	begun := false
	for line := range strings.Lines(text) {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		hit := re.MatchString(strings.TrimSuffix(line, "\n"))
		begun = begun || hit
		if how == "begin" && begun || how == "include" && hit || how == "exclude" && !hit {
			out.WriteString(line)
		}
	}
	return out.String(), nil
}
