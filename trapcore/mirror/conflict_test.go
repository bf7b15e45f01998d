package mirror

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

// values are what joe's triggers are compared with.
var joeValues = map[TriggerType]string{
	AcctSessionID: acctID, CallingStationID: "call", IPAddress: "10.0.0.1", Username: "joe",
	NASPortID: "nas", DHCPOption82: "dhcp", AgentCircuitID: "circuit", AgentRemoteID: "remote",
}

// TestPrecedence removes the triggers of highest precedence one by one: each
// time the next one decides, in the order of the documents.
func TestPrecedence(t *testing.T) {
	order := []TriggerType{AcctSessionID, CallingStationID, IPAddress, Username, NASPortID, DHCPOption82, AgentCircuitID, AgentRemoteID}
	b := newBench(t)
	b.policy(IP, "p", action(1, 2))
	for _, tr := range slices.Backward(order) {
		b.rule(tr, joeValues[tr], "p")
	}
	for _, tr := range order {
		b.login(joe())
		want := fmt.Sprintf("SessionStart cliTrigger %s=%s 1/2 p#1 ingress%s", tr, joeValues[tr], access)
		if got := b.take(); len(got) != 3 || got[0] != want {
			t.Errorf("%s: got %q", tr, got)
		}
		b.do(b.Logout("default", "joe", UserRequest))
		b.take()
		b.do(b.RemoveRule("default", tr, joeValues[tr]))
	}
	b.login(joe())
	if got := b.take(); got != nil {
		t.Errorf("without a rule: %q", got)
	}
}

func TestOnlyTheFirstMatchCounts(t *testing.T) {
	b := newBench(t)
	b.policy(IP, "p", action(1, 2))
	b.rule(CallingStationID, "call", "none")
	b.rule(Username, "joe", "p")
	b.login(joe())
	want := []string{"CliTriggerBasedMirroringFailure cliTrigger callingStationId=call none#0 noSuchName: secure policy list does not exist"}
	if d := cmp.Diff(want, b.take()); d != "" {
		t.Error(d)
	}
}

func kinds(events []string) string {
	var short []string
	for _, e := range events {
		f := strings.Fields(e)
		short = append(short, strings.TrimPrefix(f[0], "InterfaceSession")+" "+f[1]+" "+f[2])
	}
	return strings.Join(slices.Compact(short), ", ")
}

// TestConflicts: who wins where several mirror the same subscriber.
func TestConflicts(t *testing.T) {
	user := Identification{UserName: "joe"}
	fe := port("fastEthernet 1/0")
	for _, tt := range []struct {
		name  string
		given func(b *bench)
		when  func(b *bench)
		want  string // kinds, sources and triggers of the events, without repetitions
	}{
		{"RADIUS wins at login", func(b *bench) { b.rule(Username, "joe", "p") },
			func(b *bench) { b.do(b.Login("default", joe(), li(""))) },
			"SessionStart radiusLogin acctSessionId=erx"},
		{"and its failure does not give way to a rule", func(b *bench) { b.rule(Username, "joe", "p") },
			func(b *bench) { b.do(b.Login("default", joe(), &Attributes{Action: number(LIEnable)})) },
			"RadiusBasedMirroringFailure radiusLogin acctSessionId=erx"},
		{"a decoy does", func(b *bench) { b.rule(Username, "joe", "p") },
			func(b *bench) {
				a := li("")
				a.Action = number(LINoAction)
				b.do(b.Login("default", joe(), a))
			}, "SessionStart cliTrigger username=joe"},
		{"a rule replaces RADIUS later", func(b *bench) { b.do(b.Login("default", joe(), li(""))) },
			func(b *bench) { b.rule(NASPortID, "nas", "p") },
			"Deactivated radiusLogin acctSessionId=erx, Activated cliTrigger nasPortId=nas"},
		{"a rule that fails replaces nothing", func(b *bench) { b.do(b.Login("default", joe(), li(""))) },
			func(b *bench) { b.rule(NASPortID, "nas", "none") },
			"CliTriggerBasedMirroringFailure cliTrigger nasPortId=nas"},
		{"CoA replaces a rule", func(b *bench) { b.rule(Username, "joe", "p"); b.login(joe()) },
			func(b *bench) { b.do(b.ChangeMirroring(user, *li(""))) },
			"Deactivated cliTrigger username=joe, Activated radiusCoa username=joe"},
		{"CoA with a decoy changes nothing", func(b *bench) { b.rule(Username, "joe", "p"); b.login(joe()) },
			func(b *bench) { b.do(b.ChangeMirroring(user, Attributes{Action: number(LINoAction)})) }, ""},
		{"CoA is no rule", func(b *bench) {
			b.login(joe())
			b.do(b.ChangeMirroring(user, *li("")))
			b.do(b.Logout("default", "joe", UserRequest))
		}, func(b *bench) { b.login(joe()) }, ""},
		{"a lower rule replaces a higher one later", func(b *bench) { b.rule(AcctSessionID, acctID, "p"); b.login(joe()) },
			func(b *bench) { b.rule(AgentRemoteID, "remote", "p") },
			"Deactivated cliTrigger acctSessionId=erx, Activated cliTrigger agentRemoteId=remote"},
		{"a rule changes its list", func(b *bench) { b.rule(Username, "joe", "p"); b.login(joe()); b.policy(IP, "q", action(3, 4)) },
			func(b *bench) { b.rule(Username, "joe", "q") },
			"Deactivated cliTrigger username=joe, Activated cliTrigger username=joe"},
		{"a rule changes its list to an unknown one", func(b *bench) { b.rule(Username, "joe", "p"); b.login(joe()) },
			func(b *bench) { b.rule(Username, "joe", "none") },
			"Deactivated cliTrigger username=joe, CliTriggerBasedMirroringFailure cliTrigger username=joe"},
		{"a rule changes its protocol", func(b *bench) { b.rule(Username, "joe", "p"); b.login(joe()) },
			func(b *bench) { b.do(b.SetRule("default", Username, "joe", L2TP, "p")) },
			"Deactivated cliTrigger username=joe"},
		{"a removed rule gives way to none", func(b *bench) {
			b.rule(Username, "joe", "p")
			b.rule(NASPortID, "nas", "p")
			b.login(joe())
		}, func(b *bench) { b.do(b.RemoveRule("default", Username, "joe")) }, "Deactivated cliTrigger username=joe"},
		{"a stopped session starts again with its rule", func(b *bench) {
			b.rule(Username, "joe", "p")
			b.login(joe())
			b.do(b.Disable("default", Username, "joe"))
		}, func(b *bench) { b.rule(Username, "joe", "p") }, "Activated cliTrigger username=joe"},
		{"interface-specific takes the place of a trigger", func(b *bench) { b.rule(Username, "joe", "p"); b.login(onFE(joe())) },
			func(b *bench) { b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{})) },
			"Deactivated cliTrigger username=joe, Activated cliStatic interfaceString=FastEthernet"},
		{"its end does not restore it", func(b *bench) {
			b.rule(Username, "joe", "p")
			b.login(onFE(joe()))
			b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{}))
		}, func(b *bench) { b.do(b.DetachPolicy("default", IP, fe, Egress)) },
			"Deactivated cliStatic interfaceString=FastEthernet"},
		{"interface-specific wins at login", func(b *bench) {
			b.rule(Username, "joe", "p")
			b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{}))
		}, func(b *bench) { b.login(onFE(joe())) }, "CliTriggerBasedMirroringFailure cliTrigger username=joe"},
		{"and against a later rule", func(b *bench) {
			b.login(onFE(joe()))
			b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{}))
		}, func(b *bench) { b.rule(Username, "joe", "p") }, "CliTriggerBasedMirroringFailure cliTrigger username=joe"},
		{"for good, also where the rule named an unknown list", func(b *bench) {
			b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{}))
			b.login(onFE(joe()))
			b.rule(Username, "joe", "later")
			b.do(b.DetachPolicy("default", IP, fe, Egress))
		}, func(b *bench) { b.policy(IP, "later", action(1, 2)) }, ""},
		{"another ip policy replaces the first", func(b *bench) {
			b.policy(IP, "q", action(3, 4))
			b.do(b.AttachPolicy("default", IP, fe, Egress, "p", Statistics{}))
		}, func(b *bench) { b.do(b.AttachPolicy("default", IP, fe, Egress, "q", Statistics{})) },
			"Deactivated cliStatic interfaceString=FastEthernet, Activated cliStatic interfaceString=FastEthernet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
			b.policy(IP, "p", action(1, 2))
			tt.given(b)
			b.take()
			tt.when(b)
			if got := kinds(b.take()); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func onFE(s Subscriber) Subscriber { s.Interface = port("fastEthernet 1/0"); return s }

func TestDisableNeedsTheTriggerOfTheSession(t *testing.T) {
	b := newBench(t)
	b.do(b.Login("default", joe(), li("")))
	b.refuses(errNoSession, b.Disable("default", Username, "joe"))
	b.refuses(errNoSession, b.Disable("default", AcctSessionID, "other"))
	b.do(b.Disable("default", AcctSessionID, acctID))
	b.refuses(errNoSession, b.Disable("default", AcctSessionID, acctID))
	b.do(b.ChangeMirroring(Identification{UserName: "joe"}, *li("")))
	b.AddRouter(Router{"isp", 2})
	b.refuses(errNoSession, b.Disable("isp", Username, "joe"))
	b.do(b.Disable("default", Username, "joe"))
}

func TestSecureRefusals(t *testing.T) {
	b := newBench(t)
	b.policy(IP, "p", action(1, 2))
	for n := range MaxRules {
		b.rule(Username, fmt.Sprint("user", n), "p")
	}
	b.iface("default", "fastEthernet 1/0", "")
	b.do(b.AddClassifier(IP, "c", "ip any any", &packet.Match{}))
	b.do(b.AddClassifier(IP, "c", "tcp any any", &packet.Match{}))
	b.do(b.SetGroup(IP, "p", "c", 10))
	b.do(b.CreatePolicyList(L2TP, "t"))
	b.do(b.SetGroup(L2TP, "t", "*", 0))
	set := func(t TriggerType, value, list string) error { return b.SetRule("default", t, value, IP, list) }
	for _, tt := range []struct {
		name      string
		got, want error
	}{
		{"101st rule", set(Username, "one more", "p"), errTooManyRules},
		{"a rule again", set(Username, "user7", "p"), nil},
		{"empty value", set(Username, "", "p"), errRuleValue},
		{"long value", set(Username, strings.Repeat("x", 256), "p"), errRuleValue},
		{"long user name", set(Username, strings.Repeat("x", 65), "p"), errRuleUser},
		{"long calling station", set(CallingStationID, strings.Repeat("x", 65), "p"), errTooManyRules},
		{"no address", set(IPAddress, "10.0.0", "p"), errRuleAddress},
		{"long name", set(Username, "user7", strings.Repeat("x", 41)), errListName},
		{"name of RADIUS", set(Username, "user7", "spl_1"), errRADIUSList},
		{"list of RADIUS", b.CreatePolicyList(IP, "spl_88000001"), errRADIUSList},
		{"blank in a name", b.CreatePolicyList(IP, "a b"), errListName},
		{"unknown list", b.RemovePolicyList(L2TP, "p"), ErrNoList},
		{"unknown classifier", b.SetGroup(IP, "p", "d", 0), ErrNoClassifier},
		{"unknown group", b.RemoveGroup(IP, "p", "d"), errNoGroup},
		{"action of an unknown group", b.SetAction(IP, "p", "d", action(1, 2)), errNoGroup},
		{"analyzer 0", b.SetAction(IP, "p", "*", Action{Analyzer: addr("0.0.0.0")}), errAnalyzerAddress},
		{"analyzer multicast", b.SetAction(IP, "p", "*", Action{Analyzer: addr("224.0.0.1")}), errAnalyzerAddress},
		{"l2tp without the header", b.SetAction(L2TP, "t", "*", Action{Analyzer: addr("192.168.99.2")}), errL2TPHeader},
		{"l2tp without identifiers", b.SetAction(L2TP, "t", "*", Action{Analyzer: addr("192.168.99.2"), Port: 2500}), errL2TPHeader},
		{"l2tp with the header", b.SetAction(L2TP, "t", "*", action(0, 0)), nil},
		{"l2tp disabled", b.SetAction(L2TP, "t", "*", Action{Disabled: true}), nil},
		{"no such action", b.RemoveAction(IP, "p", "*", true, noTarget()), errNoMirrorRule},
		{"another analyzer", b.RemoveAction(IP, "p", "*", false, addr("1.2.3.4")), errNoMirrorRule},
		{"unknown rule", b.RemoveRule("default", Username, "nobody"), errNoRule},
		{"nothing attached", b.DetachPolicy("default", IP, port("fastEthernet 1/0"), Ingress), errNotAttached},
		{"classifier called *", b.AddClassifier(IP, "*", "ip any any", &packet.Match{}), errClassifierName},
		{"classifier in use", b.RemoveClassifier(IP, "c", 0), errClassifierInUse},
		{"unknown entry", b.RemoveClassifier(IP, "c", 3), ErrNoClassifier},
		{"an entry", b.RemoveClassifier(IP, "c", 1), nil},
		{"the last entry", b.RemoveClassifier(IP, "c", 2), errClassifierInUse},
		{"group", b.RemoveGroup(IP, "p", "c"), nil},
		{"classifier no longer in use", b.RemoveClassifier(IP, "c", 0), nil},
		{"unknown router", b.SetRule("isp", Username, "x", IP, "p"), network.ErrNoRouter},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
	b.refuses(errListInUse, b.RemovePolicyList(IP, "p"))
	b.do(b.DetachPolicy("default", IP, port("fastEthernet 1/0"), Ingress))
	b.do(b.RemovePolicyList(IP, "p"))
}
