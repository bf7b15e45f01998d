package command

import (
	"context"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
)

// whichLine names one line.
type whichLine struct {
	Console bool      `cli:"console"`
	VTY     bool      `cli:"vty"`
	Number  access.ID `cli:"NUMBER"`
}

var lineCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("line", "How lines are set up"), opt(alt(consoleLine,
			seq(vtyLines, param("NUMBER", vtyLine, "The line"))))),
		Summary: "Show how lines are set up",
		Run:     cli.Show(whichLine{}, showLine),
	},
}

func showLine(_ context.Context, s *cli.Session, which whichLine) (result.Value, error) {
	acc := s.Shell().Access()
	if which.Console {
		which.Number = access.Console
	}
	if which.Console || which.VTY {
		l, err := acc.Line(which.Number)
		if err != nil {
			return nil, err
		}
		return lineRecord(new(result.Record), "", l), nil
	}
	all := result.List{}
	for id := access.Console; int(id) < acc.OpenLines(); id++ {
		l, err := acc.Line(id)
		if err != nil {
			break // removed meanwhile
		}
		all.Items = append(all.Items, lineRecord(new(result.Record).Line("line {line}", id), " ", l))
	}
	return all, nil
}

// lineRecord has the lines of show line vty (cli/REFERENCE.md, vty lines).
func lineRecord(r *result.Record, indent string, l access.Line) *result.Record {
	class := "no access-class in"
	if l.AccessClass != "" {
		class = "access-class " + grammar.Quote(l.AccessClass) + " in"
	}
	timeout := "never"
	if l.ExecTimeout > 0 {
		timeout = fmt.Sprintf("%d minutes %d seconds", l.ExecTimeout/time.Minute, l.ExecTimeout%time.Minute/time.Second)
	}
	r.Line(indent+"{accessClass}", result.As(l.AccessClass, class)).
		Line(indent+"data-character-bits {dataCharacterBits}", 8).
		Line(indent+"exec-timeout {execTimeoutSeconds}", result.As(int(l.ExecTimeout/time.Second), timeout)).
		Line(indent+"exec-banner {execBanner}", able(!l.NoExecBanner)).
		Line(indent+"motd-banner {motdBanner}", able(!l.NoMOTDBanner)).
		Line(indent+"login-timeout {loginTimeoutSeconds} seconds", int(l.LoginTimeout/time.Second))
	lineListRecord(r, indent, l.Lists)
	return r
}
