package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/policy"
)

// What show policy-list and show secure policy-list have in common (cli/REFERENCE.md,
// policies and classifiers).

// listsNamed returns all lists, or with a name those it names. Of a name that none has,
// missing is the error.
func listsNamed[L any](name string, all func() []L, named func(string) []L, missing error) ([]L, error) {
	if name == "" {
		return all(), nil
	}
	lists := named(name)
	if len(lists) == 0 {
		return nil, missing
	}
	return lists, nil
}

// policyTable puts policy lists below their heading.
func policyTable(lists result.List) result.Value {
	return new(result.Record).
		Line("                                  Policy Table").
		Line("                                  ------ -----").
		Part("policyLists", lists)
}

// policyRecord begins the record of a policy list.
func policyRecord(protocol result.Shown, name string, references int) *result.Record {
	return new(result.Record).
		Line("{protocol} Policy {name}", protocol, name).
		Line("   Administrative state: {administrativeState}", "enable").
		Line("   Reference count:      {referenceCount}", references)
}

// The ordinary lists.

var policyShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("policy-list", "The policy lists"), opt(ordinaryListName)),
		Summary: "Show the policy lists",
		Run:     cli.Show(shownList{}, showOrdinaryPolicies),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("classifier-list", "The classifier lists"), opt(ordinaryClassifierName), opt(detailedWord)),
		Summary: "Show the classifier lists",
		Run:     cli.Show(shownClassifier{}, showOrdinaryClassifiers),
	},
}

// showOrdinaryPolicies has the layout of show policy-list (cli/REFERENCE.md,
// policies and classifiers).
func showOrdinaryPolicies(_ context.Context, s *cli.Session, a shownList) (result.Value, error) {
	lists, err := listsNamed(a.Name, s.Router().Policies().All, s.Router().Policies().Named, policy.ErrNoList)
	if err != nil {
		return nil, err
	}
	all := result.List{Items: make([]result.Value, 0, len(lists))}
	for _, l := range lists {
		all.Items = append(all.Items, policyRecord(result.As(l.Protocol, policyProtocols[l.Protocol]), l.Name, l.References).
			Part("groups", ordinaryRulesOf(l, func(g policy.Group) *result.Record {
				return new(result.Record).Line("   Classifier control list: {classifier}, precedence {precedence}", g.Classifier, g.Precedence)
			}, "       ")))
	}
	return policyTable(all), nil
}

// ordinaryRulesOf are the rules of each group below its heading.
func ordinaryRulesOf(l policy.List, heading func(policy.Group) *result.Record, indent string) (all result.List) {
	for _, g := range l.Groups {
		var rules result.List
		for _, rule := range g.Rules {
			rules.Items = append(rules.Items, new(result.Record).Line(indent+"{rule}", rule))
		}
		all.Items = append(all.Items, heading(g).Part("rules", rules))
	}
	return all
}

// addPolicies adds the policy lists of an interface (cli/REFERENCE.md, show ip
// interface).
func addPolicies(r *result.Record, lists *policy.Lists, i network.Interface) {
	var all result.List
	for _, p := range []policy.Protocol{policy.IP, policy.IPv6} {
		for d, a := range lists.On(i.Router, i.ID, p) {
			l, err := lists.List(p, a.List)
			if err != nil {
				continue // none in that direction
			}
			all.Items = append(all.Items, new(result.Record).
				Line("  {protocol} Policy {direction} {policyList}", result.As(p, policyProtocols[p]), policyDirections[d], a.List).
				Part("groups", ordinaryRulesOf(l, func(g policy.Group) *result.Record {
					return new(result.Record).Line("    classifier-group {classifier}", g.Classifier)
				}, "      ")))
		}
	}
	r.Part("policies", all)
}

func showOrdinaryClassifiers(_ context.Context, s *cli.Session, a shownClassifier) (result.Value, error) {
	lists, err := listsNamed(a.Name, s.Router().Policies().Classifiers, s.Router().Policies().ClassifiersNamed, policy.ErrNoClassifier)
	if err != nil {
		return nil, err
	}
	shown := make([]shownClassifiers, 0, len(lists))
	for _, l := range lists {
		one := shownClassifiers{protocol: l.Protocol, kind: policyProtocols[l.Protocol], name: l.Name, references: l.References}
		for _, e := range l.Entries {
			one.entries = append(one.entries, shownEntry{e.Number, e.Text})
		}
		shown = append(shown, one)
	}
	return classifierTable(shown, a.Detailed)
}
