package command

import (
	"context"
	"errors"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/side"
)

var (
	ordinaryListName       = param("LIST", grammar.Name("NAME", policy.MaxName), "The name of the policy list").From(ordinaryPolicyNames)
	ordinaryClassifierName = param("NAME", grammar.Name("NAME", policy.MaxName), "The name of the list").From(ordinaryClassifierNames)

	policyProtocols = map[policy.Protocol]string{policy.IP: "IP", policy.IPv6: "IPv6", policy.L2TP: "L2TP"}
)

// ofProtocol are the words of each protocol, followed by the same ones.
func ofProtocol(words ...grammar.Node) grammar.Node {
	of := func(word *grammar.Keyword, p policy.Protocol) grammar.Node {
		return seq(append([]grammar.Node{word.As("protocol").Is(p)}, words...)...)
	}
	return alt(of(kw("ip", "IP"), policy.IP), of(kw("ipv6", "IPv6"), policy.IPv6), of(kw("l2tp", "L2TP"), policy.L2TP))
}

// ordinaryListLine is a policy list.
type ordinaryListLine struct {
	Protocol policy.Protocol `cli:"protocol"`
	Name     string          `cli:"LIST"`
}

var ordinaryLists = &cli.Setting[*trapcore.Router, ordinaryListLine]{
	Place:       ofRouter,
	Syntax:      ofProtocol(kw("policy-list", "Configure a policy list"), ordinaryListName),
	No:          ofProtocol(kw("policy-list", "Remove a policy list"), ordinaryListName),
	Summary:     "Configure a policy list",
	Description: "What is configured is kept and shown; no packet is filtered here. A list that is attached cannot be removed.",
	Examples:    []string{"ip policy-list routeForXYZCorp"},
	Set: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l ordinaryListLine) error {
		return r.Policies().Create(l.Protocol, l.Name)
	},
	Clear: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l ordinaryListLine) error {
		return r.Policies().Remove(l.Protocol, l.Name)
	},
	Crowd: &cli.Crowd[*trapcore.Router, ordinaryListLine, policy.ListKey]{
		Compare: policy.ListKey.Compare,
		Edited:  func(r *trapcore.Router) ([]policy.ListKey, bool) { return r.Policies().TakeEdited() },
		Keys:    func(r *trapcore.Router) []policy.ListKey { return r.Policies().Keys() },
		Line: func(r *trapcore.Router, k policy.ListKey) (ordinaryListLine, bool) {
			return ordinaryListLine{k.Protocol, k.Name}, r.Policies().Has(k.Protocol, k.Name)
		},
	},
	Lines: func(r *trapcore.Router, _ side.Clearance) (all []ordinaryListLine) {
		for _, k := range slices.SortedFunc(slices.Values(r.Policies().Keys()), policy.ListKey.Compare) {
			all = append(all, ordinaryListLine{k.Protocol, k.Name})
		}
		return all
	},
	There: func(r *trapcore.Router, l ordinaryListLine) bool {
		return r.Policies().Has(l.Protocol, l.Name)
	},
	Enters: cli.PolicyList,
	Into: func(r *trapcore.Router, l ordinaryListLine) any {
		return ordinaryList{r.Policies(), l.Protocol, l.Name}
	},
	Block: []cli.Row{ordinaryGroups},
}

// ordinaryList is what policy list mode configures.
type ordinaryList struct {
	lists    *policy.Lists
	protocol policy.Protocol
	name     string
}

func (l ordinaryList) groups() []policy.Group {
	list, _ := l.lists.List(l.protocol, l.name)
	return list.Groups
}

var ordinaryGroups = &cli.Setting[ordinaryList, groupRow]{
	Place: inMode[ordinaryList](cli.PolicyList, errors.New("no policy list is being configured")),
	Syntax: seq(kw("classifier-group", "Configure the rules of a classifier"), ordinaryClassifierOfGroup,
		precedence("Its place among the groups, 100 for a new one")),
	No:       seq(kw("classifier-group", "Remove a classifier group"), ordinaryClassifierOfGroup, precedence("Its place among the groups")),
	Summary:  "Configure a classifier group",
	Examples: []string{"classifier-group *", "classifier-group voice precedence 10"},
	Set: func(_ context.Context, _ *cli.Session, l ordinaryList, g groupRow) error {
		return l.lists.SetGroup(l.protocol, l.name, g.Classifier, g.Precedence)
	},
	Clear: func(_ context.Context, _ *cli.Session, l ordinaryList, g groupRow) error {
		return l.lists.RemoveGroup(l.protocol, l.name, g.Classifier)
	},
	Lines: func(l ordinaryList, _ side.Clearance) (all []groupRow) {
		for _, g := range l.groups() {
			row := groupRow{Classifier: g.Classifier}
			if g.Precedence != policy.DefaultPrecedence {
				row.Precedence = g.Precedence
			}
			all = append(all, row)
		}
		return all
	},
	There: func(l ordinaryList, g groupRow) bool {
		_, ok := l.lists.Group(l.protocol, l.name, g.Classifier)
		return ok
	},
	Enters: cli.ClassifierGroup,
	Into:   func(l ordinaryList, g groupRow) any { return ordinaryGroup{l, g.Classifier} },
	Block:  []cli.Row{ordinaryRules},
}

var ordinaryClassifierOfGroup = alt(
	kw(policy.All, "All traffic").As("classifier"),
	param("classifier", grammar.Name("NAME", policy.MaxName), "The name of a classifier list").From(ordinaryClassifierNames))

// ordinaryGroup is what classifier group mode configures.
type ordinaryGroup struct {
	ordinaryList
	classifier string
}

// groupRuleLine is a rule of a classifier group.
type groupRuleLine struct {
	Rule policy.Rule `cli:"rule"`
}

func ruleSyntax() grammar.Node {
	colour := func(name string) grammar.Node {
		return kw(name, "A packet that is "+name).As("rule").Is(policy.Rule("color " + name))
	}
	return alt(
		kw(string(policy.Filter), "Drop the packets").As("rule").Is(policy.Filter),
		kw(string(policy.Forward), "Forward the packets").As("rule").Is(policy.Forward),
		kw(string(policy.Log), "Log the packets").As("rule").Is(policy.Log),
		seq(kw("color", "Colour the packets"), alt(colour("green"), colour("yellow"), colour("red"))))
}

var ordinaryRules = &cli.Setting[ordinaryGroup, groupRuleLine]{
	Place:       inMode[ordinaryGroup](cli.ClassifierGroup, errors.New("no classifier group is being configured")),
	Syntax:      ruleSyntax(),
	No:          ruleSyntax(),
	Summary:     "Set a rule of the classifier group",
	Description: "A group filters or forwards, and may colour and log besides.",
	Set: func(_ context.Context, _ *cli.Session, g ordinaryGroup, l groupRuleLine) error {
		return g.lists.SetRule(g.protocol, g.name, g.classifier, l.Rule)
	},
	Clear: func(_ context.Context, _ *cli.Session, g ordinaryGroup, l groupRuleLine) error {
		return g.lists.RemoveRule(g.protocol, g.name, g.classifier, l.Rule)
	},
	Lines: func(g ordinaryGroup, _ side.Clearance) (all []groupRuleLine) {
		one, _ := g.lists.Group(g.protocol, g.name, g.classifier)
		for _, rule := range one.Rules {
			all = append(all, groupRuleLine{rule})
		}
		return all
	},
}

// ordinaryClassifierLine is an entry of a classifier list.
type ordinaryClassifierLine struct {
	classifierLine
	Protocol policy.Protocol `cli:"protocol"`
}

// l2tpClassifier is the syntax of an entry of an L2TP classifier list.
func l2tpClassifier() grammar.Node {
	var nodes []grammar.Node
	for _, q := range classifierHead {
		if slices.Contains([]string{"traffic-class", "color", "user-packet-class"}, q.name) {
			nodes = append(nodes, q.node())
		}
	}
	return grammar.Any(nodes...)
}

// classifierSyntaxes are the entries of a list by its protocol.
var classifierSyntaxes = map[policy.Protocol]grammar.Node{
	policy.IP: classifierSyntax(), policy.IPv6: classifierSyntax6(), policy.L2TP: l2tpClassifier(),
}

func ordinaryClassifierSyntax(help string, ip, l2tp grammar.Node) grammar.Node {
	of := func(word *grammar.Keyword, p policy.Protocol, rest grammar.Node) grammar.Node {
		return seq(word.As("protocol").Is(p), kw("classifier-list", help), ordinaryClassifierName, rest)
	}
	return alt(of(kw("ip", "IP"), policy.IP, ip), of(kw("l2tp", "L2TP"), policy.L2TP, l2tp))
}

var (
	keptClassifier  = param("TEXT", grammar.Raw("LINE", cli.MaxLine), "The entry")
	classifierEntry = opt(param("NUMBER", grammar.Int(1, 1<<31-1), "The number of the entry"))
)

var ordinaryClassifiers = &cli.Setting[*trapcore.Router, ordinaryClassifierLine]{
	Place:       ofRouter,
	Syntax:      ordinaryClassifierSyntax("Configure a classifier list", classifierSyntaxes[policy.IP], classifierSyntaxes[policy.L2TP]),
	Shown:       ordinaryClassifierSyntax("Configure a classifier list", keptClassifier, opt(keptClassifier)),
	No:          ordinaryClassifierSyntax("Remove a classifier list or an entry of one", classifierEntry, classifierEntry),
	Summary:     "Configure a classifier list",
	Description: "Each line adds an entry. A list that a policy list refers to cannot be removed.",
	Examples:    []string{"ip classifier-list XYZCorpPrecedence tcp any any tos 5", "l2tp classifier-list l2tpclass color green user-packet-class 8"},
	Set: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l ordinaryClassifierLine) error {
		w, ok := classifierWords.Write(classifierSyntaxes[l.Protocol], l.classifier, true)
		if !ok {
			return errNoClassifierText
		}
		if l.Protocol == policy.IP {
			if _, err := l.match(); err != nil {
				return err
			}
		}
		return r.Policies().AddClassifier(l.Protocol, l.Name, w.Text)
	},
	Clear: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l ordinaryClassifierLine) error {
		return r.Policies().RemoveClassifier(l.Protocol, l.Name, l.Number)
	},
	Crowd: ordinaryEntries(func(k policy.EntryKey, text string) ordinaryClassifierLine {
		return ordinaryClassifierLine{classifierLine{Name: k.Name, Text: text}, k.Protocol}
	}, policy.IP, policy.L2TP),
	Lines: func(r *trapcore.Router, _ side.Clearance) (all []ordinaryClassifierLine) {
		for _, l := range r.Policies().Classifiers() {
			if l.Protocol == policy.IPv6 {
				continue
			}
			for _, e := range l.Entries {
				all = append(all, ordinaryClassifierLine{classifierLine{Name: l.Name, Text: e.Text}, l.Protocol})
			}
		}
		return all
	},
}

// ordinaryEntries are the entries of the classifier lists of protocols.
func ordinaryEntries[T any](line func(k policy.EntryKey, text string) T, of ...policy.Protocol) *cli.Crowd[*trapcore.Router, T, policy.EntryKey] {
	return &cli.Crowd[*trapcore.Router, T, policy.EntryKey]{
		Compare: policy.EntryKey.Compare,
		Edited: func(r *trapcore.Router) (keys []policy.EntryKey, all bool) {
			for _, p := range of {
				edited, everything := r.Policies().TakeEditedEntries(p)
				keys, all = append(keys, edited...), all || everything
			}
			return keys, all
		},
		Keys: func(r *trapcore.Router) (keys []policy.EntryKey) {
			for _, p := range of {
				keys = append(keys, r.Policies().EntryKeys(p)...)
			}
			return keys
		},
		Line: func(r *trapcore.Router, k policy.EntryKey) (T, bool) {
			text, ok := r.Policies().Entry(k)
			return line(k, text), ok
		},
	}
}

// policySection comes before the interfaces, which name its lists.
var policySection = cli.Section{Name: "policy", Rows: []cli.Row{ordinaryClassifiers, ordinaryClassifiers6, ordinaryLists}}

// attachment attaches a policy list to a direction of an interface.
type attachment[D ~int | ~int32] struct {
	Direction  D      `cli:"direction"`
	List       string `cli:"LIST"`
	Statistics bool   `cli:"statistics"`
	Enabled    bool   `cli:"enabled"`
	Baseline   bool   `cli:"baseline"`
	Value      uint32 `cli:"BASELINE"`
	Preserve   bool   `cli:"preserve"`
}

// attachmentLine is that of an ordinary list.
type attachmentLine = attachment[policy.Direction]

// policyDirections are the keywords of the directions.
var policyDirections = [...]string{policy.Input: "input", policy.SecondaryInput: "secondary-input", policy.Output: "output"}

func ordinaryDirections() grammar.Node {
	return alt(
		kw(policyDirections[policy.Input], "What comes in").As("direction").Is(policy.Input),
		kw(policyDirections[policy.Output], "What goes out").As("direction").Is(policy.Output),
		kw(policyDirections[policy.SecondaryInput], "What comes in, after the route look-up").As("direction").Is(policy.SecondaryInput))
}

// ordinaryPolicies attaches policy lists of a protocol, which a word begins.
func ordinaryPolicies(word grammar.Node, of policy.Protocol) *cli.Setting[port, attachmentLine] {
	return &cli.Setting[port, attachmentLine]{
		Place:       ofInterface,
		Syntax:      seq(word, kw("policy", "Attach a policy list"), ordinaryDirections(), ordinaryListName, policyStatistics),
		No:          seq(word, kw("policy", "Detach a policy list"), ordinaryDirections()),
		Summary:     "Attach a policy list to the interface",
		Description: "A policy list that does not exist is made, and filters everything. What is configured is kept and shown; no packet is filtered here.",
		Examples:    []string{string(of) + " policy input routeForXYZCorp"},
		Set: func(_ context.Context, _ *cli.Session, p port, l attachmentLine) error {
			return p.router.Policies().Attach(p.network(), p.id, of, l.Direction, policy.Attachment{List: l.List,
				Statistics: policy.Statistics{Given: l.Statistics, Enabled: l.Enabled, Baseline: l.Baseline, Value: l.Value, Preserve: l.Preserve}})
		},
		Clear: func(_ context.Context, _ *cli.Session, p port, l attachmentLine) error {
			return p.router.Policies().Detach(p.network(), p.id, of, l.Direction)
		},
		Lines: func(p port, _ side.Clearance) (all []attachmentLine) {
			for d, a := range p.router.Policies().On(p.network(), p.id, of) {
				if a.List != "" {
					all = append(all, attachmentLine{policy.Direction(d), a.List, a.Given, a.Enabled, a.Baseline, a.Value, a.Preserve})
				}
			}
			return all
		},
	}
}
