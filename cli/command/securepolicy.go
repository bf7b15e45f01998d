package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
)

var (
	secureWord     = kw("secure", "Configure secure policies")
	policyListName = param("LIST", grammar.Name("NAME", mirror.MaxPolicyName), "The name of the secure policy list").From(policyNames)

	inPolicyList      = []grammar.Mode{cli.PolicyList}
	inClassifierGroup = []grammar.Mode{cli.ClassifierGroup}
)

// protocolWords choose between IP and L2TP.
func protocolWords() grammar.Node {
	return words("protocol", "ip", "IP", "l2tp", "L2TP")
}

func protocolOf(a grammar.Args) mirror.Protocol {
	if a.Text("protocol") == mirror.L2TP.String() {
		return mirror.L2TP
	}
	return mirror.IP
}

// policyList is what policy list mode configures, policyGroup what classifier
// group mode does.
type (
	policyList struct {
		protocol mirror.Protocol
		name     string
	}
	policyGroup struct {
		policyList
		classifier string
	}
)

var (
	errNoPolicyList  = errors.New("no policy list is being configured")
	errNoPolicyGroup = errors.New("no classifier group is being configured")
)

var classifierOfGroup = alt(
	kw(mirror.AllTraffic, "All traffic").As("classifier"),
	param("classifier", grammar.Name("NAME", maxClassifierName), "The name of a secure classifier list").From(classifierNames))

var securePolicyCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelSecure, Secure: true, Enters: cli.PolicyList,
		Syntax:      seq(secureWord, protocolWords(), kw("policy-list", "A secure policy list"), policyListName),
		No:          seq(secureWord, protocolWords(), kw("policy-list", "Remove a secure policy list"), policyListName),
		Summary:     "Configure a secure policy list",
		Description: "A new list mirrors nothing. One that is attached cannot be removed. Trigger rules may name lists that do not exist.",
		Examples:    []string{"secure ip policy-list securePolicyIp10"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			m, l := s.Router().Mirror(), policyList{protocolOf(a), a.Text("LIST")}
			if a.Form != grammar.Affirmative {
				return m.RemovePolicyList(l.protocol, l.name)
			}
			if err := m.CreatePolicyList(l.protocol, l.name); err != nil {
				return err
			}
			s.Enter(cli.PolicyList, l)
			return nil
		}),
	},
	{
		Modes: inPolicyList, Level: levelSecure, Secure: true, Enters: cli.ClassifierGroup,
		Syntax: seq(kw("classifier-group", "Configure the rules of a classifier"), classifierOfGroup,
			opt(kw("precedence", "Its place among the groups, 100 for a new one"), param("PRECEDENCE", grammar.Int(1, mirror.MaxPrecedence), "The smallest first"))),
		No: seq(kw("classifier-group", "Remove a classifier group"), classifierOfGroup,
			opt(kw("precedence", "Its place among the groups"), param("PRECEDENCE", grammar.Int(1, mirror.MaxPrecedence), "The smallest first"))),
		Summary:     "Configure a classifier group",
		Description: "The first group that has a rule which mirrors decides for the whole list: no packet is looked at here.",
		Examples:    []string{"classifier-group *", "classifier-group voice precedence 10"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			l, ok := s.Subject().(policyList)
			if !ok {
				return errNoPolicyList
			}
			m, g := s.Router().Mirror(), policyGroup{l, a.Text("classifier")}
			if a.Form != grammar.Affirmative {
				return m.RemoveGroup(l.protocol, l.name, g.classifier)
			}
			if err := m.SetGroup(l.protocol, l.name, g.classifier, a.Int("PRECEDENCE", 0)); err != nil {
				return err
			}
			s.Enter(cli.ClassifierGroup, g)
			return nil
		}),
	},
	{
		Modes: inClassifierGroup, Level: levelSecure, Secure: true,
		Syntax:  seq(mirrorWord, alt(kw("disable", "Mirror nothing"), seq(mirrorTo(), mirrorOptions()))),
		No:      seq(mirrorWord, alt(kw("disable", "Remove the rule that mirrors nothing"), seq(mirrorTo(), mirrorOptions()))),
		Summary: "Set the mirror rule of the classifier group",
		Description: "The analyzer is looked up in the virtual router of what is mirrored, for L2TP in the default one; the virtual router of the rule must be " +
			"that one. With a UDP port, mirrored packets have the prepended header with mirror and session identifier, " +
			"which those of L2TP always have.",
		Examples: []string{"mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 2500 mirror-identifier 1 session-identifier 1"},
		Run:      cli.Text(mirrorAction),
	},
}

func mirrorTo() grammar.Node {
	return seq(kw("analyzer-ip-address", "Mirror to an analyzer"), param("ANALYZER", grammar.IPv4(), "The address of the analyzer"))
}

func mirrorOptions() grammar.Node {
	return seq(
		opt(kw("analyzer-virtual-router", "The virtual router of the analyzer"), routerName),
		opt(kw("analyzer-udp-port", "The UDP port of the analyzer"), param("PORT", grammar.Int(1, 65535), "The port"),
			opt(kw("mirror-identifier", "The mirror identifier in the header"), param("MIRROR-ID", grammar.Int(0, mirror.MaxMirrorID), "The identifier"),
				kw("session-identifier", "The session identifier in the header"), param("SESSION-ID", grammar.Int(0, 1<<32-1), "The identifier"))))
}

func mirrorAction(_ context.Context, s *cli.Session, a grammar.Args) error {
	g, ok := s.Subject().(policyGroup)
	if !ok {
		return errNoPolicyGroup
	}
	m := s.Router().Mirror()
	act := mirror.Action{
		Disabled: a.Has("disable"), Analyzer: a.Addr("ANALYZER"), Router: a.Text("ROUTER"), Port: uint16(a.Int("PORT", 0)),
		Identified: a.Has("mirror-identifier"),
		Identity:   mirror.Identity{MirrorID: uint32(a.Int("MIRROR-ID", 0)), SessionID: uint32(a.Int("SESSION-ID", 0))},
	}
	if a.Form != grammar.Affirmative {
		return m.RemoveAction(g.protocol, g.name, g.classifier, act.Disabled, act.Analyzer)
	}
	return m.SetAction(g.protocol, g.name, g.classifier, act)
}

// actionText writes a mirror rule as the command takes it.
func actionText(a *mirror.Action) string {
	if a.Disabled {
		return "mirror disable"
	}
	text := "mirror analyzer-ip-address " + a.Analyzer.String()
	if a.Router != "" {
		text += " analyzer-virtual-router " + grammar.Quote(a.Router)
	}
	if a.Port != 0 {
		text += fmt.Sprint(" analyzer-udp-port ", a.Port)
	}
	if a.Identified {
		text += fmt.Sprint(" mirror-identifier ", a.MirrorID, " session-identifier ", a.SessionID)
	}
	return text
}

// securePolicySection comes before the interfaces, which name its lists.
var securePolicySection = cli.Section{
	Name:      "mirror",
	PerRouter: true,
	Lines: func(r *trapcore.Router, _ *trapcore.VirtualRouter, _ side.Clearance, _ bool) []cli.Line {
		var lines []cli.Line
		for _, c := range r.Mirror().ClassifierLists() {
			for _, e := range c.Entries {
				lines = append(lines, cli.Secure("secure ip classifier-list "+grammar.Quote(c.Name)+" "+e.Text))
			}
		}
		for _, l := range r.Mirror().PolicyLists() {
			if !l.RADIUS {
				lines = append(lines, cli.Line{
					Text: "secure " + l.Protocol.String() + " policy-list " + grammar.Quote(l.Name), Secure: true, Block: groupLines(l),
				})
			}
		}
		return lines
	},
}

func groupLines(l mirror.PolicyListStatus) []cli.Line {
	lines := []cli.Line{}
	for _, g := range l.Groups {
		text := "classifier-group " + quoteName(g.Classifier)
		if g.Precedence != mirror.DefaultPrecedence {
			text += fmt.Sprint(" precedence ", g.Precedence)
		}
		block := []cli.Line{}
		if g.Action != nil {
			block = append(block, cli.Secure(actionText(g.Action)))
		}
		lines = append(lines, cli.Line{Text: text, Secure: true, Block: block})
	}
	return lines
}

// quoteName quotes a name that could be taken for the keyword *, which is one.
func quoteName(name string) string {
	if name == mirror.AllTraffic {
		return name
	}
	return grammar.Quote(name)
}

var securePolicyShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:      seq(showWord, kw("secure", "Secure policies"), kw("policy-list", "The secure policy lists"), opt(policyListName)),
		Summary:     "Show the secure policy lists",
		Description: "Those that begin with spl_ were made by RADIUS. They exist while they mirror, or while the access session that names them is open.",
		Run:         cli.Text(showPolicyLists),
	},
}

var protocolNames = map[mirror.Protocol]string{mirror.IP: "Secure IP", mirror.L2TP: "Secure L2TP"}

// showPolicyLists has the layout of show policy-list (reference
// packet-mirroring.md 2.9).
func showPolicyLists(_ context.Context, s *cli.Session, a grammar.Args) error {
	lists := s.Router().Mirror().PolicyLists()
	if a.Has("LIST") {
		lists = slices.DeleteFunc(lists, func(l mirror.PolicyListStatus) bool { return l.Name != a.Text("LIST") })
		if len(lists) == 0 {
			return mirror.ErrNoList
		}
	}
	s.Print("                                  Policy Table\n                                  ------ -----\n")
	for _, l := range lists {
		s.Printf("%s Policy %s\n", protocolNames[l.Protocol], l.Name)
		s.Print("   Administrative state: enable\n")
		s.Printf("   Reference count:      %d\n", l.References)
		s.Printf("   Policy ID:            0x%08x\n", l.ID)
		printGroups(s, "   ", l)
	}
	return nil
}

func printGroups(s *cli.Session, indent string, l mirror.PolicyListStatus) {
	if len(l.Groups) == 0 {
		s.Print(indent + "mirror disable (default rule)\n")
	}
	for _, g := range l.Groups {
		s.Printf("%sClassifier control list: %s, precedence %d\n", indent, g.Classifier, g.Precedence)
		if g.Action == nil {
			continue
		}
		s.Print(indent + "    " + actionText(g.Action) + "\n")
		if !g.Action.Disabled {
			s.Print(indent + "        " + reachText(l, g.Action) + "\n")
		}
	}
}

// reachText says what has become of a mirror rule (reference
// packet-mirroring.md 5.5).
func reachText(l mirror.PolicyListStatus, a *mirror.Action) string {
	for _, u := range l.Unreachable {
		if u == a.Analyzer {
			return "Mirror action disabled, analyzer unreachable"
		}
	}
	return "Mirror action enabled, analyzer reachable"
}

// phrase writes words with blanks between them, leaving out empty ones.
func phrase(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
