package noninterference

import (
	"fmt"
	"strings"
)

// isSecure tells the names of SNMP users and communities of the secure side:
// ordinary inputs never create one of them, see TestKnownException. One is the
// user that test mirror fault makes up.
func isSecure(name string) bool {
	return strings.HasPrefix(name, "tap") || name == "unknown-user-under-test"
}

// takesSecureName reports whether a line would create a user or a community
// whose name the secure side has. It need not be sure.
func takesSecureName(line string) bool {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] == "no" || words[0] == "n" {
		return false
	}
	for i, w := range words {
		if w != "" && strings.HasPrefix("community", w) || w != "" && strings.HasPrefix("user", w) {
			if i+1 < len(words) && isSecure(strings.Trim(words[i+1], `"`)) {
				return true
			}
		}
	}
	return false
}

const (
	key16 = "00112233445566778899aabbccddeeff"
	key20 = "00112233445566778899aabbccddeeff00112233"
	tap20 = "ffeeddccbbaa99887766554433221100ffeeddcc"
)

// guarded is a community of the secure side that an access list keeps everybody
// out of who sends requests here.
const guarded = "tapcommunity0"

// ordinarySide is what both routers have: something of everything, at the
// addresses that the secure side of one uses too.
var ordinarySide = lines(
	"configure terminal",
	"log severity debug",
	"log destination nv-file", "log destination console severity debug",
	"snmp-server contact Joe", "snmp-server location here",
	"snmp-server community public ro", "snmp-server community private rw", "snmp-server community boss admin",
	"snmp-server view everyone 1.3 included", "snmp-server view some 1.3.6.1.4.1.4874 included",
	"snmp-server group readers noauth read everyone", "snmp-server group mirror auth read user",
	"snmp-server user ops group admin authentication sha key "+key20+" privacy aes key "+key20,
	"snmp-server user ann group admin authentication md5 key "+key16+" privacy des key "+key16,
	"snmp-server user bob group admin authentication sha key "+key20,
	"snmp-server user plain group readers",
	"snmp-server host 127.0.0.1 version v1 public",
	"snmp-server host 127.0.0.2 version v2c public",
	"snmp-server host 127.0.0.3 version v3 ops",
	"snmp-server host 127.0.0.4 version v3 ann link cliSecurityAlert",
	"snmp-server host 127.0.0.5 version v3 bob trapFilters notice",
	"snmp-server host 127.0.0.6 version v3 tap0",
	"snmp-server host 127.0.0.14 version v3 ops informs",
	"snmp-server enable traps",
	"snmp-server enable traps trapFilters debug",
	"snmp-server enable traps snmp authentication",
	"snmp-server notificationLog log 127.0.0.2 adminStatus includeVarbinds",
	"access-list insiders permit host 127.0.0.1", "access-list outsiders permit host 10.9.9.9",
	"radius dynamic-request server 127.0.0.9", "authorization change", "subscriber disconnect", "key secret", "exit",
	"interface loopback 1", "ip address 10.0.0.9 255.255.255.255", "exit",
	"interface fastEthernet 1/0", "ip address 10.0.1.1 255.255.255.0", "exit",
	"interface fastEthernet 9/0", "ip address 192.168.99.1 255.255.255.0", "exit",
	"ip route 172.16.0.0 255.240.0.0 192.168.99.9",
	"virtual-router vr1",
	"snmp-server community public ro",
	"snmp-server user ops group admin authentication sha key "+key20+" privacy aes key "+key20,
	"snmp-server host 127.0.0.1 version v2c public",
	"snmp-server enable traps",
	"interface loopback 2", "exit",
	"virtual-router default", "exit",
	"test subscriber login joe ip-address 10.0.0.5 interface fastEthernet 1/0 calling-station-id call-joe",
	"test subscriber login ann ip-address 10.0.0.6 l2tp",
	"show version > a.txt", "show snmp trap > script.scr",
)

// secureSide is what only one of them has: quotas used up, every kind of
// record, subscribers mirrored, traps raised.
var secureSide = func() string {
	l := []string{"configure terminal"}
	for range 2 { // in two virtual routers
		for i := range 30 {
			l = append(l, fmt.Sprintf("snmp-server group tapgroup%d priv read mirrorAdmin write mirrorAdmin notify mirrorAdmin", i))
		}
		for i := range 32 {
			l = append(l, fmt.Sprintf("snmp-server user tap%d group mirror authentication sha key %s privacy aes key %s", i, tap20, tap20))
		}
		l = append(l, "snmp-server community "+guarded+" view mirrorAdmin rw outsiders")
		for i := 1; i < 32; i++ {
			l = append(l, fmt.Sprintf("snmp-server community tapcommunity%d view mirrorAdmin rw", i))
		}
		for i, host := range []int{1, 2, 3, 4, 5, 6, 7, 14} {
			l = append(l, fmt.Sprintf("snmp-server host 127.0.0.%d version v3 tap%d %s packetMirror link cliSecurityAlert snmp", host, i, []string{"", "informs"}[i/6]))
		}
		l = append(l, "snmp-server enable traps packetMirror trapFilters debug", "virtual-router vr1")
	}
	l = append(l, "virtual-router default",
		"mirror trap-enable", "snmp-server secure-log",
		"secure ip classifier-list voice udp any any",
		"secure ip policy-list full", "classifier-group *", "mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 30030", "exit", "classifier-group voice precedence 10", "exit", "exit",
		"secure ipv6 classifier-list voice udp", "secure ipv6 policy-list full", "classifier-group voice", "mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 30030", "exit", "exit",
		"secure l2tp policy-list full", "classifier-group *",
		"mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 30030 mirror-identifier 1 session-identifier 2", "exit", "exit",
		"interface fastEthernet 9/0", "ip analyzer", "exit",
		"interface fastEthernet 1/0", "ip policy secure-input full", "ip policy secure-output unknown", "ipv6 policy secure-output full", "exit")
	for i := range 94 {
		l = append(l, fmt.Sprintf("mirror username user%d ip secure-policy-list full", i))
	}
	l = append(l, "mirror username joe ip secure-policy-list full", "mirror username joe ipv6 secure-policy-list full", "mirror username eve ipv6 secure-policy-list full", "mirror calling-station-id ann ip secure-policy-list nowhere",
		"mirror ip-address 10.0.0.6 l2tp secure-policy-list full", "mirror nas-port-id bob ip secure-policy-list nowhere",
		"exit", "test mirror traps all count 3", "show mirror trap", "show snmp secure-log")
	return lines(l...)
}()

// noiseLines come with every bit of noise, so that there are always traps and
// failures whatever the rest of it does.
var noiseLines = []string{
	"test mirror traps all", "test mirror traps sessionStart count 3", "show snmp secure-log",
	"configure terminal\nsnmp-server enable traps packetMirror trapFilters debug\nmirror trap-enable\nsnmp-server secure-log\nend",
	"configure terminal\nno mirror username joe\nmirror username joe ip secure-policy-list full\nend",
	"configure terminal\nsecure ip policy-list full\nclassifier-group *\nmirror analyzer-ip-address 192.168.99.2\nend",
}

func lines(l ...string) string { return strings.Join(l, "\n") }
