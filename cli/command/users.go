package command

import (
	"cmp"
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/result"
)

var userCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax: seq(showWord, kw("users", "Who is logged in"),
			opt(alt(kw("all", "The lines that nobody is on, too"), kw("detail", "How they have come, and for how long they are there")))),
		Summary:     "Show who is logged in",
		Description: "An asterisk marks this session.",
		Run:         cli.Show(shownUsers{}, showUsers),
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

// shownUsers says who is shown, and how.
type shownUsers struct {
	All    bool `cli:"all"`
	Detail bool `cli:"detail"`
}

func showUsers(_ context.Context, s *cli.Session, a shownUsers) (result.Value, error) {
	t := &result.Table{Columns: []result.Column{
		{Name: "current", Width: 1}, {Head: "Line", Width: 7}, {Head: "User", Width: 16}, {Head: "From", Width: 15}, {Head: "Connected since", Width: 24},
	}}
	if a.Detail {
		t.Columns = append(t.Columns, result.Column{Head: "Protocol", Width: 8}, result.Column{Head: "Connected for", Width: 13})
	}
	acc, now := s.Shell().Access(), s.Shell().Now()
	taken := map[access.ID]bool{}
	for _, u := range acc.Users() {
		taken[u.Line] = true
		from := "local"
		if u.From.IsValid() {
			from = u.From.String()
		}
		row := []any{result.Choose(u == s.User(), "*", ""), u.Line, u.Name, from, result.As(u.Since, cli.Timestamp(u.Since))}
		if a.Detail {
			on := max(0, now.Sub(u.Since))
			row = append(row, result.As(u.Via, cmp.Or(u.Via, none)), slotUptime(on))
		}
		t.Add(row...)
	}
	for line := access.ID(0); a.All && int(line) < acc.OpenLines(); line++ {
		if !taken[line] {
			t.Add(result.Choose(false, "*", ""), line, orNone(""), orNone(""), orNone(""))
		}
	}
	return t, nil
}
