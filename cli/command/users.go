package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/result"
)

var userCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:      seq(showWord, kw("users", "Who is logged in")),
		Summary:     "Show who is logged in",
		Description: "An asterisk marks this session.",
		Run:         cli.Show(cli.None{}, showUsers),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(clearWord, kw("line", "End a session"), kw("vty", "On a vty line"),
			param("NUMBER", vtyLine, "The line")),
		Summary: "End the session on a vty line",
		Run: cli.Do(vtyNumber{}, func(_ context.Context, s *cli.Session, line vtyNumber) error {
			return s.Shell().Access().Clear(line.Number)
		}),
	},
}

// vtyNumber names one vty line.
type vtyNumber struct {
	Number access.ID `cli:"NUMBER"`
}

func showUsers(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: []result.Column{
		{Name: "current", Width: 1}, {Head: "Line", Width: 7}, {Head: "User", Width: 16}, {Head: "From", Width: 15}, {Head: "Connected since", Width: 24},
	}}
	for _, u := range s.Shell().Access().Users() {
		from := "local"
		if u.From.IsValid() {
			from = u.From.String()
		}
		t.Add(result.Choose(u == s.User(), "*", ""), u.Line, u.Name, from, result.As(u.Since, cli.Timestamp(u.Since)))
	}
	return t, nil
}
