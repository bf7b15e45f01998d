package command

import (
	"errors"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/policy"
)

// TestClassifierMatches compares entries, as they are typed, with a packet of
// each kind.
func TestClassifierMatches(t *testing.T) {
	udp := packet.Fields{Protocol: 17, TOS: 0xb8, IPFlags: 2, Source: 0x0a000001, Destination: 0xc0000209, Ports: true, SourcePort: 5000, DestinationPort: 53}
	syn := packet.Fields{Protocol: 6, Source: 0x0a000001, Destination: 0xc0000209, Ports: true, SourcePort: 1024, DestinationPort: 80, Flags: true, TCPFlags: 2}
	ping := packet.Fields{Protocol: 1, Source: 0x0a000001, Destination: 0xc0000209}
	part := packet.Fields{Protocol: 17, Offset: 2, Source: 0x0a000001, Destination: 0xc0000209}
	for text, want := range map[string][4]bool{ // udp, syn, ping, part
		"ip any any":               {true, true, true, true},
		"0 any any":                {true, true, true, true},
		"udp any any":              {true, false, false, true},
		"17 any any":               {true, false, false, true},
		"not udp any any":          {false, true, true, false},
		"icmp any any":             {false, false, true, false},
		"igmp any any":             {false, false, false, false},
		"tcp any any":              {false, true, false, false},
		"ip host 10.0.0.1 any":     {true, true, true, true},
		"ip host 10.0.0.2 any":     {false, false, false, false},
		"ip not host 10.0.0.2 any": {true, true, true, true},
		"ip not any any":           {false, false, false, false},
		"ip 10.0.0.0 0.0.0.255 192.0.2.0 0.0.0.255":                    {true, true, true, true},
		"ip any not 192.0.2.0 0.0.0.255":                               {false, false, false, false},
		"udp any any eq 53":                                            {true, false, false, false},
		"udp any gt 4999 any lt 54":                                    {true, false, false, false},
		"udp any any neq 53":                                           {false, false, false, false},
		"ip any any range 53 80":                                       {true, true, false, false},
		"udp any lt 0 any":                                             {false, false, false, false},
		"tcp any any tcp-flags \"syn & !ack\"":                         {false, true, false, false},
		"ip any any ip-flags dont-fragment":                            {true, false, false, false},
		"ip any any ip-flags 2":                                        {true, false, false, false},
		"ip any any ip-flags 3":                                        {false, false, false, false},
		"tcp any any tcp-flags 0x2":                                    {false, true, false, false},
		"tcp any any tcp-flags 18":                                     {false, false, false, false},
		"ip any any ip-frag-offset eq 0":                               {true, true, true, false},
		"ip any any ip-frag-offset gt 1":                               {false, false, false, true},
		"ip any any precedence 5":                                      {true, false, false, false},
		"ip any any dsfield 46":                                        {true, false, false, false},
		"ip any any tos 184":                                           {true, false, false, false},
		"ip any any tos 0":                                             {false, true, true, true},
		"traffic-class best-effort color green local false ip any any": {true, true, true, true},
		"user-packet-class 0 source-route-class 0 ip any any":          {true, true, true, true},
		"traffic-class voice ip any any":                               {false, false, false, false},
		"color red ip any any":                                         {false, false, false, false},
		"local true ip any any":                                        {false, false, false, false},
		"user-packet-class 1 ip any any":                               {false, false, false, false},
		"destination-route-class 1 ip any any":                         {false, false, false, false},
		"classifier-auth-id 0":                                         {false, false, false, false},
	} {
		c, err := parseClassifier(policy.IP, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		m, err := c.(*classifier).match()
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		for i, f := range []packet.Fields{udp, syn, ping, part} {
			if got := m.Has(&f); got != want[i] {
				t.Errorf("%s: packet %d: %v", text, i, got)
			}
		}
	}
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	for _, entry := range []string{"tcp any any tcp-flags ns", "ip any any ip-flags syn", "ip any any ip-flags 8", "tcp any any tcp-flags 64", `tcp any any tcp-flags "syn & !syn"`} {
		var refusal *cli.Refusal
		if err := o.Execute(t.Context(), "secure ip classifier-list c "+entry); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", entry, err)
		}
	}
}
