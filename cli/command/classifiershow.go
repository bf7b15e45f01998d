package command

import (
	"cmp"
	"fmt"
	"net/netip"

	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/mirror"
)

// detailedWord asks for classifiers field by field.
var detailedWord = kw("detailed", "Each field of the entries")

// classifierTable has the layouts of show classifier-list (cli/REFERENCE.md,
// policies and classifiers); kind stands before the names.
func classifierTable(kind string, lists []mirror.ClassifierListStatus, detailed bool) (result.Value, error) {
	var all result.List
	for _, l := range lists {
		if detailed {
			r, err := classifierRecord(kind, l)
			if err != nil {
				return nil, err
			}
			all.Items = append(all.Items, r)
			continue
		}
		for _, e := range l.Entries {
			all.Items = append(all.Items, new(result.Record).Line(kind+" {list}.{number} {classifier}", l.Name, e.Number, e.Text))
		}
	}
	return new(result.Record).
		Line("                   Classifier Control List Table").
		Line("                   ---------- ------- ---- -----").
		Part("entries", all), nil
}

func classifierRecord(kind string, l mirror.ClassifierListStatus) (*result.Record, error) {
	r := new(result.Record).
		Line(kind+" Classifier Control List {list}", l.Name).
		Line("    Reference count: {referenceCount}", l.References).
		Line("    Entry count: {entryCount}", len(l.Entries))
	var entries result.List
	for _, e := range l.Entries {
		c, err := parseClassifier(e.Text)
		if err != nil {
			return nil, err
		}
		entry := new(result.Record).Line("    Classifier-List "+l.Name+" Entry {number}", e.Number)
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
	t, err := grammar.New([]grammar.ModeSpec{{Mode: mode}}, []grammar.Command[int]{{Modes: []grammar.Mode{mode}, Syntax: seq(kw(mode, ""), classifierSyntax())}})
	if err != nil {
		panic(err) // the syntax of a command is wrong
	}
	return t
}()

// parseClassifier reads an entry as it is kept.
func parseClassifier(text string) (classifier, error) {
	m, err := classifierTree.Parse("entry", grammar.View{Level: grammar.LevelMax}, "entry "+text)
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
