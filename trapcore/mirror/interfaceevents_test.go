package mirror

import (
	"net/netip"
	"testing"
)

// TestInterfaceEvents has what interfaces with policies raise, and what goes down
// with its interface or router.
func TestInterfaceEvents(t *testing.T) {
	for _, tt := range []eventTest{
		{name: "ip policy on an interface", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
		}, when: func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Egress, "p", Statistics{}))
		}, want: []string{"InterfaceSessionActivated " + port1 + "egress" + onPort}},
		{name: "ip policy on an interface without an address", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.iface("default", "fastEthernet 1/0", "")
		}, when: func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Egress, "p", Statistics{}))
		}},
		{name: "which gets one", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.iface("default", "fastEthernet 1/0", "")
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Egress, "p", Statistics{}))
		}, when: func(b *bench) {
			b.do(b.SetAddress("default", port("fastEthernet 1/0"), prefix("10.1.1.1/24")))
		}, want: []string{"InterfaceSessionActivated " + port1 + "egress" + onPort}},
		{name: "which gets another", given: static, when: func(b *bench) {
			b.do(b.SetAddress("default", port("fastEthernet 1/0"), prefix("10.1.1.2/24")))
		}, want: []string{
			"InterfaceSessionDeactivated " + port1 + "ingress" + onPort,
			"InterfaceSessionActivated " + port1 + "ingress 10.1.1.2>192.168.99.2",
			"InterfaceSessionDeactivated " + port1 + "egress" + onPort,
			"InterfaceSessionActivated " + port1 + "egress 10.1.1.2>192.168.99.2",
		}},
		{name: "which gets another mask", given: static, when: func(b *bench) {
			b.do(b.SetAddress("default", port("fastEthernet 1/0"), prefix("10.1.1.1/30")))
		}},
		{name: "which loses its address", given: static, when: func(b *bench) {
			b.do(b.SetAddress("default", port("fastEthernet 1/0"), netip.Prefix{}))
		}, want: []string{
			"InterfaceSessionDeactivated " + port1 + "ingress" + onPort,
			"InterfaceSessionDeactivated " + port1 + "egress" + onPort,
		}},
		{name: "the same ip policy again", given: static, when: func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Egress, "p", Statistics{Given: true, Enabled: true}))
		}},
		{name: "ip policy with an unknown list", given: func(b *bench) {
			b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
		}, when: func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "new", Statistics{}))
			if l := b.PolicyLists(); len(l) != 1 || l[0].Name != "new" {
				b.t.Error("no list was made")
			}
		}},
		{name: "no ip policy", given: static, when: func(b *bench) {
			b.do(b.DetachPolicy("default", IP, port("fastEthernet 1/0"), Ingress))
		}, want: []string{"InterfaceSessionDeactivated " + port1 + "ingress" + onPort}},
		{name: "no interface", given: static, when: func(b *bench) { b.do(b.RemoveInterface("default", port("fastEthernet 1/0"))) }, want: []string{
			"InterfaceDeleted " + port1 + "ingress",
			"InterfaceDeleted " + port1 + "egress",
		}},
		{name: "no interface with a list that mirrors nothing", given: func(b *bench) {
			b.iface("default", "fastEthernet 1/0", "")
			b.do(b.AttachPolicy("default", IP, port("fastEthernet 1/0"), Ingress, "new", Statistics{}))
		}, when: func(b *bench) { b.do(b.RemoveInterface("default", port("fastEthernet 1/0"))) }, want: []string{
			"InterfaceDeleted cliStatic interfaceString=FastEthernet 1/0 0/0 new#1 ingress",
		}},
		{name: "no interface under a mirrored subscriber", given: func(b *bench) {
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.iface("default", "fastEthernet 1/0", "")
			b.login(onFE(joe()))
		}, when: func(b *bench) { b.do(b.RemoveInterface("default", port("fastEthernet 1/0"))) }, want: []string{
			"InterfaceDeleted " + cliJoe + "ingress",
			"InterfaceDeleted " + cliJoe + "egress",
			"SessionEnd " + cliJoe + "ingress" + access + " lostCarrier",
		}},
		{name: "no virtual-router", given: func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.policy(IP, "p", action(1, 2))
			b.iface("isp", "fastEthernet 1/0", "10.1.1.1/24")
			b.do(b.AttachPolicy("isp", IP, port("fastEthernet 1/0"), Ingress, "p", Statistics{}))
			b.do(b.SetRule("isp", Username, "joe", IP, "p"))
			b.do(b.Login("isp", joe(), nil))
		}, when: func(b *bench) {
			b.RemoveRouter("isp")
			if len(b.Rules()) != 0 || len(b.Sessions()) != 0 {
				b.t.Error("something is left")
			}
		}, want: []string{
			"isp SessionEnd " + cliJoe + "ingress" + flow + " adminReset",
			"isp SessionEnd " + cliJoe + "egress" + flow + " adminReset",
			"isp SessionEnd " + cliJoe + "ingress" + access + " adminReset",
			"isp InterfaceDeleted " + port1 + "ingress",
		}},
		{name: "the router goes down", given: func(b *bench) {
			static(b)
			b.rule(Username, "joe", "p")
			b.login(joe())
		}, when: func(b *bench) {
			b.Shutdown(AdminReboot)
			b.policy(IP, "p", action(5, 6))
			b.login(joe())
			if s := b.Sessions(); len(s) != 3 {
				b.t.Errorf("%d sessions are configured", len(s))
			}
		}, want: []string{
			"SessionEnd " + cliJoe + "ingress" + flow + " adminReboot",
			"SessionEnd " + cliJoe + "egress" + flow + " adminReboot",
			"SessionEnd " + cliJoe + "ingress" + access + " adminReboot",
			"InterfaceSessionDeactivated " + port1 + "ingress" + onPort,
			"InterfaceSessionDeactivated " + port1 + "egress" + onPort,
		}},
	} {
		t.Run(tt.name, tt.run)
	}
}
