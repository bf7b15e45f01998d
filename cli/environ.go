package cli

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"mirrorsh/cli/internal/grammar"
)

// Environ finds a variable of the environment that a script from outside the router
// names; nil: it names none.
type Environ func(name string) (value string, ok bool)

// variable matches ${NAME} and ${NAME:-default}; a default is what stands for a
// variable that is not set or empty.
var variable = expression(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`)

const (
	variableBegins = "${"
	variableNone   = "$${" // stands for ${
)

// Expand returns a line of a script with the values of its variables. Inside quotes
// a value is escaped, so that it stays in them; elsewhere it stands as it is.
// A comment is left alone.
func (env Environ) Expand(line string) (string, error) {
	if env == nil || !strings.Contains(line, variableBegins) || grammar.IsBlank(line) {
		return line, nil
	}
	var b strings.Builder
	var q quoting
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case strings.HasPrefix(rest, variableNone):
			b.WriteString(variableBegins)
			i += len(variableNone)
			q.next('$')
		case strings.HasPrefix(rest, variableBegins):
			value, n, err := env.value(rest)
			if err != nil {
				return "", err
			}
			if q.inside {
				value = grammar.Escape(value)
			}
			b.WriteString(value)
			i += n
			q.next('$')
		default:
			b.WriteByte(line[i])
			q.next(line[i])
			i++
		}
		if b.Len() > MaxLine {
			return "", errLongLine
		}
	}
	return b.String(), nil
}

// answer is Expand of a line that answers a question: quotes are part of it.
func (env Environ) answer(line string) (string, error) {
	if env == nil || !strings.Contains(line, variableBegins) {
		return line, nil
	}
	var b strings.Builder
	for i := 0; i < len(line); {
		rest := line[i:]
		at := strings.Index(rest, variableBegins)
		switch {
		case at < 0:
			at = len(rest)
		case at > 0 && rest[at-1] == '$':
			b.WriteString(rest[:at-1] + variableBegins)
			i += at + len(variableBegins)
			continue
		}
		b.WriteString(rest[:at])
		if i += at; i == len(line) {
			break
		}
		value, n, err := env.value(line[i:])
		if err != nil {
			return "", err
		}
		b.WriteString(value)
		i += n
	}
	if b.Len() > MaxLine {
		return "", errLongLine
	}
	return b.String(), nil
}

// value returns the value of the variable that text begins with, and how long its
// name is. Errors never have it.
func (env Environ) value(text string) (value string, n int, err error) {
	m := variable().FindStringSubmatch(text)
	if m == nil {
		return "", 0, fmt.Errorf("no name of a variable after ${, as in ${NAME} or ${NAME:-default}; $${ stands for ${")
	}
	value, ok := env(m[1])
	switch {
	case m[2] != "" && value == "":
		value = m[3]
	case !ok:
		return "", 0, fmt.Errorf("environment variable %s is not set, and has no default", m[1])
	}
	if strings.IndexFunc(value, unicode.IsControl) >= 0 {
		return "", 0, fmt.Errorf("value of environment variable %s has a control character", m[1])
	}
	return value, len(m[0]), nil
}

// quoting follows the quotes of a line as the grammar does: they begin where a word
// may, and a quote inside a word is a character of it.
type quoting struct {
	inside, escaped bool
	word            bool // a word has begun
}

func (q *quoting) next(c byte) {
	switch {
	case q.escaped:
		q.escaped = false
	case q.inside && c == '\\':
		q.escaped = true
	case q.inside && c == '"':
		q.inside = false
	case c == '"' && !q.word:
		q.inside, q.word = true, true
	case !q.inside:
		q.word = c != ' ' && c != '\t'
	}
}

// expression is a regular expression that is compiled when it is first needed: while
// the program starts, somebody waits.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
