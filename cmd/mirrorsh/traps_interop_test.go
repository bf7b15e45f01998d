//go:build interop

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// netsnmpName is what snmptrapd.conf calls a protocol.
var netsnmpName = map[string]string{
	"md5": "MD5", "sha": "SHA", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512",
	"des": "DES", "aes": "AES", "aes192": "AES-192", "aes256": "AES-256",
	"aes192c": "AES192C", "aes256c": "AES256C",
}

// createUser is the line of snmptrapd.conf for a user of our engine.
func createUser(name, auth, authPass, priv, privPass string) string {
	return fmt.Sprintf("createUser -e %s %s %s %q %s %q\nauthUser log %s priv",
		engineID, name, netsnmpName[auth], authPass, netsnmpName[priv], privPass, name)
}

// TestEveryTrapEveryPair has snmptrapd decode all ten traps by name for every
// pair of authentication and privacy protocols.
func TestEveryTrapEveryPair(t *testing.T) {
	const hosts = 8
	type pair struct{ user, auth, priv string }
	var pairs []pair
	var conf []string
	for _, a := range snmp.AuthProtocols() {
		for _, p := range snmp.PrivProtocols() {
			u := pair{a.String() + "-" + p.String(), a.String(), p.String()}
			pairs = append(pairs, u)
			conf = append(conf, createUser(u.user, u.auth, "auth of "+u.user, u.priv, "priv of "+u.user))
		}
	}
	if len(pairs) != 36 {
		t.Fatalf("%d pairs of protocols, want 6 x 6", len(pairs))
	}
	d := startTrapd(t, hosts, conf...)
	for i := 0; i < len(pairs); i += hosts {
		script := mirrorPreamble
		for n, u := range pairs[i:min(i+hosts, len(pairs))] {
			script += fmt.Sprintf("snmp-server user %s group mirror authentication %s \"auth of %[1]s\" privacy %[3]s \"priv of %[1]s\"\n", u.user, u.auth, u.priv)
			script += fmt.Sprintf("snmp-server host 127.0.0.%d version v3 %s udp-port %d packetMirror\n", n+1, u.user, d.port)
		}
		mirrorsh(t, 0, script+"snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps all\n")
	}
	byUser := map[string][]received{}
	for _, r := range d.wait(t, len(pairs)*len(mib.MirrorNotifications)) {
		_, user, _ := strings.Cut(r.security, "user ")
		user, _, _ = strings.Cut(user, ",")
		byUser[user] = append(byUser[user], r)
	}
	for _, u := range pairs {
		t.Run(u.user, func(t *testing.T) {
			got := byUser[u.user]
			if len(got) != len(mib.MirrorNotifications) {
				t.Fatalf("%d traps decoded, want one of each", len(got))
			}
			for i, n := range mib.MirrorNotifications {
				checkTrap(t, n, got[i])
			}
		})
	}
}

// shown is how snmptrapd writes a value of each syntax.
var shown = map[mib.Syntax]*regexp.Regexp{
	mib.Unsigned32:    regexp.MustCompile(`^Gauge32: \d+$`),
	mib.DisplayString: regexp.MustCompile(`^STRING: [ -~]+$`),
	mib.DateAndTime:   regexp.MustCompile(`^STRING: \d+-\d+-\d+,\d+:\d+:\d+\.\d,[-+]\d+:\d+$`),
	mib.IPAddress:     regexp.MustCompile(`^IpAddress: \d+\.\d+\.\d+\.\d+$`),
	mib.Integer32:     regexp.MustCompile(`^INTEGER: ([a-zA-Z0-9]+)\((\d+)\)$`),
}

// checkTrap compares a decoded trap with the data: varbinds in order, by name,
// with their types and the labels of enumerations.
func checkTrap(t *testing.T, n *mib.Notification, r received) {
	t.Helper()
	if r.name() != n.Name {
		t.Fatalf("got %s, want %s", r.name(), n.Name)
	}
	if !strings.HasPrefix(r.varbinds[0], "SNMPv2-MIB::sysUpTime.0 = Timeticks: ") || len(r.varbinds) != 2+len(n.Objects) {
		t.Fatalf("%s: varbinds %q", n.Name, r.varbinds)
	}
	for i, o := range n.Objects {
		name, value, _ := strings.Cut(r.varbinds[2+i], " = ")
		if want := "Juniper-PACKET-MIRROR-MIB::" + o.Name + ".0"; name != want {
			t.Errorf("%s: varbind %d is %s, want %s", n.Name, i+1, name, want)
		}
		m := shown[o.Syntax].FindStringSubmatch(value)
		if m == nil {
			t.Errorf("%s: %s is %q", n.Name, o.Name, value)
		} else if o.Syntax == mib.Integer32 {
			if v, ok := o.Value(m[1]); !ok || fmt.Sprint(v) != m[2] {
				t.Errorf("%s: %s is %q, which is no label of it", n.Name, o.Name, value)
			}
		}
	}
}

// TestNothingArrives holds each way in which a secure trap must not leave, or
// must not be readable. A marker sent last shows that the receiver works.
func TestNothingArrives(t *testing.T) {
	const pass = `authentication sha "auth passphrase" privacy aes "priv passphrase"`
	user := func(name string) string { return createUser(name, "sha", "auth passphrase", "aes", "priv passphrase") }
	cases := []struct {
		name, config string
		want         []string // traps that arrive all the same
	}{
		{"nocategory", "mirror trap-enable", nil},
		{"noswitch", "snmp-server enable traps packetMirror", nil},
		{"categoryoff", "snmp-server enable traps packetMirror\nmirror trap-enable\nno snmp-server enable traps packetMirror", nil},
		{"switchoff", "snmp-server enable traps packetMirror\nmirror trap-enable\nno mirror trap-enable", nil},
		{"agentoff", "snmp-server enable traps packetMirror\nmirror trap-enable\nno snmp-server", nil},
		{"filter", "snmp-server enable traps packetMirror trapFilters critical\nmirror trap-enable",
			[]string{"juniPacketMirrorAnalyzerUnreachable"}},
		{"hostfilter", "snmp-server enable traps packetMirror\nmirror trap-enable\nsnmp-server host 127.0.0.1 version v3 hostfilter udp-port PORT packetMirror trapFilters 2",
			[]string{"juniPacketMirrorAnalyzerUnreachable"}},
		{"wrongkey", "snmp-server enable traps packetMirror\nmirror trap-enable", nil},
	}
	conf := []string{"authCommunity log public", user("marker"),
		createUser("wrongkey", "sha", "another passphrase", "aes", "priv passphrase")}
	for _, c := range cases {
		if c.name != "wrongkey" {
			conf = append(conf, user(c.name))
		}
	}
	d := startTrapd(t, 2, conf...)
	port := fmt.Sprint(d.port)
	secure := func(name string) string {
		return mirrorPreamble + "snmp-server user " + name + " group mirror " + pass + "\n" +
			"snmp-server host 127.0.0.1 version v3 " + name + " udp-port " + port + " packetMirror\n"
	}
	for _, c := range cases {
		status := 0
		if c.want == nil && c.name != "wrongkey" {
			status = 1 // nothing can leave
		}
		mirrorsh(t, status, secure(c.name)+strings.ReplaceAll(c.config, "PORT", port)+"\nend\ntest mirror traps all\n")
	}
	// A v2c host that takes every ordinary category gets the logout, and no secure trap.
	mirrorsh(t, 1, mirrorPreamble+"snmp-server host 127.0.0.2 version v2c public udp-port "+port+"\n"+
		"snmp-server enable traps packetMirror\nsnmp-server enable traps\nmirror trap-enable\nend\ntest mirror traps all\nlogout\n", "--keep-going")
	// Naming the category for it is refused.
	_, stderr := mirrorsh(t, 1, mirrorPreamble+"snmp-server host 127.0.0.2 version v2c public udp-port "+port+" packetMirror\n")
	if want := "stdin:4: % packetMirror requires an SNMPv3 user authorized for packet mirroring (group mirror)\n"; stderr != want {
		t.Errorf("standard error is %q, want %q", stderr, want)
	}
	mirrorsh(t, 0, secure("marker")+"snmp-server enable traps packetMirror\nmirror trap-enable\nend\ntest mirror traps sessionReject\n")

	want := map[string][]string{"public": {"juniCliSecurityAlert"}, "marker": {"juniPacketMirrorSessionReject"}}
	total := 2
	for _, c := range cases {
		if c.want != nil {
			want[c.name] = c.want
			total += len(c.want)
		}
	}
	d.until(t, func(log string) bool { return strings.Contains(log, "user marker") })
	got := map[string][]string{}
	for _, r := range d.wait(t, total) {
		who := "public"
		if _, u, ok := strings.Cut(r.security, "user "); ok {
			who, _, _ = strings.Cut(u, ",")
		}
		got[who] = append(got[who], r.name())
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("arrived: %v\nwant:    %v", got, want)
	}
}
