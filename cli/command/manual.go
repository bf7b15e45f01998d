package command

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
)

// manual returns every command in manual-page form, from the same tables that
// the shell reads, and the traps of packet mirroring. cli/MANUAL.md is this
// text; a test holds it to it.
func manual() string {
	var b strings.Builder
	b.WriteString("# Commands\n\nMade from the command tables by `make manual`. Levels are the defaults. A secure command or keyword exists only after\n" +
		"`mirror-enable`, at level 13 or more.\n\n" +
		"The output of every command that shows something can be filtered with `| begin`, `| exclude` and `| include` and a regular\n" +
		"expression. `| json` shows its values as JSON instead; it is this product's own, like the flag `--json`: the real router\n" +
		"has neither. [FAULTS.md](FAULTS.md) has what receivers make of each fault of `test mirror fault`,\n" +
		"[RECEIVERS.md](RECEIVERS.md) how to bring about what is known to break at receivers.\n\n")
	for mode, commands := range byMode() {
		fmt.Fprintf(&b, "## %s\n\n", mode)
		for _, c := range commands {
			b.WriteString(page(c))
		}
	}
	b.WriteString("## Traps of packet mirroring\n\n")
	for _, n := range mib.MirrorNotifications {
		trapPage(&b, n)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

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

func page(c *cli.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n%s.", name(c), c.Summary)
	if c.Description != "" {
		b.WriteString(" " + c.Description)
	}
	b.WriteString("\n\n```\n" + strings.Join(forms(c), "\n") + "\n```\n\n" + place(c))
	b.WriteString("\n\n")
	if len(c.Examples) > 0 {
		b.WriteString("```\n" + strings.Join(c.Examples, "\n") + "\n```\n\n")
	}
	return b.String()
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

func trapPage(b *strings.Builder, n *mib.Notification) {
	fmt.Fprintf(b, "### %s\n\n%s.\n\n", n.Name, strings.TrimSuffix(n.Meaning, "."))
	fmt.Fprintf(b, "| | |\n| --- | --- |\n| Object identifier | %s |\n| Severity | %s |\n", n.OID, filterText(n.Severity))
	laes := "none"
	if len(n.LAES) > 0 {
		laes = strings.Join(n.LAES, ", ")
	}
	var objects []string
	for _, o := range n.Objects {
		objects = append(objects, strings.TrimPrefix(o.Name, "juniPacketMirror"))
	}
	fmt.Fprintf(b, "| LAES messages | %s |\n| Varbinds (juniPacketMirror...) | %s |\n\n", laes, strings.Join(objects, ", "))
}
