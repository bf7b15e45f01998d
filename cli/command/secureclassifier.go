package command

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/side"
)

// maxClassifierName bounds the name of a classifier list. That of a policy list
// has the same bound.
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

func nodesOf(all []valued) (nodes []grammar.Node) {
	for _, v := range all {
		nodes = append(nodes, v.node())
	}
	return nodes
}

// The qualifiers of a classifier in the order that show classifier-list has; they
// may be typed in any.
var (
	classifierHead = []valued{
		{"local", "Whether the packet is for the router itself", oneOf("true", "false")},
		{"traffic-class", "The traffic class", grammar.Name("WORD", 40)},
		{"color", "The colour of the packet", oneOf("green", "yellow", "red")},
		{"user-packet-class", "The user packet class", grammar.Int(0, 15)},
		{"source-route-class", "The route class of the source", grammar.Int(0, 255)},
		{"destination-route-class", "The route class of the destination", grammar.Int(0, 255)},
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

// oneOf is a type of a few words.
func oneOf(words ...string) grammar.Type {
	in := func(word string) (string, bool) { return word, slices.Contains(words, word) }
	return grammar.Value("{ "+strings.Join(words, " | ")+" }", "", in, in)
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
	marks := alt(nodesOf(classifierMark)...)
	offset := seq(kw("ip-frag-offset", "The fragment offset"), alt(
		seq(kw("eq", "That offset").As("frag operator"), param("frag offset", grammar.Int(0, 1), "The offset")),
		seq(kw("gt", "A greater offset").As("frag operator"), param("frag offset", grammar.Int(1, 1), "The offset"))))
	nodes := []grammar.Node{
		grammar.Any(nodesOf(classifierHead)...),
		opt(kw("not", "Anything but that protocol").As("protocol not")),
		alt(words("ip protocol", ipProtocols...), param("ip protocol", grammar.Int(0, 255), "The protocol by its number").As("protocol number")),
		classifierAddress("source"), classifierAddress("destination"),
		grammar.Any(append(nodesOf(classifierTail), offset, marks)...),
	}
	authID := seq(kw("classifier-auth-id", "The authentication identifier"), param("AUTH-ID", grammar.Int(0, 0), "The identifier"))
	return alt(authID, seq(nodes...))
}

// packetClass has the words about what the router has made of a packet.
type packetClass struct {
	TrafficClass     string `cli:"traffic-class value"`
	Colour           string `cli:"color value"`
	UserPacketClass  *int   `cli:"user-packet-class value"`
	SourceRoute      *int   `cli:"source-route-class value"`
	DestinationRoute *int   `cli:"destination-route-class value"`
	Local            string `cli:"local value"`
}

// classifier has the words of an entry of a classifier list.
type classifier struct {
	AuthID *int `cli:"AUTH-ID"`
	packetClass

	NotProtocol    bool   `cli:"protocol not"`
	Protocol       string `cli:"ip protocol"`
	ProtocolNumber *int   `cli:"protocol number"`

	NotSource      bool       `cli:"source not"`
	AnySource      bool       `cli:"source any"`
	HostSource     bool       `cli:"source host"`
	Source         netip.Addr `cli:"source address"`
	SourceMask     netip.Addr `cli:"source mask"`
	SourceOperator string     `cli:"source operator"`
	SourcePort     *int       `cli:"source port"`
	SourcePortEnd  *int       `cli:"source port end"`

	NotDestination      bool       `cli:"destination not"`
	AnyDestination      bool       `cli:"destination any"`
	HostDestination     bool       `cli:"destination host"`
	Destination         netip.Addr `cli:"destination address"`
	DestinationMask     netip.Addr `cli:"destination mask"`
	DestinationOperator string     `cli:"destination operator"`
	DestinationPort     *int       `cli:"destination port"`
	DestinationPortEnd  *int       `cli:"destination port end"`

	TCPFlags       string `cli:"tcp-flags value"`
	IPFlags        string `cli:"ip-flags value"`
	OffsetOperator string `cli:"frag operator"`
	Offset         *int   `cli:"frag offset"`
	Precedence     *int   `cli:"precedence value"`
	DSField        *int   `cli:"dsfield value"`
	TOS            *int   `cli:"tos value"`
}

var classifierWords = grammar.Bind(classifier{})

// classifierLine is an entry of a classifier list, as it is typed and, in Text,
// as it is kept.
type classifierLine struct {
	classifier
	Name   string `cli:"NAME"`
	Number int    `cli:"NUMBER"`
	Text   string `cli:"TEXT"`
}

var classifierLists = &cli.Setting[secureRouter, classifierLine]{
	Place:  ofSecure,
	Syntax: seq(secureWord, kw("ip", "IP"), classifierListWord, classifierName, classifierSyntax()),
	Shown:  seq(secureWord, kw("ip", "IP"), classifierListWord, classifierName, param("TEXT", grammar.Raw("LINE", cli.MaxLine), "The entry")),
	No: seq(secureWord, kw("ip", "IP"), kw("classifier-list", "Remove a secure classifier list or an entry of one"), classifierName,
		opt(param("NUMBER", grammar.Int(1, 1<<31-1), "The number of the entry"))),
	Summary: "Configure a secure IP classifier list",
	Description: "Each line adds an entry; a packet that matches one of them matches the list. Only IPv4 packets do. Every packet here is green, of " +
		"traffic class best-effort and of class 0, and for somebody else than the router. Flags are names joined by &, with ! before one that is not set, or the number that they make. " +
		"A list that a policy list refers to cannot be removed.",
	Examples: []string{"secure ip classifier-list voice udp any host 192.168.5.9 eq 5060"},
	Set: func(_ context.Context, _ *cli.Session, r secureRouter, l classifierLine) error {
		w, ok := classifierWords.Write(classifierSyntax(), l.classifier, true)
		if !ok {
			return errNoClassifierText
		}
		match, err := l.match()
		if err != nil {
			return err
		}
		return r.Mirror().AddClassifier(mirror.IP, l.Name, w.Text, &match)
	},
	Clear: func(_ context.Context, _ *cli.Session, r secureRouter, l classifierLine) error {
		return r.Mirror().RemoveClassifier(mirror.IP, l.Name, l.Number)
	},
	Crowd: secureCrowd(mirror.IP, func(list, text string) classifierLine { return classifierLine{Name: list, Text: text} }),
	Lines: func(r secureRouter, _ side.Clearance) []classifierLine {
		return secureEntries(r, mirror.IP, func(list, text string) classifierLine { return classifierLine{Name: list, Text: text} })
	},
}

// secureEntries returns a line for each entry of the secure classifier lists of a
// protocol.
func secureEntries[T any](r secureRouter, of mirror.Protocol, line func(list, text string) T) (all []T) {
	for _, l := range r.Mirror().ClassifierLists() {
		if l.Protocol != of {
			continue
		}
		for _, e := range l.Entries {
			all = append(all, line(l.Name, e.Text))
		}
	}
	return all
}

// secureCrowd is how these lines are followed.
func secureCrowd[T any](of mirror.Protocol, line func(list, text string) T) *cli.Crowd[secureRouter, T, mirror.EntryKey] {
	return &cli.Crowd[secureRouter, T, mirror.EntryKey]{
		Compare: mirror.EntryKey.Compare,
		Edited:  func(r secureRouter) ([]mirror.EntryKey, bool) { return r.Mirror().TakeEditedEntries(of) },
		Keys:    func(r secureRouter) []mirror.EntryKey { return r.Mirror().EntryKeys(of) },
		Line: func(r secureRouter, k mirror.EntryKey) (T, bool) {
			text, ok := r.Mirror().Entry(k)
			return line(k.Name, text), ok
		},
	}
}

var errNoClassifierText = errors.New("classifier cannot be written")

// shownClassifier is a classifier list to show; none: all.
type shownClassifier struct {
	Name     string `cli:"NAME"`
	Detailed bool   `cli:"detailed"`
}

var secureClassifierCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax: seq(showWord, kw("secure", "Secure policies"), kw("classifier-list", "The secure classifier lists"),
			opt(classifierName), opt(detailedWord)),
		Summary: "Show the secure classifier lists",
		Run:     cli.ShowSecure(shownClassifier{}, showSecureClassifiers),
	},
}

// showSecureClassifiers has the layout of show classifier-list (cli/REFERENCE.md,
// policies and classifiers).
func showSecureClassifiers(_ context.Context, _ *cli.Session, x *trapcore.Secure, a shownClassifier) (result.Value, error) {
	lists, err := listsNamed(a.Name, x.Mirror().ClassifierLists, x.Mirror().ClassifierListsNamed, mirror.ErrNoClassifier)
	if err != nil {
		return nil, err
	}
	var shown []shownClassifiers
	for _, l := range lists {
		one := shownClassifiers{protocol: policy.Protocol(l.Protocol.String()), kind: protocolNames[l.Protocol], name: l.Name, references: l.References}
		for _, e := range l.Entries {
			one.entries = append(one.entries, shownEntry{e.Number, e.Text})
		}
		shown = append(shown, one)
	}
	return classifierTable(shown, a.Detailed)
}
