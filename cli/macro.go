package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

var (
	errMacroFile = errors.New("macro files end in .mac")
	errNoMacro   = errors.New("no such macro in the file")
)

// macroExpression is a control expression of a macro that is alone on its line.
var macroExpression = expression(`^\s*<#\s*(.*?)\s*#>\s*$`)

// RunMacro runs a macro of a file as though its lines were typed, or only shows
// them. It is a list of commands: control expressions other than its begin and end
// are refused. It ends at the first refused command.
func (s *Session) RunMacro(ctx context.Context, file, name string, test, verbose bool) error {
	if !strings.HasSuffix(strings.ToLower(file), ".mac") {
		return errMacroFile
	}
	text, err := s.shell.Files().Read(file)
	if err != nil {
		return err
	}
	lines, err := macroLines(text, name)
	if err != nil {
		return err
	}
	s.scripts.macros++
	id := s.scripts.macros // of the session: a counter of all would tell of those of others
	s.Printf("Macro '%s' in file '%s' starting execution (Id: %d)\n", name, file, id)
	if test || verbose {
		s.Print(Printable(strings.Join(lines, "\n")) + "\n")
	}
	if !test {
		echo := func(line string) string { return Printable(s.Prompt()+line) + "\n" }
		defer s.scripts.from(outside{})()
		if err := s.runScript(ctx, file, strings.Join(lines, "\n"), echo, nil); err != nil {
			return err
		}
	}
	s.Printf("Macro '%s' in file '%s' ending execution (Id: %d)\n", name, file, id)
	return nil
}

// macroLines returns the lines of a macro; names are found in any case. Those of
// other macros and of comments in expressions are left empty, so that a refused
// line is named by its place in the file.
func macroLines(text, name string) ([]string, error) {
	var lines []string
	inside, found := "", false
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		m := macroExpression().FindStringSubmatch(line)
		kept := ""
		switch {
		case m == nil && strings.Contains(line, "<#"):
			return nil, fmt.Errorf("line %d: control expressions in commands are not supported", n+1)
		case m == nil:
			if strings.EqualFold(inside, name) {
				kept = line
			}
		case strings.HasPrefix(m[1], "//"):
		case strings.EqualFold(m[1], "endtmpl"):
			if inside == "" {
				return nil, fmt.Errorf("line %d: endtmpl without a macro", n+1)
			}
			inside = ""
		case inside == "" && macroName(m[1]):
			inside = m[1]
			found = found || strings.EqualFold(inside, name)
		default:
			return nil, fmt.Errorf("line %d: control expression is not supported", n+1)
		}
		lines = append(lines, kept)
	}
	switch {
	case inside != "":
		return nil, fmt.Errorf("macro %s has no endtmpl", inside)
	case !found:
		return nil, errNoMacro
	}
	return lines, nil
}

// macroName reports whether a macro can have a name: letters, digits and
// underscores, a digit not first.
func macroName(s string) bool {
	for i, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
