package command

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/side"
)

var (
	secureWord     = kw("secure", "Configure secure policies")
	policyListName = param("LIST", grammar.Name("NAME", mirror.MaxPolicyName), "The name of the secure policy list").From(policyNames)
)

// policyOf is the name of a policy list of a protocol.
func policyOf(p mirror.Protocol) grammar.Node {
	return param("LIST", grammar.Name("NAME", mirror.MaxPolicyName), "The name of the secure policy list").From(policyNamesOf(p))
}

// protocolAndList are a protocol, the words and a policy list of that protocol.
func protocolAndList(words ...grammar.Node) grammar.Node {
	of := func(p mirror.Protocol, help string) grammar.Node {
		return seq(append(append([]grammar.Node{kw(p.String(), help).As("protocol").Is(p)}, words...), policyOf(p))...)
	}
	return alt(of(mirror.IP, "IP"), of(mirror.IPv6, "IPv6"), of(mirror.L2TP, "L2TP"))
}

// policyListLine is a secure policy list.
type policyListLine struct {
	Protocol mirror.Protocol `cli:"protocol"`
	Name     string          `cli:"LIST"`
}

var policyLists = &cli.Setting[secureRouter, policyListLine]{
	Place:   ofSecure,
	Syntax:  seq(secureWord, protocolAndList(kw("policy-list", "A secure policy list"))),
	No:      seq(secureWord, protocolAndList(kw("policy-list", "Remove a secure policy list"))),
	Summary: "Configure a secure policy list",
	Description: "A new list mirrors nothing. One that is attached cannot be removed. Trigger rules may name lists that do not exist. " +
		"A list of IPv6 is for IPv6 packets alone; where none is attached for them they go by that of IP.",
	Examples: []string{"secure ip policy-list securePolicyIp10", "secure ipv6 policy-list securePolicyIpv6"},
	Set: func(_ context.Context, _ *cli.Session, r secureRouter, l policyListLine) error {
		return r.Mirror().CreatePolicyList(l.Protocol, l.Name)
	},
	Clear: func(_ context.Context, _ *cli.Session, r secureRouter, l policyListLine) error {
		return r.Mirror().RemovePolicyList(l.Protocol, l.Name)
	},
	Crowd: &cli.Crowd[secureRouter, policyListLine, mirror.ListKey]{
		Compare: mirror.ListKey.Compare,
		Edited:  func(r secureRouter) ([]mirror.ListKey, bool) { return r.Mirror().TakeEdited() },
		Keys:    func(r secureRouter) []mirror.ListKey { return r.Mirror().Keys() },
		Line: func(r secureRouter, k mirror.ListKey) (policyListLine, bool) {
			return policyListLine{k.Protocol, k.Name}, r.Mirror().Has(k)
		},
	},
	Lines: func(r secureRouter, _ side.Clearance) (all []policyListLine) {
		for _, l := range r.Mirror().PolicyLists() {
			if !l.RADIUS {
				all = append(all, policyListLine{l.Protocol, l.Name})
			}
		}
		return all
	},
	Enters: cli.SecurePolicyList,
	Into:   func(r secureRouter, l policyListLine) any { return policyList{r.At, l.Protocol, l.Name} },
	Block:  []cli.Row{classifierGroups},
}

// policyList is what policy list mode configures.
type policyList struct {
	router   *trapcore.Router
	protocol mirror.Protocol
	name     string
}

func (l policyList) of() *trapcore.Router { return l.router }

// groups are the classifier groups that the list has.
func (l policyList) groups(m *mirror.Machine) []mirror.GroupStatus {
	st, _ := m.PolicyList(l.protocol, l.name)
	return st.Groups
}

// groupRow is a classifier group of a policy list. A precedence of 0 is not
// given.
type groupRow struct {
	Classifier string `cli:"classifier"`
	Precedence int    `cli:"PRECEDENCE"`
}

var classifierOfGroup = alt(
	kw(mirror.AllTraffic, "All traffic").As("classifier"),
	param("classifier", grammar.Name("NAME", maxClassifierName), "The name of a secure classifier list").From(classifierNames))

func precedence(help string) grammar.Node {
	return opt(kw("precedence", help), param("PRECEDENCE", grammar.Int(1, mirror.MaxPrecedence), "The smallest first"))
}

var classifierGroups = &cli.Setting[cli.Secured[policyList], groupRow]{
	Place: cli.SecureIn(inMode[policyList](cli.SecurePolicyList, errors.New("no policy list is being configured")), policyList.of),
	Syntax: seq(kw("classifier-group", "Configure the rules of a classifier"), classifierOfGroup,
		precedence("Its place among the groups, 100 for a new one")),
	No:      seq(kw("classifier-group", "Remove a classifier group"), classifierOfGroup, precedence("Its place among the groups")),
	Summary: "Configure a classifier group",
	Description: "A packet is mirrored by the rule of the first group that it matches and that has one. Events name the analyzer and the " +
		"identifiers of the first rule that mirrors. A list has classifier lists of its own protocol; those of L2TP have none that a packet matches.",
	Examples: []string{"classifier-group *", "classifier-group voice precedence 10"},
	Set: func(_ context.Context, _ *cli.Session, l cli.Secured[policyList], g groupRow) error {
		return l.Mirror().SetGroup(l.At.protocol, l.At.name, g.Classifier, g.Precedence)
	},
	Clear: func(_ context.Context, _ *cli.Session, l cli.Secured[policyList], g groupRow) error {
		return l.Mirror().RemoveGroup(l.At.protocol, l.At.name, g.Classifier)
	},
	Lines: func(l cli.Secured[policyList], _ side.Clearance) (all []groupRow) {
		for _, g := range l.At.groups(l.Mirror()) {
			row := groupRow{Classifier: g.Classifier}
			if g.Precedence != mirror.DefaultPrecedence {
				row.Precedence = g.Precedence
			}
			all = append(all, row)
		}
		return all
	},
	Enters: cli.SecureClassifierGroup,
	Into:   func(l cli.Secured[policyList], g groupRow) any { return policyGroup{l.At, g.Classifier} },
	Block:  []cli.Row{mirrorRule},
}

// policyGroup is what classifier group mode configures.
type policyGroup struct {
	policyList
	classifier string
}

// actionLine is the mirror rule of a classifier group.
type actionLine struct {
	Disabled   bool       `cli:"disable"`
	Analyzer   netip.Addr `cli:"ANALYZER"`
	Router     string     `cli:"ROUTER"`
	Port       uint16     `cli:"PORT"`
	Identified bool       `cli:"mirror-identifier"`
	MirrorID   uint32     `cli:"MIRROR-ID"`
	SessionID  uint32     `cli:"SESSION-ID"`
}

func actionLineOf(a *mirror.Action) actionLine {
	return actionLine{a.Disabled, a.Analyzer, a.Router, a.Port, a.Identified, a.MirrorID, a.SessionID}
}

// actionSyntax is the line of a mirror rule; disable is what help says of a rule
// that mirrors nothing.
func actionSyntax(disable string) grammar.Node {
	return seq(mirrorWord, alt(kw("disable", disable), seq(
		kw("analyzer-ip-address", "Mirror to an analyzer"), param("ANALYZER", grammar.IPv4(), "The address of the analyzer"),
		opt(kw("analyzer-virtual-router", "The virtual router of the analyzer"), routerName),
		opt(kw("analyzer-udp-port", "The UDP port of the analyzer"), param("PORT", grammar.Int(1, 65535), "The port"),
			opt(kw("mirror-identifier", "The mirror identifier in the header"), param("MIRROR-ID", identifierType(mirror.MaxMirrorID), "The identifier, also in hexadecimal after 0x"),
				kw("session-identifier", "The session identifier in the header"), param("SESSION-ID", identifierType(1<<32-1), "The identifier, also in hexadecimal after 0x"))))))
}

// identifierType is a number, which is written in decimal.
func identifierType(most uint32) grammar.Type {
	return grammar.Value(fmt.Sprintf("<0 - %d>", most), "", func(word string) (uint32, bool) {
		base := 10
		if digits, hex := strings.CutPrefix(strings.ToLower(word), "0x"); hex {
			word, base = digits, 16
		}
		n, err := strconv.ParseUint(word, base, 32)
		return uint32(n), err == nil && n <= uint64(most)
	}, func(n uint32) (string, bool) { return strconv.FormatUint(uint64(n), 10), n <= most })
}

var mirrorRule = &cli.Setting[cli.Secured[policyGroup], actionLine]{
	Place:   cli.SecureIn(inMode[policyGroup](cli.SecureClassifierGroup, errors.New("no classifier group is being configured")), policyGroup.of),
	Syntax:  actionSyntax("Mirror nothing"),
	No:      actionSyntax("Remove the rule that mirrors nothing"),
	Summary: "Set the mirror rule of the classifier group",
	Description: "The analyzer is looked up in the virtual router of what is mirrored, for L2TP in the default one; the virtual router of the rule must be " +
		"that one. With a UDP port, mirrored packets have the prepended header with mirror and session identifier, " +
		"which those of L2TP always have.",
	Examples: []string{"mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 2500 mirror-identifier 1 session-identifier 1"},
	Set: func(_ context.Context, _ *cli.Session, g cli.Secured[policyGroup], l actionLine) error {
		return g.Mirror().SetAction(g.At.protocol, g.At.name, g.At.classifier, mirror.Action{
			Disabled: l.Disabled, Analyzer: l.Analyzer, Router: l.Router, Port: l.Port,
			Identified: l.Identified, Identity: mirror.Identity{MirrorID: l.MirrorID, SessionID: l.SessionID},
		})
	},
	Clear: func(_ context.Context, _ *cli.Session, g cli.Secured[policyGroup], l actionLine) error {
		return g.Mirror().RemoveAction(g.At.protocol, g.At.name, g.At.classifier, l.Disabled, l.Analyzer)
	},
	Lines: func(g cli.Secured[policyGroup], _ side.Clearance) []actionLine {
		if st, _ := g.Mirror().Group(g.At.protocol, g.At.name, g.At.classifier); st.Action != nil {
			return []actionLine{actionLineOf(st.Action)}
		}
		return nil
	},
}

// securePolicySection comes before the interfaces, which name its lists.
var securePolicySection = cli.Section{Name: "mirror", Rows: []cli.Row{classifierLists, classifierLists6, policyLists}}

// shownList is a list to show by its name; none: all.
type shownList struct {
	Name string `cli:"LIST"`
}

var securePolicyShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:      seq(showWord, kw("secure", "Secure policies"), kw("policy-list", "The secure policy lists"), opt(policyListName)),
		Summary:     "Show the secure policy lists",
		Description: "Those that begin with spl_ were made by RADIUS. They exist while they mirror, or while the access session that names them is open.",
		Run:         cli.ShowSecure(shownList{}, showSecurePolicies),
	},
}

var protocolNames = map[mirror.Protocol]string{mirror.IP: "Secure IP", mirror.IPv6: "Secure IPv6", mirror.L2TP: "Secure L2TP"}

// showSecurePolicies has the layout of show policy-list (cli/REFERENCE.md, policies
// and classifiers).
func showSecurePolicies(_ context.Context, _ *cli.Session, x *trapcore.Secure, a shownList) (result.Value, error) {
	lists, err := listsNamed(a.Name, x.Mirror().PolicyLists, x.Mirror().PolicyListsNamed, mirror.ErrNoList)
	if err != nil {
		return nil, err
	}
	var all result.List
	for _, l := range lists {
		all.Items = append(all.Items, policyRecord(result.As(l.Protocol, protocolNames[l.Protocol]), l.Name, l.References).
			Line("   Policy ID:            {policyId}", policyID(l.ID)).
			Part("groups", groupsOf("   ", l)))
	}
	return policyTable(all), nil
}

// policyID writes the identifier of a policy list.
func policyID(id uint32) string { return fmt.Sprintf("0x%08x", id) }

// groupsOf are the classifier groups of a policy list.
func groupsOf(indent string, l mirror.PolicyListStatus) result.List {
	var all result.List
	if len(l.Groups) == 0 {
		all.Items = append(all.Items, new(result.Record).Line(indent+"{rule} (default rule)", "mirror disable"))
	}
	for _, g := range l.Groups {
		r := new(result.Record).Line(indent+"Classifier control list: {classifier}, precedence {precedence}", g.Classifier, g.Precedence)
		if g.Action != nil {
			addAction(r, indent+"    ", l, g.Action)
			addCounts(r, indent+"        ", g.Counts)
		}
		all.Items = append(all.Items, r)
	}
	return all
}

// addAction adds a mirror rule and what has become of it (cli/REFERENCE.md,
// policies and classifiers).
func addAction(r *result.Record, indent string, l mirror.PolicyListStatus, a *mirror.Action) {
	r.Line(indent+"{rule}", mirrorRule.Text(actionLineOf(a)))
	if !a.Disabled {
		r.Line(indent+"    Mirror action {reachable}", result.Choose(!slices.Contains(l.Unreachable, a.Analyzer),
			"enabled, analyzer reachable", "disabled, analyzer unreachable"))
	}
}
