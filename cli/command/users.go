package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/grammar"
)

var userCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:      seq(showWord, kw("users", "Who is logged in")),
		Summary:     "Show who is logged in",
		Description: "An asterisk marks this session.",
		Run:         cli.Text(showUsers),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(clearWord, kw("line", "End a session"), kw("vty", "On a vty line"),
			param("NUMBER", vtyLine, "The line")),
		Summary: "End the session on a vty line",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			return s.Shell().Access().Clear(access.ID(a.Int("NUMBER", 0)))
		}),
	},
}

func showUsers(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{
		Header: [][]string{{"", "Line", "User", "From", "Connected since"}},
		Widths: []int{1, 7, 16, 15, 24},
	}
	for _, u := range s.Shell().Access().Users() {
		mark, from := "", "local"
		if u == s.User() {
			mark = "*"
		}
		if u.From.IsValid() {
			from = u.From.String()
		}
		t.Rows = append(t.Rows, []string{mark, u.Line.String(), u.Name, from, cli.Timestamp(u.Since)})
	}
	s.Print(t.String())
	return nil
}
