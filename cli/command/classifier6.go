package command

import (
	"context"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/policy"
	"mirrorsh/trapcore/side"
)

var (
	ipv6Type = grammar.Value("X:X::X:X", "", func(word string) (netip.Addr, bool) {
		a, err := netip.ParseAddr(word)
		return a, err == nil && a.Is6() && !a.Is4In6() && a.Zone() == ""
	}, func(a netip.Addr) (string, bool) { return a.String(), a.Is6() })
	ipv6PrefixType = grammar.Value("X:X::X:X/LENGTH", "", func(word string) (netip.Prefix, bool) {
		p, err := netip.ParsePrefix(word)
		return p.Masked(), err == nil && p.Addr().Is6() && !p.Addr().Is4In6()
	}, func(p netip.Prefix) (string, bool) { return p.String(), p.IsValid() })

	classifierMark6 = []valued{
		{"precedence", "The precedence of the traffic class octet", grammar.Int(0, 7)},
		{"dsfield", "The DS field", grammar.Int(0, 63)},
		{"tcfield", "The traffic class octet", grammar.Int(0, 255)},
	}
)

// classifierSyntax6 is the syntax of an entry of an IPv6 classifier list, in any
// order (cli/REFERENCE.md, policies and classifiers).
func classifierSyntax6() grammar.Node {
	octet := grammar.Int(0, 255)
	end := func(side string) grammar.Node {
		return alt(
			seq(kw(side+"-address", "The network of the "+side), param(side+" prefix", ipv6PrefixType, "The prefix")),
			seq(kw(side+"-host", "The host that is the "+side), param(side+" host", ipv6Type, "The address")))
	}
	port := func(side string) grammar.Node {
		number := func(n string) grammar.Node { return param(side+" port"+n, grammar.Int(0, 65535), "The port") }
		return seq(kw(side+"-port", "The port of the "+side), alt(
			seq(words(side+" operator", "eq", "That port", "gt", "A port above", "lt", "A port below", "neq", "Any other port"), number("")),
			seq(kw("range", "A range of ports").As(side+" operator"), number(""), number(" end"))))
	}
	protocol := func(name, help string, more ...grammar.Node) grammar.Node {
		return seq(append([]grammar.Node{kw(name, help).As("ipv6 protocol")}, more...)...)
	}
	return grammar.Any(append(nodesOf(classifierHead), end("source"), end("destination"), alt(nodesOf(classifierMark6)...), alt(
		protocol("tcp", "TCP", grammar.Any(port("source"), port("destination"), classifierTail[0].node())),
		protocol("udp", "UDP", grammar.Any(port("source"), port("destination"))),
		protocol("icmpv6", "ICMPv6", opt(kw("icmp-type", "The type of message"), param("icmp type", octet, "The type"),
			opt(kw("icmp-code", "The code of that type"), param("icmp code", octet, "The code")))),
		param("protocol number", octet, "The protocol by its number")))...)
}

// classifier6 has the words of an entry of an IPv6 classifier list.
type classifier6 struct {
	packetClass

	Source          netip.Prefix `cli:"source prefix"`
	SourceHost      netip.Addr   `cli:"source host"`
	Destination     netip.Prefix `cli:"destination prefix"`
	DestinationHost netip.Addr   `cli:"destination host"`
	Precedence      *int         `cli:"precedence value"`
	DSField         *int         `cli:"dsfield value"`
	TCField         *int         `cli:"tcfield value"`

	Protocol            string `cli:"ipv6 protocol"`
	ProtocolNumber      *int   `cli:"protocol number"`
	SourceOperator      string `cli:"source operator"`
	SourcePort          *int   `cli:"source port"`
	SourcePortEnd       *int   `cli:"source port end"`
	DestinationOperator string `cli:"destination operator"`
	DestinationPort     *int   `cli:"destination port"`
	DestinationPortEnd  *int   `cli:"destination port end"`
	TCPFlags            string `cli:"tcp-flags value"`
	ICMPType            *int   `cli:"icmp type"`
	ICMPCode            *int   `cli:"icmp code"`
}

var classifierWords6 = grammar.Bind(classifier6{})

// protocolNumbers6 are those of the names.
var protocolNumbers6 = map[string]int{"tcp": 6, "udp": 17, "icmpv6": 58}

// match is what a packet must be to match the entry.
func (c *classifier6) match() (m packet.Match6, err error) {
	m.Never = c.never()
	m.Source, m.Destination = prefix6(c.Source, c.SourceHost), prefix6(c.Destination, c.DestinationHost)
	m.TrafficClass = matchMark(c.Precedence, c.DSField, c.TCField)
	number := c.ProtocolNumber
	if n, named := protocolNumbers6[c.Protocol]; named {
		number = &n
	}
	m.Protocol = matchRange(&m.Never, "eq", number, nil)
	m.SourcePort = matchRange(&m.Never, c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	m.DestinationPort = matchRange(&m.Never, c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	m.ICMPType = matchRange(&m.Never, "eq", c.ICMPType, nil)
	m.ICMPCode = matchRange(&m.Never, "eq", c.ICMPCode, nil)
	if c.TCPFlags != "" {
		m.TCPFlags, err = packet.TCPFlags(c.TCPFlags)
	}
	return m, err
}

// prefix6 is a network, or that of a host alone; zero: any.
func prefix6(network netip.Prefix, host netip.Addr) netip.Prefix {
	if host.IsValid() {
		return netip.PrefixFrom(host, host.BitLen())
	}
	return network
}

func (c *classifier6) fields() classifierFields {
	all := c.packetClass.fields()
	for _, end := range []struct {
		label string
		is    netip.Prefix
	}{{"Source IPv6 Address", prefix6(c.Source, c.SourceHost)}, {"Destination IPv6 Address", prefix6(c.Destination, c.DestinationHost)}} {
		if end.is.IsValid() {
			all.add(end.label, end.is)
		}
	}
	all.number("Precedence", c.Precedence)
	all.number("DS Field", c.DSField)
	all.number("Traffic Class Field", c.TCField)
	all.text("Protocol", c.Protocol)
	all.number("Protocol", c.ProtocolNumber)
	all.ports("Source", c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	all.ports("Destination", c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	all.text("TCP Flags", c.TCPFlags)
	all.number("ICMPv6 Type", c.ICMPType)
	all.number("ICMPv6 Code", c.ICMPCode)
	return all
}

// classifierLine6 is an entry of an IPv6 classifier list, as it is typed and, in
// Text, as it is kept.
type classifierLine6 struct {
	classifier6
	Name   string `cli:"NAME"`
	Number int    `cli:"NUMBER"`
	Text   string `cli:"TEXT"`
}

// entry is the text and the match of what was typed.
func (l *classifierLine6) entry() (text string, m packet.Match6, err error) {
	w, ok := classifierWords6.Write(classifierSyntax6(), l.classifier6, true)
	if !ok {
		return "", m, errNoClassifierText
	}
	m, err = l.match()
	return w.Text, m, err
}

var classifierLists6 = &cli.Setting[secureRouter, classifierLine6]{
	Place:   ofSecure,
	Syntax:  seq(secureWord, kw("ipv6", "IPv6"), classifierListWord, classifierName, classifierSyntax6()),
	Shown:   seq(secureWord, kw("ipv6", "IPv6"), classifierListWord, classifierName, opt(keptClassifier)),
	No:      seq(secureWord, kw("ipv6", "IPv6"), kw("classifier-list", "Remove a secure classifier list or an entry of one"), classifierName, classifierEntry),
	Summary: "Configure a secure IPv6 classifier list",
	Description: "Each line adds an entry; a packet that matches one of them matches the list. Only IPv6 packets do; the protocol is that behind the extension " +
		"headers. Every packet here is green, of traffic class best-effort and of class 0, and for somebody else than the router. " +
		"A list that a policy list refers to cannot be removed.",
	Examples: []string{"secure ipv6 classifier-list voice destination-host 2001:db8::9 udp destination-port eq 5060"},
	Set: func(_ context.Context, _ *cli.Session, r secureRouter, l classifierLine6) error {
		text, match, err := l.entry()
		if err != nil {
			return err
		}
		return r.Mirror().AddClassifier(mirror.IPv6, l.Name, text, &match)
	},
	Clear: func(_ context.Context, _ *cli.Session, r secureRouter, l classifierLine6) error {
		return r.Mirror().RemoveClassifier(mirror.IPv6, l.Name, l.Number)
	},
	Crowd: secureCrowd(mirror.IPv6, func(list, text string) classifierLine6 { return classifierLine6{Name: list, Text: text} }),
	Lines: func(r secureRouter, _ side.Clearance) []classifierLine6 {
		return secureEntries(r, mirror.IPv6, func(list, text string) classifierLine6 { return classifierLine6{Name: list, Text: text} })
	},
}

var ordinaryClassifiers6 = &cli.Setting[*trapcore.Router, classifierLine6]{
	Place:       ofRouter,
	Syntax:      seq(ipv6Word, kw("classifier-list", "Configure a classifier list"), ordinaryClassifierName, classifierSyntax6()),
	Shown:       seq(ipv6Word, kw("classifier-list", "Configure a classifier list"), ordinaryClassifierName, opt(keptClassifier)),
	No:          seq(ipv6Word, kw("classifier-list", "Remove a classifier list or an entry of one"), ordinaryClassifierName, classifierEntry),
	Summary:     "Configure an IPv6 classifier list",
	Description: "Each line adds an entry. A list that a policy list refers to cannot be removed.",
	Examples:    []string{`ipv6 classifier-list telnetConnects tcp destination-port eq 23 tcp-flags "syn & !ack"`},
	Set: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l classifierLine6) error {
		text, _, err := l.entry()
		if err != nil {
			return err
		}
		return r.Policies().AddClassifier(policy.IPv6, l.Name, text)
	},
	Clear: func(_ context.Context, _ *cli.Session, r *trapcore.Router, l classifierLine6) error {
		return r.Policies().RemoveClassifier(policy.IPv6, l.Name, l.Number)
	},
	Crowd: ordinaryEntries(func(k policy.EntryKey, text string) classifierLine6 { return classifierLine6{Name: k.Name, Text: text} }, policy.IPv6),
	Lines: func(r *trapcore.Router, _ side.Clearance) (all []classifierLine6) {
		for _, l := range r.Policies().Classifiers() {
			if l.Protocol != policy.IPv6 {
				continue
			}
			for _, e := range l.Entries {
				all = append(all, classifierLine6{Name: l.Name, Text: e.Text})
			}
		}
		return all
	},
}
