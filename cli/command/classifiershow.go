package command

import (
	"cmp"
	"fmt"
	"net/netip"

	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/policy"
)

// detailedWord asks for classifiers field by field.
var detailedWord = kw("detailed", "Each field of the entries")

// shownClassifiers are a classifier list to show; kind stands before its name.
type shownClassifiers struct {
	protocol   policy.Protocol
	kind, name string
	references int
	entries    []shownEntry
}

type shownEntry struct {
	number int
	text   string
}

// classifierTable has the layouts of show classifier-list (cli/REFERENCE.md,
// policies and classifiers).
func classifierTable(lists []shownClassifiers, detailed bool) (result.Value, error) {
	var all result.List
	for _, l := range lists {
		if detailed {
			r, err := classifierRecord(l)
			if err != nil {
				return nil, err
			}
			all.Items = append(all.Items, r)
			continue
		}
		for _, e := range l.entries {
			all.Items = append(all.Items, new(result.Record).Line(l.kind+" {list}.{number} {classifier}", l.name, e.number, e.text))
		}
	}
	return new(result.Record).
		Line("                   Classifier Control List Table").
		Line("                   ---------- ------- ---- -----").
		Part("entries", all), nil
}

func classifierRecord(l shownClassifiers) (*result.Record, error) {
	r := new(result.Record).
		Line(l.kind+" Classifier Control List {list}", l.name).
		Line("    Reference count: {referenceCount}", l.references).
		Line("    Entry count: {entryCount}", len(l.entries))
	var entries result.List
	for _, e := range l.entries {
		c, err := parseClassifier(l.protocol, e.text)
		if err != nil {
			return nil, err
		}
		entry := new(result.Record).Line("    Classifier-List "+l.name+" Entry {number}", e.number)
		for _, f := range c.fields() {
			entry.Line("        "+f.label+": {"+result.Name(f.label)+"}", f.value)
		}
		entries.Items = append(entries.Items, entry)
	}
	return r.Part("entries", entries), nil
}

// classifierTree reads the entries of classifier lists.
var classifierTree = func() *grammar.Tree[int] {
	const mode = "entry"
	of := func(p policy.Protocol) grammar.Command[int] {
		return grammar.Command[int]{Modes: []grammar.Mode{mode}, Syntax: seq(kw(string(p), ""), classifierSyntaxes[p])}
	}
	t, err := grammar.New([]grammar.ModeSpec{{Mode: mode}}, []grammar.Command[int]{of(policy.IP), of(policy.L2TP)})
	if err != nil {
		panic(err) // the syntax of a command is wrong
	}
	return t
}()

// parseClassifier reads an entry as it is kept.
func parseClassifier(p policy.Protocol, text string) (classifier, error) {
	m, err := classifierTree.Parse("entry", grammar.View{Level: grammar.LevelMax}, string(p)+" "+text)
	if err != nil {
		return classifier{}, fmt.Errorf("entry of a classifier list: %w", err)
	}
	return classifierWords.Read(m.Args), nil
}

type classifierField struct {
	label string
	value any
}

// fields are what an entry says, in the order of the documents.
func (c *classifier) fields() (all []classifierField) {
	add := func(label string, value any) { all = append(all, classifierField{label, value}) }
	text := func(label, value string) {
		if value != "" {
			add(label, value)
		}
	}
	number := func(label string, n *int) {
		if n != nil {
			add(label, *n)
		}
	}
	if c.AuthID != nil {
		add("Authentication ID", *c.AuthID)
		return all
	}
	text("Traffic Class", c.TrafficClass)
	text("Color", c.Colour)
	number("User Packet Class", c.UserPacketClass)
	number("Source Route Class", c.SourceRoute)
	number("Destination Route Class", c.DestinationRoute)
	text("Local", c.Local)
	if c.Protocol == "" && c.ProtocolNumber == nil {
		return all // of L2TP
	}
	text("Protocol", c.Protocol)
	number("Protocol", c.ProtocolNumber)
	add("Not Protocol", c.NotProtocol)
	address := func(side, not string, any, host bool, a, mask netip.Addr, isNot bool) {
		switch zero := netip.IPv4Unspecified(); {
		case any:
			a, mask = zero, netip.AddrFrom4([4]byte{255, 255, 255, 255})
		case host:
			mask = zero
		}
		add(side+" IP Address", a)
		add(side+" IP WildcardMask", mask)
		add(not, isNot)
	}
	port := func(side, operator string, from, to *int) {
		text(side+" Operator", operator)
		number(side+" Port", from)
		number(side+" Port End", to)
	}
	address("Source", "Not Source Ip Address", c.AnySource, c.HostSource, c.Source, c.SourceMask, c.NotSource)
	port("Source", c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	address("Destination", "Not Destination Ip Address", c.AnyDestination, c.HostDestination, c.Destination, c.DestinationMask, c.NotDestination)
	port("Destination", c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	text("TCP Flags", c.TCPFlags)
	text("IP Flags", c.IPFlags)
	if c.Offset != nil {
		add("IP Fragmentation Offset", fmt.Sprint(cmp.Or(c.OffsetOperator, "eq"), " ", *c.Offset))
	}
	number("Precedence", c.Precedence)
	number("DS Field", c.DSField)
	number("TOS Byte", c.TOS)
	return all
}
