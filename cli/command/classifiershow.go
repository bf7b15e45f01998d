package command

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"sync"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
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
	all := result.List{Items: make([]result.Value, 0, len(lists))}
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
var classifierTree = sync.OnceValue(func() *grammar.Tree[int] {
	const mode = "entry"
	of := func(p policy.Protocol) grammar.Command[int] {
		return grammar.Command[int]{Modes: []grammar.Mode{mode}, Syntax: seq(kw(string(p), ""), classifierSyntaxes[p])}
	}
	t, err := grammar.New([]grammar.ModeSpec{{Mode: mode}}, []grammar.Command[int]{of(policy.IP), of(policy.IPv6), of(policy.L2TP)})
	if err != nil {
		panic(err) // the syntax of a command is wrong
	}
	return t
})

// classifierEntryFields is an entry of a classifier list of any protocol.
type classifierEntryFields interface{ fields() classifierFields }

// parseClassifier reads an entry as it is kept.
func parseClassifier(p policy.Protocol, text string) (classifierEntryFields, error) {
	m, err := classifierTree().Parse("entry", grammar.View{Level: grammar.LevelMax}, strings.TrimSpace(string(p)+" "+text))
	if err != nil {
		return nil, fmt.Errorf("entry of a classifier list: %w", err)
	}
	if p == policy.IPv6 {
		c := classifierWords6.Read(m.Args)
		return &c, nil
	}
	c := classifierWords.Read(m.Args)
	return &c, nil
}

type classifierField struct {
	label string
	value any
}

// classifierFields are what an entry says, in the order of the documents.
type classifierFields []classifierField

func (all *classifierFields) add(label string, value any) {
	*all = append(*all, classifierField{label, value})
}

func (all *classifierFields) text(label, value string) {
	if value != "" {
		all.add(label, value)
	}
}

func (all *classifierFields) number(label string, n *int) {
	if n != nil {
		all.add(label, *n)
	}
}

// ports adds the ports of a side.
func (all *classifierFields) ports(side, operator string, from, to *int) {
	all.text(side+" Operator", operator)
	all.number(side+" Port", from)
	all.number(side+" Port End", to)
}

func (c *packetClass) fields() (all classifierFields) {
	all.text("Traffic Class", c.TrafficClass)
	all.text("Color", c.Colour)
	all.number("User Packet Class", c.UserPacketClass)
	all.number("Source Route Class", c.SourceRoute)
	all.number("Destination Route Class", c.DestinationRoute)
	all.text("Local", c.Local)
	return all
}

func (c *classifier) fields() (all classifierFields) {
	if c.AuthID != nil {
		all.add("Authentication ID", *c.AuthID)
		return all
	}
	all = c.packetClass.fields()
	if c.Protocol == "" && c.ProtocolNumber == nil {
		return all // of L2TP
	}
	all.text("Protocol", c.Protocol)
	all.number("Protocol", c.ProtocolNumber)
	all.add("Not Protocol", c.NotProtocol)
	address := func(side, not string, any, host bool, a, mask netip.Addr, isNot bool) {
		switch zero := netip.IPv4Unspecified(); {
		case any:
			a, mask = zero, netip.AddrFrom4([4]byte{255, 255, 255, 255})
		case host:
			mask = zero
		}
		all.add(side+" IP Address", a)
		all.add(side+" IP WildcardMask", mask)
		all.add(not, isNot)
	}
	address("Source", "Not Source Ip Address", c.AnySource, c.HostSource, c.Source, c.SourceMask, c.NotSource)
	all.ports("Source", c.SourceOperator, c.SourcePort, c.SourcePortEnd)
	address("Destination", "Not Destination Ip Address", c.AnyDestination, c.HostDestination, c.Destination, c.DestinationMask, c.NotDestination)
	all.ports("Destination", c.DestinationOperator, c.DestinationPort, c.DestinationPortEnd)
	all.text("TCP Flags", c.TCPFlags)
	all.text("IP Flags", c.IPFlags)
	if c.Offset != nil {
		all.add("IP Fragmentation Offset", fmt.Sprint(cmp.Or(c.OffsetOperator, "eq"), " ", *c.Offset))
	}
	all.number("Precedence", c.Precedence)
	all.number("DS Field", c.DSField)
	all.number("TOS Byte", c.TOS)
	return all
}
