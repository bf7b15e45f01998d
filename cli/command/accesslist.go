package command

import (
	"context"
	"encoding/binary"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/side"
)

var accessListWord = kw("access-list", "Say which addresses may pass")

var accessListRule = seq(
	alt(kw("deny", "Keep the addresses out").As("action").Is(false), kw("permit", "Let the addresses pass").As("action").Is(true)),
	alt(
		kw("any", "Every address"),
		seq(kw("host", "One address"), param("HOST", grammar.IPv4(), "The address")),
		seq(param("ADDRESS", grammar.IPv4(), "The address"), opt(param("WILDCARD", grammar.IPv4(), "The bits that do not count")))))

var accessListName = param("NAME", grammar.Name("WORD", acl.MaxName), "The name of the access list").From(accessListNames)

// accessListLine is a rule of an access list; without Permit it is the whole list.
type accessListLine struct {
	Name     string     `cli:"NAME"`
	Permit   *bool      `cli:"action"`
	Any      bool       `cli:"any"`
	Host     netip.Addr `cli:"HOST"`
	Address  netip.Addr `cli:"ADDRESS"`
	Wildcard netip.Addr `cli:"WILDCARD"`
}

func (l *accessListLine) rule() acl.Rule {
	switch {
	case l.Host.IsValid():
		return acl.NewRule(*l.Permit, l.Host, 0)
	case l.Wildcard.IsValid():
		return acl.NewRule(*l.Permit, l.Address, acl.Bits(l.Wildcard))
	case l.Address.IsValid():
		return acl.NewRule(*l.Permit, l.Address, 0)
	}
	return acl.NewRule(*l.Permit, netip.IPv4Unspecified(), acl.Any)
}

func newAccessListLine(list string, r acl.Rule) accessListLine {
	l := accessListLine{Name: list, Permit: &r.Permit}
	switch r.Wildcard {
	case 0:
		l.Host = r.Address
	case acl.Any:
		l.Any = true
	default:
		l.Address, l.Wildcard = r.Address, wildcard(r)
	}
	return l
}

func wildcard(r acl.Rule) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, r.Wildcard)))
}

var accessLists = &cli.Setting[*acl.Lists, accessListLine]{
	Place:   ofAccessLists,
	Syntax:  seq(accessListWord, accessListName, accessListRule),
	No:      seq(accessListWord, accessListName, opt(accessListRule)),
	Summary: "Add a rule to an access list",
	Description: "The first rule that fits an address decides; an address that none fits is denied. Lists belong to the virtual router. " +
		"The no version removes a rule, or the whole list.",
	Examples: []string{"access-list ops permit 10.1.0.0 0.0.255.255", "access-list ops permit host 192.168.1.7"},
	Set: func(_ context.Context, _ *cli.Session, lists *acl.Lists, l accessListLine) error {
		return lists.Add(l.Name, l.rule())
	},
	Clear: func(_ context.Context, _ *cli.Session, lists *acl.Lists, l accessListLine) error {
		if l.Permit == nil {
			return lists.Remove(l.Name)
		}
		return lists.RemoveRule(l.Name, l.rule())
	},
	Crowd: &cli.Crowd[*acl.Lists, accessListLine, acl.RuleKey]{
		Compare: acl.RuleKey.Compare,
		Edited:  (*acl.Lists).TakeEdited,
		Keys:    (*acl.Lists).Keys,
		Line: func(lists *acl.Lists, k acl.RuleKey) (accessListLine, bool) {
			r, ok := lists.Rule(k)
			if !ok {
				return accessListLine{}, false
			}
			return newAccessListLine(k.List, r), true
		},
	},
	Lines: func(lists *acl.Lists, _ side.Clearance) (all []accessListLine) {
		for _, l := range lists.All() {
			for _, r := range l.Rules {
				all = append(all, newAccessListLine(l.Name, r))
			}
		}
		return all
	},
}

var ofAccessLists = cli.Place[*acl.Lists]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*acl.Lists, error) { return s.VirtualRouter().AccessLists(), nil },
	At: func(_ *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*acl.Lists, bool) {
		return vr.AccessLists(), true
	},
}

// accessListSection comes before the lines and the communities that name lists.
var accessListSection = cli.Section{Name: "access-list", Rows: []cli.Row{accessLists}}

// whichList names one access list; "" is all of them.
type whichList struct {
	Name string `cli:"NAME"`
}

var accessListCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("access-list", "Access lists"), opt(accessListName)),
		Summary: "Show access lists",
		Run:     cli.Show(whichList{}, showAccessLists),
	},
}

func showAccessLists(_ context.Context, s *cli.Session, which whichList) (result.Value, error) {
	all, found := result.List{}, which.Name == ""
	for _, l := range s.VirtualRouter().AccessLists().All() {
		if which.Name != "" && which.Name != l.Name {
			continue
		}
		found = true
		for _, r := range l.Rules {
			all.Items = append(all.Items, new(result.Record).
				Line("access-list {name} {rule}", result.As(l.Name, grammar.Quote(l.Name)), r).
				Note("permit", r.Permit).Note("address", r.Address).Note("wildcard", wildcard(r)))
		}
	}
	if !found {
		return nil, acl.ErrNoList
	}
	return all, nil
}
