package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/acl"
)

var (
	inLine   = []grammar.Mode{cli.LineConfig}
	lineWord = kw("line", "Set up the console or vty lines")
	vtyLine  = grammar.Int(0, access.MaxLines-1)
)

var lineCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure, Enters: cli.LineConfig,
		Syntax: seq(lineWord, alt(
			kw("console", "The console"),
			seq(kw("vty", "Lines for operators at a distance"), param("FIRST", vtyLine, "The first line"), opt(param("LAST", vtyLine, "The last line"))))),
		No:      seq(lineWord, kw("vty", "Lines for operators at a distance"), param("FIRST", vtyLine, "The first line to remove")),
		Summary: "Set up the console or vty lines",
		Description: "Lines 0 to 4 exist always; naming a higher one opens all up to it. The no version removes the line and all above it; " +
			"operators who are on one stay. A line can be used by password once it has one.",
		Examples: []string{"line vty 0 29", "no line vty 6"},
		Run:      cli.Text(enterLine).Leading(thereAreLines),
	},
	lineSetting("password", password(access.Password), "Set the password of the lines", "Remove the password of the lines",
		func(a grammar.Args) (func(*access.Line), error) {
			h, err := typedHash(a)
			return func(l *access.Line) { l.Password = h }, err
		},
		func(l *access.Line) { l.Password = "" }),
	lineSwitch("login", "Ask for the password of the line", "Do not ask; over SSH only authorized keys remain", func(l *access.Line, on bool) { l.Login = on }),
	lineSwitch("exec-banner", "Show the exec banner", "Do not show the exec banner", func(l *access.Line, on bool) { l.NoExecBanner = !on }),
	lineSwitch("motd-banner", "Show the message of the day", "Do not show the message of the day", func(l *access.Line, on bool) { l.NoMOTDBanner = !on }),
	lineSetting("exec-timeout", seq(param("MINUTES", grammar.Int(0, access.MaxExecMinutes), "Minutes without input"),
		opt(param("SECONDS", grammar.Int(0, 59), "Seconds more"))), "End sessions without input", "Never end sessions without input",
		func(a grammar.Args) (func(*access.Line), error) {
			limit := time.Duration(a.Int("MINUTES", 0))*time.Minute + time.Duration(a.Int("SECONDS", 0))*time.Second
			return func(l *access.Line) { l.ExecTimeout = limit }, nil
		},
		func(l *access.Line) { l.ExecTimeout = 0 }),
	lineSetting("login-timeout", param("SECONDS", grammar.Int(1, int64(access.MaxLoginTimeout/time.Second)), "How long a login may take, in seconds"),
		"Set how long a login may take", "Restore the default of 30 seconds",
		func(a grammar.Args) (func(*access.Line), error) {
			limit := time.Duration(a.Int("SECONDS", 0)) * time.Second
			return func(l *access.Line) { l.LoginTimeout = limit }, nil
		},
		func(l *access.Line) { l.LoginTimeout = access.DefaultLoginTimeout }),
	{
		Modes: inLine, Level: levelConfigure,
		Syntax: seq(kw("access-class", "Say who may use the lines"), param("NAME", grammar.Name("WORD", acl.MaxName), "The name of an access list").From(accessListNames),
			kw("in", "For who connects to the line")),
		No:          seq(kw("access-class", "Let everybody use the lines"), opt(param("NAME", grammar.Name("WORD", acl.MaxName), "The name of an access list").From(accessListNames)), kw("in", "For who connects to the line")),
		Summary:     "Say who may use the lines",
		Description: "The access list is one of the default virtual router. One that does not exist lets nobody pass.",
		Run: cli.Text(changeLines(func(a grammar.Args) (func(*access.Line), error) {
			name := a.Text("NAME")
			if a.Form != grammar.Affirmative {
				name = ""
			}
			return func(l *access.Line) { l.AccessClass = name }, nil
		})),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("line", "How lines are set up"), opt(alt(
			kw("console", "The console"),
			seq(kw("vty", "Lines for operators at a distance"), param("NUMBER", vtyLine, "The line"))))),
		Summary: "Show how lines are set up",
		Run:     cli.Text(showLine),
	},
}

func lineSetting(name string, value grammar.Node, help, noHelp string, set func(grammar.Args) (func(*access.Line), error), reset func(*access.Line)) cli.Command {
	return cli.Command{
		Modes: inLine, Level: levelConfigure,
		Syntax: seq(kw(name, help), value), No: kw(name, noHelp),
		Summary: help,
		Run: cli.Text(changeLines(func(a grammar.Args) (func(*access.Line), error) {
			if a.Form != grammar.Affirmative {
				return reset, nil
			}
			return set(a)
		})),
	}
}

func lineSwitch(name, help, noHelp string, set func(l *access.Line, on bool)) cli.Command {
	return cli.Command{
		Modes: inLine, Level: levelConfigure,
		Syntax: kw(name, help), No: kw(name, noHelp),
		Summary: help,
		Run: cli.Text(changeLines(func(a grammar.Args) (func(*access.Line), error) {
			return func(l *access.Line) { set(l, a.Form != grammar.Negative) }, nil // all are on by default
		})),
	}
}

// changeLines is the handler of a command that sets up the lines of the mode.
func changeLines(change func(grammar.Args) (func(*access.Line), error)) textHandler {
	return func(_ context.Context, s *cli.Session, a grammar.Args) error {
		set, err := change(a)
		if err != nil {
			return err
		}
		lines, _ := s.Subject().(access.Lines)
		return s.Shell().Access().Change(lines, set)
	}
}

var errLineOrder = errors.New("last line must not be below the first")

func enterLine(_ context.Context, s *cli.Session, a grammar.Args) error {
	first := a.Int("FIRST", 0)
	if a.Form != grammar.Affirmative {
		return s.Shell().Access().CloseFrom(first)
	}
	lines := access.Lines{First: access.Console, Last: access.Console}
	if a.Has("vty") {
		last := a.Int("LAST", first)
		if last < first {
			return errLineOrder
		}
		s.Shell().Access().Open(last)
		lines = access.Lines{First: access.ID(first), Last: access.ID(last)}
	}
	s.Enter(cli.LineConfig, lines)
	return nil
}

func thereAreLines(s *cli.Session, a grammar.Args) bool {
	return a.Int("LAST", a.Int("FIRST", 0)) < s.Shell().Access().OpenLines()
}

func showLine(_ context.Context, s *cli.Session, a grammar.Args) error {
	acc := s.Shell().Access()
	if a.Has("console") || a.Has("vty") {
		id := access.Console
		if a.Has("vty") {
			id = access.ID(a.Int("NUMBER", 0))
		}
		l, err := acc.Line(id)
		if err == nil {
			printLine(s, "", l)
		}
		return err
	}
	for id := access.Console; int(id) < acc.OpenLines(); id++ {
		l, err := acc.Line(id)
		if err != nil {
			return nil // removed meanwhile
		}
		s.Printf("line %v\n", id)
		printLine(s, " ", l)
	}
	return nil
}

// printLine has the lines of the captured sample (reference cli.md 3.4).
func printLine(s *cli.Session, indent string, l access.Line) {
	class := "no access-class in"
	if l.AccessClass != "" {
		class = "access-class " + grammar.Quote(l.AccessClass) + " in"
	}
	never := "never"
	if l.ExecTimeout > 0 {
		never = fmt.Sprintf("%d minutes %d seconds", l.ExecTimeout/time.Minute, l.ExecTimeout%time.Minute/time.Second)
	}
	for _, text := range []string{
		class,
		"data-character-bits 8",
		"exec-timeout " + never,
		"exec-banner " + enabled(!l.NoExecBanner),
		"motd-banner " + enabled(!l.NoMOTDBanner),
		fmt.Sprintf("login-timeout %d seconds", l.LoginTimeout/time.Second),
	} {
		s.Print(indent + text + "\n")
	}
}

// lineLines are the lines that differ from what a new router has, and all of
// those that had to be opened.
func lineLines(acc *access.Access) []cli.Line {
	var lines []cli.Line
	for _, run := range acc.Runs() {
		opened := run.First >= access.FixedLines
		if run.Default && !opened {
			continue
		}
		text := "line console"
		switch {
		case run.First != access.Console && run.First == run.Last:
			text = fmt.Sprintf("line vty %d", int(run.First))
		case run.First != access.Console:
			text = fmt.Sprintf("line vty %d %d", int(run.First), int(run.Last))
		}
		lines = append(lines, cli.Line{Text: text, Block: lineBlock(run)})
	}
	return lines
}

func lineBlock(run access.Run) []cli.Line {
	block := []cli.Line{} // not nil: even an empty one ends in exit
	add := func(format string, args ...any) { block = append(block, cli.Ordinary(fmt.Sprintf(format, args...))) }
	if run.AccessClass != "" {
		add("access-class %s in", grammar.Quote(run.AccessClass))
	}
	if run.NoExecBanner {
		add("no exec-banner")
	}
	if run.ExecTimeout > 0 {
		add("exec-timeout %d %d", run.ExecTimeout/time.Minute, run.ExecTimeout%time.Minute/time.Second)
	}
	if vty := run.First != access.Console; run.Login != vty {
		if vty {
			add("no login")
		} else {
			add("login")
		}
	}
	if run.LoginTimeout != access.DefaultLoginTimeout {
		add("login-timeout %d", run.LoginTimeout/time.Second)
	}
	if run.NoMOTDBanner {
		add("no motd-banner")
	}
	if run.Password != "" {
		add("password %d %s", access.Password.Type(), run.Password)
	}
	return block
}
