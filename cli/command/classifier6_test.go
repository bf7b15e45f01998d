package command

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/policy"
)

// TestClassifiers6: what entries of IPv6 classifier lists match, of packets from
// 2001:db8:0:1::a00:5 by UDP, TCP and ICMPv6, and of IPv4; and that they are
// kept as the documents order them.
func TestClassifiers6(t *testing.T) {
	var packets []packet.Fields
	for _, f := range []packet.Flow{{Protocol: "udp", V6: true}, {Protocol: "tcp", V6: true}, {Protocol: "icmp", V6: true}, {Protocol: "udp"}} {
		f.Subscriber, f.Size = netip.MustParseAddr("10.0.0.5"), 100
		seen, ok := packet.Read(f.Append(nil, packet.Upstream, 0))
		if !ok {
			t.Fatal(f)
		}
		packets = append(packets, seen)
	}
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	for _, tt := range []struct {
		typed, kept string // kept: "" as typed
		want        [3]bool
	}{
		{"", "", [3]bool{true, true, true}},
		{"udp", "", [3]bool{true, false, false}},
		{"17", "", [3]bool{true, false, false}},
		{"0", "", [3]bool{}},
		{"tcp destination-port eq 9", "", [3]bool{false, true, false}},
		{"udp source-port range 49152 49153 destination-port lt 10", "", [3]bool{true, false, false}},
		{"udp destination-port lt 10 source-port range 49152 49153", "udp source-port range 49152 49153 destination-port lt 10", [3]bool{true, false, false}},
		{"udp destination-port range 10 9", "", [3]bool{}},
		{`tcp tcp-flags "ack & !syn"`, "", [3]bool{false, true, false}},
		{"tcp tcp-flags syn", "", [3]bool{}},
		{"icmpv6", "", [3]bool{false, false, true}},
		{"icmpv6 icmp-type 128", "", [3]bool{false, false, true}},
		{"icmpv6 icmp-type 128 icmp-code 6", "", [3]bool{}},
		{"source-address 2001:db8:0:1::/64", "", [3]bool{true, true, true}},
		{"source-address 2001:DB8:0:1::7/64", "source-address 2001:db8:0:1::/64", [3]bool{true, true, true}},
		{"source-host 2001:db8:0:1::a00:5 udp", "", [3]bool{true, false, false}},
		{"source-host 2001:db8:0:1::a00:6", "", [3]bool{}},
		{"destination-host 2001:db8::1", "", [3]bool{true, true, true}},
		{"udp destination-host 2001:db8::1 color green", "color green destination-host 2001:db8::1 udp", [3]bool{true, false, false}},
		{"tcfield 0", "", [3]bool{true, true, true}},
		{"dsfield 46", "", [3]bool{}},
		{"precedence 0 udp", "", [3]bool{true, false, false}},
		{"local false traffic-class best-effort user-packet-class 0", "", [3]bool{true, true, true}},
		{"local true", "", [3]bool{}},
		{"color red udp", "", [3]bool{}},
	} {
		kept := tt.typed
		if tt.kept != "" {
			kept = tt.kept
		}
		o.do(t, strings.TrimSpace("secure ipv6 classifier-list c "+tt.typed))
		if got := o.do(t, "do show secure classifier-list"); !strings.HasSuffix(got, "Secure IPv6 c.1 "+kept+"\n") {
			t.Errorf("%s: %s", tt.typed, got)
		}
		o.do(t, "no secure ipv6 classifier-list c")
		c, err := parseClassifier(policy.IPv6, kept)
		if err != nil {
			t.Errorf("%s: %v", tt.typed, err)
			continue
		}
		m, err := c.(*classifier6).match()
		if err != nil {
			t.Errorf("%s: %v", tt.typed, err)
		}
		for i, f := range packets {
			if got := m.Has(&f); got != (i < len(tt.want) && tt.want[i]) {
				t.Errorf("%s: packet %d: %v", tt.typed, i, got)
			}
		}
	}
	for _, entry := range []string{
		"tcp tcp-flags ns", "udp tcp-flags syn", "icmpv6 destination-port eq 5", "source-host 10.0.0.1", "source-host ::ffff:10.0.0.1", "source-address 2001:db8::",
		"source-host 2001:db8::1 source-address ::/0", "precedence 1 tcfield 2", "tcp udp", "icmpv6 icmp-code 5", "destination-host fe80::1%eth0", "256", "tos 5",
	} {
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), "secure ipv6 classifier-list c "+entry); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", entry, err)
		}
	}
	o.do(t, "secure ipv6 classifier-list c source-host 2001:db8::1 udp destination-port eq 53 tcfield 8")
	want := "    Classifier-List c Entry 1\n        Source IPv6 Address: 2001:db8::1/128\n        Traffic Class Field: 8\n        Protocol: udp\n" +
		"        Destination Operator: eq\n        Destination Port: 53\n"
	if got := o.do(t, "do show secure classifier-list detailed"); !strings.HasSuffix(got, want) {
		t.Error(got)
	}
}

// TestNamesOfBothVersions: lists of IP and IPv6 have names of their own, and each
// uses its own classifiers.
func TestNamesOfBothVersions(t *testing.T) {
	for _, first := range []string{"secure ", ""} {
		o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal",
			first+"ip classifier-list c tcp any any", first+"ipv6 policy-list p")
		if err := o.Execute(t.Context(), "classifier-group c"); err == nil {
			t.Error("a classifier of IP in a list of IPv6")
		}
		runs(t, o, "exit\n"+first+"ipv6 classifier-list c udp\n"+first+"ipv6 policy-list p\nclassifier-group c\nexit\nexit\nno "+first+"ip classifier-list c")
		if err := o.Execute(t.Context(), "no "+first+"ipv6 classifier-list c"); err == nil {
			t.Error("a classifier that is referenced is removed")
		}
		runs(t, o, "no "+first+"ipv6 policy-list p\nno "+first+"ipv6 classifier-list c")
		if text := configuration(t, o.Shell(), true); strings.Contains(text, "ipv6") {
			t.Error(text)
		}
	}
}
