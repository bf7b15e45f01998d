package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// Bounds of terminal settings; the documents give none.
const (
	maxLength  = 512
	minWidth   = 30
	maxWidth   = 512
	maxHistory = 100
)

var terminalWord = kw("terminal", "Set up this terminal")

var terminalCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax:      seq(terminalWord, kw("length", "Set the lines of a page"), param("LINES", grammar.Int(0, maxLength), "Lines of a page, 0 for no paging")),
		No:          seq(terminalWord, kw("length", "Use the height of the terminal")),
		Summary:     "Set the lines of a page",
		Description: "0 turns paging off. It holds for this session only; without it a page is as high as the terminal.",
		Examples:    []string{"terminal length 0"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.SetLength(a.Int("LINES", -1))
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax:  seq(terminalWord, kw("width", "Set the columns of a line"), param("COLUMNS", grammar.Int(minWidth, maxWidth), "Columns of a line")),
		No:      seq(terminalWord, kw("width", "Use the width of the terminal")),
		Summary: "Set the columns of a line",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.SetWidth(a.Int("COLUMNS", -1))
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax: seq(terminalWord, kw("history", "Set up the command history"), kw("size", "Set how many commands are kept"),
			param("LINES", grammar.Int(0, maxHistory), "How many commands are kept")),
		No:      seq(terminalWord, kw("history", "Set up the command history"), kw("size", "Restore the default size")),
		Summary: "Set how many commands show history keeps",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.SetHistorySize(a.Int("LINES", cli.DefaultHistory))
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser,
		Syntax: seq(terminalWord, kw("suggestions", "Show what fits while one types"), words("switch",
			"off", "Show nothing", "on", "Show it")),
		No:      seq(terminalWord, kw("suggestions", "Show nothing while one types")),
		Default: seq(terminalWord, kw("suggestions", "Show what fits while one types")),
		Summary: "Show the words that fit while one types, or do not",
		Description: "It holds for this session only, and on a local console, which shows them unless the program runs with --plain. ? and Tab " +
			"work all the same. The list has no colours if NO_COLOR is set in the environment. This command is this product's own.",
		Examples: []string{"terminal suggestions off"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.SetSuggestions(a.Form == grammar.Defaulted || a.Text("switch") == "on")
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("terminal", "The settings of this terminal")),
		Summary: "Show the settings of this terminal",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			width, length := s.Terminal()
			suggestions := "off"
			if s.Suggests() {
				suggestions = "on"
			}
			s.Printf("Length: %d lines\nWidth: %d columns\nHistory size: %d\nSuggestions: %s\n", length, width, s.HistorySize(), suggestions)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("history", "The commands typed in this session")),
		Summary: "Show the commands typed in this session",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			for _, line := range s.History() {
				s.Print("  " + line + "\n")
			}
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("privilege", "The privilege level of this session")),
		Summary: "Show the privilege level of this session",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Printf("Privilege level is %d\n", s.Level())
			return nil
		}),
	},
}
