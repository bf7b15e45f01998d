package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// triggers are the keywords of trigger rules (reference packet-mirroring.md 2.2).
var triggers = []struct {
	keyword, help string
	trigger       mirror.TriggerType
}{
	{"acct-session-id", "The Acct-Session-Id", mirror.AcctSessionID},
	{"agent-circuit-id", "The Agent-Circuit-Id", mirror.AgentCircuitID},
	{"agent-remote-id", "The Agent-Remote-Id", mirror.AgentRemoteID},
	{"calling-station-id", "The Calling-Station-Id", mirror.CallingStationID},
	{"dhcp-option-82", "The DHCP option 82", mirror.DHCPOption82},
	{"ip-address", "The address, in this virtual router", mirror.IPAddress},
	{"nas-port-id", "The NAS-Port-Id", mirror.NASPortID},
	{"username", "The user name, in this virtual router", mirror.Username},
}

// triggerWith is a trigger and its value, of which those that list gives are offered.
func triggerWith(list func(*cli.Session, mirror.TriggerType) []string) grammar.Node {
	var each []grammar.Node
	for _, t := range triggers {
		namer := cli.Namer(func(s *cli.Session) []string { return list(s, t.trigger) })
		each = append(each, seq(kw(t.keyword, t.help).As("trigger").Is(t.trigger), triggerValue.From(namer)))
	}
	return alt(each...)
}

// subscriberValues are what subscribers that are logged in have for a trigger.
func subscriberValues(s *cli.Session, t mirror.TriggerType) []string {
	var values []string
	here := s.VirtualRouter().Network()
	for _, v := range s.Router().Network().Subscribers() {
		scoped := t == mirror.IPAddress || t == mirror.Username
		if value := t.Of(v.Subscriber); value != "" && (!scoped || v.Router == here) {
			values = append(values, value)
		}
	}
	return values
}

// ruleValues are those of the rules that the session's virtual router may remove.
func ruleValues(s *cli.Session, t mirror.TriggerType) []string {
	var values []string
	for _, ru := range s.Router().Mirror().Rules() {
		if ru.TriggerType == t && (ru.Router == "" || ru.Router == s.VirtualRouter().Name()) {
			values = append(values, ru.Value)
		}
	}
	return values
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
	triggerValue = param("VALUE", grammar.Text(network.MaxValue), "The value, which may have blanks in it")
	ruleList     = protocolAndList(kw("secure-policy-list", "The policy that mirrors"))
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
var triggerRules = &cli.Setting[scope, ruleLine]{
	Place: ofScope, Secure: true,
	Syntax:  seq(mirrorWord, triggerWith(subscriberValues), ruleList),
	No:      seq(kw("mirror", "Remove a trigger rule"), triggerWith(ruleValues), opt(ruleList)),
	Summary: "Mirror the subscribers that a trigger matches",
	Description: "Subscribers that are logged in are mirrored at once, whatever mirrored them before; others when they log in, where the first trigger that " +
		"matches decides, in the order acct-session-id, calling-station-id, ip-address, username, nas-port-id, dhcp-option-82, agent-circuit-id, agent-remote-id. " +
		"The no version stops the sessions that the rule started. At most 100 rules can be configured.",
	Examples: []string{
		"mirror acct-session-id atm 2/1.2:0.42:0001048579 ip secure-policy-list securePolicyIp10",
		"mirror username jwbooth@isptheatre.com ip secure-policy-list securePolicyIp15",
	},
	Set: func(_ context.Context, _ *cli.Session, p scope, l ruleLine) error {
		return p.router.Mirror().SetRule(p.vr.Network(), l.Trigger, l.Value, l.Protocol, l.List)
	},
	Clear: func(_ context.Context, _ *cli.Session, p scope, l ruleLine) error {
		return p.router.Mirror().RemoveRule(p.vr.Network(), l.Trigger, l.Value)
	},
	Lines: func(p scope, _ side.Clearance) (all []ruleLine) {
		for _, ru := range p.router.Mirror().Rules() {
			if ru.Router == p.vr.Name() || ru.Router == "" && p.vr == p.router.Default() {
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
		Run: cli.Do(triggerLine{}, func(_ context.Context, s *cli.Session, l triggerLine) error {
			return s.Router().Mirror().Disable(s.VirtualRouter().Network(), l.Trigger, l.Value)
		}),
	},
}

var triggerSection = cli.Section{Name: "mirror", Rows: []cli.Row{triggerRules}}
