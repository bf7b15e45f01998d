package command

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// byMode are the modes with the commands whose first mode that is, in the order
// of their names.
func byMode() iter.Seq2[grammar.Mode, []*cli.Command] {
	return func(yield func(grammar.Mode, []*cli.Command) bool) {
		all := All()
		for _, mode := range cli.AllModes {
			var commands []*cli.Command
			for i := range all {
				if all[i].Modes[0] == mode {
					commands = append(commands, &all[i])
				}
			}
			slices.SortStableFunc(commands, func(a, b *cli.Command) int { return cmp.Compare(strings.ToLower(name(a)), strings.ToLower(name(b))) })
			if len(commands) > 0 && !yield(mode, commands) {
				return
			}
		}
	}
}

// name returns the keywords a command begins with, the first ones where it may
// begin with several.
func name(c *cli.Command) string {
	n := cmp.Or[grammar.Node](c.Syntax, c.No, c.Default)
	var words []string
	for _, w := range strings.Fields(strings.TrimPrefix(grammar.Usage(n), "{ ")) {
		if strings.ContainsAny(w, "[]{}|") || w == strings.ToUpper(w) {
			break
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// forms are the lines of syntax of a command.
func forms(c *cli.Command) (all []string) {
	for _, form := range []struct {
		word string
		n    grammar.Node
	}{{"", c.Syntax}, {"no ", c.No}, {"default ", c.Default}} {
		if form.n != nil {
			line := form.word + grammar.Usage(form.n)
			if c.Leads {
				line += " COMMAND"
			}
			all = append(all, line)
		}
	}
	return all
}

// place says at which level and in which modes a command is.
func place(c *cli.Command) string {
	text := "Level " + fmt.Sprint(c.Level)
	if c.Secure {
		text += ", secure"
	}
	var modes []string
	for _, m := range c.Modes {
		modes = append(modes, string(m))
	}
	if len(modes) < len(cli.ConfigModes) {
		return text + ". Modes: " + strings.Join(modes, ", ") + "."
	}
	text += ". Modes: all that configure"
	if slices.Contains(c.Modes, cli.Exec) {
		text += ", and " + string(cli.Exec)
	}
	return text + "."
}
