package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
)

// Bounds of terminal settings.
const (
	maxLength  = 512
	minWidth   = 30
	maxWidth   = 512
	maxHistory = 100
)

type lineCount struct {
	Lines int `cli:"LINES"`
}

type columnCount struct {
	Columns int `cli:"COLUMNS"`
}

type suggestionSwitch struct {
	grammar.Form
	On bool `cli:"switch"`
}

var terminalWord = kw("terminal", "Set up this terminal")

var terminalCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax:      seq(terminalWord, kw("length", "Set the lines of a page"), param("LINES", grammar.Int(0, maxLength), "Lines of a page, 0 for no paging")),
		No:          seq(terminalWord, kw("length", "Use the height of the terminal")),
		Summary:     "Set the lines of a page",
		Description: "0 turns paging off. It holds for this session only; without it a page is as high as the terminal.",
		Examples:    []string{"terminal length 0"},
		Run: cli.Do(lineCount{-1}, func(_ context.Context, s *cli.Session, n lineCount) error {
			s.SetLength(n.Lines)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax:  seq(terminalWord, kw("width", "Set the columns of a line"), param("COLUMNS", grammar.Int(minWidth, maxWidth), "Columns of a line")),
		No:      seq(terminalWord, kw("width", "Use the width of the terminal")),
		Summary: "Set the columns of a line",
		Run: cli.Do(columnCount{-1}, func(_ context.Context, s *cli.Session, n columnCount) error {
			s.SetWidth(n.Columns)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Moves: true,
		Syntax: seq(terminalWord, kw("history", "Set up the command history"), kw("size", "Set how many commands are kept"),
			param("LINES", grammar.Int(0, maxHistory), "How many commands are kept")),
		No:      seq(terminalWord, kw("history", "Set up the command history"), kw("size", "Restore the default size")),
		Summary: "Set how many commands show history keeps",
		Run: cli.Do(lineCount{cli.DefaultHistory}, func(_ context.Context, s *cli.Session, n lineCount) error {
			s.SetHistorySize(n.Lines)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Moves: true,
		Syntax:      seq(terminalWord, kw("monitor", "Show log messages here")),
		No:          seq(terminalWord, kw("monitor", "Show no log messages here")),
		Summary:     "Show log messages on this terminal",
		Description: "It holds for this session only. All that the categories let pass is shown. The console has log destination console.",
		Run:         cli.Do(monitorSwitch{}, monitor),
	},
	{
		Modes: inExec, Level: levelShow, Moves: true,
		Syntax:  seq(logHereWord, kw("here", "Show them here").For()),
		No:      seq(logHereWord, kw("here", "Show them here no more").For()),
		Summary: "Show log messages on this terminal, as terminal monitor does",
		Run:     cli.Do(monitorSwitch{}, monitor),
	},
	{
		Modes: inExec, Level: levelUser,
		Syntax: seq(terminalWord, kw("suggestions", "Show what fits while one types"), alt(
			kw("off", "Show nothing").As("switch").Is(false), kw("on", "Show it").As("switch").Is(true))),
		No:      seq(terminalWord, kw("suggestions", "Show nothing while one types")),
		Default: seq(terminalWord, kw("suggestions", "Show what fits while one types")),
		Summary: "Show the words that fit while one types, or do not",
		Description: "It holds for this session only, and on a local console, which shows them unless the program runs with --plain. ? and Tab " +
			"work all the same. The list has no colours if NO_COLOR is set in the environment. This command is this product's own.",
		Examples: []string{"terminal suggestions off"},
		Run: cli.Do(suggestionSwitch{}, func(_ context.Context, s *cli.Session, a suggestionSwitch) error {
			s.SetSuggestions(a.Form == grammar.Defaulted || a.On)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("terminal", "The settings of this terminal")),
		Summary: "Show the settings of this terminal",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			width, length := s.PageSize()
			return new(result.Record).
				Line("Length: {length} lines", length).
				Line("Width: {width} columns", width).
				Line("History size: {historySize}", s.HistorySize()).
				Line("Suggestions: {suggestions}", result.Choose(s.Suggests(), "on", "off")), nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("history", "The commands typed in this session")),
		Summary: "Show the commands typed in this session",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			all := result.List{}
			for _, line := range s.History() {
				all.Items = append(all.Items, new(result.Record).Line("  {command}", line))
			}
			return all, nil
		}),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("privilege", "The privilege level of this session")),
		Summary: "Show the privilege level of this session",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return new(result.Record).Line("Privilege level is {level}", s.Level()), nil
		}),
	},
}

// logHereWord begins log here, which is terminal monitor by another name.
var logHereWord = kw("log", "Log messages").As("logHere").For("terminal", "monitor")

type monitorSwitch struct {
	grammar.Form
}

func monitor(_ context.Context, s *cli.Session, a monitorSwitch) error {
	return s.Monitor(a.Form == grammar.Affirmative)
}
