package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/side"
)

// lineList is a method list that lines use.
type lineList struct {
	Name string `cli:"NAME"`
}

// lineLevelList is that of a privilege level.
type lineLevelList struct {
	Level int `cli:"LEVEL"`
	lineList
}

// lineListRow is a list of lines; of is where they have its name.
func lineListRow(words grammar.Node, summary string, of func(*access.Lists) *string) cli.Row {
	return &cli.Setting[lineSet, lineList]{
		Place: ofLines, Syntax: seq(words, listName("The name of the list")), No: seq(words, opt(listName("The name of the list"))),
		Summary: summary, Description: "A list that does not exist lets nobody pass, and tells nobody anything.",
		Set: func(_ context.Context, _ *cli.Session, ls lineSet, a lineList) error {
			return ls.change(func(l *access.Line) { *of(&l.Lists) = listOf(a.Name) })
		},
		Clear: func(_ context.Context, _ *cli.Session, ls lineSet, _ lineList) error {
			return ls.change(func(l *access.Line) { *of(&l.Lists) = "" })
		},
		Lines: func(ls lineSet, _ side.Clearance) []lineList { return ifAny(lineList{*of(&ls.set.Lists)}) },
	}
}

// lineLevelRow is a list of lines for commands of a privilege level.
func lineLevelRow(word grammar.Node, summary string, of func(*access.Lists) *[access.MaxLevel + 1]string) cli.Row {
	words := seq(word, commandsWord, aaaLevel)
	return &cli.Setting[lineSet, lineLevelList]{
		Place: ofLines, Syntax: seq(words, listName("The name of the list")), No: seq(words, opt(listName("The name of the list"))),
		Summary: summary, Description: "A list that does not exist lets nobody pass, and tells nobody anything.",
		Set: func(_ context.Context, _ *cli.Session, ls lineSet, a lineLevelList) error {
			return ls.change(func(l *access.Line) { of(&l.Lists)[a.Level] = listOf(a.Name) })
		},
		Clear: func(_ context.Context, _ *cli.Session, ls lineSet, a lineLevelList) error {
			return ls.change(func(l *access.Line) { of(&l.Lists)[a.Level] = "" })
		},
		Lines: func(ls lineSet, _ side.Clearance) (all []lineLevelList) {
			for level, name := range of(&ls.set.Lists) {
				if name != "" {
					all = append(all, lineLevelList{level, lineList{name}})
				}
			}
			return all
		},
	}
}

// listOf is how a line says that it uses a list: default need not be said.
func listOf(name string) string {
	if name == aaa.Default {
		return ""
	}
	return name
}

// lineLists are the method lists of lines.
var lineLists = []cli.Row{
	lineListRow(seq(kw("accounting", "What servers are told of operators"), execWord), "Say how sessions on the lines are accounted for",
		func(l *access.Lists) *string { return &l.AccountExec }),
	lineLevelRow(kw("accounting", "What servers are told of operators"), "Say how commands typed on the lines are accounted for",
		func(l *access.Lists) *[access.MaxLevel + 1]string { return &l.AccountCommands }),
	lineListRow(seq(authorizationWord, execWord), "Say who decides about sessions on the lines",
		func(l *access.Lists) *string { return &l.AuthorizeExec }),
	lineLevelRow(authorizationWord, "Say who decides about commands typed on the lines",
		func(l *access.Lists) *[access.MaxLevel + 1]string { return &l.AuthorizeCommands }),
	lineListRow(seq(kw("login", "Logins on the lines"), kw("authentication", "The method list that decides about them")), "Say who decides about logins on the lines",
		func(l *access.Lists) *string { return &l.Login }),
}

// lineListRecord adds the lists that a line names.
func lineListRecord(r *result.Record, indent string, l access.Lists) {
	add := func(words, level, key, name string) {
		if name != "" {
			r.Line(indent+words+level+" {"+key+level+"}", result.As(name, grammar.Quote(name)))
		}
	}
	add("accounting exec", "", "accountingExec", l.AccountExec)
	for level, name := range l.AccountCommands {
		add("accounting commands ", fmt.Sprint(level), "accountingCommands", name)
	}
	add("authorization exec", "", "authorizationExec", l.AuthorizeExec)
	for level, name := range l.AuthorizeCommands {
		add("authorization commands ", fmt.Sprint(level), "authorizationCommands", name)
	}
	add("login authentication", "", "loginAuthentication", l.Login)
}
