package command

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

// interfaceHelp says what each type of interface is, and how its specifier is
// written.
var interfaceHelp = map[network.InterfaceType]struct{ help, usage string }{
	network.FastEthernet:    {"A Fast Ethernet interface", "SLOT/PORT[.SUB]"},
	network.GigabitEthernet: {"A Gigabit Ethernet interface", "SLOT/PORT[.SUB]"},
	network.ATM:             {"An ATM interface", "SLOT/PORT[.SUB]"},
	network.Loopback:        {"A loopback interface", "NUMBER"},
	network.Tunnel:          {"A tunnel interface", "TYPE:NAME"},
}

// interfaceName is the type and specifier of an interface, recorded under
// INTERFACE.
func interfaceName() grammar.Node {
	var types []grammar.Node
	for _, t := range network.InterfaceTypes() {
		h := interfaceHelp[t]
		spec := grammar.Value(h.usage, "",
			func(word string) (network.InterfaceID, bool) { return network.ParseInterface(t.Keyword(), word) },
			func(id network.InterfaceID) (string, bool) { return id.Spec, id.Type == t })
		types = append(types, seq(kw(t.Keyword(), h.help).As("interfaceType"), param("INTERFACE", spec, "The specifier of the interface").From(interfaceNames(t))))
	}
	return alt(types...)
}

func interfaceOf(a grammar.Args) network.InterfaceID {
	id, _ := a.Get("INTERFACE").(network.InterfaceID)
	return id
}

// interfaceText writes the name of an interface as commands take it.
func interfaceText(id network.InterfaceID) string {
	return id.Type.Keyword() + " " + grammar.Quote(id.Spec)
}

// port is what interface mode configures.
type port struct {
	router *trapcore.VirtualRouter
	id     network.InterfaceID
}

// errNoPort refuses a command of interface mode where there is no interface.
var errNoPort = errors.New("no interface is being configured")

// onPort runs f for the interface that the session configures.
func onPort(f func(r *network.Router, id network.InterfaceID, a grammar.Args) error) textHandler {
	return onSecurePort(func(_ *mirror.Machine, r *network.Router, id network.InterfaceID, a grammar.Args) error {
		return f(r, id, a)
	})
}

// onSecurePort does so for what belongs to packet mirroring.
func onSecurePort(f func(m *mirror.Machine, r *network.Router, id network.InterfaceID, a grammar.Args) error) textHandler {
	return func(_ context.Context, s *cli.Session, a grammar.Args) error {
		p, ok := s.Subject().(port)
		if !ok {
			return errNoPort
		}
		return f(s.Router().Mirror(), p.router.Network(), p.id, a)
	}
}

var (
	inInterface = []grammar.Mode{cli.InterfaceConfig}
	ipWord      = kw("ip", "Configure IP")
	maskType    = grammar.FuncWhy("A.B.C.D", "not the mask of a network", parseMask)
)

// parseMask reads a mask in dotted decimal and gives its length, an int64.
func parseMask(word string) (any, bool) {
	a, err := netip.ParseAddr(word)
	if err != nil || !a.Is4() {
		return nil, false
	}
	b := a.As4()
	n := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	ones := bits.LeadingZeros32(^n)
	return int64(ones), n<<ones == 0
}

// maskText writes the mask of a prefix in dotted decimal.
func maskText(p netip.Prefix) string {
	n := ^uint32(0) << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}).String()
}

var interfaceCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure, Enters: cli.InterfaceConfig,
		Syntax:      seq(kw("interface", "Configure an interface, and make it if it does not exist"), interfaceName()),
		No:          seq(kw("interface", "Delete an interface"), interfaceName()),
		Summary:     "Configure an interface",
		Description: "A new interface is up. The no version deletes it, and logs out the subscribers that came in over it.",
		Examples:    []string{"interface fastEthernet 9/0", "interface atm 2/1.2", "interface loopback 0", "interface tunnel gre:lab"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			vr, id := s.VirtualRouter(), interfaceOf(a)
			if a.Form != grammar.Affirmative {
				return vr.Network().RemoveInterface(id)
			}
			if err := vr.Network().CreateInterface(id); err != nil {
				return err
			}
			s.Enter(cli.InterfaceConfig, port{vr, id})
			return nil
		}),
	},
	{
		Modes: inInterface, Level: levelConfigure,
		Syntax: seq(ipWord, kw("address", "Set the address"), param("ADDRESS", grammar.IPv4(), "The address"),
			param("MASK", maskType, "The mask")),
		No: seq(ipWord, kw("address", "Remove the address"), opt(param("ADDRESS", grammar.IPv4(), "The address"),
			param("MASK", maskType, "The mask"))),
		Summary:     "Set the address of the interface",
		Description: "One that a host can have (RFC 1122): not the network or broadcast address of its subnet, unless the mask leaves one bit or none for hosts.",
		Examples:    []string{"ip address 192.168.99.1 255.255.255.0"},
		Run: cli.Text(onPort(func(r *network.Router, id network.InterfaceID, a grammar.Args) error {
			address := netip.Prefix{}
			if a.Has("ADDRESS") {
				address = netip.PrefixFrom(a.Addr("ADDRESS"), a.Int("MASK", 32))
			}
			if a.Form == grammar.Affirmative {
				return r.SetAddress(id, address)
			}
			if have, _ := r.Interface(id); a.Has("ADDRESS") && have.Address != address {
				return errors.New("interface has no such address")
			}
			return r.SetAddress(id, netip.Prefix{})
		})),
	},
	{
		Modes: inInterface, Level: levelConfigure,
		Syntax:      kw("shutdown", "Take the interface down"),
		No:          kw("shutdown", "Bring the interface up"),
		Summary:     "Take the interface down",
		Description: "The subscribers that came in over it are logged out with the reason lostCarrier. Those that log in while it is down wait for it with their IP interfaces.",
		Run: cli.Text(onPort(func(r *network.Router, id network.InterfaceID, a grammar.Args) error {
			return r.SetShutdown(id, a.Form == grammar.Affirmative)
		})),
	},
	{
		Modes: inInterface, Level: levelSecure, Secure: true,
		Syntax:  seq(ipWord, kw("analyzer", "Send mirrored packets out of the interface"), opt(kw("default", "Be the default analyzer of the virtual router"))),
		No:      seq(ipWord, kw("analyzer", "Take the interface out of analyzer mode"), opt(kw("default", "Only if it is the default analyzer"))),
		Summary: "Make the interface an analyzer interface",
		Description: "An analyzer can be reached if the longest route to it leads out of an interface in this mode; the default analyzer serves those that no route " +
			"leads to. A loopback cannot be an analyzer, nor can an interface that carries a secure policy; an Ethernet interface cannot be the default one.",
		Run: cli.Text(onSecurePort(func(m *mirror.Machine, r *network.Router, id network.InterfaceID, a grammar.Args) error {
			return m.SetAnalyzer(r, id, a.Form == grammar.Affirmative, a.Has("default"))
		})),
	},
	{
		Modes: inInterface, Level: levelSecure, Secure: true,
		Syntax: seq(ipWord, kw("policy", "Attach a policy"), secureDirections(), policyListName,
			opt(kw("statistics", "Statistics of the policy"), alt(
				seq(kw("enabled", "Gather statistics"),
					opt(kw("baseline", "Begin with a value"), param("BASELINE", grammar.Int(0, 1<<32-1), "The value")),
					opt(kw("preserve", "Keep the statistics of the policy it replaces"))),
				kw("disabled", "Gather no statistics")))),
		No:      seq(ipWord, kw("policy", "Detach a policy"), secureDirections()),
		Summary: "Attach a secure policy to the interface",
		Description: "A secure policy list that does not exist is made, and mirrors nothing until it has a mirror rule. What triggers have attached to the " +
			"subscribers on the interface gives way for good. The statistics options are accepted; no packet is counted.",
		Examples: []string{"ip policy secure-input securePolicyIp10"},
		Run:      cli.Text(onSecurePort(attachPolicy)),
	},
}

func secureDirections() grammar.Node {
	return words("direction", "secure-input", "What comes in", "secure-output", "What goes out")
}

func attachPolicy(m *mirror.Machine, r *network.Router, id network.InterfaceID, a grammar.Args) error {
	d := mirror.Ingress
	if a.Text("direction") == "secure-output" {
		d = mirror.Egress
	}
	if a.Form != grammar.Affirmative {
		return m.DetachPolicy(r, id, d)
	}
	return m.AttachPolicy(r, id, d, a.Text("LIST"), mirror.Statistics{
		Given: a.Has("statistics"), Enabled: a.Has("enabled"), Preserve: a.Has("preserve"),
		Baseline: a.Has("baseline"), Value: uint32(a.Int("BASELINE", 0)),
	})
}

var ipSection = cli.Section{
	Name: "ip",
	Lines: func(r *trapcore.Router, vr *trapcore.VirtualRouter, _ bool) []cli.Line {
		var lines []cli.Line
		for _, i := range vr.Network().Interfaces() {
			if i.Subscriber == "" {
				lines = append(lines, cli.Line{Text: "interface " + interfaceText(i.ID), Block: interfaceBlock(i, r.Mirror().Interface(i))})
			}
		}
		for _, rt := range vr.Network().Routes() {
			lines = append(lines, cli.Ordinary(routeLine(rt)))
		}
		return lines
	},
}

// interfaceBlock has what differs from a new interface. The state comes first,
// so that an analyzer that is down is never reached for a moment.
func interfaceBlock(i network.Interface, st mirror.InterfaceStatus) []cli.Line {
	lines := []cli.Line{}
	if !i.AdminUp {
		lines = append(lines, cli.Ordinary("shutdown"))
	}
	if i.Address.IsValid() {
		lines = append(lines, cli.Ordinary("ip address "+i.Address.Addr().String()+" "+maskText(i.Address)))
	}
	switch {
	case st.DefaultAnalyzer:
		lines = append(lines, cli.Secure("ip analyzer default"))
	case st.Analyzer:
		lines = append(lines, cli.Secure("ip analyzer"))
	}
	for d, p := range st.Policies {
		if p.List != "" {
			text := "ip policy " + [...]string{"secure-input", "secure-output"}[d] + " " + grammar.Quote(p.List)
			lines = append(lines, cli.Secure(text+statisticsText(p.Statistics)))
		}
	}
	return lines
}

func statisticsText(st mirror.Statistics) string {
	switch {
	case !st.Given:
		return ""
	case !st.Enabled:
		return " statistics disabled"
	}
	text := " statistics enabled"
	if st.Baseline {
		text += fmt.Sprint(" baseline ", st.Value)
	}
	if st.Preserve {
		text += " preserve"
	}
	return text
}
