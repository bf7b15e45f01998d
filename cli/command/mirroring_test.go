package command

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/trapcore/side"
)

// wholeMirroring configures every command of interfaces, routes and mirroring
// with every option, so that nothing of it is left out of the configuration.
const wholeMirroring = `configure terminal
secure ip classifier-list auth classifier-auth-id 0
secure ip classifier-list voice traffic-class best color green user-packet-class 15 source-route-class 1 destination-route-class 255 local true not udp not host 10.2.2.2 eq 5060 not 10.0.0.0 0.255.255.255 range 1 2 ip-flags "dont fragment" ip-frag-offset eq 0 tos 5
secure ip classifier-list voice tcp any gt 5 any neq 7 tcp-flags syn ip-frag-offset gt 1 precedence 7
secure ip classifier-list voice 89 any any dsfield 63
secure ipv6 classifier-list voice local true traffic-class best color green user-packet-class 15 source-route-class 1 destination-route-class 255 source-address 2001:db8:0:1::/64 destination-host 2001:db8::1 precedence 7 tcp source-port range 1 2 destination-port neq 7 tcp-flags "syn & !ack"
secure ipv6 classifier-list voice source-host 2001:db8::1 destination-address ::/0 dsfield 63 icmpv6 icmp-type 3 icmp-code 6
secure ipv6 classifier-list voice tcfield 255 89
secure ipv6 classifier-list every
secure ip policy-list empty
exit
secure ipv6 policy-list full
classifier-group every
mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 2500
exit
classifier-group voice precedence 10
mirror disable
exit
exit
secure ip policy-list full
classifier-group *
mirror disable
exit
classifier-group voice precedence 10
mirror analyzer-ip-address 192.168.99.2 analyzer-virtual-router isp analyzer-udp-port 2500 mirror-identifier 1073741823 session-identifier 4294967295
exit
classifier-group auth
exit
exit
secure l2tp policy-list full
classifier-group *
mirror analyzer-ip-address 192.168.99.3 analyzer-udp-port 2500 mirror-identifier 0 session-identifier 0
exit
exit
interface fastEthernet 9/0
shutdown
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
interface atm 2/1.2
ip analyzer default
exit
interface gigabitEthernet 1/0.100
ip address 10.1.1.1 255.255.255.255
ip policy secure-input full statistics enabled baseline 7 preserve
ip policy secure-output unknown statistics disabled
ipv6 policy secure-input full statistics enabled preserve
ipv6 policy secure-output unknown
exit
interface loopback 0
exit
interface tunnel gre:lab
exit
ip route 0.0.0.0 0.0.0.0 192.168.99.9
ip route 172.16.0.0 255.240.0.0 atm 2/1.2
mirror acct-session-id atm 2/1.2:0.42:0001048579 ip secure-policy-list full
mirror calling-station-id "ip secure-policy-list \"x\"" l2tp secure-policy-list full
mirror ip-address 10.0.0.1 ip secure-policy-list nowhere
mirror username joe ip secure-policy-list full
mirror username joe ipv6 secure-policy-list full
mirror ip-address 2001:db8::5 ipv6 secure-policy-list full
mirror ip-address 10.0.0.1 ipv6 secure-policy-list full
mirror nas-port-id ! ip secure-policy-list full
mirror nas-port-id a ip b ip secure-policy-list full
mirror dhcp-option-82 opt ip secure-policy-list full
mirror agent-circuit-id c ip secure-policy-list full
mirror agent-remote-id r ip secure-policy-list full
virtual-router isp
interface loopback 0
ip address 10.0.0.9 255.255.255.255
exit
interface fastEthernet 9/1
ip policy secure-input full
exit
mirror username joe l2tp secure-policy-list full
mirror ip-address 10.0.0.1 ip secure-policy-list full
end`

// runs runs lines, all of which must be accepted unless they begin with "! ".
func runs(t *testing.T, o *operator, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		o.do(t, strings.TrimSuffix(line, "\n"))
	}
}

// TestMirroringReplay runs what show configuration prints on an empty router
// and expects the same configuration; the ordinary part alone gives the
// ordinary part.
func TestMirroringReplay(t *testing.T) {
	first := newShell(t)
	lines := strings.ReplaceAll(wholeMirroring, "nas-port-id ! ip", `nas-port-id "!" ip`)
	runs(t, operatorOf(t, first, "mirror-enable"), lines)
	for _, secure := range []bool{true, false} {
		want := shown(t, first, secure)
		second := newShell(t)
		runs(t, operatorOf(t, second, "mirror-enable"), want)
		if d := cmp.Diff(want, shown(t, second, true)); d != "" {
			t.Errorf("secure %v: %s", secure, d)
		}
		_, lines, _ := strings.Cut(want, "configure terminal")
		for _, word := range []string{"secure", "analyzer", "mirror", "spl_"} {
			if !secure && strings.Contains(lines, word) {
				t.Errorf("the ordinary configuration has %q", word)
			}
		}
	}
}

// TestMirroringIsRestored saves a configuration and starts a router with it.
func TestMirroringIsRestored(t *testing.T) {
	first := newShell(t)
	runs(t, operatorOf(t, first, "mirror-enable"), strings.ReplaceAll(wholeMirroring, "nas-port-id ! ip", `nas-port-id "!" ip`))
	if err := first.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	second := newShell(t)
	second.Store = first.Store
	err := second.Restore(t.Context(), func(file string, line int, reason string, _ side.Side) {
		t.Errorf("%s:%d: %s", file, line, reason)
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(shown(t, first, true), shown(t, second, true)); d != "" {
		t.Error(d)
	}
}

// TestMirroringGoesAway removes everything again with the no forms: what is
// left is the configuration of an empty router.
func TestMirroringGoesAway(t *testing.T) {
	shell := newShell(t)
	empty := shown(t, shell, true)
	o := operatorOf(t, shell, "mirror-enable")
	runs(t, o, strings.ReplaceAll(wholeMirroring, "nas-port-id ! ip", `nas-port-id "!" ip`))
	runs(t, o, `configure terminal
virtual-router isp
interface fastEthernet 9/1
no ip policy secure-input
no mirror username joe
no virtual-router isp
no mirror acct-session-id atm 2/1.2:0.42:0001048579 ip secure-policy-list full
no mirror calling-station-id "ip secure-policy-list \"x\""
no mirror ip-address 10.0.0.1 ip secure-policy-list nowhere
no mirror ip-address 10.0.0.1 ipv6 secure-policy-list full
no mirror ip-address 2001:DB8:0::5
no mirror username joe
no mirror nas-port-id "!"
no mirror nas-port-id a ip b
no mirror dhcp-option-82 opt
no mirror agent-circuit-id c
no mirror agent-remote-id r
interface gigabitEthernet 1/0.100
no ip address 10.1.1.1 255.255.255.255
no ip policy secure-input
no ip policy secure-output
no ipv6 policy secure-input
no ipv6 policy secure-output
interface fastEthernet 9/0
no shutdown
no ip address
no ip analyzer
interface atm 2/1.2
no ip analyzer default
no interface fastEthernet 9/0
no interface atm 2/1.2
no interface gigabitEthernet 1/0.100
no interface loopback 0
no interface tunnel gre:lab
no ip route 0.0.0.0 0.0.0.0 192.168.99.9
no ip route 172.16.0.0 255.240.0.0
secure ip policy-list full
classifier-group *
no mirror disable
exit
classifier-group voice
no mirror analyzer-ip-address 192.168.99.2
exit
no classifier-group voice
no classifier-group auth
no secure ip policy-list full
no secure ip policy-list empty
no secure ip policy-list unknown
no secure l2tp policy-list full
no secure ipv6 policy-list full
no secure ipv6 policy-list unknown
no secure ipv6 classifier-list every
no secure ipv6 classifier-list voice 2
no secure ipv6 classifier-list voice
no secure ip classifier-list auth
no secure ip classifier-list voice 2
no secure ip classifier-list voice
end`)
	if d := cmp.Diff(empty, shown(t, shell, true)); d != "" {
		t.Error(d)
	}
}

func TestMirroringRefusals(t *testing.T) {
	setup := []string{
		"mirror-enable", "configure terminal", "secure ip policy-list p", "classifier-group *", "mirror analyzer-ip-address 192.168.99.2",
		"interface loopback 0", "interface fastEthernet 1/0", "ip policy secure-input p", "interface fastEthernet 9/0", "ip analyzer",
		"virtual-router isp", "virtual-router default", "do test subscriber login joe",
	}
	for _, tt := range []struct{ lines, want string }{
		{"interface fastEthernet 1/64", "Invalid input detected at '^' marker."},
		{"interface loopback 0;ip analyzer", "a loopback interface cannot be an analyzer"},
		{"interface fastEthernet 1/0;ip analyzer", "interface carries a secure policy"},
		{"interface fastEthernet 9/0;ip analyzer default", "an Ethernet interface cannot be the default analyzer"},
		{"interface fastEthernet 9/0;no ip analyzer default", "interface is not the default analyzer"},
		{"interface loopback 0;no ip analyzer", "interface is not an analyzer"},
		{"interface fastEthernet 9/0;ip policy secure-input p", "secure policies cannot be attached to an analyzer interface"},
		{"interface fastEthernet 1/0;no ip policy secure-output", "no secure policy is attached in that direction"},
		{"interface fastEthernet 1/0;ip policy secure-input spl_88000001", "names that begin with spl_ belong to secure policies made by RADIUS"},
		{"interface fastEthernet 1/0;ip address 10.1.1.1 255.0.255.0", "Invalid input detected at '^' marker."},
		{"interface fastEthernet 1/0;ip address 224.1.1.1 255.255.255.0", "no interface and no host has one of the multicast addresses (224.0.0.0/4)"},
		{"interface fastEthernet 1/0;no ip address 10.1.1.1 255.255.255.0", "interface has no such address"},
		{"no interface atm 5/0", "interface not found"},
		{"ip route 10.1.1.1 255.255.255.0 10.2.2.2", "not an ip network with its mask"},
		{"no ip route 10.1.1.0 255.255.255.0", "no such route"},
		{"no virtual-router default", "the default virtual router cannot be removed"},
		{"no virtual-router none", "no such virtual router"},
		{"do virtual-router none", "no such virtual router"},
		{"no secure ip policy-list p", "secure policy list is attached"},
		{"no secure ip policy-list q", "no such secure policy list"},
		{"secure ip policy-list spl_1", "names that begin with spl_ belong to secure policies made by RADIUS"},
		{"secure ip policy-list p;classifier-group none", "no such secure classifier list"},
		{"secure ip policy-list p;no classifier-group none", "no such classifier group"},
		{"secure ip policy-list p;classifier-group *;mirror analyzer-ip-address 224.0.0.1", "analyzer address must be an IPv4 unicast address"},
		{"secure ip policy-list p;classifier-group *;no mirror disable", "classifier group has no such mirror rule"},
		{"secure ip classifier-list * ip any any", "* is no name for a classifier list"},
		{"mirror ip-address ten ip secure-policy-list p", "trigger value must be an ip address"},
		{"mirror ip-address 2001:db8::1 ip secure-policy-list p", "trigger value must be an ip address"},
		{"mirror ip-address ff02::1 ipv6 secure-policy-list p", "trigger value must be an ip address"},
		{"mirror username joe ipv6 secure-policy-list p;no mirror username joe ip secure-policy-list p", "no such mirror rule"},
		{"mirror username joe ipv6", "Incomplete command."},
		{"secure ipv6 policy-list p;classifier-group none", "no such secure classifier list"},
		{"interface fastEthernet 1/0;no ipv6 policy secure-input", "no secure policy is attached in that direction"},
		{"interface fastEthernet 9/0;ipv6 policy secure-input p", "secure policies cannot be attached to an analyzer interface"},
		{"interface fastEthernet 2/0;ipv6 policy secure-input q;ip analyzer", "interface carries a secure policy"},
		{"no mirror username nobody", "no such mirror rule"},
		{"mirror disable username nobody", "no mirror session was started by that trigger"},
		{"mirror username joe ip", "Incomplete command."},
		{"do test subscriber login joe", "subscriber is logged in already"},
		{"do test subscriber login bob virtual-router none", "no such virtual router"},
		{"do test subscriber login bob interface atm 2/1.2", "interface not found"},
		{"do test subscriber fail 23 bob", "Invalid input detected at '^' marker."},
		{"do logout subscriber bob", "no such subscriber"},
		{"do logout subscriber joe virtual-router isp", "no such subscriber"},
		{"do show ip interface atm 5/0", "interface not found"},
		{"secure l2tp policy-list t;classifier-group *;mirror analyzer-ip-address 192.168.99.2", "mirroring of l2tp needs analyzer-udp-port, mirror-identifier and session-identifier"},
		{"secure l2tp policy-list t;classifier-group *;mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 2500", "mirroring of l2tp needs analyzer-udp-port, mirror-identifier and session-identifier"},
		{"mirror username " + strings.Repeat("x", 65) + " ip secure-policy-list p", "user name must be 1 to 64 characters"},
		{"secure ip policy-list a;classifier-group *;mirror analyzer-ip-address 192.168.99.2;exit;exit;mirror username joe ip secure-policy-list a;do logout subscriber joe;" +
			"do test subscriber login joe;mirror disable username joe;no secure ip policy-list a", "secure policy list is in use by the access session of a subscriber"},
		{"do show secure policy-list none", "no such secure policy list"},
		{"do show secure classifier-list none", "no such secure classifier list"},
	} {
		t.Run(tt.lines, func(t *testing.T) {
			o := operatorOf(t, newShell(t), setup...)
			lines := strings.Split(tt.lines, ";")
			for _, line := range lines[:len(lines)-1] {
				o.do(t, line)
			}
			err := o.Execute(t.Context(), lines[len(lines)-1])
			var refusal *cli.Refusal
			if !errors.As(err, &refusal) || refusal.Text != "% "+tt.want {
				t.Fatalf("got %v, want %% %s", err, tt.want)
			}
			before, _ := strings.CutSuffix(o.take(), refusal.Text+"\n")
			if strings.Trim(before, " ^\n") != "" {
				t.Errorf("printed %q before it refused", before)
			}
		})
	}
}

// TestRemovedVirtualRouter: a session in a virtual router that another one
// removes does not go on working for it.
func TestRemovedVirtualRouter(t *testing.T) {
	shell := newShell(t)
	a := operatorOf(t, shell, "configure terminal", "virtual-router isp", "interface loopback 0")
	b := operatorOf(t, shell, "configure terminal", "no virtual-router isp", "virtual-router isp")
	if err := a.Execute(t.Context(), "ip address 10.0.0.1 255.255.255.255"); err == nil || err.Error() != "% virtual router has been removed" {
		t.Errorf("got %v", err)
	}
	if p := a.Prompt(); p != "host1#" {
		t.Errorf("prompt %s", p)
	}
	b.do(t, "no virtual-router isp")
	if p := b.Prompt(); p != "host1(config)#" {
		t.Errorf("prompt %s", p)
	}
}

// TestNothingSecureAltersTheOrdinary runs ordinary commands on a router whose
// secure side is busy and on one where it is empty: a session that does not
// see the difference is answered the same.
func TestNothingSecureAltersTheOrdinary(t *testing.T) {
	secure := `mirror-enable
configure terminal
secure ip policy-list p
classifier-group *
mirror analyzer-ip-address 192.168.99.2
exit
exit
mirror username joe ip secure-policy-list p
mirror username bob ip secure-policy-list nowhere
end`
	busyInterfaces := `mirror-enable
configure terminal
interface fastEthernet 1/0
ip policy secure-input p
interface fastEthernet 9/0
ip analyzer
virtual-router isp
interface fastEthernet 2/0
ip policy secure-output p
end`
	first := `configure terminal
interface fastEthernet 1/0
ip address 10.1.1.1 255.255.255.0
interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
virtual-router isp
interface fastEthernet 2/0
end`
	then := `test subscriber login joe interface fastEthernet 1/0
test subscriber login bob
test subscriber reject joe
test subscriber reject carl
show subscribers
show ip interface
show ip interface brief
show ip route
show interfaces
show configuration | exclude generated
configure terminal
interface fastEthernet 9/0
shutdown
no shutdown
no ip address
no interface fastEthernet 9/0
no interface fastEthernet 1/0
no interface fastEthernet 1/0
do show subscribers
do logout subscriber bob
do logout subscriber bob
no virtual-router isp
virtual-router isp
interface fastEthernet 2/0
do show interfaces
do show snmp trap
do show configuration | exclude generated`
	busy, empty := newShell(t), newShell(t)
	runs(t, operatorOf(t, busy), secure)
	runs(t, operatorOf(t, busy), first)
	runs(t, operatorOf(t, busy), busyInterfaces)
	runs(t, operatorOf(t, empty), first)
	operatorOf(t, empty) // as many sessions, which are reported by traps
	operatorOf(t, empty)
	for name, setup := range blind {
		if name != "without mirror-enable" {
			continue // the lines change the router: once is enough
		}
		a, b := operatorOf(t, busy, setup...), operatorOf(t, empty, setup...)
		for line := range strings.Lines(then) {
			line = strings.TrimSuffix(line, "\n")
			err1, err2 := a.Execute(t.Context(), line), b.Execute(t.Context(), line)
			if d := cmp.Diff(b.take(), a.take()); d != "" || (err1 == nil) != (err2 == nil) {
				t.Errorf("%q: %v on the busy router, %v on the empty one %s", line, err1, err2, d)
			}
		}
	}
	for _, vr := range busy.Router.VirtualRouters() {
		other, _ := empty.Router.VirtualRouter(vr.Name())
		if d := cmp.Diff(other.Traps().As(side.Clearance{}).Counters(side.Ordinary), vr.Traps().As(side.Clearance{}).Counters(side.Ordinary)); d != "" {
			t.Errorf("ordinary traps of %s: %s", vr.Name(), d)
		}
	}
}
