package command

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/config"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// asked is how often the lines of some settings were asked for. It counts from
// the start, since shells read the settings at any time.
var asked = struct{ addresses, routes, lists, groups, arp, views *atomic.Int64 }{
	askedFor(interfaceAddress), askedFor(routes), askedFor(accessLists), askedFor(classifierGroups), askedFor(arps), askedFor(views),
}

func askedFor[P, T any](x *cli.Setting[P, T]) *atomic.Int64 {
	n, lines := new(atomic.Int64), x.Lines
	x.Lines = func(p P, c side.Clearance) []T {
		n.Add(1)
		return lines(p, c)
	}
	return n
}

// TestChangeCostsWhatChanges: saving a change asks for the lines of what has
// changed, however many others there are.
func TestChangeCostsWhatChanges(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal")
	for i := range 300 {
		o.do(t, fmt.Sprintf("interface gigabitEthernet 1/0.%d", i))
		o.do(t, fmt.Sprintf("ip address %s 255.255.255.252", dotted(30<<24+4*i+1)))
		o.do(t, fmt.Sprintf("ip route %s 255.255.255.252 30.0.0.2", dotted(40<<24+4*i)))
		o.do(t, fmt.Sprintf("access-list a%d permit any", i%50))
		o.do(t, fmt.Sprintf("secure ip policy-list p%d", i%50))
		o.do(t, fmt.Sprintf("virtual-router vr%d", i%50))
		o.do(t, "virtual-router default")
	}
	save := func() {
		t.Helper()
		if err := o.Save(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	save()
	for _, tt := range []struct {
		lines                         string
		addresses, lists, groups, arp int64
	}{
		{"snmp-server contact Joe", 0, 0, 0, 0},
		{"interface gigabitEthernet 1/0.7;description one", 4, 0, 0, 0},
		{"interface gigabitEthernet 1/0.8;ip policy secure-input q", 4, 0, 102, 0},
		{"no interface gigabitEthernet 1/0.9", 0, 0, 0, 0},
		{"ip route 50.0.0.0 255.0.0.0 30.0.0.2", 0, 0, 0, 0},
		{"virtual-router vr7;ip route 50.0.0.0 255.0.0.0 30.0.0.2;virtual-router default", 0, 0, 0, 0},
		{"access-list a7 deny any", 0, 4, 0, 0},
		{"SET in vr7", 0, 0, 0, 0},
	} {
		// The default virtual router and another one are rendered, once for each side.
		const views = 4
		for _, n := range []*atomic.Int64{asked.addresses, asked.routes, asked.lists, asked.groups, asked.arp, asked.views} {
			n.Store(0)
		}
		for line := range strings.SplitSeq(tt.lines, ";") {
			if in, of := strings.CutPrefix(line, "SET in "); of {
				if err := shell.Changed(side.Ordinary, in); err != nil {
					t.Fatal(err)
				}
				continue
			}
			o.do(t, line)
		}
		save()
		addresses, routes, lists, groups, arp := asked.addresses.Load(), asked.routes.Load(), asked.lists.Load(), asked.groups.Load(), asked.arp.Load()
		if addresses > tt.addresses || routes > 0 || lists > tt.lists || groups > tt.groups || arp > tt.arp || asked.views.Load() > views {
			t.Errorf("%s: asked %d times for addresses, %d for routes, %d for access lists, %d for groups, %d for ARP entries, %d for views", tt.lines, addresses, routes, lists, groups, arp, asked.views.Load())
		}
	}
}

// TestSavedAsAnew: after every change, what is in the files is what a router
// that renders all of it would have written.
func TestSavedAsAnew(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal")
	check := func(line string) { t.Helper(); o.savedAsAnew(t, line) }
	for line := range strings.Lines(keepingLines) {
		line = strings.TrimSpace(line)
		_ = o.Execute(t.Context(), line) // what is refused may have changed something
		check(line)
	}
	for i := range 600 { // more than a chunk, out of order
		k := i * 7 % 600
		o.do(t, fmt.Sprintf("interface gigabitEthernet 2/0.%d", k))
		o.do(t, fmt.Sprintf("ip route %s 255.255.255.252 30.0.0.2", dotted(40<<24+4*k)))
		if i%3 == 0 {
			o.do(t, fmt.Sprintf("no interface gigabitEthernet 2/0.%d", k))
			o.do(t, fmt.Sprintf("no ip route %s 255.255.255.252 30.0.0.2", dotted(40<<24+4*k)))
		}
		if i%50 == 0 {
			check(fmt.Sprint("round ", i))
		}
	}
	check("the last")
	askAgent(t, o, snmp.PDUSet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.4.0"), Value: snmp.OctetString("Ann")})
	if err := shell.Changed(side.Ordinary); err != nil {
		t.Fatal(err)
	}
	check("SET")
}

// savedAsAnew checks that the files have what they have if all of it is rendered.
func (o *operator) savedAsAnew(t *testing.T, line string) {
	t.Helper()
	files := func() (all [side.Count]string) {
		for _, of := range side.Both {
			all[of], _ = config.ReadScript(o.Shell().Store, of) // none is empty
		}
		return all
	}
	if err := o.Save(t.Context()); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	saved := files()
	if _, err := o.SaveNow(); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	for of, anew := range files() {
		if saved[of] != anew && (saved[of] != "" || !strings.HasSuffix(anew, config.Begin+config.End)) {
			t.Fatalf("%s: %s has\n%s\nrather than\n%s", line, config.File(side.Side(of)), saved[of], anew)
		}
	}
}

// TestEveryLineIsSaved: the same for every line of the modes that configure.
func TestEveryLineIsSaved(t *testing.T) {
	shell := shellWith(t, All())
	o := operatorOf(t, shell, "mirror-enable", "configure terminal")
	for _, in := range []struct {
		mode grammar.Mode
		way  []string
	}{
		{cli.GlobalConfig, nil},
		{cli.InterfaceConfig, []string{"interface gigabitEthernet 1/0.10"}},
		{cli.LineConfig, []string{"line vty 0 4"}},
		{cli.PolicyList, []string{"ip policy-list word1234"}},
		{cli.ClassifierGroup, []string{"ip policy-list word1234", "classifier-group *"}},
		{cli.SecurePolicyList, []string{"secure ip policy-list word1234"}},
		{cli.SecureClassifierGroup, []string{"secure ip policy-list word1234", "classifier-group *"}},
		{cli.RADIUSServer, []string{"radius dynamic-request server 10.1.2.3"}},
		{cli.RADIUSClient, []string{"radius authentication server 10.1.2.3"}},
	} {
		ran := 0
		for line := range shell.Tree().Lines(in.mode, sampleValue) {
			if strings.ContainsAny(line, "|&>?") || strings.HasPrefix(line, "privilege") || strings.Contains(line, "privilege-group") || strings.HasPrefix(line, "do ") || strings.HasPrefix(line, "run ") {
				continue // shows, or shuts the session out
			}
			if o.Mode() != in.mode {
				o.End()
				o.do(t, "mirror-enable")
				o.do(t, "configure terminal")
				for _, way := range in.way {
					o.do(t, way)
				}
			}
			if err := o.Execute(t.Context(), line); err == nil {
				ran++
			}
			if ran%8 == 0 {
				o.savedAsAnew(t, line)
			}
		}
		o.savedAsAnew(t, string(in.mode))
		if ran < 3 {
			t.Errorf("%s: %d lines ran", in.mode, ran)
		}
	}
}

const keepingLines = `snmp-server community boss admin
hostname edge
interface gigabitEthernet 1/0.1
ip address 30.0.0.1 255.255.255.0
description up
no snmp trap ip link-status
shutdown
ip policy input ordinary
no ip policy input
secure ip policy-list p
classifier-group *
mirror analyzer-ip-address 192.168.99.2
mirror disable
no mirror disable
exit
no classifier-group *
exit
interface gigabitEthernet 1/0.1
ip policy secure-input p
ip policy secure-output q
ip policy secure-input q
no ip policy secure-output
no ip policy secure-input
ip analyzer
no ip analyzer
no shutdown
ip route 50.0.0.0 255.0.0.0 30.0.0.2
ip route 50.0.0.0 255.0.0.0 30.0.0.3
ip route 51.0.0.0 255.0.0.0 gigabitEthernet 1/0.1
no ip route 50.0.0.0 255.0.0.0
virtual-router isp1
interface loopback 0
ip address 10.0.0.1 255.0.0.0
ip route 50.0.0.0 255.0.0.0 10.0.0.2
mirror username jw ip secure-policy-list p
snmp-server view v 1.3.6.1.4 included
access-list a permit any
access-list a deny host 10.1.1.1
no access-list a permit any
virtual-router isp2
interface loopback 0
interface gigabitEthernet 1/0.2
ip policy secure-input p
virtual-router default
no interface gigabitEthernet 1/0.1
no virtual-router isp2
interface gigabitEthernet 1/0.2
ip policy-list gold
classifier-group * precedence 5
forward
no forward
exit
exit
secure ip classifier-list c ip any any
ip classifier-list c ip any any
no ip classifier-list c
snmp-server interfaces rfc1213
no interface gigabitEthernet 1/0.2
interface gigabitEthernet 1/0.3
radius dynamic-request server 127.0.0.1
key secret
exit
line vty 0 4
exit
banner motd xhellox
privilege exec level 12 show
no virtual-router isp1
`
