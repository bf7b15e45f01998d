package command

import (
	"context"
	"errors"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/side"
)

var (
	lineWord    = kw("line", "Set up the console or vty lines")
	vtyLine     = grammar.Int(0, access.MaxLines-1)
	consoleLine = kw("console", "The console")
	vtyLines    = kw("vty", "Lines for operators at a distance")
)

// lineLine leads to lines, which set shows as they are set up.
type lineLine struct {
	Console bool        `cli:"console"`
	First   access.ID   `cli:"FIRST"`
	Last    *access.ID  `cli:"LAST"`
	Set     access.Line `cli:"-"`
}

func (l lineLine) ids() access.Lines {
	switch {
	case l.Console:
		return access.Lines{First: access.Console, Last: access.Console}
	case l.Last == nil:
		return access.Lines{First: l.First, Last: l.First}
	}
	return access.Lines{First: l.First, Last: *l.Last}
}

var errLineOrder = errors.New("last line must not be below the first")

var lines = &cli.Setting[*access.Access, lineLine]{
	Place: ofAccess, Enters: cli.LineConfig,
	Syntax: seq(lineWord, alt(seq(consoleLine, opt(kw("0", "The only one").Alias().For())),
		seq(vtyLines, param("FIRST", vtyLine, "The first line"), opt(param("LAST", vtyLine, "The last line"))))),
	No:      seq(lineWord, vtyLines, param("FIRST", vtyLine, "The first line to remove")),
	Summary: "Set up the console or vty lines",
	Description: "Lines 0 to 4 exist always; naming a higher one opens all up to it. The no version removes the line and all above it; " +
		"operators who are on one stay. A line can be used by password once it has one.",
	Examples: []string{"line vty 0 29", "line console 0", "no line vty 6"},
	Set: func(_ context.Context, _ *cli.Session, acc *access.Access, l lineLine) error {
		r := l.ids()
		if r.Last < r.First {
			return errLineOrder
		}
		acc.Open(int(r.Last))
		return nil
	},
	Clear: func(_ context.Context, _ *cli.Session, acc *access.Access, l lineLine) error {
		return acc.CloseFrom(int(l.First))
	},
	There: func(acc *access.Access, l lineLine) bool { return int(l.ids().Last) < acc.OpenLines() },
	Lines: setUpLines, Version: (*access.Access).LineVersion,
	Block: lineRows,
	Into: func(acc *access.Access, l lineLine) any {
		return lineSet{acc, l.ids(), l.Set}
	},
}

// setUpLines are the lines that differ from what a new router has, and all of
// those that had to be opened.
func setUpLines(acc *access.Access, _ side.Clearance) (all []lineLine) {
	for _, run := range acc.Runs() {
		if run.Default && run.First < access.FixedLines {
			continue
		}
		l := lineLine{Console: run.First == access.Console, First: run.First, Set: run.Line}
		if run.Last != run.First {
			l.Last = &run.Last
		}
		all = append(all, l)
	}
	return all
}

// lineSet are the lines that are set up, and how they are if that is shown.
type lineSet struct {
	access *access.Access
	access.Lines
	set access.Line
}

func (ls lineSet) vty() bool { return ls.First != access.Console }

var ofLines = cli.Place[lineSet]{
	Modes: []grammar.Mode{cli.LineConfig},
	Of: func(s *cli.Session) (lineSet, error) {
		ls, ok := s.Subject().(lineSet)
		if !ok {
			return ls, access.ErrNoLine
		}
		return ls, nil
	},
}

// lineRows are the settings of lines.
var lineRows = append([]cli.Row{
	accessClass,
	lineSwitch("exec-banner", "Show the exec banner", "Do not show the exec banner", everywhere,
		func(l *access.Line) bool { return !l.NoExecBanner }, func(l *access.Line, on bool) { l.NoExecBanner = !on }),
	execTimeout,
	lineSwitch("login", "Ask for the password of the line", "Do not ask; over Telnet anybody gets in, over SSH authorized keys alone", lineSet.vty,
		func(l *access.Line) bool { return l.Login }, func(l *access.Line, on bool) { l.Login = on }),
	cli.Scalar[lineSet, int64]{
		Place: ofLines,
		Words: kw("login-timeout", "Set how long a login may take"),
		Value: param("SECONDS", grammar.Int(1, int64(access.MaxLoginTimeout/time.Second)), "How long a login may take, in seconds").As("VALUE"),
		Off:   kw("login-timeout", "Restore the default of 30 seconds"), Summary: "Set how long a login may take",
		Default: int64(access.DefaultLoginTimeout / time.Second),
		Get:     func(ls lineSet) int64 { return int64(ls.set.LoginTimeout / time.Second) },
		Set: func(ls lineSet, n int64) error {
			return ls.change(func(l *access.Line) { l.LoginTimeout = time.Duration(n) * time.Second })
		},
	}.Row(),
	lineSwitch("motd-banner", "Show the message of the day", "Do not show the message of the day", everywhere,
		func(l *access.Line) bool { return !l.NoMOTDBanner }, func(l *access.Line, on bool) { l.NoMOTDBanner = !on }),
	linePassword,
}, lineLists...)

func everywhere(lineSet) bool { return true }

func (ls lineSet) change(set func(*access.Line)) error { return ls.access.Change(ls.Lines, set) }

// lineSwitch is a setting of lines that is on or off; byDefault is what it is on
// new ones.
func lineSwitch(name, help, noHelp string, byDefault func(lineSet) bool, get func(*access.Line) bool, set func(l *access.Line, on bool)) cli.Row {
	return cli.Switch[lineSet]{
		Place: ofLines,
		Words: kw(name, help), Off: kw(name, noHelp), Summary: help,
		DefaultOf: byDefault,
		Get:       func(ls lineSet) bool { return get(&ls.set) },
		Set:       func(ls lineSet, on bool) error { return ls.change(func(l *access.Line) { set(l, on) }) },
	}.Row()
}

// accessClassLine says which access list an operator must pass.
type accessClassLine struct {
	Name string `cli:"NAME"`
}

var (
	classList = param("NAME", grammar.Name("WORD", acl.MaxName), "The name of an access list").From(accessListNames)
	incoming  = kw("in", "For who connects to the line")
)

var accessClass = &cli.Setting[lineSet, accessClassLine]{
	Place:       ofLines,
	Syntax:      seq(kw("access-class", "Say who may use the lines"), classList, incoming),
	No:          seq(kw("access-class", "Let everybody use the lines"), opt(classList), incoming),
	Summary:     "Say who may use the lines",
	Description: "The access list is one of the default virtual router. One that does not exist lets nobody pass.",
	Set: func(_ context.Context, _ *cli.Session, ls lineSet, a accessClassLine) error {
		return ls.change(func(l *access.Line) { l.AccessClass = a.Name })
	},
	Clear: func(_ context.Context, _ *cli.Session, ls lineSet, _ accessClassLine) error {
		return ls.change(func(l *access.Line) { l.AccessClass = "" })
	},
	Lines: func(ls lineSet, _ side.Clearance) []accessClassLine {
		return ifAny(accessClassLine{ls.set.AccessClass})
	},
}

// execTimeoutLine says after what time without input a session ends.
type execTimeoutLine struct {
	Minutes time.Duration  `cli:"MINUTES"`
	More    *time.Duration `cli:"SECONDS"`
}

var execTimeout = &cli.Setting[lineSet, execTimeoutLine]{
	Place: ofLines,
	Syntax: seq(kw("exec-timeout", "End sessions without input"), param("MINUTES", grammar.Int(0, access.MaxExecMinutes), "Minutes without input"),
		opt(param("SECONDS", grammar.Int(0, 59), "Seconds more"))),
	No:      kw("exec-timeout", "Never end sessions without input"),
	Summary: "End sessions without input",
	Set: func(_ context.Context, _ *cli.Session, ls lineSet, a execTimeoutLine) error {
		limit := a.Minutes * time.Minute
		if a.More != nil {
			limit += *a.More * time.Second
		}
		return ls.change(func(l *access.Line) { l.ExecTimeout = limit })
	},
	Clear: func(_ context.Context, _ *cli.Session, ls lineSet, _ execTimeoutLine) error {
		return ls.change(func(l *access.Line) { l.ExecTimeout = 0 })
	},
	Lines: func(ls lineSet, _ side.Clearance) []execTimeoutLine {
		limit := ls.set.ExecTimeout
		if limit == 0 {
			return nil
		}
		seconds := limit % time.Minute / time.Second
		return []execTimeoutLine{{limit / time.Minute, &seconds}}
	},
}

var linePassword = &cli.Setting[lineSet, typedPassword]{
	Place:  ofLines,
	Syntax: seq(kw("password", "Set the password of the lines"), password(access.Password)), No: kw("password", "Remove the password of the lines"),
	Summary: "Set the password of the lines",
	Set: func(_ context.Context, _ *cli.Session, ls lineSet, p typedPassword) error {
		h, err := p.hash()
		if err != nil {
			return err
		}
		return ls.change(func(l *access.Line) { l.Password = h })
	},
	Clear: func(_ context.Context, _ *cli.Session, ls lineSet, _ typedPassword) error {
		return ls.change(func(l *access.Line) { l.Password = "" })
	},
	Lines: func(ls lineSet, _ side.Clearance) []typedPassword { return ifAny(typedPassword{Hash: ls.set.Password}) },
}
