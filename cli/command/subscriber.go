package command

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

var (
	subscriberWord = kw("subscriber", "A subscriber")
	subscriberName = param("NAME", grammar.ASCII("NAME", 1, network.MaxUserName), "The user name of the subscriber").From(subscriberNames)
	hexType        = grammar.FuncWhy("HEX", "not 1 to 64 octets in hexadecimal", func(word string) (any, bool) {
		b, err := hex.DecodeString(word)
		return b, err == nil && len(b) > 0 && len(b) <= 64
	})
)

// textAttributes are the attributes of a login that are text.
var textAttributes = []struct {
	keyword, help string
	field         func(*network.Subscriber) *string
}{
	{"acct-session-id", "Acct-Session-Id; the router makes one if none is given", func(s *network.Subscriber) *string { return &s.AcctSessionID }},
	{"agent-circuit-id", "Agent-Circuit-Id of the DSL Forum", func(s *network.Subscriber) *string { return &s.AgentCircuitID }},
	{"agent-remote-id", "Agent-Remote-Id of the DSL Forum", func(s *network.Subscriber) *string { return &s.AgentRemoteID }},
	{"calling-station-id", "Calling-Station-Id", func(s *network.Subscriber) *string { return &s.CallingStationID }},
	{"dhcp-option-82", "DHCP option 82", func(s *network.Subscriber) *string { return &s.DHCPOption82 }},
	{"nas-port-id", "NAS-Port-Id", func(s *network.Subscriber) *string { return &s.NASPortID }},
}

// loginOptions are the options of test subscriber; those of the Access-Accept
// are secure, and a refused login has none.
func loginOptions(accepted bool) grammar.Node {
	nodes := []grammar.Node{
		seq(kw("interface", "The interface it comes in over"), interfaceName()),
		seq(kw("ip-address", "Its address; one of a pool if none is given"), param("ADDRESS", grammar.IPv4(), "The address")),
		kw("l2tp", "It comes through an L2TP tunnel"),
		seq(routerWord, routerName),
	}
	for _, t := range textAttributes {
		nodes = append(nodes, seq(kw(t.keyword, t.help), param(t.keyword+" value", grammar.ASCII("WORD", 1, network.MaxValue), "The value")))
	}
	if accepted {
		nodes = append(nodes,
			seq(kw("li-action", "LI-Action of the Access-Accept").Secure(), param("ACTION", grammar.Int(0, 1<<32-1), "0 off, 1 on, 2 no action")),
			seq(kw("med-dev-handle", "Med-Dev-Handle of the Access-Accept").Secure(), param("HANDLE", hexType, "The 4 or 8 octets in hexadecimal")),
			seq(kw("med-ip-address", "Med-IP-Address of the Access-Accept").Secure(), param("ANALYZER", grammar.IPv4(), "The address of the analyzer")),
			seq(kw("med-port", "Med-Port-Number of the Access-Accept").Secure(), param("PORT", grammar.Int(0, 1<<32-1), "The UDP port of the analyzer")))
	}
	return grammar.Any(nodes...)
}

// reasonWords are the termination reasons by name and by number.
func reasonWords() grammar.Node {
	nodes := []grammar.Node{param("REASON", grammar.Int(0, int64(len(network.TerminationReasons())-1)), "The reason by its number")}
	for n, name := range network.TerminationReasons() {
		nodes = append(nodes, kw(name, fmt.Sprintf("Reason %d", n)).As("REASON"))
	}
	return alt(nodes...)
}

func reasonOf(a grammar.Args, def network.TerminationReason) network.TerminationReason {
	if r, ok := network.ParseTerminationReason(a.Text("REASON")); ok {
		return r
	}
	return network.TerminationReason(a.Int("REASON", int(def)))
}

var subscriberCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:   seq(testWord, subscriberWord, kw("login", "A login that is accepted"), subscriberName, loginOptions(true)),
		Summary:  "Log a subscriber in",
		Examples: []string{"test subscriber login jwbooth@isptheatre.com ip-address 192.168.105.25 interface atm 2/1.2"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			r, err := routerOf(s, a)
			if err != nil {
				return err
			}
			return r.Login(subscriberOf(a), accessAccept(a))
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(testWord, subscriberWord, kw("reject", "A login that is refused"), subscriberName, loginOptions(false)),
		Summary: "Let a login be refused",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			r, err := routerOf(s, a)
			if err != nil {
				return err
			}
			return r.Reject(subscriberOf(a))
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(testWord, subscriberWord, kw("fail", "A login or session that fails"), reasonWords(), subscriberName, loginOptions(true)),
		Summary:     "Let a login or a session fail",
		Description: "If the subscriber is logged in, its session fails and is gone; else it is a login that fails.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			r, err := routerOf(s, a)
			if err != nil {
				return err
			}
			return r.Fail(subscriberOf(a), accessAccept(a), reasonOf(a, network.ReasonGenericFailure))
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(kw("logout", "End the session"), kw("subscriber", "Log a subscriber out"),
			alt(kw("all", "All of them"), seq(subscriberName, opt(routerWord, routerName))),
			opt(kw("reason", "The termination reason, adminReset if none is given"), reasonWords())),
		Summary:  "Log a subscriber out",
		Examples: []string{"logout subscriber jwbooth@isptheatre.com reason userRequest", "logout subscriber all"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			why := reasonOf(a, network.AdminReset)
			if a.Has("all") {
				s.Router().Network().LogoutAll(why)
				return nil
			}
			r, err := routerOf(s, a)
			if err != nil {
				return err
			}
			return r.Logout(a.Text("NAME"), why)
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("subscribers", "Who is logged in over the interfaces")),
		Summary: "Show the subscribers that are logged in",
		Run:     cli.Text(showSubscribers),
	},
}

// routerOf is the virtual router that was named, else the session's.
func routerOf(s *cli.Session, a grammar.Args) (*network.Router, error) {
	if !a.Has("ROUTER") {
		return s.VirtualRouter().Network(), nil
	}
	r, ok := s.Router().Network().Router(a.Text("ROUTER"))
	if !ok {
		return nil, network.ErrNoRouter
	}
	return r, nil
}

func subscriberOf(a grammar.Args) network.Subscriber {
	sub := network.Subscriber{Name: a.Text("NAME"), Address: a.Addr("ADDRESS"), Interface: interfaceOf(a), L2TP: a.Has("l2tp")}
	for _, t := range textAttributes {
		*t.field(&sub) = a.Text(t.keyword + " value")
	}
	return sub
}

// accessAccept are the mirroring attributes, nil if there are none.
func accessAccept(a grammar.Args) *mirror.Attributes {
	if !slices.ContainsFunc([]string{"li-action", "med-dev-handle", "med-ip-address", "med-port"}, a.Has) {
		return nil
	}
	attrs := &mirror.Attributes{}
	if a.Has("li-action") {
		n := uint32(a.Int("ACTION", 0))
		attrs.Action = &n
	}
	if b, ok := a.Get("HANDLE").([]byte); ok {
		attrs.Handle = b
	}
	if addr, ok := a.Get("ANALYZER").(netip.Addr); ok {
		attrs.Analyzer = &addr
	}
	if a.Has("med-port") {
		n := uint32(a.Int("PORT", 0))
		attrs.Port = &n
	}
	return attrs
}

func showSubscribers(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{
		Header: [][]string{{"User Name", "Type", "Address", "Interface", "Virtual Router", "State", "Acct-Session-Id"}},
		Widths: []int{24, 4, 15, 18, 15, 5, 15},
	}
	for _, sub := range s.Router().Network().Subscribers() {
		on := sub.Dynamic.Compact()
		if sub.Interface.Spec != "" {
			on = sub.Interface.Compact()
		}
		kind := "ip"
		if sub.L2TP {
			kind = "l2tp"
		}
		t.Rows = append(t.Rows, []string{sub.Name, kind, sub.Address.String(), on, sub.Router.Name(), upDown(sub.Up), sub.AcctSessionID})
	}
	s.Print(t.String())
	return nil
}
