package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/side"
)

// aliasLine is an alias, on the side of what it stands for.
type aliasLine struct {
	Name string    `cli:"NAME"`
	Line string    `cli:"LINE"`
	Side side.Side `cli:"-"`
}

var (
	aliasMode  = kw("exec", "Of Exec commands")
	aliasName  = param("NAME", aliasNameType, "The alias").From(namesOfAliases)
	aliasLines = param("LINE", grammar.Text(cli.MaxAliasLine), "What the command begins with")

	aliasNameType = grammar.Value("WORD", "not a letter, followed by letters, digits, dots, dashes and underscores", func(word string) (string, bool) {
		return word, len(word) <= cli.MaxAliasName && aliasNameForm().MatchString(word)
	}, func(name string) (string, bool) { return name, true })
)

var aliasNameForm = expression(`^[A-Za-z][A-Za-z0-9._-]*$`)

func namesOfAliases(s *cli.Session) []string {
	return namesOf(s.Shell().Aliases(s.Clearance()), func(a cli.Alias) string { return a.Name })
}

var aliases = &cli.Setting[*cli.Shell, aliasLine]{
	Place:   ofShell,
	Syntax:  seq(kw("alias", "Make a word stand for the beginning of a command"), aliasMode, aliasName, aliasLines),
	No:      seq(kw("alias", "Remove an alias"), aliasMode, aliasName, opt(aliasLines)),
	Summary: "Make a word stand for the beginning of a command",
	Description: "Typed first in Exec, or after do or run, the alias is read as the line that it stands for, and what follows is added. It is typed in full, " +
		"and goes before words of which it could be the beginning; no command can have its name. Whoever types it needs the privilege level of the command. " +
		"An alias holds no secret, and stands for no other alias. There can be 100.",
	Examples: []string{"alias exec si show interfaces"},
	Set: func(_ context.Context, s *cli.Session, _ *cli.Shell, l aliasLine) error {
		return s.SetAlias(l.Name, l.Line)
	},
	Clear: func(_ context.Context, s *cli.Session, _ *cli.Shell, l aliasLine) error { return s.RemoveAlias(l.Name) },
	Lines: func(sh *cli.Shell, c side.Clearance) (all []aliasLine) {
		for _, a := range sh.Aliases(c) {
			all = append(all, aliasLine(a))
		}
		return all
	},
	Side: func(l aliasLine) side.Side { return l.Side },
}

// aliasSection stands below what its lines may name: of which side they are depends on that.
var aliasSection = cli.Section{Name: "system", Rows: []cli.Row{aliases}}

var aliasCommands = []cli.Command{{
	Modes: inExec, Level: levelUser, Shows: true,
	Syntax:  seq(showWord, kw("aliases", "What words stand for")),
	Summary: "Show the aliases",
	Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
		t := &result.Table{Columns: result.Columns("Alias", "Command")}
		for _, a := range s.Shell().Aliases(s.Clearance()) {
			t.Add(a.Name, a.Line)
		}
		return t, nil
	}),
}}
