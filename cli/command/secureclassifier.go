package command

import (
	"context"
	"fmt"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/mirror"
)

// maxClassifierName bounds the name of a classifier list as that of a policy
// list is; the documents give no number.
const maxClassifierName = mirror.MaxPolicyName

var (
	classifierListWord = kw("classifier-list", "A secure classifier list")
	classifierName     = param("NAME", grammar.Name("NAME", maxClassifierName), "The name of the list").From(classifierNames)
)

// valued is a keyword followed by its value.
type valued struct {
	name, help string
	value      grammar.Type
}

func (v valued) node() grammar.Node {
	return seq(kw(v.name, v.help), param(v.name+" value", v.value, v.help))
}

// The qualifiers of a classifier in the order of the syntax (reference
// packet-mirroring.md 2.6).
var (
	classifierHead = []valued{
		{"traffic-class", "The traffic class", grammar.Name("WORD", 40)},
		{"color", "The colour of the packet", grammar.Func("{ green | yellow | red }", oneOf("green", "yellow", "red"))},
		{"user-packet-class", "The user packet class", grammar.Int(0, 15)},
		{"source-route-class", "The route class of the source", grammar.Int(0, 255)},
		{"destination-route-class", "The route class of the destination", grammar.Int(0, 255)},
		{"local", "Whether the packet is for the router itself", grammar.Func("{ true | false }", oneOf("true", "false"))},
	}
	classifierTail = []valued{
		{"tcp-flags", "TCP flags", grammar.Word("WORD", 1, 64)},
		{"ip-flags", "IP flags", grammar.Word("WORD", 1, 64)},
	}
	classifierMark = []valued{
		{"precedence", "The precedence of the TOS byte", grammar.Int(0, 7)},
		{"dsfield", "The DS field", grammar.Int(0, 63)},
		{"tos", "The TOS byte", grammar.Int(0, 255)},
	}
	ipProtocols = []string{"icmp", "ICMP", "igmp", "IGMP", "ip", "Any IP protocol", "tcp", "TCP", "udp", "UDP"}
)

func oneOf(words ...string) func(string) (any, bool) {
	return func(word string) (any, bool) {
		for _, w := range words {
			if w == word {
				return w, true
			}
		}
		return nil, false
	}
}

// address is one side of a classifier: not, any, host or a network, and ports.
func classifierAddress(side string) grammar.Node {
	port := func(n string) grammar.Node {
		return param(side+" port"+n, grammar.Int(0, 65535), "The port")
	}
	return seq(
		opt(kw("not", "Anything but that "+side).As(side+" not")),
		alt(
			kw("any", "Any address").As(side+" any"),
			seq(kw("host", "A host").As(side+" host"), param(side+" address", grammar.IPv4(), "The address")),
			seq(param(side+" address", grammar.IPv4(), "The network"), param(side+" mask", grammar.IPv4(), "Its wildcard mask"))),
		opt(alt(
			seq(words(side+" operator", "eq", "That port", "gt", "A port above", "lt", "A port below", "neq", "Any other port"), port("")),
			seq(kw("range", "A range of ports").As(side+" operator"), port(""), port(" end")))))
}

func classifierSyntax() grammar.Node {
	var nodes []grammar.Node
	for _, v := range classifierHead {
		nodes = append(nodes, opt(v.node()))
	}
	nodes = append(nodes,
		opt(kw("not", "Anything but that protocol").As("protocol not")),
		alt(words("ip protocol", ipProtocols...), param("ip protocol", grammar.Int(0, 255), "The protocol by its number")),
		classifierAddress("source"), classifierAddress("destination"))
	for _, v := range classifierTail {
		nodes = append(nodes, opt(v.node()))
	}
	nodes = append(nodes,
		opt(kw("ip-frag-offset", "The fragment offset"), alt(
			seq(kw("eq", "That offset").As("frag operator"), param("frag offset", grammar.Int(0, 1), "The offset")),
			seq(kw("gt", "A greater offset").As("frag operator"), param("frag offset", grammar.Int(1, 1), "The offset")))))
	var marks []grammar.Node
	for _, v := range classifierMark {
		marks = append(marks, v.node())
	}
	nodes = append(nodes, opt(alt(marks...)))
	authID := seq(kw("classifier-auth-id", "The authentication identifier"), param("AUTH-ID", grammar.Int(0, 0), "The identifier"))
	return alt(authID, seq(nodes...))
}

var secureClassifierCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelSecure, Secure: true,
		Syntax: seq(secureWord, kw("ip", "IP"), classifierListWord, classifierName, classifierSyntax()),
		No: seq(secureWord, kw("ip", "IP"), kw("classifier-list", "Remove a secure classifier list or an entry of one"), classifierName,
			opt(param("NUMBER", grammar.Int(1, 1<<31-1), "The number of the entry"))),
		Summary:     "Configure a secure IP classifier list",
		Description: "Each line adds an entry. A list that a policy list refers to cannot be removed.",
		Examples:    []string{"secure ip classifier-list voice udp any host 192.168.5.9 eq 5060"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			m := s.Router().Mirror()
			if a.Form != grammar.Affirmative {
				return m.RemoveClassifier(a.Text("NAME"), a.Int("NUMBER", 0))
			}
			return m.AddClassifier(a.Text("NAME"), classifierText(a))
		}),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, kw("secure", "Secure policies"), kw("classifier-list", "The secure classifier lists"), opt(classifierName)),
		Summary: "Show the secure classifier lists",
		Run:     cli.Text(showClassifierLists),
	},
}

// argumentText writes the value of key as it was read, "" if it was not given.
func argumentText(a grammar.Args, key string) string {
	v := a.Get(key)
	if v == nil {
		return ""
	}
	if s, ok := v.(string); ok {
		return grammar.Quote(s)
	}
	return fmt.Sprint(v)
}

// classifierText writes an entry as the command takes it, without
// abbreviations.
func classifierText(a grammar.Args) string {
	if a.Has("AUTH-ID") {
		return "classifier-auth-id 0"
	}
	var parts []string
	given := func(list []valued) {
		for _, v := range list {
			if a.Has(v.name) {
				parts = append(parts, v.name, argumentText(a, v.name+" value"))
			}
		}
	}
	flag := func(key, word string) {
		if a.Has(key) {
			parts = append(parts, word)
		}
	}
	given(classifierHead)
	flag("protocol not", "not")
	parts = append(parts, argumentText(a, "ip protocol"))
	for _, side := range []string{"source", "destination"} {
		flag(side+" not", "not")
		flag(side+" any", "any")
		flag(side+" host", "host")
		parts = append(parts, argumentText(a, side+" address"), argumentText(a, side+" mask"),
			argumentText(a, side+" operator"), argumentText(a, side+" port"), argumentText(a, side+" port end"))
	}
	given(classifierTail)
	flag("ip-frag-offset", "ip-frag-offset")
	parts = append(parts, argumentText(a, "frag operator"), argumentText(a, "frag offset"))
	given(classifierMark)
	return phrase(parts...)
}

// showClassifierLists has the layout of show classifier-list (reference
// packet-mirroring.md 2.9).
func showClassifierLists(_ context.Context, s *cli.Session, a grammar.Args) error {
	lists := s.Router().Mirror().ClassifierLists()
	if a.Has("NAME") {
		lists = slices.DeleteFunc(lists, func(l mirror.ClassifierListStatus) bool { return l.Name != a.Text("NAME") })
		if len(lists) == 0 {
			return mirror.ErrNoClassifier
		}
	}
	s.Print("                   Classifier Control List Table\n                   ---------- ------- ---- -----\n")
	for _, l := range lists {
		for _, e := range l.Entries {
			s.Printf("Secure IP %s.%d %s\n", l.Name, e.Number, e.Text)
		}
	}
	return nil
}
