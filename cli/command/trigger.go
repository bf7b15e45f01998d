package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// triggers are the keywords of trigger rules (cli/REFERENCE.md, policies and
// classifiers).
var triggers = []struct {
	keyword, help string
	trigger       mirror.TriggerType
}{
	{"acct-session-id", "The Acct-Session-Id", mirror.AcctSessionID},
	{"agent-circuit-id", "The Agent-Circuit-Id", mirror.AgentCircuitID},
	{"agent-remote-id", "The Agent-Remote-Id", mirror.AgentRemoteID},
	{"calling-station-id", "The Calling-Station-Id", mirror.CallingStationID},
	{"dhcp-option-82", "The DHCP option 82", mirror.DHCPOption82},
	{"ip-address", "The address, in this virtual router; with a policy of IPv6 also that of IPv6", mirror.IPAddress},
	{"nas-port-id", "The NAS-Port-Id", mirror.NASPortID},
	{"username", "The user name, in this virtual router", mirror.Username},
}

// oneWord are the triggers whose values have no blanks as a rule: one that is not
// in quotes would make what is mistyped after it a part of them.
var oneWord = map[mirror.TriggerType]bool{mirror.CallingStationID: true, mirror.IPAddress: true, mirror.Username: true}

// triggerWith is a trigger and its value, of which those that list gives are offered.
func triggerWith(list func(s *cli.Session, x *trapcore.Secure, t mirror.TriggerType, prefix string, visit func(string) bool)) grammar.Node {
	var each []grammar.Node
	for _, t := range triggers {
		namer := cli.SecureCrowdNames(func(s *cli.Session, x *trapcore.Secure, prefix string, visit func(string) bool) (left int) {
			list(s, x, t.trigger, prefix, visit)
			return 0
		})
		value := textValue
		if oneWord[t.trigger] {
			value = wordValue
		}
		each = append(each, seq(kw(t.keyword, t.help).As("trigger").Is(t.trigger), value.From(namer)))
	}
	return alt(each...)
}

// subscriberValues are what subscribers that are logged in have for a trigger.
func subscriberValues(s *cli.Session, _ *trapcore.Secure, t mirror.TriggerType, prefix string, visit func(string) bool) {
	if of, everywhere := t.Attribute(); everywhere {
		eachValue(s, of, prefix, visit)
		return
	}
	here := s.VirtualRouter().Network()
	s.Router().Network().EachSubscriber(func(in *network.Router, sub *network.Subscriber) {
		if in == here {
			visit(t.Of(sub))
		}
	})
}

// ruleValues are those of the rules that the session's virtual router may remove.
func ruleValues(s *cli.Session, x *trapcore.Secure, t mirror.TriggerType, _ string, visit func(string) bool) {
	last := "" // those of a value are neighbours
	for _, ru := range x.Mirror().Rules() {
		if ru.TriggerType == t && ru.Value != last && (ru.Router == "" || ru.Router == s.VirtualRouter().Name()) {
			last = ru.Value
			visit(ru.Value)
		}
	}
}

func triggerKeyword(t mirror.TriggerType) string {
	for _, e := range triggers {
		if e.trigger == t {
			return e.keyword
		}
	}
	return t.String()
}

var (
	textValue = param("VALUE", grammar.Text(network.MaxValue), "The value, which may have blanks in it")
	wordValue = param("VALUE", grammar.Word("WORD", 1, network.MaxValue), "The value, in quotes if it has blanks in it")
	ruleList  = protocolAndList(kw("secure-policy-list", "The policy that mirrors"))
)

// ruleLine is a trigger rule.
type ruleLine struct {
	triggerLine
	Protocol mirror.Protocol `cli:"protocol"`
	List     string          `cli:"LIST"`
}

// triggerLine is what a subscriber is recognized by.
type triggerLine struct {
	Trigger mirror.TriggerType `cli:"trigger"`
	Value   string             `cli:"VALUE"`
}

// triggerRules are the rules of a virtual router's scope, and with the default
// one those of the whole router.
var triggerRules = &cli.Setting[cli.Secured[scope], ruleLine]{
	Place:   ofSecureScope,
	Syntax:  seq(mirrorWord, triggerWith(subscriberValues), ruleList),
	No:      seq(kw("mirror", "Remove a trigger rule"), triggerWith(ruleValues), opt(ruleList)),
	Summary: "Mirror the subscribers that a trigger matches",
	Description: "Subscribers that are logged in are mirrored at once, whatever mirrored them before; others when they log in, where the first trigger that " +
		"matches decides, in the order acct-session-id, calling-station-id, ip-address, username, nas-port-id, dhcp-option-82, agent-circuit-id, agent-remote-id. " +
		"The value of acct-session-id, nas-port-id and those below it may have blanks, the others only in quotes. " +
		"A trigger may have a rule of IPv6 besides; IPv6 packets go by that of IP where none of IPv6 matches, and those of RADIUS are for both. " +
		"The no version stops the sessions that the rule started, without a policy those of both. At most 100 rules can be configured.",
	Examples: []string{
		"mirror acct-session-id atm 2/1.2:0.42:0001048579 ip secure-policy-list securePolicyIp10",
		"mirror username jwbooth@isptheatre.com ip secure-policy-list securePolicyIp15",
		"mirror username jwbooth@isptheatre.com ipv6 secure-policy-list securePolicyIpv6",
	},
	Set: func(_ context.Context, _ *cli.Session, p cli.Secured[scope], l ruleLine) error {
		return p.Mirror().SetRule(p.At.vr.Network(), l.Trigger, l.Value, l.Protocol, l.List)
	},
	Clear: func(_ context.Context, _ *cli.Session, p cli.Secured[scope], l ruleLine) error {
		if l.List != "" {
			return p.Mirror().RemoveRule(p.At.vr.Network(), l.Trigger, l.Value, l.Protocol)
		}
		return p.Mirror().RemoveRule(p.At.vr.Network(), l.Trigger, l.Value)
	},
	Version: func(p cli.Secured[scope]) uint64 { return p.Mirror().RuleVersion() },
	Lines: func(p cli.Secured[scope], _ side.Clearance) (all []ruleLine) {
		for _, ru := range p.Mirror().Rules() {
			if ru.Router == p.At.vr.Name() || ru.Router == "" && p.At.vr == p.At.router.Default() {
				all = append(all, ruleLine{triggerLine{ru.TriggerType, ru.Value}, ru.Protocol, ru.List})
			}
		}
		return all
	},
}

var triggerCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelSecure, Secure: true,
		Syntax:      seq(mirrorWord, kw("disable", "Stop mirror sessions"), triggerWith(subscriberValues)),
		Summary:     "Stop the mirror sessions that a trigger started",
		Description: "It stops sessions that RADIUS started, too: at login that is by the Acct-Session-Id, by a CoA the attribute that identified the session. Rules stay.",
		Examples:    []string{"mirror disable calling-station-id 5551234"},
		Run: cli.DoSecure(triggerLine{}, func(_ context.Context, s *cli.Session, x *trapcore.Secure, l triggerLine) error {
			return x.Mirror().Disable(s.VirtualRouter().Network(), l.Trigger, l.Value)
		}),
	},
}

var triggerSection = cli.Section{Name: "mirror", Rows: []cli.Row{triggerRules}}
