package command

import (
	"strings"
	"testing"
)

// TestLinesByKind: what of a kind is accepted, as it stands in the configuration
// then, and what is refused ("").
func TestLinesByKind(t *testing.T) {
	const rule, list = " ip secure-policy-list p", "secure ip classifier-list a "
	for _, tt := range []struct{ line, want string }{
		{"mirror username joe" + rule, "mirror username joe" + rule},
		{`mirror username "joe smith"` + rule, `mirror username "joe smith"` + rule},
		{"mirror username joe smith" + rule, ""},
		{"mirror username joe virtual-router boston" + rule, ""},
		{"mirror calling-station-id 617 555" + rule, ""},
		{"mirror calling-station-id 617" + rule, "mirror calling-station-id 617" + rule},
		{"mirror ip-address 10.0.0.1 virtual-router b" + rule, ""},
		{"mirror acct-session-id atm 2/1.2:0.42:0001" + rule, `mirror acct-session-id "atm 2/1.2:0.42:0001"` + rule},
		{"mirror nas-port-id atm 2/1.2:0.42" + rule, `mirror nas-port-id "atm 2/1.2:0.42"` + rule},
		{list + "color green local true ip any any", list + "local true color green ip any any"},
		{list + "user-packet-class 3 local false traffic-class t udp any host 10.0.0.1 eq 5", list + "local false traffic-class t user-packet-class 3 udp any host 10.0.0.1 eq 5"},
		{list + "tcp any any tos 5 ip-flags 2 tcp-flags syn", list + "tcp any any tcp-flags syn ip-flags 2 tos 5"},
		{list + "color green color red ip any any", ""},
		{"arp 10.0.0.1 fastEthernet 9/0 0090.1A00.00ff", "arp 10.0.0.1 fastEthernet 9/0 0090.1a00.00ff"},
		{"arp 10.0.0.1 gigabitEthernet 1/0.5 0090.1a00.00ff", "arp 10.0.0.1 gigabitEthernet 1/0.5 0090.1a00.00ff"},
		{"arp 10.0.0.1 atm 2/1 0090.1a00.00ff", ""},
		{"arp 224.0.0.1 fastEthernet 9/0 0090.1a00.00ff", ""},
		{"arp 10.0.0.1 fastEthernet 9/0 0190.1a00.00ff", ""},
		{"arp 10.0.0.1 fastEthernet 9/0 00901a0000ff", ""},
	} {
		t.Run(tt.line, func(t *testing.T) {
			shell := newShell(t)
			o := operatorOf(t, shell, "mirror-enable", "configure terminal")
			err := o.Execute(t.Context(), tt.line)
			if (err != nil) != (tt.want == "") {
				t.Fatalf("%v: %s", err, o.take())
			}
			text := configuration(t, shell, true)
			if !strings.Contains(text, tt.want+"\n") {
				t.Error(text)
			}
			again := newShell(t)
			if out, err := batch(t, again, "mirror-enable\n"+text); err != nil {
				t.Errorf("%v: %s", err, out)
			}
			same(t, "replayed", text, configuration(t, again, true))
			if tt.want == "" {
				return
			}
			word, _, _ := strings.Cut(tt.want, " ")
			if word == "arp" {
				o.do(t, "no "+tt.want)
				if text := configuration(t, shell, true); strings.Contains(text, tt.want) {
					t.Error("not removed", text)
				}
			}
		})
	}
}
