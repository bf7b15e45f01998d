package mirror

import "testing"

// TestFailureEvents has what is raised of policies that cannot be
// applied.
func TestFailureEvents(t *testing.T) {
	for _, tt := range []eventTest{
		{name: "a rule with an unknown list matches a login", given: func(b *bench) { b.rule(Username, "joe", "none") },
			when:    func(b *bench) { b.login(joe()) },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe none#0 noSuchName: secure policy list does not exist"},
			wantLog: []string{"default cliTrigger username=joe 0/0 user=joe noSuchName: secure policy list does not exist"},
		},
		{name: "the unknown list is made later", given: func(b *bench) {
			b.rule(Username, "joe", "p")
			b.login(joe())
		}, when: func(b *bench) { b.policy(IP, "p", action(1, 2)) }, want: []string{
			"InterfaceSessionActivated " + cliJoe + "ingress" + flow,
			"InterfaceSessionActivated " + cliJoe + "egress" + flow,
		}},
		{name: "a rule with an unknown list matches who is logged in", given: unmirrored, when: func(b *bench) { b.rule(Username, "joe", "none") },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe none#0 noSuchName: secure policy list does not exist"},
			wantLog: []string{"default cliTrigger username=joe 0/0 user=joe noSuchName: secure policy list does not exist"},
		},
		{name: "a rule with an unknown list matches a refused login", given: func(b *bench) { b.rule(Username, "joe", "none") },
			when:    func(b *bench) { b.do(b.Reject("default", joe())) },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe none#0 noSuchName: secure policy list does not exist"},
			wantLog: []string{"default cliTrigger username=joe 0/0 user=joe noSuchName: secure policy list does not exist"},
		},
		{name: "a rule matches a login on an interface with a policy of its own", given: func(b *bench) {
			static(b)
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) { b.login(onFE(joe())) },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe p#1 noResourcesAvailable: interface has a secure policy of its own"},
			wantLog: []string{"default cliTrigger username=joe 1/2 user=joe noResourcesAvailable: interface has a secure policy of its own"},
		},
		{name: "a rule on one that is logged in over such an interface", given: func(b *bench) {
			static(b)
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.rule(Username, "joe", "p") },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe p#1 noResourcesAvailable: interface has a secure policy of its own"},
			wantLog: []string{"default cliTrigger username=joe 1/2 user=joe noResourcesAvailable: interface has a secure policy of its own"},
		},
		{name: "a rule with an unknown list on one that is logged in over such an interface", given: func(b *bench) {
			static(b)
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.rule(Username, "joe", "none") },
			want:    []string{"CliTriggerBasedMirroringFailure cliTrigger username=joe none#0 noSuchName: secure policy list does not exist"},
			wantLog: []string{"default cliTrigger username=joe 0/0 user=joe noSuchName: secure policy list does not exist"},
		},
		{name: "an interface with an analyzer in another virtual router", given: func(b *bench) {
			a := action(1, 2)
			a.Router = "isp"
			b.policy(IP, "p", a)
			b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
		}, when: func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
		}, want: []string{
			"CliTriggerBasedMirroringFailure cliStatic interfaceString=FastEthernet 1/0 p#1 routerMismatch: analyzer is in another virtual router than the mirrored interface",
		}, wantLog: []string{"default cliStatic interfaceString=FastEthernet 1/0 1/2 user= routerMismatch: analyzer is in another virtual router than the mirrored interface"}},
		{name: "a subscriber comes in over an analyzer", given: func(b *bench) {
			b.analyzer("default")
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
		}, when: func(b *bench) {
			s := joe()
			s.Interface = port("fastEthernet 9/0")
			b.login(s)
		}, want: []string{
			"CliTriggerBasedMirroringFailure cliTrigger username=joe p#1 featureNotSupported: interface is an analyzer interface",
		}, wantLog: []string{"default cliTrigger username=joe 1/2 user=joe featureNotSupported: interface is an analyzer interface"}},
		{name: "RADIUS login with a handle but no port", given: func(b *bench) {}, when: func(b *bench) {
			a := li("0000030000000090")
			a.Port = nil
			b.do(b.Login("default", joe(), a))
			if n := len(b.PolicyLists()); n != 0 {
				b.t.Errorf("%d lists are left", n)
			}
		}, want: []string{
			"RadiusBasedMirroringFailure " + loginOf + "768/144 user=joe missingOrInvalidAttribute: mirror identifier and analyzer port go together",
		}, wantLog: []string{"default " + loginOf + "768/144 user=joe missingOrInvalidAttribute: mirror identifier and analyzer port go together"}},
	} {
		t.Run(tt.name, tt.run)
	}
}
