package command

import (
	"strings"
	"testing"

	"mirrorsh/trapcore/eventlog"
)

// TestMirrorEnabledSessionsLog: what a session that sees the secure side does is
// logged like anything else, unless it is about that side, and without what it
// looks for.
func TestMirrorEnabledSessionsLog(t *testing.T) {
	shell := shellOn(t, memory())
	key := " authentication sha key " + strings.Repeat("01", 20) + " privacy aes key " + strings.Repeat("02", 20)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal",
		"snmp-server group tapgroup priv read mirrorAdmin write mirrorAdmin notify mirrorAdmin",
		"snmp-server user tap group tapgroup"+key,
		"snmp-server community spies view mirrorAdmin rw",
		"snmp-server host 127.0.0.7 version v3 tap packetMirror",
		"secure ip classifier-list voice udp any any",
		"secure ip policy-list full", "classifier-group voice precedence 10", "mirror analyzer-ip-address 192.168.99.2", "exit", "exit",
		"mirror username joe ip secure-policy-list full", "mirror calling-station-id call-9 ip secure-policy-list spare",
		"interface fastEthernet 1/0", "ip address 10.0.1.1 255.255.255.0",
		"do test subscriber login ann interface fastEthernet 1/0 ip-address 10.0.0.6 calling-station-id call-9", "end")
	log := shell.Router.EventLog()
	log.Clear()
	var want []string
	for _, c := range []struct {
		line   string
		logged bool
	}{
		{"configure terminal", false}, // there is no log of commands yet
		{"log severity debug cliCommand", true},
		{"hostname lab", true},
		{"no hostname", true},
		{"interface fastEthernet 1/0", true},
		{"exit", true},
		{"snmp-server contact tapdance", true},
		{"snmp-server contact tap", false},
		{`snmp-server contact "ask joe, please"`, false},
		{"no snmp-server contact", true},
		{"snmp-server user fresh group tapgroup" + key, false},
		{"no snmp-server user fresh", false},
		{"snmp-server user plain group admin", true},
		{"snmp-server community watchers view mirrorAdmin ro", false},
		{"no snmp-server community watchers", false},
		{"no snmp-server community spies", false},
		{"snmp-server host 127.0.0.7 version v2c public", false},
		{"access-list full permit any", false},
		{"access-list voice permit any", false},
		{"access-list spare permit any", false},
		{"access-list list permit host 192.168.99.2", false},
		{"access-list list permit host 192.168.99.3", true},
		{"ip policy secure-input full", false}, // refused: the mode is another
		{"secure ip policy-list full", false},
		{"exit", false},
		{"interface fastEthernet 1/0", true},
		{"ip policy secure-input full", false},
		{"end", true},
		{"test subscriber login joe interface fastEthernet 1/0 ip-address 10.0.0.7", false},
		{"test subscriber login bob interface fastEthernet 1/0 ip-address 10.0.0.8 calling-station-id call-9", false},
		{"test subscriber login eve interface fastEthernet 1/0 ip-address 10.0.0.9", true},
		{"test subscriber logout ann", false},
		{"show mirror trap", false},
		{"show snmp user", true},
		{"show version | include tap", false},
		{"show version | include taps", true},
		{"show configuration | include packetMirror", true},
		{`show configuration | include "secure ip"`, true},
		{"show configuration | exclude  analyz  ", true},
		{"sh conf | b [f]ull", true},
		{`show configuration | include 192\.168\.99`, true},
		{"do show version", false}, // refused in Exec
		{"show version | include mirrors thing > a.txt", true},
		{"show version | exclude tapp &>> a.txt", true},
		{"show version | json", true},
		{"show version > a.txt", true},
		{"show version > full", false},
		{"delete full", false},
		{"bogus", false},
		{"mirror-enable", false},
		{"no mirror-enable", false},
		{"show privilege", true},
		{"access-list joe permit any", false}, // refused in Exec
		{"show version | include joe", true},
	} {
		sees := o.View().SeesAnySecure()
		if err := o.Execute(t.Context(), c.line); c.logged {
			if err != nil {
				t.Errorf("%s: %v: %s", c.line, err, &o.out)
			}
			text := c.line
			if sees {
				text, _, _ = strings.Cut(c.line, " | ")
				if i := strings.IndexAny(c.line, ">&"); i >= 0 && text != c.line {
					text += " " + c.line[i:]
				}
				if strings.HasSuffix(c.line, "json") {
					text = c.line
				}
			}
			want = append(want, "console: "+text)
		}
	}
	var got []string
	entries, _ := log.Entries()
	for _, e := range entries {
		switch {
		case e.Category == eventlog.CLICommand:
			got = append(got, e.Text)
		case strings.Contains(e.Text, "full"):
			t.Errorf("logged: %v", e)
		}
	}
	same(t, "logged", strings.Join(want, "\n"), strings.Join(got, "\n"))
	if o.out.Len() == 0 {
		t.Error("nothing was shown")
	}
}
