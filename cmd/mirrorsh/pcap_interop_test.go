//go:build interop

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// intercept is a script with subscribers of which packets are mirrored, joe's in
// IP, ann's in PPP and of eve's those of IPv6 that a classifier has, and a host of the traps about it.
const intercept = mirrorPreamble + `snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port 9162 packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
interface fastEthernet 9/0
ip address 192.168.99.1 255.255.255.0
ip analyzer
exit
secure ip policy-list p
classifier-group *
mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 30030 mirror-identifier 768 session-identifier 144
exit
exit
secure l2tp policy-list q
classifier-group *
mirror analyzer-ip-address 192.168.99.3 analyzer-udp-port 2500 mirror-identifier 769 session-identifier 145
exit
exit
secure ipv6 classifier-list discard destination-host 2001:db8::1 udp destination-port eq 9
secure ipv6 policy-list r
classifier-group discard
mirror analyzer-ip-address 192.168.99.2 analyzer-udp-port 30030 mirror-identifier 770 session-identifier 146
exit
exit
mirror username joe ip secure-policy-list p
mirror username eve ipv6 secure-policy-list r
mirror username ann l2tp secure-policy-list q
end
show snmp receiver-configuration
test subscriber login joe ip-address 10.0.0.5
test subscriber login ann ip-address 10.0.0.6 l2tp
test subscriber login eve ip-address 10.0.0.7
`

// TestPcapIsDecoded by tshark, with the keys that it is given as the README says:
// traps in the clear, mirrored packets down to those of the subscriber.
func TestPcapIsDecoded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pcap")
	out, _ := mirrorsh(t, 0, intercept+`test subscriber traffic joe udp count 2 direction upstream
test subscriber traffic joe icmp ipv6 direction downstream
test subscriber traffic ann tcp size 1500
test subscriber traffic eve udp
test subscriber traffic eve udp ipv6
test subscriber traffic eve tcp ipv6
test mirror traps sessionStart count 100
`, "--pcap", path)
	m := regexp.MustCompile(`createUser -e 0x([0-9a-f]+) `).FindStringSubmatch(out)
	if m == nil {
		t.Fatal(out)
	}
	engine := m[1]
	fields := strings.Fields("frame.protocols ip.src ip.dst ipv6.dst ip.ttl udp.srcport udp.dstport udp.checksum udp.checksum.status ip.checksum.status jmirror.mid jmirror.sid snmp.data")
	args := []string{"-r", path, "-d", "udp.port==2500,jmirror", "-d", "udp.port==9162,snmp", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
		"-o", fmt.Sprintf(`uat:snmp_users:%s,"mirrorUser","SHA1","auth passphrase","AES","priv passphrase"`, engine), "-T", "fields", "-E", "separator=|"}
	for _, f := range fields {
		args = append(args, "-e", f)
	}
	var said bytes.Buffer
	cmd := exec.Command("tshark", args...)
	cmd.Stderr = &said
	decoded, err := cmd.Output()
	if err != nil {
		t.Fatal(err, said.String())
	}
	var mirrored []string
	traps := 0
	for line := range strings.Lines(string(decoded)) {
		line = regexp.MustCompile(`0x[0-9a-f]{4}\b`).ReplaceAllStringFunc(strings.TrimSpace(line), func(s string) string {
			if s == "0x0000" {
				return s
			}
			return "0x"
		})
		if regexp.MustCompile(`^raw:ip:udp:snmp\|127\.0\.0\.1\|127\.0\.0\.1\|\|64\|\d+\|9162\|0x\|1\|1\|\|\|7$`).MatchString(line) {
			traps++
		} else {
			mirrored = append(mirrored, line)
		}
	}
	up := "raw:ip:udp:jmirror:ip:udp:data|192.168.99.1,10.0.0.5|192.168.99.2,192.0.2.1||255,64|30030,49152|30030,9|0x0000,0x|3,1|1,1|0x00000300|0x00000090|"
	want := []string{
		up, up,
		"raw:ip:udp:jmirror:ipv6:icmpv6:data|192.168.99.1|192.168.99.2|2001:db8:0:1::a00:5|255|30030|30030|0x0000|3|1|0x00000300|0x00000090|",
		"raw:ip:udp:jmirror:pw_hdlc_nocw_hdlc_ppp:ppp:ip:tcp:data|192.168.99.1,10.0.0.6|192.168.99.3,192.0.2.1||255,64|2500|2500|0x0000|3|1,1|0x00000301|0x00000091|",
		"raw:ip:udp:jmirror:pw_hdlc_nocw_hdlc_ppp:ppp:ip:tcp:data|192.168.99.1,192.0.2.1|192.168.99.3,10.0.0.6||255,64|2500|2500|0x0000|3|1,1|0x00000301|0x00000091|",
		"raw:ip:udp:jmirror:ipv6:udp:data|192.168.99.1|192.168.99.2|2001:db8::1|255|30030,49152|30030,9|0x0000,0x|3,1|1|0x00000302|0x00000092|",
	}
	if got := strings.Join(mirrored, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("mirrored:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
	if traps != 9+100 { // three logins and their packet sessions, each way
		t.Errorf("%d traps in the clear of\n%s", traps, decoded)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Error(info.Mode(), err)
	}
}
