package mirror

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	cliJoe  = "cliTrigger username=joe 1/2 p#1 "
	flow    = " 10.0.0.1>192.168.99.2"
	access  = " 0.0.0.0>192.168.99.2"
	acctID  = "erx atm 2/1.2:0.42:0001048579"
	loginOf = "radiusLogin acctSessionId=" + acctID + " "
	coaJoe  = "radiusCoa username=joe 768/144 spl_88000001#88000001 "
	port1   = "cliStatic interfaceString=FastEthernet 1/0 1/2 p#1 "
	onPort  = " 10.1.1.1>192.168.99.2"
)

// eventTest is what is there, what is done, and every event of it in order.
type eventTest struct {
	name    string
	given   func(b *bench)
	when    func(b *bench)
	want    []string
	wantLog []string // mirror log
}

func (tt *eventTest) run(t *testing.T) {
	b := newBench(t)
	tt.given(b)
	b.take()
	b.failed = nil
	tt.when(b)
	if d := cmp.Diff(tt.want, b.take()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(tt.wantLog, b.failed); d != "" {
		t.Error("mirror log: ", d)
	}
}

// mirrored has joe logged in, mirrored from his login on.
func mirrored(b *bench) {
	b.analyzer("default")
	b.policy(IP, "p", action(1, 2))
	b.rule(Username, "joe", "p")
	b.login(joe())
}

// unmirrored has joe logged in.
func unmirrored(b *bench) {
	b.analyzer("default")
	b.policy(IP, "p", action(1, 2))
	b.login(joe())
}

// static has an interface with a policy in both directions.
func static(b *bench) {
	b.analyzer("default")
	b.policy(IP, "p", action(1, 2))
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
	b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Egress, "p", Statistics{}))
}

// TestEvents has what subscribers, rules and RADIUS raise, but for the failures.
func TestEvents(t *testing.T) {
	for _, tt := range []eventTest{
		{name: "login matches a trigger", given: func(b *bench) {
			b.analyzer("default")
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) { b.login(joe()) }, want: []string{
			"SessionStart " + cliJoe + "ingress" + access,
			"SessionStart " + cliJoe + "ingress" + flow,
			"SessionStart " + cliJoe + "egress" + flow,
		}},
		{name: "login before the IP interface is up", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.iface("default", "fastEthernet 1/0", "")
			b.do(b.SetShutdown("default", port("fastEthernet 1/0"), true))
		}, when: func(b *bench) { b.login(onFE(joe())) }, want: []string{
			"SessionStart " + cliJoe + "ingress" + access,
		}},
		{name: "the IP interface comes up", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.iface("default", "fastEthernet 1/0", "")
			b.do(b.SetShutdown("default", port("fastEthernet 1/0"), true))
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.do(b.SetShutdown("default", port("fastEthernet 1/0"), false)) }, want: []string{
			"SessionStart " + cliJoe + "ingress" + flow,
			"SessionStart " + cliJoe + "egress" + flow,
		}},
		{name: "logout before the IP interface is up", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.iface("default", "fastEthernet 1/0", "")
			b.do(b.SetShutdown("default", port("fastEthernet 1/0"), true))
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.do(b.Logout("default", "joe", IdleTimeout)) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + access + " idleTimeout",
		}},
		{name: "a rule on a subscriber that is logged in", given: unmirrored, when: func(b *bench) { b.rule(Username, "joe", "p") }, want: []string{
			"InterfaceSessionActivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionActivated " + cliJoe + "egress" + flow,
		}},
		{name: "the same rule again", given: mirrored, when: func(b *bench) { b.rule(Username, "joe", "p") }},
		{name: "a rule of another protocol", given: unmirrored, when: func(b *bench) {
			b.policy(L2TP, "p", action(1, 2))
			b.do(b.SetRule("default", Username, "joe", L2TP, "p"))
		}},
		{name: "a rule of another virtual router", given: unmirrored, when: func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.do(b.SetRule("isp", Username, "joe", IP, "p"))
			b.do(b.SetRule("isp", IPAddress, "10.0.0.1", IP, "p"))
		}},
		{name: "an L2TP subscriber", given: func(b *bench) {
			b.policy(L2TP, "q", action(3, 4))
			b.do(b.SetRule("default", NASPortID, "nas", L2TP, "q"))
		}, when: func(b *bench) {
			s := joe()
			s.L2TP = true
			b.login(s)
		}, want: []string{
			"SessionStart cliTrigger nasPortId=nas 3/4 q#1 ingress" + access,
			"SessionStart cliTrigger nasPortId=nas 3/4 q#1 ingress" + flow,
			"SessionStart cliTrigger nasPortId=nas 3/4 q#1 egress" + flow,
		}},
		{name: "a policy gets its mirror rule", given: func(b *bench) {
			b.do(b.CreatePolicyList(IP, "p"))
			b.rule(Username, "joe", "p")
			b.login(joe())
		}, when: func(b *bench) { b.policy(IP, "p", action(1, 2)) }, want: []string{
			"InterfaceSessionActivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionActivated " + cliJoe + "egress" + flow,
		}},
		{name: "a policy changes its identifiers", given: mirrored, when: func(b *bench) { b.policy(IP, "p", action(5, 6)) }, want: []string{
			"InterfaceSessionDeactivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionDeactivated " + cliJoe + "egress" + flow,
			"InterfaceSessionActivated cliTrigger username=joe 5/6 p#1 ingress" + flow,
			"InterfaceSessionActivated cliTrigger username=joe 5/6 p#1 egress" + flow,
		}},
		{name: "CoA on a subscriber that is logged in", given: unmirrored, when: func(b *bench) {
			b.do(b.ChangeMirroring(Identification{UserName: "joe", Router: "default"}, *li("0000030000000090")))
		}, want: []string{
			"InterfaceSessionActivated " + coaJoe + "ingress" + flow,
			"InterfaceSessionActivated " + coaJoe + "egress" + flow,
		}},
		{name: "CoA that stops what CoA started", given: func(b *bench) {
			unmirrored(b)
			b.do(b.ChangeMirroring(Identification{UserName: "joe"}, *li("0000030000000090")))
		}, when: func(b *bench) {
			b.do(b.ChangeMirroring(Identification{UserName: "joe"}, Attributes{Action: number(liDisable)}))
		}, want: []string{
			"InterfaceSessionDeactivated " + coaJoe + "ingress" + flow,
			"InterfaceSessionDeactivated " + coaJoe + "egress" + flow,
		}},
		{name: "RADIUS login", given: func(b *bench) { b.analyzer("default") }, when: func(b *bench) {
			b.do(b.Login("default", joe(), li("40000010")))
		}, want: []string{
			"SessionStart " + loginOf + "16/1048579 spl_88000001#88000001 ingress" + access,
			"SessionStart " + loginOf + "16/1048579 spl_88000001#88000001 ingress" + flow,
			"SessionStart " + loginOf + "16/1048579 spl_88000001#88000001 egress" + flow,
		}},
		{name: "mirror disable on a RADIUS login leaves its access session", given: func(b *bench) {
			b.do(b.Login("default", joe(), li("40000010")))
		}, when: func(b *bench) { b.do(b.Disable("default", AcctSessionID, acctID)) }, want: []string{
			"InterfaceSessionDeactivated " + loginOf + "16/1048579 spl_88000001#88000001 ingress" + flow,
			"InterfaceSessionDeactivated " + loginOf + "16/1048579 spl_88000001#88000001 egress" + flow,
		}},
		{name: "its list lives until the logout", given: func(b *bench) {
			b.do(b.Login("default", joe(), li("40000010")))
			b.do(b.Disable("default", AcctSessionID, acctID))
		}, when: func(b *bench) {
			if l := b.PolicyLists(); len(l) != 1 || l[0].Name != "spl_88000001" || len(l[0].Unreachable) != 0 {
				b.t.Errorf("before: %+v", l)
			}
			b.do(b.Logout("default", "joe", UserRequest))
			if l := b.PolicyLists(); len(l) != 0 {
				b.t.Errorf("after: %+v", l)
			}
		}, want: []string{
			"SessionEnd " + loginOf + "16/1048579 spl_88000001#88000001 ingress" + access + " userRequest",
		}},
		{name: "logout of one that was mirrored by CoA and by a rule after a RADIUS login", given: func(b *bench) {
			unmirrored(b)
			b.do(b.Logout("default", "joe", UserRequest))
			b.do(b.Login("default", joe(), li("40000010")))
			b.do(b.ChangeMirroring(Identification{UserName: "joe"}, *li("0000030000000090")))
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) {
			if l := b.PolicyLists(); len(l) != 2 || l[1].Name != "spl_88000001" {
				b.t.Errorf("lists: %+v", l)
			}
			b.do(b.Logout("default", "joe", UserRequest))
		}, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "egress" + flow + " userRequest",
			"SessionEnd " + loginOf + "16/1048579 spl_88000001#88000001 ingress" + access + " userRequest",
		}},
		{name: "failure of one that CoA mirrors instead of a rule", given: func(b *bench) {
			mirrored(b)
			b.do(b.ChangeMirroring(Identification{UserName: "joe"}, *li("0000030000000090")))
		}, when: func(b *bench) { b.do(b.Fail("default", Subscriber{Name: "joe"}, nil, PortError)) }, want: []string{
			"SessionFailed " + coaJoe + "ingress" + flow + " portError",
			"SessionFailed " + coaJoe + "egress" + flow + " portError",
			"SessionFailed " + cliJoe + "ingress" + access + " portError",
		}},
		{name: "no mirror", given: mirrored, when: func(b *bench) { b.do(b.RemoveRule("default", Username, "joe")) }, want: []string{
			"InterfaceSessionDeactivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionDeactivated " + cliJoe + "egress" + flow,
		}},
		{name: "mirror disable as the rule of a list", given: mirrored, when: func(b *bench) {
			b.do(b.SetAction(IP, "p", AllTraffic, Action{Disabled: true}))
		}, want: []string{
			"InterfaceSessionDeactivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionDeactivated " + cliJoe + "egress" + flow,
		}},
		{name: "no classifier-group", given: static, when: func(b *bench) { b.do(b.RemoveGroup(IP, "p", AllTraffic)) }, want: []string{
			"InterfaceSessionDeactivated " + port1 + "ingress" + onPort,
			"InterfaceSessionDeactivated " + port1 + "egress" + onPort,
		}},
		{name: "a mirrored subscriber logs out", given: mirrored, when: func(b *bench) { b.do(b.Logout("default", "joe", UserRequest)) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "egress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "ingress" + access + " userRequest",
		}},
		{name: "logout of one that was mirrored after the login", given: func(b *bench) {
			unmirrored(b)
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) { b.do(b.Logout("default", "joe", UserRequest)) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "egress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "ingress" + access + " userRequest",
		}},
		{name: "logout of one that is mirrored no more closes its access session", given: func(b *bench) {
			mirrored(b)
			b.do(b.Disable("default", Username, "joe"))
		}, when: func(b *bench) { b.do(b.Logout("default", "joe", UserRequest)) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + access + " userRequest",
		}},
		{name: "a list that an open access session names stays until the logout", given: func(b *bench) {
			mirrored(b)
			b.do(b.Disable("default", Username, "joe"))
		}, when: func(b *bench) {
			b.refuses(errListNamed, b.RemovePolicyList(IP, "p"))
			b.do(b.Logout("default", "joe", UserRequest))
			b.do(b.RemovePolicyList(IP, "p"))
		}, want: []string{"SessionEnd " + cliJoe + "ingress" + access + " userRequest"}},
		{name: "logout after the policy has changed its identifiers", given: func(b *bench) {
			mirrored(b)
			b.policy(IP, "p", action(5, 6))
		}, when: func(b *bench) { b.do(b.Logout("default", "joe", UserRequest)) }, want: []string{
			"SessionEnd cliTrigger username=joe 5/6 p#1 ingress" + flow + " userRequest",
			"SessionEnd cliTrigger username=joe 5/6 p#1 egress" + flow + " userRequest",
			"SessionEnd " + cliJoe + "ingress" + access + " userRequest",
		}},
		{name: "RADIUS Disconnect", given: mirrored, when: func(b *bench) { b.do(b.Disconnect(Identification{AcctSessionID: acctID})) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " adminReset",
			"SessionEnd " + cliJoe + "egress" + flow + " adminReset",
			"SessionEnd " + cliJoe + "ingress" + access + " adminReset",
		}},
		{name: "an interface goes down under a subscriber", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.iface("default", "fastEthernet 1/0", "")
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.do(b.SetShutdown("default", port("fastEthernet 1/0"), true)) }, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " lostCarrier",
			"SessionEnd " + cliJoe + "egress" + flow + " lostCarrier",
			"SessionEnd " + cliJoe + "ingress" + access + " lostCarrier",
		}},
		{name: "a matching login is refused", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) { b.do(b.Reject("default", joe())) }, want: []string{"SessionReject " + cliJoe + "ingress"}},
		{name: "another login is refused", given: unmirrored, when: func(b *bench) { b.do(b.Reject("default", joe())) }},
		{name: "a matching login fails", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) { b.do(b.Fail("default", joe(), nil, NASError)) }, want: []string{
			"SessionFailed " + cliJoe + "ingress" + access + " nasError",
		}},
		{name: "a login with mirroring attributes fails", given: func(b *bench) {}, when: func(b *bench) {
			b.do(b.Fail("default", joe(), li(""), NASError))
			if len(b.PolicyLists()) != 0 {
				b.t.Error("the list is still there")
			}
		}, want: []string{"SessionFailed " + loginOf + "0/0 spl_88000001#88000001 ingress" + access + " nasError"}},
		{name: "a running session fails", given: mirrored, when: func(b *bench) {
			b.do(b.Fail("default", Subscriber{Name: "joe"}, nil, PortError))
		}, want: []string{
			"SessionFailed " + cliJoe + "ingress" + flow + " portError",
			"SessionFailed " + cliJoe + "egress" + flow + " portError",
		}},
		{name: "a running session fails that is mirrored no more", given: func(b *bench) {
			mirrored(b)
			b.do(b.Disable("default", Username, "joe"))
		}, when: func(b *bench) { b.do(b.Fail("default", Subscriber{Name: "joe"}, nil, PortError)) }, want: []string{
			"SessionFailed " + cliJoe + "ingress" + access + " portError",
		}},
	} {
		t.Run(tt.name, tt.run)
	}
}
