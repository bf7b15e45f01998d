package command

import (
	"context"
	"fmt"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/side"
)

var accessListWord = kw("access-list", "Say which addresses may pass")

func accessListRule() grammar.Node {
	return seq(
		words("action", "deny", "Keep the addresses out", "permit", "Let the addresses pass"),
		alt(
			kw("any", "Every address"),
			seq(kw("host", "One address"), param("HOST", grammar.IPv4(), "The address")),
			seq(param("ADDRESS", grammar.IPv4(), "The address"), opt(param("WILDCARD", grammar.IPv4(), "The bits that do not count")))))
}

func accessListName() grammar.Node {
	return param("NAME", grammar.Name("WORD", acl.MaxName), "The name of the access list").From(accessListNames)
}

var accessListCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(accessListWord, accessListName(), accessListRule()),
		No:      seq(accessListWord, accessListName(), opt(accessListRule())),
		Summary: "Add a rule to an access list",
		Description: "The first rule that fits an address decides; an address that none fits is denied. Lists belong to the virtual router. " +
			"The no version removes a rule, or the whole list.",
		Examples: []string{"access-list ops permit 10.1.0.0 0.0.255.255", "access-list ops permit host 192.168.1.7"},
		Run:      cli.Text(setAccessList),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("access-list", "Access lists"), opt(accessListName())),
		Summary: "Show access lists",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			found := false
			for _, l := range s.VirtualRouter().AccessLists().All() {
				if a.Has("NAME") && a.Text("NAME") != l.Name {
					continue
				}
				found = true
				for _, r := range l.Rules {
					s.Printf("access-list %s %v\n", grammar.Quote(l.Name), r)
				}
			}
			if a.Has("NAME") && !found {
				return acl.ErrNoList
			}
			return nil
		}),
	},
}

func setAccessList(_ context.Context, s *cli.Session, a grammar.Args) error {
	lists, name := s.VirtualRouter().AccessLists(), a.Text("NAME")
	if !a.Has("action") {
		return lists.Remove(name)
	}
	rule := acl.NewRule(a.Text("action") == "permit", netip.IPv4Unspecified(), acl.Any)
	if a.Has("HOST") {
		rule = acl.NewRule(rule.Permit, a.Addr("HOST"), 0)
	}
	if a.Has("ADDRESS") {
		wildcard := uint32(0)
		if a.Has("WILDCARD") {
			wildcard = acl.Bits(a.Addr("WILDCARD"))
		}
		rule = acl.NewRule(rule.Permit, a.Addr("ADDRESS"), wildcard)
	}
	if a.Form != grammar.Affirmative {
		return lists.RemoveRule(name, rule)
	}
	return lists.Add(name, rule)
}

// accessListSection comes before the lines and the communities that name lists.
var accessListSection = cli.Section{
	Name: "access-list",
	Lines: func(_ *trapcore.Router, vr *trapcore.VirtualRouter, _ side.Clearance, _ bool) []cli.Line {
		var lines []cli.Line
		for _, l := range vr.AccessLists().All() {
			for _, r := range l.Rules {
				lines = append(lines, cli.Ordinary(fmt.Sprintf("access-list %s %v", grammar.Quote(l.Name), r)))
			}
		}
		return lines
	},
}
